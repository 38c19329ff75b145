"""Code frames: lines of a file with marks under the places of a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.inert import each_visible
from vmlint.record import NamedTuple
from vmlint.report.screen import Line, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vmlint.findings.place import Place

TAB = 4
CUT = "..."
MARKED_LINES = 4
"""Lines above which only the first and the last of a span are marked."""
GUTTER = "blue"
RELATED = "blue"


class Mark(NamedTuple):
    """A place to underline, and its label."""

    place: Place
    label: str
    style: str
    sign: str = "^"


class _Stretch(NamedTuple):
    """A part of a mark that lies in one line; columns count from zero, the end is exclusive."""

    line: int
    start: int
    end: int
    label: str
    style: str
    sign: str


class _View(NamedTuple):
    """The part of a line that is shown."""

    text: str
    columns: tuple[int, ...]
    """The column of the screen at which each shown character begins, and where the last ends."""
    first: int
    """Index of the first shown character in the line."""

    def holds(self, index: int) -> bool:
        """Whether a character of the line is shown."""
        return self.first <= index < self.first + len(self.columns) - 1

    def column(self, index: int) -> int:
        """Return where a character of the line begins on the screen, or the nearest that is shown."""
        return self.columns[min(max(index - self.first, 0), len(self.columns) - 1)]


def frame(lines: Mapping[int, str], marks: Sequence[Mark], gutter: int, columns: int) -> Iterator[Line]:
    """Yield the marked lines of a file, which are given by number.

    ``gutter`` is the width of the line numbers, ``columns`` of the whole.
    """
    room = columns - gutter - 4
    stretches: dict[int, list[_Stretch]] = {}
    for mark in marks:
        for stretch in _stretches(lines, mark):
            stretches.setdefault(stretch.line, []).append(stretch)
    shown = 0
    for number in sorted(stretches):
        if shown and number == shown + 2:
            yield _row(str(shown + 1), _view(_line(lines, shown + 1), 0, room).text, gutter)
        elif shown and number > shown + 2:
            yield [(CUT, GUTTER)]
        for row in _marked(_line(lines, number), stretches[number], room):
            yield [*_row("" if row.marks else str(number), "", gutter), *row.content]
        shown = number


def edge(gutter: int) -> Line:
    """Return an empty line of a frame."""
    return [(" " * (gutter + 1) + " |", GUTTER)]


def _row(number: str, text: str, gutter: int) -> Line:
    return [(f" {number:>{gutter}} | ", GUTTER), (text, "")]


def _line(lines: Mapping[int, str], number: int) -> str:
    return lines.get(number, "")


def _stretches(lines: Mapping[int, str], mark: Mark) -> Iterator[_Stretch]:
    place = mark.place
    last = place.end_line
    if last > place.line and not _line(lines, last)[: place.end_column - 1].strip():
        last -= 1  # it ends before the first letter of a line
    numbers = range(place.line, last + 1)
    kept = [number for number in numbers if number == place.line or _line(lines, number).strip()]
    if len(kept) > MARKED_LINES:
        kept = [kept[0], kept[-1]]
    for number in kept:
        text = _line(lines, number)
        start = place.column - 1 if number == place.line else len(text) - len(text.lstrip())
        end = place.end_column - 1 if number == place.end_line else len(text.rstrip())
        label = mark.label if number == kept[-1] else ""
        yield _Stretch(number, start, max(end, start + 1), label, mark.style, mark.sign)


class _Row(NamedTuple):
    content: Line
    marks: bool


def _marked(text: str, stretches: list[_Stretch], room: int) -> Iterator[_Row]:
    """Yield a line and the marks under it; one too long to show all of them at once comes again."""
    while stretches:
        view = _view(text, stretches[0].start, room)
        yield _Row([(view.text, "")], marks=False)
        inside = [stretch for stretch in stretches if stretch is stretches[0] or view.holds(stretch.start)]
        for stretch in inside:
            yield from _underlined(view, stretch, room)
        stretches = [stretch for stretch in stretches if stretch not in inside]


def _underlined(view: _View, stretch: _Stretch, room: int) -> Iterator[_Row]:
    start = view.column(stretch.start)
    length = max(view.column(stretch.end) - start, 1)
    signs = (" " * start + stretch.sign * length, stretch.style)
    label = (stretch.label, stretch.style)
    if not stretch.label or start + length + 1 + width(stretch.label) <= room:
        yield _Row([signs, (" " if stretch.label else "", ""), label], marks=True)
        return
    yield _Row([signs], marks=True)
    yield _Row([(" " * max(min(start, room - width(stretch.label)), 0), ""), label], marks=True)


def _view(line: str, index: int, room: int) -> _View:
    """Return as much of a line around a character as fits."""
    index = min(index, len(line))
    far = max(index - room, 0)  # a line may be megabytes long; only what could be shown is looked at
    near = line[far : index + room + 1]
    cells = list(_cells(near))
    whole = far == 0 and len(near) == len(line)
    if whole and width("".join(cells)) <= room:
        return _placed("", cells, "", 0)
    return _cut(cells, index - far, far, room, more=far + len(near) < len(line))


def _cut(cells: list[str], index: int, far: int, room: int, *, more: bool) -> _View:
    budget = max(room - 2 * len(CUT), 8)
    first = index
    before = 0
    while first > 0 and before + width(cells[first - 1]) <= budget // 2:
        first -= 1
        before += width(cells[first])
    last, used = index, before
    while last < len(cells) and used + width(cells[last]) <= budget:
        used += width(cells[last])
        last += 1
    while first > 0 and used + width(cells[first - 1]) <= budget:
        first -= 1
        used += width(cells[first])
    return _placed(CUT if far + first else "", cells[first:last], CUT if more or last < len(cells) else "", far + first)


def _placed(before: str, cells: list[str], after: str, first: int) -> _View:
    columns = [len(before)]
    for cell in cells:
        columns.append(columns[-1] + width(cell))
    return _View(before + "".join(cells) + after, tuple(columns), first)


def _cells(line: str) -> Iterator[str]:
    """Yield what is shown for each character: tabs as blanks, control characters escaped."""
    column = 0
    for char, shown in zip(line, each_visible(line), strict=True):
        cell = " " * (TAB - column % TAB) if char == "\t" else shown
        column += width(cell)
        yield cell
