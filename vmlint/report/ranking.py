"""The ranking of ``vmlint suggest``: what fits, what fits if, what is ruled out, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from vmlint.advice.candidates import is_repair
from vmlint.advice.rank import is_far_fetched
from vmlint.findings.verdict import Candidate
from vmlint.inert import visible
from vmlint.record import NamedTuple
from vmlint.report import wording
from vmlint.report.layout import grid, hanging, legend
from vmlint.report.screen import Line, file_name, wrap
from vmlint.words import local_to

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vmlint.findings.unknown import Undecided
    from vmlint.findings.verdict import Reason, Risk, Verdict

SHOWN = 10
"""Candidates shown of each kind unless all are asked for."""
ALIKE = 3
"""Messages of one rule that are listed apart; more of them are listed by the first."""
INDENT = 8
"""Columns before the remarks on a candidate: two, the score, two."""
PLUS, MINUS, WARN, IF = "green", "yellow", "yellow", "cyan"
SIGNS = {
    "x": "x: a rule objects",
    "if": "if: must be true",
    "+": "+: an advantage",
    "~": "~: with limits",
    "-": "-: a drawback",
    "!": "!: mind this",
    "=": "=: local data",
}
LAST: Mapping[str, Callable[[Candidate], bool]] = {
    "another system on the host": is_far_fetched,
    "emulation without need": lambda candidate: candidate.mode == "emulation",
    "accepted risks": lambda candidate: bool(candidate.risks),
}
"""What the ranking puts last, whatever its score."""


class Present(NamedTuple):
    """The workload that a ranking is about, and what is wrong with its present choice."""

    file: str
    workload: str
    deployed: bool
    errors: tuple[tuple[str, str], ...] = ()
    """Code and message of the errors and warnings about the present deployment."""
    risks: tuple[Risk, ...] = ()
    """Findings about it that local catalogue data suppresses."""
    limits: tuple[str, ...] = ()
    """How the options limit what the rules report about it."""


def title(present: Present) -> Iterator[Line]:
    """Yield the name of the workload and its file."""
    name = f"workload {visible(present.workload)}" if present.workload else "a workload without a name"
    yield [(name, "bold"), (f" ({file_name(present.file)})", "")]
    yield []


def ranking(present: Present, verdict: Verdict, columns: int, *, everything: bool = False) -> Iterator[Line]:
    """Yield the ranking for one workload, to be shown ``columns`` wide."""
    current = [verdict.current] if verdict.current else []
    every = [*current, *verdict.fitting]
    ranked = list(zip(every, grid([_row(candidate) for candidate in every], indent=2), strict=True))
    yield from _now(present, [row for _, row in ranked[: len(current)]], columns)
    fitting = ranked[len(current) :]
    shown = None if everything else SHOWN
    yield from _section(_headline([candidate for candidate, _ in fitting]), fitting, columns, shown)
    if not fitting:
        yield from _nothing(verdict, columns)
    yield from _legend(present, verdict.fitting[:shown], columns)
    yield from _eliminated(verdict.eliminated, columns)


def _headline(fitting: Sequence[Candidate]) -> str:
    """Return what stands above the candidates; only some of them may have conditions."""
    conditional = [bool(candidate.needs) for candidate in fitting]
    if not any(conditional):
        return "fits"
    return "fits if" if all(conditional) else "fits, where marked only if"


def _row(candidate: Candidate) -> Line:
    words = (f"{candidate.score:.2f}", visible(candidate.platform), candidate.architecture, candidate.mode)
    return [(word, "") for word in words]


def _repair(candidate: Candidate) -> tuple[str, str]:
    return (f"  ({', '.join(wording.choices(candidate.changes))})" if candidate.repair else "", "bold")


def _now(present: Present, rows: Sequence[Line], columns: int) -> Iterator[Line]:
    if not present.deployed:
        return
    yield [("now", "bold")]
    yield from rows
    for code, message in present.errors:
        yield from hanging(f"{code} {visible(message)}", columns, INDENT, "x", "red")
    for risk in present.risks:
        yield from hanging(visible(wording.risk(risk)), columns, INDENT, "!", WARN)
    if not present.errors and not present.risks:
        limits = f" ({'; '.join(present.limits)})" if present.limits else ""
        yield from hanging(f"no rule objects{limits}", columns, INDENT)
    yield []


def _section(title: str, ranked: Sequence[tuple[Candidate, Line]], columns: int, shown: int | None) -> Iterator[Line]:
    """Yield one kind of candidates. What all of them or neighbours have in common is said once."""
    if not ranked:
        return
    yield [(title, "bold")]
    common = wording.common_needs([candidate for candidate, _ in ranked])
    for condition in wording.conditions(common):
        yield from hanging(condition, columns, 2, "if", IF)
    before: tuple[_Remarks, ...] = ()
    for remarks, group in groupby(ranked[:shown], key=lambda pair: _remarks(pair[0], common)):
        yield from ([*row, _repair(candidate)] for candidate, row in group)
        for kind in remarks:
            yield from _remarked(kind, before, columns)
        before = remarks
    rest = len(ranked[shown:]) if shown else 0
    if rest:
        yield [(f"  and {rest} more; --all shows them", "dim")]
    yield []


class _Remarks(NamedTuple):
    """What is said about candidates in one respect."""

    sign: str
    style: str
    noun: str
    texts: tuple[str, ...]


def _remarks(candidate: Candidate, common: Sequence[Undecided]) -> tuple[_Remarks, ...]:
    """Return all remarks on a candidate."""
    risks = map(wording.risk, candidate.risks)
    local = (f"{candidate.platform} is described by {local_to(*candidate.local)}",) if candidate.local else ()
    warnings = (f"still warns: {', '.join(dict.fromkeys(candidate.warnings))}",) if candidate.warnings else ()
    return (
        _Remarks("if", IF, "conditions", tuple(wording.conditions(wording.own_needs(candidate, common)))),
        _Remarks("+", PLUS, "", (candidate.repair,) if candidate.repair else ()),
        _Remarks("+", PLUS, "reasons", tuple(_reason(each) for each in candidate.reasons if wording.is_merit(each))),
        _Remarks("~", "", "limits", tuple(_reason(each) for each in candidate.reasons if not wording.is_merit(each))),
        _Remarks("-", MINUS, "weaknesses", tuple(map(_reason, candidate.weaknesses))),
        _Remarks("-", MINUS, "losses", tuple(f"gives up {loss}" for loss in candidate.gives_up)),
        _Remarks("!", WARN, "", (*risks, *warnings, *wording.consequences(candidate.changes))),
        _Remarks("=", "", "", local),
    )


def _reason(reason: Reason) -> str:
    sources = f" [{', '.join(reason.sources)}]" if reason.sources else ""
    return f"{reason.label}: {reason.why}{sources}"


def _remarked(remarks: _Remarks, before: tuple[_Remarks, ...], columns: int) -> Iterator[Line]:
    same = bool(remarks.noun) and len(remarks.texts) > 1 and remarks in before
    texts = (f"the same {remarks.noun} as above",) if same else remarks.texts
    for text in texts:
        yield from hanging(visible(text), columns, INDENT, remarks.sign, remarks.style)


def _legend(present: Present, shown: Sequence[Candidate], columns: int) -> Iterator[Line]:
    """Yield what the numbers, the order and the signs mean, as far as they occur."""
    if not shown:
        return
    first = "the same platform and architecture first, then " if present.deployed and any(map(is_repair, shown)) else ""
    last = [text for text, holds in LAST.items() if any(map(holds, shown))]
    order = f"{first}by score" + (f"; last: {', '.join(last)}" if last else "")
    yield from legend(f"number: score from 0 to 1, how well the requirements are met; order: {order}", columns)
    signs = {remarks.sign for candidate in shown for remarks in _remarks(candidate, ()) if remarks.texts}
    signs |= {"x"} if present.errors else set()
    yield from legend("; ".join(text for sign, text in SIGNS.items() if sign in signs), columns)
    yield []


def _nothing(verdict: Verdict, columns: int) -> Iterator[Line]:
    demands = [visible(demand) for demand in verdict.contradiction]
    if len(demands) > 1:
        text = f"nothing fits: {' and '.join(demands)} contradict each other; without them something would fit"
    elif demands:
        text = f"nothing fits: nothing can meet {demands[0]}; without it something would fit"
    else:
        text = "nothing fits; what rules out each candidate is listed below"
    for line in wrap(text, columns):
        yield [(line, "bold red")]
    yield []


def _eliminated(candidates: Sequence[Candidate], columns: int) -> Iterator[Line]:
    """Yield what was ruled out, grouped by the first error of each, the most frequent first."""
    if not candidates:
        return
    groups: dict[tuple[str, str], list[Candidate]] = {}
    variants: dict[str, dict[str, None]] = {}
    for candidate in candidates:
        code, message = candidate.errors[0].code, candidate.errors[0].message
        variants.setdefault(code, {})[message] = None
    for candidate in candidates:
        code, message = candidate.errors[0].code, candidate.errors[0].message
        if len(variants[code]) > ALIKE:  # mostly one sentence with the names of different platforms in it
            message = f"{next(iter(variants[code]))}; the others alike"
        groups.setdefault((code, message), []).append(candidate)
    yield [("ruled out", "bold")]
    for (code, message), members in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        yield from hanging(visible(message), columns, 2, code, "bold")
        yield from _members(members, columns)
    yield []


def _members(candidates: Sequence[Candidate], columns: int) -> Iterator[Line]:
    kinds: dict[tuple[str, str], dict[str, None]] = {}
    for candidate in candidates:
        kinds.setdefault((candidate.architecture, candidate.mode), {})[visible(candidate.platform)] = None
    for (architecture, mode), platforms in kinds.items():
        text = f"{architecture} {mode}: {', '.join(platforms)}"
        yield from ([(part, "dim") for part, _ in line] for line in hanging(text, columns, INDENT, hang=2))
