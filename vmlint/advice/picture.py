"""The overview of ``vmlint suggest``: every architecture and mode against every requirement.

A row is an architecture in a mode. A column is one kind of requirement. A cell says whether the best candidate of the
row meets the requirement, and if not, which rule reports it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from vmlint.advice.score import weights_in_force
from vmlint.findings.verdict import Candidate, Verdict
from vmlint.model.fields import Group
from vmlint.model.groups.requirements import Requirements
from vmlint.model.workload import Workload
from vmlint.record import NamedTuple
from vmlint.words import as_text

OK, WEAK, IF, NO = "ok", "weak", "if", "no"
"""States of a cell: no error; the requirement is met badly; a fact is missing; an error."""

FITS, FITS_IF, RULED_OUT = "fits", "fits if", "ruled out"
ITSELF = "itself"
"""The column for errors of a platform that depend on no requirement."""
REQUIREMENTS = tuple(Requirements.named)
_OTHERS = {
    "guest": "guest",
    "host": "host",
    "environment": "use",
    "kind": "use",
    "instances": "use",
    "resources": "size",
}
_COLUMNS = (*REQUIREMENTS, "guest", "host", "use", "size", ITSELF)


class Cell(NamedTuple):
    """The result for one kind of requirement in one row."""

    state: str
    codes: tuple[str, ...] = ()
    """The rules with an error."""


class Row(NamedTuple):
    """One architecture and mode, with its best candidate."""

    architecture: str
    mode: str
    verdict: str
    platforms: tuple[str, ...]
    """The platforms that fit, best first."""
    cells: Mapping[str, Cell]
    """By column."""


class Picture(NamedTuple):
    """All rows for one workload."""

    asked: Mapping[str, tuple[tuple[str, str], ...]]
    """Column -> its requirements, each path with its value. Columns without any show what follows from facts."""
    present: Row | None
    """The present choice."""
    rows: tuple[Row, ...]


def picture(workload: Workload, verdict: Verdict) -> Picture:
    """Return the overview for a verdict of :func:`vmlint.advice.advise.advise`."""
    served = _columns_by_capability(workload)
    groups: dict[tuple[str, str], list[Candidate]] = {}
    for candidate in (*verdict.fitting, *verdict.eliminated):
        if candidate.mode and candidate.architecture:
            groups.setdefault((candidate.architecture, candidate.mode), []).append(candidate)
    architectures, modes = [*workload.catalog.architectures], [*workload.catalog.modes]
    ways = sorted(groups, key=lambda way: (architectures.index(way[0]), modes.index(way[1])))
    rows = [_row(groups[way], served) for way in ways]
    present = _row([verdict.current], served) if verdict.current else None
    asked = _asked(workload)
    troubled = {
        column
        for row in (*rows, *([present] if present else []))
        for column, cell in row.cells.items()
        if cell.state != OK
    }
    shown = [column for column in _COLUMNS if column in troubled or (column in asked and column in REQUIREMENTS)]
    return Picture({column: asked.get(column, ()) for column in shown}, present, tuple(rows))


def _columns_by_capability(workload: Workload) -> dict[str, dict[str, None]]:
    """Return, for each capability with a weight, the columns of the requirements behind the weight, each once."""
    found: dict[str, dict[str, None]] = {}
    for entry in weights_in_force(workload):
        for capability in entry["columns"]:
            found.setdefault(capability, {})[_column(entry["when"]["field"])] = None
    return found


def _column(path: str) -> str:
    first, _, rest = path.partition(".")
    if first == "requirements":
        return rest.partition(".")[0]
    return _OTHERS.get(first, ITSELF)


def _row(candidates: Sequence[Candidate], served: Mapping[str, Iterable[str]]) -> Row:
    fitting = [candidate for candidate in candidates if candidate.fits]
    certain = [candidate for candidate in fitting if not candidate.needs]
    shown = next(iter([*certain, *fitting]), None) or min(candidates, key=lambda each: len(each.errors))
    cells: dict[str, Cell] = {}
    for reason in shown.weaknesses:
        for column in served.get(reason.column, ()):
            cells[column] = Cell(WEAK)
    for need in shown.needs if shown.fits else ():
        column = ITSELF if need.in_catalog else _column(need.path)
        cells[column] = Cell(IF)
    for code, _, paths in shown.errors:
        for column in _blamed(paths):
            known = cells.get(column, Cell(NO)).codes
            cells[column] = Cell(NO, (*known, *(() if code in known else (code,))))
    verdict = FITS if certain else FITS_IF if fitting else RULED_OUT
    platforms = tuple(dict.fromkeys(candidate.platform for candidate in (certain or fitting)))
    return Row(shown.architecture, shown.mode, verdict, platforms, cells)


def _blamed(paths: Iterable[str]) -> list[str]:
    """Return the columns of an error: the requirements that it rests on, or else the facts."""
    columns = list(dict.fromkeys(map(_column, paths)))
    demands = [column for column in columns if column in REQUIREMENTS]
    facts = [column for column in columns if column != ITSELF]
    return demands or facts or [ITSELF]


def _asked(workload: Workload) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for path, value in chain(_demands(workload.requirements), _demands(workload.guest)):
        found.setdefault(_column(path), []).append((path, as_text(value)))
    for field in ("kind", "environment", "instances"):
        if workload.states(field):
            found.setdefault("use", []).append((field, as_text(getattr(workload, field))))
    return {column: tuple(pairs) for column, pairs in found.items()}


def _demands(group: Group) -> Iterator[tuple[str, Any]]:
    for field, value in group.all_stated():
        if value not in ("none", (), False):  # stated, but not a requirement
            yield field.path, value
