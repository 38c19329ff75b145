"""Texts that carry a file of another tool inside: programs and scripts that write one, playbooks, documents.

They are skipped: what the program fills in is missing, and no tool would accept the file.
"""

from __future__ import annotations

import re

from vmlint.api import File

_PROGRAMS = (
    ".bash", ".bat", ".c", ".cc", ".cmd", ".cpp", ".cs", ".exp", ".go", ".h", ".hpp", ".java", ".js", ".lua", ".nix",
    ".php", ".pl", ".pm", ".ps1", ".psm1", ".py", ".rb", ".rs", ".sh", ".tcl", ".ts", ".zsh",
)  # fmt: skip
_DATA = (".hcl", ".json", ".jsonnet", ".tf", ".tfvars", ".toml", ".xml", ".yaml", ".yml")
_PROSE = (".adoc", ".diff", ".htm", ".html", ".ipynb", ".log", ".markdown", ".md", ".mdx", ".org", ".patch", ".rst")
_SCRIPT = re.compile(
    r"#![ \t]*\S*?(?:/env[ \t]+(?:-S[ \t]+)?)?/?(?:ba|da|k|z|a)?sh\b|#!.*\b(?:python|perl|ruby|node|expect)"
)


def is_carrier(file: File) -> bool:
    """Whether a text is not lines of settings, but a program, a document, or data in another notation."""
    return file.base.lower().endswith(_DATA) or is_program(file)


def is_program(file: File) -> bool:
    """Whether a text is a program or a document, by its file ending or by the program that would run it."""
    return file.base.lower().endswith(_PROGRAMS + _PROSE) or _SCRIPT.match(file.text[:200]) is not None
