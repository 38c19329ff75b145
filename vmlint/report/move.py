"""The report of ``check --on``: what would break and change for each workload on another platform, and the total."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from vmlint.findings.severity import Severity
from vmlint.inert import visible
from vmlint.patterns import lazy_pattern
from vmlint.record import NamedTuple
from vmlint.report import wording
from vmlint.report.layout import grid, hanging
from vmlint.report.screen import Line, file_name, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vmlint.advice.concern import Concern
    from vmlint.advice.move import Move
    from vmlint.findings.place import Place
    from vmlint.findings.unknown import Undecided

CANNOT, BREAKS, WARNS, RUNS_IF, RUNS = "cannot", "breaks", "warns", "runs if", "runs"


class Verdict(NamedTuple):
    """What becomes of a workload."""

    meaning: str
    """Completes a number in the total: ``2 would break``."""
    style: str
    severity: Severity | None = None
    """How bad that is; ``None`` where nothing is worse than today."""


VERDICTS = {
    CANNOT: Verdict("cannot run there", "bold red", Severity.ERROR),
    BREAKS: Verdict("would break", "bold red", Severity.ERROR),
    WARNS: Verdict("would run with new warnings", "yellow", Severity.WARNING),
    RUNS_IF: Verdict("would run once what is listed is chosen, checked or done", "cyan"),
    RUNS: Verdict("would run", "green"),
}
"""The platform runs nothing of its kind; an error; a new warning; something is to be settled first; all that was read
was judged, and nothing speaks against it. Worst first."""
SIGNS = {
    "breaks": ("limit:", "bold red"),
    "choose": ("choose:", "cyan"),
    "check": ("check:", "cyan"),
    "before": ("before:", "cyan"),
    "open": ("not judged:", "cyan"),
    "lost": ("lost:", "dim"),
    "advice": ("before:", "dim"),
    "after": ("after:", "dim"),
}
"""Kind of a concern -> the word before it, and its style."""
FIRST = frozenset({"breaks", "choose", "check", "before", "open"})
"""Kinds of concerns that are told before the changes."""
QUIET = frozenset({"lost", "advice", "after"})
"""Kinds of concerns that decide nothing: what all workloads share of them is told once."""
SEVERAL = 2
HOST = "host."
"""Beginning of the conditions on the new hosts, which are listed once for all workloads."""
TODAY_TOO = " (today too)"
_LINKS = lazy_pattern(r"^(?:is|has|names) ")
"""How a condition begins that follows a field, and may stand alone."""
INDENT = 9
"""Columns before the details of a workload: behind its verdict."""


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
        """The worst of ``VERDICTS`` that holds."""
        if self.move is None:
            return CANNOT
        if self.move.breaks or self.move.blocks:
            return BREAKS
        if self.move.warns:
            return WARNS
        unsettled = self.move.unsettled or any(not need.path.startswith(HOST) for need in self.move.needs)
        return RUNS_IF if unsettled else RUNS


def report(target: str, moved: Sequence[Moved], columns: int, limits: Sequence[str] = ()) -> Iterator[Line]:
    """Yield the report, to be shown ``columns`` wide.

    ``target`` is the name of the platform. ``limits`` say how the options limit what the rules report.
    """
    yield [(f"what if it ran on {visible(target)}", "bold")]
    yield []
    hosts = [need for each in moved if each.move for need in each.move.needs if need.path.startswith(HOST)]
    if hosts:
        yield [("as long as, on the new hosts,", "")]
        for condition in dict.fromkeys(map(_of_hosts, hosts)):
            yield from hanging(visible(condition), columns, INDENT, "-", "cyan")
        yield []
    common = _common(moved)
    if common:
        yield [("for all of them:", "")]
        for concern in common:
            yield from hanging(visible(f"{SIGNS[concern.kind][0]} {concern.text}"), columns, INDENT, "-", "cyan")
        yield []
    for row, each in zip(grid([_row(each) for each in moved]), moved, strict=True):
        yield row
        yield from _details(each, columns, common)
    yield []
    yield from ([(line, "bold")] for line in wrap(summary(moved, limits), columns))


def _row(each: Moved) -> Line:
    where = f"{file_name(each.file)}:{each.place.line}"
    return [(f"{each.verdict:7}", VERDICTS[each.verdict].style), (visible(each.workload, 30), ""), (where, "")]


def _common(moved: Sequence[Moved]) -> list[Concern]:
    """Return the concerns that several machines share, all of them, if they are of a kind that decides nothing."""
    moves = [each.move for each in moved if each.move and each.move.concerns]
    if len(moves) < SEVERAL or any(each.move and not each.move.concerns for each in moved):
        return []
    shared = set.intersection(*(set(each.concerns) for each in moves))
    return [each for each in moves[0].concerns if each in shared and each.kind in QUIET]


def _details(each: Moved, columns: int, common: Sequence[Concern]) -> Iterator[Line]:
    if each.move is None:
        yield from hanging("the platform runs nothing of its kind", columns, INDENT)
        return
    lasting = each.move.lasting
    details = [
        *((hit.rule.code, hit.finding.message + TODAY_TOO * (hit in lasting), "bold red") for hit in each.move.breaks),
        *((hit.rule.code, hit.finding.message, "yellow") for hit in each.move.warns),
        *(_told(concern) for concern in each.move.concerns if concern.kind in FIRST),
        *(_asked(need) for need in _own_needs(each.move)),
        *(("gone:", f"{hit.rule.code} {hit.finding.message}", "green") for hit in each.move.mends),
        ("changes:", ", ".join(wording.choices(each.move.changes)), "dim"),
        ("choose anew:", ", ".join(_dropped(each.move)), "dim"),
        ("as today:", ", ".join(wording.choices(each.move.keeps)), "dim"),
        *(_told(concern) for concern in each.move.concerns if concern.kind not in FIRST and concern not in common),
    ]
    for sign, text, style in details:
        if text:
            yield from hanging(visible(text), columns, INDENT, sign, style, hang=2)


def _told(concern: Concern) -> tuple[str, str, str]:
    sign, style = SIGNS[concern.kind]
    return sign, concern.text, style


def _asked(need: Undecided) -> tuple[str, str, str]:
    """Return a rule's condition as what a person has to choose, of the deployment, or to look up."""
    from vmlint.catalog.moves import moves
    from vmlint.model.paths import fields

    sign = "choose:" if need.path.startswith("deployment.") else "check:"
    field = fields().get(need.path)
    what = moves().asked(need.path) or (field.declared.title if field else need.path)
    says = {"is true": "yes", "is false": "no"}.get(need.condition, _LINKS.sub("", need.condition))
    return sign, f"{what}: {says}" if says else f"{what}, on which more depends ({need.name.replace('-', ' ')})", "cyan"


def _of_hosts(need: Undecided) -> str:
    """Return a rule's condition as what the new hosts are, or what to look up of them."""
    from vmlint.catalog.moves import moves
    from vmlint.model.paths import fields

    said = moves().of_hosts(need.path, need.condition)
    if said:
        return said
    field = fields().get(need.path)
    what = field.declared.title if field else need.path
    more = f"on which more depends ({need.name.replace('-', ' ')})"
    return f"{what}: {_LINKS.sub('', need.condition)}" if need.condition else f"{what}, {more}"


def _own_needs(move: Move) -> Iterator[Undecided]:
    return (need for need in move.needs if not need.path.startswith(HOST))


def _dropped(move: Move) -> Iterator[str]:
    return (path.removeprefix("deployment.") for path, value in move.changes.items() if value is None)


def summary(moved: Sequence[Moved], limits: Sequence[str] = ()) -> str:
    """Return the total in one line, with the rules that find most errors, and how the options limit the rules."""
    count = Counter(each.verdict for each in moved)
    total = [f"{count[verdict]} {about.meaning}" for verdict, about in VERDICTS.items() if count[verdict]]
    as_today = sum(bool(each.move and each.move.breaks and each.move.lasting == each.move.breaks) for each in moved)
    codes = Counter(hit.rule.code for each in moved if each.move for hit in each.move.breaks)
    errors = [f"{code} {number}" for code, number in sorted(codes.items(), key=lambda item: (-item[1], item[0]))]
    today = [f"{as_today} with today's errors only"] if as_today else []
    notes = "; ".join([*today, *([f"errors by {', '.join(errors)}"] if errors else []), *limits])
    return f"{wording.count(len(moved), 'workload')}: {', '.join(total) or 'none'}{f' ({notes})' if notes else ''}"
