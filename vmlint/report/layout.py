"""Columns and hanging paragraphs, from pairs of text and style.

Rich can set both, and is not used for them. Its tables need a width, break a row into several lines to keep it, and pad
each line with blanks, where what is piped into `grep` should be one line for each row, at any width. It is also slower:
the list of 347 guests takes Rich 141 ms, and 25 to 57 ms more to import it; :func:`grid` takes 0.6 ms, and is as short
as the calls of Rich were. So Rich is imported only to write colours and to show progress.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.report.screen import Line, width, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GAP = 2
"""Blanks between columns."""


def grid(rows: Sequence[Line], indent: int = 0) -> Iterator[Line]:
    """Yield rows of (text, style) cells in aligned columns. The last column is as wide as its text.

    All rows have the same number of cells.
    """
    widths = [max(width(text) for text, _ in column) for column in zip(*rows, strict=True)]
    for row in rows:
        *cells, last = zip(row, widths, strict=True)
        padded = [(text + " " * (room - width(text) + GAP), style) for (text, style), room in cells]
        yield [(" " * indent, ""), *padded, last[0]]


def legend(text: str, columns: int) -> Iterator[Line]:
    """Yield an explanation of what stands above it."""
    yield from ([(line, "dim")] for line in wrap(text, columns))


def hanging(
    text: str, columns: int, indent: int, sign: str = "", style: str = "", hang: int | None = None
) -> Iterator[Line]:
    """Yield a text that is wrapped to ``columns`` behind its styled sign.

    Further lines are indented by ``hang`` more than the first; by default they begin below the first word of the text.
    """
    before = f"{sign} " if sign else ""
    if hang is None:
        hang = width(before)
        first, *rest = wrap(text, columns - indent - hang)
        first = before + first
    else:
        first, *rest = wrap(before + text, columns - indent - hang)
    yield [(" " * indent, ""), (sign, style), (first.removeprefix(sign), "")]
    yield from ([(" " * (indent + hang) + line, "")] for line in rest)
