"""In which workload a line of a file stands.

Only the place of each workload is known, in every format, and files are indented as they are nested. So a workload is
the outermost block that holds its place and that of no workload before it, with the comments directly above.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from vmlint.record import NamedTuple
from vmlint.syntax.heredocs import lines_outside

if TYPE_CHECKING:
    from vmlint.reading.file import File

_COMMENTS = ("#", "//", ";", "/*", "* ", "*/", "<!--")
_CLOSING = ("}", "]", ")", "</", "end")
_DOCUMENT = "---"
"""What begins a document of YAML. It is less indented than all that the document holds."""


class Block(NamedTuple):
    """The lines of a workload, counted from one; both are part of it."""

    first: int
    last: int

    def holds(self, line: int) -> bool:
        """Whether a line is part of it."""
        return self.first <= line <= self.last


class _Line(NamedTuple):
    number: int
    indent: int
    text: str
    """Without the white space around it; empty for a blank line."""

    @property
    def is_comment(self) -> bool:
        return self.text.startswith(_COMMENTS) or (self.text.startswith("--") and not self.is_mark)

    @property
    def is_mark(self) -> bool:
        """Whether it begins a document."""
        return self.indent < 0

    @property
    def counts(self) -> bool:
        """Whether its indentation says how the file is nested."""
        return bool(self.text) and not self.is_comment


def blocks(file: File, places: Iterable[int]) -> dict[int, Block]:
    """Return the block of each workload by the line of its place. Workloads in one line share a block."""
    starts = sorted(set(places))
    return dict(zip(starts, _blocks(file, starts), strict=True)) if starts else {}


def is_comment(text: str) -> bool:
    """Whether a line holds nothing but a comment, or begins with one."""
    return _line(1, text).is_comment


def _blocks(file: File, starts: Sequence[int]) -> list[Block]:
    lines = [_line(number, text) for number, text in lines_outside(file.text, file.base)]
    numbers = [line.number for line in lines]
    marks = [line.number for line in lines if line.is_mark]
    openings: list[int] = []
    indents: list[int] = []
    for start, before in zip(starts, (0, *starts), strict=False):
        first, indent = _opening(lines[bisect.bisect_right(numbers, before) : bisect.bisect_right(numbers, start)])
        if marks and not before and not any(mark <= start for mark in marks):
            first, indent = 1, -1  # the first document needs no mark
        openings.append(first or start)
        indents.append(indent)
    if len(starts) == 1 and not marks:
        return [Block(1, max([*numbers, 1]))]
    found = []
    for start, first, indent, after in zip(starts, openings, indents, (*openings[1:], 0), strict=True):
        last = after - 1 if after else max([*numbers, start])
        inside = lines[bisect.bisect_right(numbers, start) : bisect.bisect_right(numbers, last)]
        found.append(Block(first, _ending(inside, indent if len(starts) > 1 else -1, last)))
    return found


def _line(number: int, text: str) -> _Line:
    bare = text.strip()
    is_mark = text.startswith(_DOCUMENT) and text[3:4] in ("", " ", "\t")
    return _Line(number, -1 if is_mark else len(text) - len(text.lstrip()), bare)


def _opening(lines: Sequence[_Line]) -> tuple[int, int]:
    """Return where the block of the last line begins, within some lines, and its indentation."""
    if not lines:
        return 0, 0
    outer = lines[-1]
    for line in reversed(lines):
        if line.counts and line.indent < outer.indent:
            outer = line
    above = itertools.takewhile(
        lambda line: line.is_comment and line.indent <= outer.indent,  # one that is indented more is in the block above
        reversed([line for line in lines if line.number < outer.number]),
    )
    return min([outer.number, *(line.number for line in above)]), outer.indent


def _ending(lines: Sequence[_Line], indent: int, last: int) -> int:
    """Return where a block of an indentation ends, of which the lines below its place are given."""
    for line in lines:
        if line.counts and line.indent <= indent:
            return line.number if line.text.startswith(_CLOSING) and line.indent == indent else line.number - 1
    return last
