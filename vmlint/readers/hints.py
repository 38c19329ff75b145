"""Hints in a file of another tool: comments by which its author tells vmlint what the format cannot say.

``# vmlint: environment=production`` states one field below ``spec`` of every workload in the file. Any comment in one
line will do: the tool that the file is for does not see it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from vmlint.readers.yaml_nodes import Scalar

if TYPE_CHECKING:
    from vmlint.readers.spec import File, Span

MOST = 200
"""Hints of one file that are read."""
_HINT = re.compile(
    r"(?P<sign>(?<!\S)(?:#+|//+|/\*+|;+|--+)|<!--+)[ \t]*vmlint:[ \t]*"
    r"(?P<path>[A-Za-z][\w.\-/]*)[ \t]*=[ \t]*(?P<text>[^\r\n]*)"
)
_ENDS = {"<": "-->", "/*": "*/"}
"""Beginning of a comment -> what ends it within the line."""


class Hint(NamedTuple):
    """One field and its text."""

    path: str
    text: str
    at: Span


def hints(file: File) -> tuple[Hint, ...]:
    """Return the hints that stand in a file's comments."""
    if b"vmlint:" not in file.data.replace(b"\0", b""):
        return ()
    found: list[Hint] = []
    for line, column, text in _comments_of_yaml(file) if _is_yaml(file) else _lines(file):
        if len(found) == MOST:
            break
        match = _HINT.search(text) if "vmlint:" in text else None
        if match and not _quoted(text, match):
            found.append(_hint(file, match, line, column))
    return tuple(found)


def _is_yaml(file: File) -> bool:
    """Tell whether ``#`` is what YAML says it is; JSON may have comments of other kinds."""
    if file.text.lstrip()[:1] in ("<", "{", "[", "/"):
        return False
    return any(not isinstance(root.node, Scalar) for root in file.documents)


def _comments_of_yaml(file: File) -> Iterator[tuple[int, int, str]]:
    from vmlint.readers.yaml_comments import comments

    for line, column, text in comments(file.text):
        yield line + 1, column, text


def _lines(file: File) -> Iterator[tuple[int, int, str]]:
    for number, text in enumerate(file.lines, 1):
        yield number, 0, text


def _quoted(text: str, match: re.Match[str]) -> bool:
    """Tell whether a match stands within a string that begins and ends in its line."""
    before, after = text[: match.start()], text[match.start() :]
    return any(before.count(quote) % 2 and after.count(quote) % 2 for quote in "\"'")


def _hint(file: File, match: re.Match[str], line: int, column: int) -> Hint:
    text = match["text"]
    for begin, end in _ENDS.items():
        if match["sign"].startswith(begin):
            text = text.partition(end)[0]
    text = text.rstrip()
    length = match.start("text") + len(text) - match.start("path")
    return Hint(match["path"].removeprefix("spec."), text, file.span(line, column + match.start("path") + 1, length))
