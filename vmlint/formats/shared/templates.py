"""Templates: files that another tool fills in first, and which are skipped until then.

Marks in comments and in quoted strings make no template: a tool that reads the file takes them as they stand.
"""

from __future__ import annotations

import re

from vmlint.api import Cursor, File, Skipped, Unreadable, bare

MARKS = r"\{\{|\{%|<%"
"""Pattern of the marks of Jinja, Go's templates, Liquid and ERB."""
NAMES = r"@[A-Z][A-Z0-9_]*@"
"""Pattern of names that Autoconf, CMake and Meson replace."""
VARIABLES = r"\$\{"
"""Pattern of variables, in formats without variables."""

FREE_TEXT = re.compile(
    r"<(?:\w+:)?(name|title|description|metadata|annotation|info|product|vendor|label)\b[^<>]*(?<!/)>.*?</(?:\w+:)?\1\s*>",
    re.DOTALL | re.IGNORECASE,
)
"""Elements of XML whose text its tool takes as it stands, whatever it is."""

_MARKS = re.compile(MARKS)
_COMMENT_OF_YAML = re.compile(r"(?:^|(?<=[ \t]))#[^\n]*", re.MULTILINE)
"""In a text that is no YAML, where no more can be told of what is one."""


def template(which: str) -> Skipped:
    """Build the reason why a template is skipped."""
    return Skipped(f"a template {which}: lint what it renders to")


def marked(text: str, language: str, marks: re.Pattern[str] = _MARKS) -> bool:
    """Whether marks stand in a text outside of its comments and strings."""
    return marks.search(text) is not None and marks.search(bare(text, language, strings=True)) is not None


def is_template_of_yaml(text: str) -> bool:
    """Whether a text that is not YAML is so because of marks."""
    return _MARKS.search(text) is not None and _MARKS.search(_COMMENT_OF_YAML.sub("", text)) is not None


def yaml_of(file: File, which: str) -> list[Cursor]:
    """Return the documents of a file. Raises ``Skipped`` for a template that is not YAML, ``Unreadable`` otherwise."""
    try:
        return file.yaml
    except Unreadable:
        if is_template_of_yaml(file.text):
            raise template(which) from None
        raise
