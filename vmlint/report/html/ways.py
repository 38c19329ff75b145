"""The ways of running each workload with findings, as tables: an architecture and mode against each demand."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from vmlint.advice.picture import IF, ITSELF, NO, OK, WEAK
from vmlint.record import NamedTuple
from vmlint.report.html.markup import isolated, listed, path, said, table, text
from vmlint.report.wording import count

if TYPE_CHECKING:
    from vmlint.advice.picture import Cell, Picture, Row
    from vmlint.run.choice import Choice

SHOWN = 200
"""Tables of a page."""
NAMED = 20
"""Workloads that are named above one table."""
MEANINGS = {
    OK: "no rule objects",
    WEAK: "the demand is met badly",
    IF: "a fact is missing",
    NO: "the code of a rule: it objects",
    ITSELF: "what the platform offers, whatever is demanded",
}
HEADS = {ITSELF: "offer"}


class _Table(NamedTuple):
    """A table, and the workloads that it holds for: each with its file."""

    id: str
    choice: Choice
    picture: Picture
    workloads: list[tuple[str, str]]


class Ways:
    """The tables of a page. Workloads whose tables are alike share one."""

    def __init__(self) -> None:
        self._tables: dict[Hashable, _Table] = {}
        self._left_out = 0

    def add(self, file: str, choice: Choice) -> str:
        """Add a workload of a file. Return the id of its table; empty where it gets none."""
        if choice.picture is not None:
            key = _likeness(choice, choice.picture)
            if key not in self._tables and len(self._tables) < SHOWN:
                self._tables[key] = _Table(f"ways-{len(self._tables) + 1}", choice, choice.picture, [])
            if key in self._tables:
                self._tables[key].workloads.append((file, choice.workload))
                return self._tables[key].id
        self._left_out += 1
        return ""

    def html(self, limits: Sequence[str]) -> Iterator[str]:
        """Yield the section; nothing where no workload is compared. ``limits`` say which rules do not judge."""
        if not self._tables:
            return
        yield '<section aria-labelledby="ways"><h2 id="ways">Every way to run these workloads</h2>\n'
        yield "<p>The best candidate of each architecture and mode against what is demanded, by the same rules.</p>\n"
        signs = ((NO if state == NO else HEADS.get(state, state), meaning) for state, meaning in MEANINGS.items())
        terms = "".join(
            f"<div><dt>{'VM401' if sign == NO else sign}</dt><dd>{meaning}</dd></div>" for sign, meaning in signs
        )
        yield f'<dl class="legend">{terms}</dl>\n'
        if limits:
            yield f"<p>Judged with limits: {said(', '.join(limits))}.</p>\n"
        yield from map(_compared, self._tables.values())
        if self._left_out:
            noun = count(self._left_out, "more workload")
            yield f"<p>{noun} with findings left out here; <code>vmlint suggest FILE</code> compares them.</p>\n"
        yield "</section>\n"


def _likeness(choice: Choice, found: Picture) -> Hashable:
    """Return what two workloads with the same table have in common."""
    rows = tuple((*row[:4], *row.cells.items()) for row in _rows(found))
    return (*choice[1:4], tuple(found.asked.items()), found.present is None, rows)


def _rows(found: Picture) -> list[Row]:
    return [*([found.present] if found.present else []), *found.rows]


def _compared(shown: _Table) -> str:
    """Return a table under the names of its workloads."""
    (file, name), *others = shown.workloads
    chosen = " ".join(map(text, filter(None, shown.choice[1:4]))) or "nothing chosen"
    also = f" and {count(len(others), 'other')}" if others else ""
    return (
        f'<details class="ways"><summary><h3>{isolated(name)}{also}</h3>'
        f'<p class="about"><span class="place">{path(file)}</span> <span>now: {chosen}</span></p></summary>'
        f'<div class="body" id="{shown.id}" tabindex="-1">{_named(others)}{_demands(shown.picture)}'
        f"{_tabled(shown.picture, name)}</div></details>\n"
    )


def _named(workloads: Sequence[tuple[str, str]]) -> str:
    shown = [f"{isolated(name)} ({path(file)})" for file, name in workloads[:NAMED]]
    rest = len(workloads) - len(shown)
    also = ", ".join(shown) + (f" and {rest} more" if rest else "")
    return f"<p>The same holds for {also}.</p>" if shown else ""


def _demands(found: Picture) -> str:
    stated = [(column, *demand) for column, demands in found.asked.items() for demand in demands]
    items = (f"<code>{text(path.removeprefix('requirements.'))}: {text(value)}</code>" for _, path, value in stated)
    return f"<p>Demanded:</p>{listed(items, 'demands')}" if stated else ""


def _tabled(found: Picture, name: str) -> str:
    """Return the table, and below it what every way meets, which needs no column."""
    columns = [column for column in found.asked if any(column in row.cells for row in _rows(found))]
    heads = ["way", "verdict", *(HEADS.get(column, column) for column in columns), "platforms"]
    present = (
        f"<tbody>{_row(found.present, columns, f'now: {text(found.present.mode)}')}</tbody>" if found.present else ""
    )
    groups = (
        f'<tbody><tr class="group"><th scope="rowgroup" colspan="{len(heads)}">{text(architecture)}</th></tr>'
        f"{''.join(_row(row, columns, text(row.mode)) for row in rows)}</tbody>"
        for architecture, rows in groupby(found.rows, key=lambda row: row.architecture)
    )
    met = ", ".join(HEADS.get(column, column) for column in found.asked if column not in columns)
    drawn = table(f"Ways to run {isolated(name)}", [(head, "") for head in heads], present + "".join(groups), "picture")
    return drawn + (f"<p>Met by every way: {met}.</p>" if met else "")


def _row(row: Row, heads: Iterable[str], name: str) -> str:
    cells = "".join(_cell(row.cells.get(head)) for head in heads)
    verdict = row.verdict.replace(" ", "-")
    return (
        f'<tr><th scope="row">{name}</th><td class="{verdict}">{row.verdict}</td>{cells}'
        f"<td>{', '.join(map(text, row.platforms))}</td></tr>"
    )


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return f"<td>{OK}</td>"
    return f'<td class="{cell.state}">{", ".join(map(text, cell.codes)) or cell.state}</td>'
