"""A text as its editor counts it: lines end with ``\\n``, ``\\r\\n`` or ``\\r``, characters are counted in code units.

Reports have the same lines, but count from one, and in characters, behind a byte order mark. Here is the way from
one to the other.
"""

from __future__ import annotations

import bisect
import functools
from typing import TYPE_CHECKING

from lsprotocol.types import Position, PositionEncodingKind, Range

from vmlint.patterns import lazy_pattern
from vmlint.syntax.lines import split_lines
from vmlint.syntax.text import BOM

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vmlint.findings.place import Place, Span

_LINE_END = lazy_pattern(r"\r\n|\n|\r")
_CODECS = {PositionEncodingKind.Utf8: ("utf-8", 1), PositionEncodingKind.Utf16: ("utf-16-le", 2)}
"""Encoding -> Python's name of it, and the bytes of a code unit. In UTF-32, each character is one unit."""
UTF16 = PositionEncodingKind.Utf16


class EditedText:
    """A text, and places in it."""

    def __init__(self, text: str, encoding: PositionEncodingKind | str = UTF16) -> None:
        self.text = text
        self.encoding = encoding
        self._codec = _CODECS.get(PositionEncodingKind(encoding))

    def of(self, text: str) -> EditedText:
        """Return another text of the same editor."""
        return EditedText(text, self.encoding)

    @functools.cached_property
    def _starts(self) -> Sequence[int]:
        """Where each line of the editor begins."""
        return [0, *(end.end() for end in _LINE_END.finditer(self.text))]

    @functools.cached_property
    def _reported_starts(self) -> Sequence[int]:
        """Where each line of reports begins."""
        at = len(self.text) - len(self.text.lstrip(BOM))
        starts = [at]
        for line in split_lines(self.text[at:], keepends=True):
            at += len(line)
            starts.append(at)
        return starts

    def changed(self, place: Range, new: str) -> str:
        """Return the text with other words at a place of the editor."""
        start = self.index(place.start)
        return self.text[:start] + new + self.text[max(self.index(place.end), start) :]

    def index(self, position: Position) -> int:
        """Return the index of a position; what lies beyond a line or the text is at its end."""
        if position.line >= len(self._starts):
            return len(self.text)
        start = self._starts[position.line]
        line = self._line(position.line)
        if self._codec is None or line.isascii():
            return start + min(position.character, len(line))
        units = 0
        for number, character in enumerate(line):
            if units >= position.character:
                return start + number
            units += self._units(character)
        return start + len(line)

    def position(self, index: int) -> Position:
        """Return the position of an index."""
        line = bisect.bisect_right(self._starts, index) - 1
        before = self.text[self._starts[line] : index]
        return Position(line, self._units(before.rstrip("\r\n")))

    def range(self, start: int, end: int) -> Range:
        """Return the range between two indexes."""
        return Range(self.position(start), self.position(end))

    def range_of(self, place: Span | Place) -> Range:
        """Return the range of a reported place, which spans one character at least where there is one to mark."""
        start, end = (
            self.reported_index(place.line, place.column),
            self.reported_index(place.end_line, place.end_column),
        )
        if end <= start and self.text[start : start + 1].strip("\r\n"):
            end = start + 1
        return self.range(start, max(start, end))

    def reported_index(self, line: int, column: int) -> int:
        """Return the index of a line and column of reports, both from one; beyond a line it is the line's end."""
        starts = self._reported_starts
        if line > len(starts):
            return len(self.text)
        start = starts[max(line, 1) - 1]
        end = starts[line] if line < len(starts) else len(self.text)
        return min(start + max(column, 1) - 1, start + len(self.text[start:end].rstrip("\r\n")))

    def reported(self, index: int) -> tuple[int, int]:
        """Return the line and column of an index as reports count them, both from one."""
        line = max(bisect.bisect_right(self._reported_starts, index), 1)
        return line, max(index - self._reported_starts[line - 1], 0) + 1

    def line_before(self, index: int) -> str:
        """Return what stands before an index in its line."""
        return self.text[self._starts[bisect.bisect_right(self._starts, index) - 1] : index]

    def _line(self, number: int) -> str:
        end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self.text)
        return self.text[self._starts[number] : end].rstrip("\r\n")

    def _units(self, text: str) -> int:
        if self._codec is None or text.isascii():
            return len(text)
        name, size = self._codec
        return len(text.encode(name, "surrogatepass")) // size


def after(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """Return a text with edits made: (from index, to index, new text), none of which overlap. Raises ``ValueError``."""
    parts: list[str] = []
    done = 0
    for start, end, new in sorted(edits):
        if start < done or end < start:
            raise ValueError("edits overlap")
        parts += (text[done:start], new)
        done = end
    return "".join((*parts, text[done:]))
