"""Places: a range of a text, and a range of a file."""

from __future__ import annotations

from vmlint.record import NamedTuple


class Span(NamedTuple):
    """A range of a text. Lines and columns count from one; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    def of(self, file: str) -> Place:
        """Return the same range as a place in a file."""
        return Place(file, *self)


START = Span(1, 1, 1, 1)
"""Where a fault of a whole file is reported."""


class Place(NamedTuple):
    """A range of a file. Lines and columns count from one; the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class Text(NamedTuple):
    """A file that was read: its name as the user wrote it, and its text for code frames."""

    name: str
    text: str
