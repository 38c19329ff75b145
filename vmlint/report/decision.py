"""The advice as Markdown, for a decision record: what was asked, what was decided, why, and what would change it.

What a file says is escaped word by word, so that it makes no mark, link or mention.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from vmlint import __version__
from vmlint.advice.picture import OK
from vmlint.report import why as reasons
from vmlint.report import wording
from vmlint.report.markdown import escaped
from vmlint.report.picture import HEADS
from vmlint.report.screen import file_name
from vmlint.report.whole import SERVES, alike, called, heading, homes, summary

if TYPE_CHECKING:
    from vmlint.advice.picture import Cell, Picture, Row
    from vmlint.advice.whole import Obstacle
    from vmlint.findings.verdict import Candidate
    from vmlint.report.advised import Advised
    from vmlint.report.whole import Together
    from vmlint.run.result import Result

SHOWN = 10
"""Answers that are listed unless all are asked for."""
TABLE = "|---"


def record(
    results: Sequence[Result], advised: Iterable[Advised], together: Together | None, *, everything: bool = False
) -> str:
    """Return the document: the faults of the files, the answer for all, then each workload."""
    blocks = [*_faults(results)]
    if together:
        blocks += _together(together)
    for each in advised:
        blocks += _workload(each, everything=everything)
    blocks.append(f"Written by vmlint {__version__}; the score is from 0 to 1, how well what is required is met.")
    return "\n\n".join(blocks) + "\n"


def inline(text: str) -> str:
    """Return untrusted text as it is, escaped word by word."""
    return " ".join(map(escaped, text.split(" ")))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of cells that are escaped already."""
    lines = [head, *rows]
    first, *rest = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join([first, TABLE * len(head) + "|", *rest])


def _faults(results: Sequence[Result]) -> Iterator[str]:
    found = [each for result in results for each in result.diagnostics if each.accepted is None]
    if found:
        yield "## Faults of the files"
        yield _list(
            f"{each.severity} {each.code} {inline(f'{file_name(each.place.file)}:{each.place.line}')}:"
            f" {inline(each.message)}"
            for each in found
        )


def _workload(each: Advised, *, everything: bool) -> Iterator[str]:
    present, verdict = each.present, each.verdict
    named = inline(present.workload) if present.workload else "a workload without a name"
    yield f"# Where to run {named}"
    yield f"Described in {inline(file_name(present.file))}."
    yield from _asked(each.picture)
    if present.deployed:
        yield "## What is chosen today"
        yield from _today(each)
    yield "## Decision"
    yield from _decision(each)
    yield "## Architectures against demands"
    yield _drawn(each.picture)
    if verdict.fitting:
        shown = [*verdict.fitting] if everything else verdict.fitting[:SHOWN]
        yield "## Answers in order"
        yield table(("Score", "Platform", "Way", "Conditions", "For it", "Against it"), map(_answer, shown))
        rest = len(verdict.fitting) - len(shown)
        if rest:
            yield f"{rest} more answers are left out; `--all` lists them."
    if verdict.eliminated:
        yield "## Ruled out"
        yield _list(_ruled_out(verdict.eliminated))


def _asked(found: Picture) -> Iterator[str]:
    stated = [(column, path, value) for column, pairs in found.asked.items() for path, value in pairs]
    if stated:
        yield "## What is stated"
        yield table(("", "Field", "Value"), ((_head(column), inline(p), inline(v)) for column, p, v in stated))


def _today(each: Advised) -> Iterator[str]:
    if each.verdict.current:
        yield f"{_way(each.verdict.current)}, {each.verdict.current.score:.2f}"
    found = [f"{code} {inline(message)}" for code, message in each.present.errors]
    found += [inline(wording.risk(risk)) for risk in each.present.risks]
    limits = f" ({'; '.join(each.present.limits)})" if each.present.limits else ""
    yield _list(found) if found else f"No rule objects{inline(limits)}."


def _decision(each: Advised) -> Iterator[str]:
    if each.why is None:
        what = " and ".join(map(inline, each.verdict.contradiction))
        yield f"Nothing fits. Without {what} something would." if what else "Nothing fits."
        return
    lead, hinges = each.why
    conditions = list(wording.conditions(lead.first.needs))
    yield f"**{_way(lead.first)}**, {lead.first.score:.2f}"
    if conditions:
        yield _list(f"if {inline(condition)}" for condition in conditions)
    yield f"### Why\n\n{inline(reasons.order(lead))}"
    told = [f"{'for' if sign == '+' else 'against'}: {inline(text)}" for sign, _, text in reasons.differences(lead)]
    if told:
        yield _list(told)
    yield f"### What would change it\n\n{inline(reasons.hangs_on(hinges))}"
    if hinges.found:
        yield _list(inline(reasons.hinged(hinge)) for hinge in hinges.found)


def _drawn(found: Picture) -> str:
    columns = list(found.asked)
    head = ("Way", "Verdict", *map(_head, columns), "Platforms")
    rows = [*([found.present] if found.present else []), *found.rows]
    return table(head, (_row(row, columns, today=row is found.present) for row in rows))


def _row(row: Row, columns: Sequence[str], *, today: bool) -> Sequence[str]:
    way = f"{row.architecture} {row.mode}" + (" (today)" if today else "")
    platforms = inline(", ".join(row.platforms))
    return (inline(way), row.verdict, *(_cell(row.cells.get(column)) for column in columns), platforms)


def _cell(cell: Cell | None) -> str:
    return OK if cell is None else inline(", ".join(cell.codes)) or cell.state


def _head(column: str) -> str:
    return HEADS.get(column, column).removesuffix(".") if column == "itself" else column


def _answer(each: Candidate) -> Sequence[str]:
    good = [each.repair] if each.repair else []
    good += [f"{reason.label}: {reason.why}" for reason in each.reasons if wording.is_merit(reason)]
    bad = [
        f"{reason.label}: {reason.why}" for reason in (*each.reasons, *each.weaknesses) if not wording.is_merit(reason)
    ]
    bad += [f"gives up {loss}" for loss in each.gives_up]
    bad += [*map(wording.risk, each.risks)] + ([f"still warns: {', '.join(each.warnings)}"] if each.warnings else [])
    bad += wording.consequences(each.changes)
    conditions = wording.conditions(each.needs)
    cells = ("<br>".join(map(inline, texts)) for texts in (conditions, good, bad))
    return (f"{each.score:.2f}", inline(each.platform), f"{each.architecture} {each.mode}", *cells)


def _ruled_out(eliminated: Iterable[Candidate]) -> Iterator[str]:
    """Yield each first error, with the ways that it closes."""
    groups: dict[tuple[str, str], list[str]] = {}
    for each in eliminated:
        error = each.errors[0]
        groups.setdefault((error.code, error.message), []).append(reasons.way(each))
    for (code, message), ways in groups.items():
        yield f"{inline(code)} {inline(message)}: {inline(', '.join(ways))}"


def _together(answer: Together) -> Iterator[str]:
    found = answer.found
    yield f"# Where to run {heading(answer)}"
    yield "## Decision"
    yield inline(summary(answer)) if found.chosen else "Nothing serves any of them."
    yield f"A platform serves a workload where {SERVES}."
    if found.chosen:
        where = {each.number: each.candidate for chosen in found.chosen for each in chosen.serving}
        order = [each.platform for each in found.chosen]
        numbers = sorted(where, key=lambda number: (order.index(homes(answer)[number]), number))
        yield table(
            ("Platform", "Way", "Workload", "File", "Score", "Conditions"),
            (_served(answer, number, where[number]) for number in numbers),
        )
    if found.forced:
        yield f"## What {inline(found.chosen[0].platform)} does not serve"
        yield table(("Workloads", "Run on", "Why"), _kept_away(answer, found.forced))
    if found.unserved:
        yield "## What nothing serves"
        yield table(("Workloads", "", "Why"), _kept_away(answer, found.unserved))


def _served(answer: Together, number: int, each: Candidate) -> Sequence[str]:
    file, workload = answer.names[number]
    way = f"{each.architecture} {each.mode}"
    conditions = "<br>".join(map(inline, wording.conditions(each.needs)))
    return inline(each.platform), way, inline(workload), inline(file_name(file)), f"{each.score:.2f}", conditions


def _kept_away(answer: Together, found: Sequence[Obstacle]) -> Iterator[Sequence[str]]:
    for (home, why), numbers in alike(found, answer).items():
        names = ", ".join(called(answer.names[number]) for number in numbers)
        yield inline(names), inline(home), inline(why)


def _way(candidate: Candidate) -> str:
    return inline(reasons.way(candidate))


def _list(texts: Iterable[str]) -> str:
    return "\n".join(f"- {text}" for text in texts)
