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
_HEREDOC = re.compile(r"(?<!<)<<-?[ \t]*[\"'\\]?(?P<word>[A-Za-z_]\w*)")


def is_carrier(file: File) -> bool:
    """Whether a text is not lines of settings, but a program, a document, or data in another notation."""
    return is_named_otherwise(file) or is_script(file)


def is_program(file: File) -> bool:
    """Whether a text is a program or a document, by its file ending or by the program that would run it."""
    return file.base.lower().endswith(_PROGRAMS + _PROSE) or is_script(file)


def is_named_otherwise(file: File) -> bool:
    """Whether a file has the name of a program, a document, or of data in another notation."""
    return file.base.lower().endswith(_PROGRAMS + _PROSE + _DATA)


def is_script(file: File) -> bool:
    """Whether a text begins with the line that names a program to run it: for most tools, a comment like any other."""
    return _SCRIPT.match(file.text[:200]) is not None


def rows_of_settings(file: File) -> list[str]:
    """Return the rows of a text, with empty ones for the here-documents of a script: these are written elsewhere."""
    rows = file.rows.texts
    if not is_script(file):
        return [*rows]
    kept: list[str] = []
    end = ""
    for row in rows:
        if end:
            end = "" if row.strip() == end else end
            kept.append("")
            continue
        kept.append(row)
        opened = _HEREDOC.search(row)
        end = opened["word"] if opened else ""
    return kept
