"""Where things stand: a stretch of a text, and a stretch of a file."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of a text. Lines and columns count from one; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    def of(self, file: str) -> Place:
        """Return the same stretch as a place in a file."""
        return Place(file, *self)


START = Span(1, 1, 1, 1)
"""Where a fault of a whole file is shown."""


class Place(NamedTuple):
    """A stretch of a file. Lines and columns count from one; the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class Text(NamedTuple):
    """A file that was read: its name as the user knows it, and its text for code frames."""

    name: str
    text: str
