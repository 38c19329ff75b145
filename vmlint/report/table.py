"""The table of ``vmlint suggest``: what fits, what fits if, what is ruled out, and why."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from vmlint.catalog.records import local_to
from vmlint.report import phrases
from vmlint.report.screen import Line, file_name, visible, width, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vmlint.findings.unknown import Undecided
    from vmlint.findings.verdict import Candidate, Reason, Risk, Verdict

SHOWN = 10
"""Candidates shown of each kind unless all are asked for."""
ALIKE = 3
"""Messages of one rule that are told apart; more of them are told by the first."""
MARGIN = 8
"""Columns before what is told of a candidate: two, the score, two."""
PLUS, MINUS, WARN, IF = "green", "yellow", "yellow", "cyan"


class Advised(NamedTuple):
    """The workload that a table is about."""

    file: str
    workload: str
    deployed: bool
    errors: tuple[tuple[str, str], ...] = ()
    """Code and message of the errors and warnings about the present deployment."""
    risks: tuple[Risk, ...] = ()
    """What only local catalogue data keeps from standing against it."""


def title(subject: Advised) -> Iterator[Line]:
    """Yield what names a workload."""
    name = f"workload {visible(subject.workload)}" if subject.workload else "a workload without a name"
    yield [(name, "bold"), (f" ({file_name(subject.file)})", "")]
    yield []


def table(subject: Advised, verdict: Verdict, columns: int, *, everything: bool = False) -> Iterator[Line]:
    """Yield the table for one workload, to be shown ``columns`` wide."""
    sizes = _sizes((*verdict.fitting, *([verdict.current] if verdict.current else [])))
    yield from _present(subject, verdict, sizes, columns)
    shown = None if everything else SHOWN
    certain = [candidate for candidate in verdict.fitting if not candidate.needs]
    yield from _section("fits", certain, sizes, columns, shown)
    yield from _section("fits if", [c for c in verdict.fitting if c.needs], sizes, columns, shown)
    if not verdict.fitting:
        yield from _nothing(verdict, columns)
    yield from _eliminated(verdict.eliminated, columns)


def _sizes(candidates: Sequence[Candidate]) -> tuple[int, int, int]:
    """Return how wide the columns for platform, architecture and mode are."""
    rows = [(visible(found.platform), found.architecture, found.mode) for found in candidates]
    platform, architecture, mode = (
        (max(map(width, column)) for column in zip(*rows, strict=True)) if rows else (0, 0, 0)
    )
    return platform, architecture, mode


def _present(subject: Advised, verdict: Verdict, sizes: tuple[int, int, int], columns: int) -> Iterator[Line]:
    if not subject.deployed:
        return
    yield [("now", "bold")]
    if verdict.current:
        yield [(_row(verdict.current, sizes), "")]
    for code, message in subject.errors:
        yield from _told("x", f"{code} {visible(message)}", "red", columns)
    for risk in subject.risks:
        yield from _told("!", visible(phrases.risk(risk)), WARN, columns)
    if not subject.errors and not subject.risks:
        yield from _told("", "nothing stands against it", "", columns)
    yield []


def _row(candidate: Candidate, sizes: tuple[int, int, int]) -> str:
    words = (visible(candidate.platform), candidate.architecture, candidate.mode)
    cells = [word + " " * (size - width(word)) for word, size in zip(words, sizes, strict=True)]
    return f"  {candidate.score:.2f}  {'  '.join(cells)}".rstrip()


def _section(
    title: str, candidates: Sequence[Candidate], sizes: tuple[int, int, int], columns: int, shown: int | None
) -> Iterator[Line]:
    """Yield one kind of candidates. What all or neighbours have in common is told once."""
    if not candidates:
        return
    yield [(title, "bold")]
    common = phrases.common_needs(candidates)
    for condition in phrases.conditions(common):
        yield from _told("if", condition, IF, columns, 2)
    listed = candidates[:shown]
    before: tuple[_Remarks, ...] = ()
    for remarks, group in groupby(listed, key=lambda candidate: _remarks(candidate, common)):
        for candidate in group:
            repair = f"  ({', '.join(phrases.choices(candidate.changes))})" if candidate.repair else ""
            yield [(_row(candidate, sizes), ""), (repair, "bold")]
        for kind in remarks:
            yield from _remarked(kind, before, columns)
        before = remarks
    rest = len(candidates) - len(listed)
    if rest:
        yield [(f"  and {rest} more; --all shows them", "dim")]
    yield []


class _Remarks(NamedTuple):
    """What is told of candidates in one respect."""

    sign: str
    style: str
    noun: str
    texts: tuple[str, ...]


def _remarks(candidate: Candidate, common: Sequence[Undecided]) -> tuple[_Remarks, ...]:
    """Return all that is told of a candidate beside its name."""
    risks = map(phrases.risk, candidate.risks)
    local = (f"{candidate.platform} is described by {local_to(*candidate.local)}",) if candidate.local else ()
    warnings = (f"still warns: {', '.join(dict.fromkeys(candidate.warnings))}",) if candidate.warnings else ()
    return (
        _Remarks("if", IF, "conditions", tuple(phrases.conditions(phrases.own_needs(candidate, common)))),
        _Remarks("+", PLUS, "", (candidate.repair,) if candidate.repair else ()),
        _Remarks("+", PLUS, "reasons", tuple(map(_reason, candidate.reasons))),
        _Remarks("-", MINUS, "weaknesses", tuple(map(_reason, candidate.weaknesses))),
        _Remarks("-", MINUS, "losses", tuple(f"gives up {loss}" for loss in candidate.gives_up)),
        _Remarks("!", WARN, "", (*risks, *warnings, *phrases.consequences(candidate.changes))),
        _Remarks("=", "", "", local),
    )


def _reason(reason: Reason) -> str:
    sources = f" [{', '.join(reason.sources)}]" if reason.sources else ""
    return f"{reason.label}: {reason.why}{sources}"


def _remarked(remarks: _Remarks, before: tuple[_Remarks, ...], columns: int) -> Iterator[Line]:
    same = bool(remarks.noun) and len(remarks.texts) > 1 and remarks in before
    texts = (f"the same {remarks.noun} as above",) if same else remarks.texts
    for text in texts:
        yield from _told(remarks.sign, visible(text), remarks.style, columns)


def _told(sign: str, text: str, style: str, columns: int, margin: int = MARGIN) -> Iterator[Line]:
    hang = margin + (len(sign) + 1 if sign else 0)
    for number, line in enumerate(wrap(text, columns - hang)):
        if number or not sign:
            yield [(" " * hang + line, "")]
        else:
            yield [(" " * margin, ""), (sign, style), (f" {line}", "")]


def _nothing(verdict: Verdict, columns: int) -> Iterator[Line]:
    demands = [visible(demand) for demand in verdict.contradiction]
    if len(demands) > 1:
        text = f"nothing fits: {' and '.join(demands)} contradict each other; without them something would fit"
    elif demands:
        text = f"nothing fits: nothing can meet {demands[0]}; without it something would fit"
    else:
        text = "nothing fits; below is what rules out each candidate"
    for line in wrap(text, columns):
        yield [(line, "bold red")]
    yield []


def _eliminated(candidates: Sequence[Candidate], columns: int) -> Iterator[Line]:
    """Yield what was ruled out, grouped by the first error of each, the commonest first."""
    if not candidates:
        return
    groups: dict[tuple[str, str], list[Candidate]] = {}
    variants: dict[str, dict[str, None]] = {}
    for candidate in candidates:
        code, message, _ = candidate.errors[0]
        variants.setdefault(code, {})[message] = None
    for candidate in candidates:
        code, message, _ = candidate.errors[0]
        if len(variants[code]) > ALIKE:  # mostly one sentence with the names of different platforms in it
            message = f"{next(iter(variants[code]))}; the others alike"
        groups.setdefault((code, message), []).append(candidate)
    yield [("ruled out", "bold")]
    for (code, message), members in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
        yield from _told(code, visible(message), "bold", columns, 2)
        yield from _members(members, columns)
    yield []


def _members(candidates: Sequence[Candidate], columns: int) -> Iterator[Line]:
    kinds: dict[tuple[str, str], dict[str, None]] = {}
    for candidate in candidates:
        kinds.setdefault((candidate.architecture, candidate.mode), {})[visible(candidate.platform)] = None
    for (architecture, mode), platforms in kinds.items():
        text = f"{architecture} {mode}: {', '.join(platforms)}"
        for number, line in enumerate(wrap(text, columns - MARGIN - 2 * 2)):
            yield [(" " * (MARGIN + 2 * bool(number)) + line, "dim")]
