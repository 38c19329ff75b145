"""How often each rule found something: what ``--statistics`` shows in place of the findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from vmlint.record import NamedTuple
from vmlint.report import wording
from vmlint.report.json import dumped, head
from vmlint.report.json import summary as summary_of
from vmlint.report.screen import Line

if TYPE_CHECKING:
    from vmlint.findings.severity import Severity
    from vmlint.run.result import Result, Run


class Count(NamedTuple):
    """How often a rule found something."""

    code: str
    name: str
    severity: Severity
    """The gravest of its findings."""
    findings: int = 0
    """Those that count."""
    fixable: int = 0
    """Those among them that ``--fix`` or ``--unsafe-fixes`` mends."""
    accepted: int = 0
    """Those that a waiver or the baseline accepts."""


def lines(run: Run, *, summary: bool = True) -> Iterator[Line]:
    """Yield a row for each rule, the most frequent first, and with ``summary`` a line on the whole run."""
    counts = counted(run)
    if counts:
        width = max(len(str(each.findings)) for each in counts)
        for each in counts:
            counted_too = {"fixable": each.fixable, "accepted": each.accepted}
            notes = ", ".join(f"{number} {what}" for what, number in counted_too.items() if number)
            yield [
                (f"{each.findings:{width}}  ", "bold"),
                (f"{each.severity} {each.code}", wording.STYLES[each.severity]),
                (f" {each.name}" + (f" ({notes})" if notes else ""), ""),
            ]
    worst = run.tally.worst
    if summary and (run.tally.linted or run.tally.unread):
        if counts:
            yield []
        yield [(wording.summary(run.tally), "bold green" if worst is None else wording.STYLES[worst])]


def document(run: Run) -> Iterator[str]:
    """Yield the same as one JSON object."""
    counts = counted(run)
    listed = [{**each._asdict(), "severity": str(each.severity)} for each in counts]
    yield dumped({**head(), "summary": summary_of(run.tally), "statistics": listed})


def counted(results: Iterable[Result]) -> list[Count]:
    """Return the counts by rule, the most frequent first."""
    counts: dict[str, Count] = {}
    for result in results:
        for found in result.diagnostics:
            so_far = counts.get(found.code) or Count(found.code, found.name, found.severity)
            counts[found.code] = so_far._replace(
                severity=max(so_far.severity, found.severity),
                findings=so_far.findings + (found.accepted is None),
                fixable=so_far.fixable + (found.accepted is None and bool(found.fixes)),
                accepted=so_far.accepted + (found.accepted is not None),
            )
    return sorted(counts.values(), key=lambda each: (-each.findings, -each.accepted, each.code))
