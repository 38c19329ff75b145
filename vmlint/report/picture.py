"""The picture of ``vmlint suggest``: ways of running against demands, in columns that fit a narrow screen.

Every cell is a word, so that it reads the same without colour.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from vmlint.advice.picture import FITS, FITS_IF, IF, ITSELF, NO, OK, RULED_OUT, WEAK
from vmlint.inert import visible
from vmlint.report.layout import legend
from vmlint.report.screen import Line, width, wrap

if TYPE_CHECKING:
    from vmlint.advice.picture import Cell, Picture, Row

HEADS = {
    "isolation": "isol.", "performance": "perf.", "startup": "start", "density": "dens.", "devices": "device",
    "mobility": "mobil.", "nested": "nested", "availability": "avail.", "management": "manage", "budget": "budget",
    "portability": "port.", ITSELF: "offer",
}  # fmt: skip
"""Names of columns whose own name is longer than a cell or says less."""
NAME, VERDICT, CELL = 14, 10, 7
"""Columns of the screen for a mode, its verdict, and each cell."""
PLATFORMS = 12
"""Columns of the screen that platforms need to be named at all."""
NOW = ">"
"""What marks the row of the present choice."""
STYLES = {OK: "", WEAK: "yellow", IF: "cyan", NO: "red", FITS: "bold green", FITS_IF: "cyan", RULED_OUT: "dim"}
LEGEND = {
    OK: "ok: no rule objects",
    WEAK: "weak: meets it badly",
    IF: "if: a fact is missing",
    NO: "a code: that rule objects (+: and more)",
    ITSELF: "offer: what the platform offers, whatever is required",
    NOW: ">: the present choice",
}
"""What stands in the table, and what it means."""


def picture(found: Picture, columns: int, limits: Sequence[str] = ()) -> Iterator[Line]:
    """Yield the picture, to be shown ``columns`` wide. ``limits`` say which rules do not judge."""
    yield from _asked(found, columns)
    heads = list(found.asked)
    met = [head for head in heads if all(row.cells.get(head) is None for row in _rows(found))]
    heads = [head for head in heads if head not in met]
    room = max((columns - NAME - VERDICT) // CELL, 1)
    for start in range(0, max(len(heads), 1), room):
        yield from _block(found, heads[start : start + room], columns)
        yield []
    if met:
        yield from legend(f"met by every way: {', '.join(HEADS.get(head, head) for head in met)}", columns)
    seen = {cell.state for row in _rows(found) for cell in row.cells.values()} | {OK, *heads}
    seen |= {NOW} if found.present else set()
    signs = "; ".join(text for state, text in LEGEND.items() if state in seen)
    yield from legend(signs + "".join(f" ({limit})" for limit in limits), columns)
    yield []


def _asked(found: Picture, columns: int) -> Iterator[Line]:
    """Yield what was demanded, each with the name of its column."""
    for column, stated in found.asked.items():
        head = HEADS.get(column, column)
        for path, value in stated:
            text = visible(f"{path.removeprefix('requirements.')} {value}")
            for line in wrap(text, columns - NAME):
                yield [(f"{head:{NAME}}", "bold"), (line, "")]
                head = ""
    if any(found.asked.values()):
        yield []


def _rows(found: Picture) -> list[Row]:
    return [*found.rows, *([found.present] if found.present else [])]


def _block(found: Picture, heads: Sequence[str], columns: int) -> Iterator[Line]:
    """Yield the rows with some of the columns."""
    room = columns - NAME - VERDICT - CELL * len(heads)
    named = room >= PLATFORMS and any(row.platforms for row in _rows(found))
    titles = "".join(f"{HEADS.get(head, head):{CELL}}" for head in heads)
    yield [(f"{'':{NAME + VERDICT}}{titles}{'platforms' if named else ''}".rstrip(), "bold")]
    if found.present:
        yield _row(found.present, heads, room if named else 0, f"{NOW} {found.present.mode}")
    for architecture, group in groupby(found.rows, key=lambda row: row.architecture):
        yield [(architecture, "bold")]
        yield from (_row(row, heads, room if named else 0, f"  {row.mode}") for row in group)


def _row(row: Row, heads: Sequence[str], room: int, name: str) -> Line:
    line: Line = [(f"{name:{NAME}}", ""), (f"{row.verdict:{VERDICT}}", STYLES[row.verdict])]
    line += [_cell(row.cells, head) for head in heads]
    if room:
        line.append((_some(row.platforms, room), ""))
    text, style = line[-1]
    return [*line[:-1], (text.rstrip(), style)]


def _cell(cells: Mapping[str, Cell], head: str) -> tuple[str, str]:
    cell = cells.get(head)
    if cell is None:
        return f"{OK:{CELL}}", STYLES[OK]
    word = cell.state
    if cell.codes:
        more = "+" if len(cell.codes) > 1 else ""
        word = visible(cell.codes[0], CELL - 2 if len(cell.codes[0]) > CELL - 2 else CELL) + more
    return f"{word:{CELL}}", STYLES[cell.state]


def _some(platforms: Sequence[str], room: int) -> str:
    """Return as many platforms as fit, and how many more there are."""
    shown: list[str] = []
    for number, platform in enumerate(map(visible, platforms)):
        rest = len(platforms) - number - 1
        text = ", ".join([*shown, platform]) + (f" +{rest}" if rest else "")
        if width(text) > room:
            break
        shown.append(platform)
    rest = len(platforms) - len(shown)
    if not shown and platforms:
        more = f" +{rest - 1}" if rest > 1 else ""
        return visible(platforms[0], room - len(more) - 1) + more
    return ", ".join(shown) + (f" +{rest}" if rest else "")
