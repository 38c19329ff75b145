"""The head of the page: how much was found, and under which rules, on which platforms, in whose folders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from vmlint.findings.severity import Severity
from vmlint.record import NamedTuple
from vmlint.report.html.finding import NO_OWNER, NO_PLATFORM
from vmlint.report.html.markup import attributes, path, table, text
from vmlint.report.wording import count

if TYPE_CHECKING:
    from vmlint.report.html.finding import Entry
    from vmlint.run.result import Tally

STANDINGS = (*(str(severity) for severity in sorted(Severity, reverse=True)), "accepted")
"""How a finding counts: the columns of each table, gravest first."""
ROWS = 200
"""Rows of a table; of the others, how many there are."""
BAR = 64
"""Width of the longest bar, in pixels."""


class Facet(NamedTuple):
    """By what findings are counted and filtered."""

    id: str
    """Also the name of the attribute ``data-…`` of each finding."""
    title: str


FACETS = (Facet("rule", "Rule"), Facet("platform", "Platform"), Facet("folder", "Folder"), Facet("owner", "Owner"))


class Counts:
    """How many findings there are of each standing, by each facet."""

    def __init__(self) -> None:
        self._found: dict[str, dict[str, Counter[str]]] = {facet.id: {} for facet in FACETS}
        self._names: dict[str, str] = {}
        """Code of a rule -> its name."""

    def add(self, entry: Entry) -> None:
        """Count one more finding. With several owners it counts for each."""
        self._names[entry.found.code] = entry.found.name
        for facet, values in entry.facets.items():
            for value in values:
                self._found[facet].setdefault(value, Counter())[entry.standing] += 1

    @property
    def facets(self) -> list[Facet]:
        """The facets that tell findings apart: no owner where no CODEOWNERS tells any, no platform of mere files."""
        return [facet for facet in FACETS if self._found[facet.id].keys() - {NO_PLATFORM}]

    @property
    def accepted(self) -> bool:
        """Whether any finding is accepted."""
        return any(found["accepted"] for found in self._found["rule"].values())

    @property
    def rules(self) -> list[str]:
        """The codes of the rules with findings, in order."""
        return sorted(self._names)

    def values(self, facet: Facet) -> Iterator[tuple[str, int]]:
        """Yield each value of a facet, in order, and how many findings it has."""
        for value, found in sorted(self._found[facet.id].items()):
            yield value, found.total()

    def name(self, facet: Facet, value: str) -> str:
        """Return what a value is called, as text that is escaped."""
        if facet.id == "rule":
            return f"{text(value)} {text(self._names[value])}"
        return value.replace("-", " ") if value in (NO_PLATFORM, NO_OWNER) else text(value)

    def _label(self, facet: Facet, value: str) -> str:
        """Return the same as HTML."""
        if facet.id == "rule":
            return f"<code>{text(value)}</code> {text(self._names[value])}"
        return path(value) if facet.id == "folder" else self.name(facet, value)

    def tables(self) -> Iterator[str]:
        """Yield a table for each facet, the rows with the gravest findings first."""
        yield '<section aria-labelledby="overview"><h2 id="overview">Overview</h2>\n<div class="tables">'
        for facet in self.facets:
            yield self._table(facet)
        yield "</div></section>\n"

    def _table(self, facet: Facet) -> str:
        ranked = sorted(self._found[facet.id].items(), key=lambda row: ([-row[1][each] for each in STANDINGS], row[0]))
        most = max(found.total() for _, found in ranked)
        columns = [each for each in STANDINGS if any(found[each] for _, found in ranked)]
        rows = (self._row(facet, value, found, columns, most) for value, found in ranked[:ROWS])
        heads = [(facet.title, ""), *((_head(each), "number") for each in columns), ("All", "number")]
        return table(f"By {facet.title.lower()}", heads, body(rows, len(ranked), len(heads)))

    def _row(self, facet: Facet, value: str, found: Counter[str], columns: Sequence[str], most: int) -> str:
        chosen = attributes([("data-facet", facet.id), ("data-value", value)])
        numbers = "".join(f'<td class="number">{found[each] or _ZERO}</td>' for each in columns)
        total = f'{_bar(found, most)}<span class="total">{found.total()}</span>'
        return (
            f'<tr><th scope="row"{chosen}>{self._label(facet, value)}</th>{numbers}<td class="number">{total}</td></tr>'
        )


_ZERO = '<span class="zero">0</span>'


def _head(standing: str) -> str:
    return "Accepted" if standing == "accepted" else f"{standing.capitalize()}s"


def body(rows: Iterable[str], number: int, width: int) -> str:
    """Return the rows that are shown of a table, and how many more there are; ``width`` counts its columns."""
    more = f'<tfoot><tr><td colspan="{width}">and {number - ROWS} more</td></tr></tfoot>' if number > ROWS else ""
    return "<tbody>\n" + "\n".join(rows) + f"\n</tbody>{more}"


def _bar(found: Mapping[str, int], most: int) -> str:
    """Return a bar of the standings; what it shows stands in the row as numbers, too."""
    parts, at = "", 0.0
    for standing in STANDINGS:
        if wide := round(found[standing] * BAR / most, 1):
            parts += f'<rect class="{standing}" x="{at:g}" width="{wide:g}" height="8"/>'
            at += wide
    return f'<svg class="bar" width="{BAR}" height="8" aria-hidden="true">{parts}</svg>'


def tiles(tally: Tally) -> Iterator[str]:
    """Yield the numbers of the run, each with its name."""
    found: list[tuple[str, int, str]] = [
        (str(severity), tally.severities[severity], str(severity)) for severity in sorted(Severity, reverse=True)
    ]
    found += [("accepted", tally.accepted.total(), "accepted"), ("undecided", tally.open, "undecided check")]
    found += [("", tally.workloads, "workload"), ("", tally.linted, "file")]
    found += [("error", tally.unread, "unread file")] if tally.unread else []
    found += [("", tally.skipped, "skipped file")] if tally.skipped else []
    for kind, number, noun in found:
        name = noun if noun == "accepted" else count(number, noun).partition(" ")[2]
        yield f'<div class="{f"tile {kind}" if kind and number else "tile"}"><dt>{name}</dt><dd>{number}</dd></div>'
