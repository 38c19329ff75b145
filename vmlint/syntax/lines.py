"""The lines of a text. In everything that is reported, they end with ``\\n``, ``\\r\\n`` or ``\\r``, as in editors.

``str.splitlines`` knows more ends of lines (U+2028, U+2029, U+0085, form feeds …), which few tools take for one: a file
could show a linter lines that its tool does not see.
"""

from __future__ import annotations

import bisect
import io
import itertools
from array import array
from collections.abc import Sequence

from vmlint.patterns import lazy_pattern

_END = lazy_pattern(r"\r\n?|\n")
_ONLY_PYTHONS = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"

BLANKS = " \t\r\n\v\f"
"""The white space of ASCII, which is all that tools know that read bytes."""


def split_lines(text: str, *, keepends: bool = False) -> list[str]:
    """Return the lines of a text, as ``str.splitlines`` does for the ends of lines that are ends in reports."""
    if not has_rare_ends(text):
        return text.splitlines(keepends)
    lines = list(io.StringIO(text, newline=""))
    return lines if keepends else [line.rstrip("\r\n") for line in lines]


def has_rare_ends(text: str) -> bool:
    """Whether a text holds characters that only Python and YAML take for the end of a line."""
    return any(end in text for end in (_ONLY_PYTHONS[:5] if text.isascii() else _ONLY_PYTHONS))


def line_starts(text: str) -> Sequence[int]:
    """Return the index of the beginning of each line, and the one behind the last. Takes eight bytes a line."""
    starts = array("q", [0])
    starts.extend(match.end() for match in _END.finditer(text))
    if starts[-1] != len(text):
        starts.append(len(text))
    return starts


class Rows:
    """The lines of a text as tools see them that know line feeds alone: a carriage return within one ends nothing.

    Lines of reports end there too, so a row can have several of them. With ``returns``, rows are those lines.
    """

    def __init__(self, text: str, *, returns: bool = False) -> None:
        self.texts: Sequence[str]
        """The rows, without their ends."""
        self._breaks: list[list[int]] | None = None
        """For each row, where further lines begin in it."""
        if returns or text.count("\r") == text.count("\r\n"):
            self.texts = split_lines(text)
            return
        rows = text.split("\n")
        self.texts = [row.removesuffix("\r") for row in (rows if rows[-1] else rows[:-1])]
        self._breaks = [[at for at, char in enumerate(row, 1) if char == "\r"] for row in self.texts]
        self._firsts = [1, *itertools.accumulate((len(each) + 1 for each in self._breaks), initial=1)][1:]

    def place(self, row: int, column: int) -> tuple[int, int]:
        """Return the line and the column of reports for a row and a column in it, all from one."""
        if self._breaks is None or not 0 < row <= len(self.texts):
            return row, column
        breaks = self._breaks[row - 1]
        behind = bisect.bisect_right(breaks, column - 1)
        return self._firsts[row - 1] + behind, column - (breaks[behind - 1] if behind else 0)
