"""What if it ran there: a row for each machine, what would break and change, and the total; as text and as JSON."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from vmlint.findings.severity import Severity
from vmlint.report import phrases
from vmlint.report.screen import Line, file_name, visible, width, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vmlint.advice.move import Move
    from vmlint.findings.place import Place
    from vmlint.lint.engine import Hit

BREAKS, WARNS, NEEDS, RUNS, NO = "breaks", "warns", "runs if", "runs", "cannot"
"""Verdicts: an error there; a new warning; a fact is missing; nothing to object; the platform runs no such thing."""
HOST = "host."
"""What the path of a condition begins with that is about the new hosts, and so is told once."""
STYLES = {BREAKS: "bold red", WARNS: "yellow", NEEDS: "cyan", RUNS: "green", NO: "bold red"}


class Moved(NamedTuple):
    """One workload with what would become of it."""

    file: str
    workload: str
    place: Place
    """Where the workload stands."""
    move: Move | None
    """``None`` where the platform runs nothing of its kind."""

    @property
    def verdict(self) -> str:
        """The gravest that is to be said."""
        if self.move is None:
            return NO
        if self.move.breaks:
            return BREAKS
        if self.move.warns:
            return WARNS
        return NEEDS if any(not need.path.startswith(HOST) for need in self.move.needs) else RUNS


def table(target: str, moved: Sequence[Moved], columns: int) -> Iterator[Line]:
    """Yield the table, to be shown ``columns`` wide."""
    yield [(f"what if it ran on {visible(target)}", "bold")]
    yield []
    hosts = [need for each in moved if each.move for need in each.move.needs if need.path.startswith(HOST)]
    if hosts:
        yield [("as long as, on the new hosts,", "")]
        for condition in phrases.conditions(dict.fromkeys(hosts)):
            yield from _told("-", condition, columns, "cyan")
        yield []
    names = [visible(each.workload) for each in moved]
    room = min(max(map(width, names), default=0), 30)
    for each, name in zip(moved, names, strict=True):
        shown = name if width(name) <= room else visible(name, room - 1)
        where = f"{file_name(each.file)}:{each.place.line}"
        yield [(f"{each.verdict:8}", STYLES[each.verdict]), (f" {shown:{room}}  {where}", "")]
        yield from _details(each, columns)
    yield []
    yield from ([(line, "bold")] for line in wrap(summary(moved), columns))


def _details(each: Moved, columns: int) -> Iterator[Line]:
    if each.move is None:
        yield from _told("", "the platform runs nothing of its kind", columns)
        return
    for hit in each.move.breaks:
        yield from _told(hit.rule.code, hit.finding.message, columns, "bold red")
    for hit in each.move.warns:
        yield from _told(hit.rule.code, hit.finding.message, columns, "yellow")
    for condition in phrases.conditions(need for need in each.move.needs if not need.path.startswith(HOST)):
        yield from _told("if", condition, columns, "cyan")
    for hit in each.move.mends:
        yield from _told("gone:", f"{hit.rule.code} {hit.finding.message}", columns, "green")
    told = ", ".join(phrases.choices(each.move.changes))
    if told:
        yield from _told("changes:", told, columns, "dim")
    dropped = [path.removeprefix("deployment.") for path, value in each.move.changes.items() if value is None]
    if dropped:
        yield from _told("to be chosen anew:", ", ".join(dropped), columns, "dim")


def _told(sign: str, text: str, columns: int, style: str = "") -> Iterator[Line]:
    margin = 9
    for number, line in enumerate(wrap(f"{sign} {visible(text)}".strip(), columns - margin - 2)):
        if number or not sign:
            yield [(" " * (margin + 2 * bool(number)) + line, "")]
        else:
            yield [(" " * margin, ""), (sign, style), (line.removeprefix(sign), "")]


def summary(moved: Sequence[Moved]) -> str:
    """Return the total in one sentence, with the rules that speak most."""
    count = Counter(each.verdict for each in moved)
    told = [f"{count[verdict]} {word}" for verdict, word in _SUMMED.items() if count[verdict]]
    codes = Counter(hit.rule.code for each in moved if each.move for hit in each.move.breaks)
    by = ", ".join(f"{code} {number}" for code, number in sorted(codes.items(), key=lambda item: (-item[1], item[0])))
    return f"{phrases.count(len(moved), 'workload')}: {', '.join(told) or 'none'}" + (
        f" (errors by {by})" if by else ""
    )


_SUMMED = {
    NO: "cannot run there",
    BREAKS: "would break",
    WARNS: "would run with new warnings",
    NEEDS: "would run if a missing fact turns out well",
    RUNS: "would run",
}


def as_json(target: str, moved: Sequence[Moved]) -> dict[str, Any]:
    """Return the same for programs (``WhatIf`` in ``schemas/report.json``)."""
    return {
        "target": target,
        "summary": {verdict: sum(each.verdict == verdict for each in moved) for verdict in _SUMMED},
        "workloads": [_row(each) for each in moved],
    }


def _row(each: Moved) -> dict[str, Any]:
    move = each.move
    return {
        "file": each.file,
        "line": each.place.line,
        "workload": each.workload,
        "verdict": each.verdict,
        "breaks": [_hit(hit) for hit in move.breaks] if move else [],
        "warns": [_hit(hit) for hit in move.warns] if move else [],
        "gone": [_hit(hit) for hit in move.mends] if move else [],
        "needs": [{"path": need.path, "condition": need.condition, "code": need.code} for need in move.needs]
        if move
        else [],
        "changes": dict(move.changes) if move else {},
    }


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "code": hit.rule.code,
        "name": hit.rule.name,
        "severity": str(Severity(hit.severity)),
        "message": hit.finding.message,
        "path": hit.finding.path,
    }
