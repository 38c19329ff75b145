"""What every piece of advice promises, tried on the fifty workloads, the cases of all rules and the examples.

The suite tries a part, always the same one; ``make test-thorough`` tries ten parts.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path

import pytest

from tests.advice.test_properties import checking
from tests.advice.test_why import workload as stated
from tests.advice.test_workloads import entries
from tests.properties import TIMES
from tests.rules.possible_values import settling
from tests.rules.test_undecided import changed_to, known, values
from vmlint.advice.candidates import apply
from vmlint.advice.hinges import hinges
from vmlint.findings.severity import Confidence, Severity
from vmlint.findings.unknown import Undecided
from vmlint.findings.verdict import Candidate, Verdict
from vmlint.lint.engine import by_stage, lint
from vmlint.lint.outcome import Outcome
from vmlint.lint.rulebook import Rulebook
from vmlint.model.paths import field_exists, fields, is_stated
from vmlint.model.workload import Workload, clone
from vmlint.run.check import Memory, proposals

RULES = Rulebook(by_stage(checking().rules, "workload"))
MEMORY = Memory(checking())
ROOT = Path(__file__).parents[2]
BEAM = 5
TRIES = 3000
"""After so many values it is given up to make conditions true together."""
PARTS = pytest.mark.parametrize("part", range(TIMES))
"""A test of all parts would take longer than a test may."""


@cache
def population() -> Sequence[Workload]:
    """The fifty workloads, and those of all cases and examples."""
    return [*(stated(**entry.about["spec"]) for entry in entries()), *known()]


def some(number: int, part: int = 0) -> Sequence[Workload]:
    """A part of the population, half of it of the fifty workloads; the same in every run."""
    fifty, others = population()[: len(entries())], population()[len(entries()) :]
    chance = random.Random(part)
    return [*chance.sample(fifty, number // 2), *chance.sample(others, number - number // 2)]


def ask(workload: Workload, memory: Memory = MEMORY) -> tuple[Outcome, Verdict]:
    outcome = lint(workload, memory.rules)
    return outcome, memory.advisor.contest(workload, proposals(outcome)).verdict


def told(workload: Workload) -> str:
    return ", ".join(f"{field.path}={value}" for field, value in workload.all_stated())


def conditional(part: int) -> Iterator[tuple[Workload, Candidate]]:
    """Candidates that fit if: the best ones of each workload."""
    for workload in some(10, part):
        fitting = ask(workload)[1].fitting
        yield from ((workload, each) for each in islice((each for each in fitting if each.needs), 2))


def open_needs(outcome: Outcome) -> list[Undecided]:
    """What could still rule out, as far as a manifest can state it."""
    return [
        each
        for each in outcome.undecided
        if each.severity is Severity.ERROR and not each.in_catalog and field_exists(each.path)
    ]


def can_come_true(workload: Workload) -> bool:
    """Whether facts can be stated with which no rule reports an error and none could.

    Values that settle a condition and open no other are followed first, at most :data:`BEAM` of them.
    """
    tries = iter(range(TRIES))

    def search(workload: Workload, needs: Sequence[Undecided]) -> bool:
        if not needs:
            return True
        before = {each.code for each in needs}
        others: list[tuple[int, Workload, Sequence[Undecided]]] = []
        followed = 0
        for path in settling(workload, needs[0].path):
            for value in values().of(workload, path):
                if next(tries, None) is None:
                    return False
                changed = changed_to(workload, path, value)
                outcome = lint(changed, RULES)
                left = open_needs(outcome)
                if outcome.errors:
                    continue
                if len(left) < len(needs) and before.issuperset(each.code for each in left):
                    if search(changed, left):
                        return True
                    followed += 1
                    if followed == BEAM:
                        return False
                else:
                    others.append((len(left), changed, left))
        others.sort(key=lambda each: each[0])
        return any(search(changed, left) for _, changed, left in others[:BEAM])

    outcome = lint(workload, RULES)
    return not outcome.errors and search(workload, open_needs(outcome))


@PARTS
def test_conditions_can_be_true_together(part: int) -> None:
    wrong = [
        f"{each.platform} {each.mode} if {', '.join(need.fits_if for need in each.needs)}: {told(workload)}"
        for workload, each in conditional(part)
        if not can_come_true(apply(workload, each.changes))
    ]
    assert wrong == []


@PARTS
def test_stating_what_is_asked_for_decides(part: int) -> None:
    """Whatever the fact is: the candidate fits as far as that rule is concerned, or is out."""
    wrong = []
    for workload, each in conditional(part):
        changed = apply(workload, each.changes)
        for need in each.needs:
            for value in values().of(changed, need.path)[:6]:
                then = lint(changed_to(changed, need.path, value), RULES)
                if not then.errors and any((need.code, need.path) == (one.code, one.path) for one in then.undecided):
                    wrong.append(f"{need.code} still asks for {need.path}={value}, {each.platform}: {told(changed)}")
    assert wrong == []


@PARTS
def test_a_repair_removes_its_finding_and_brings_no_graver_one(part: int) -> None:
    wrong = []
    for workload in some(24, part):
        outcome, verdict = ask(workload)
        before = {hit.rule.code for hit in outcome.hits}
        repairs = {frozenset(each.changes.items()) for each in verdict.fitting if each.repair}
        for hit in outcome.hits:
            for proposed in hit.finding.repairs:
                if frozenset(proposed.changes.items()) not in repairs:
                    continue  # it does not fit, and so it is never shown
                after = lint(apply(workload, proposed.changes), RULES)
                where = hit.rule.code, hit.finding.path
                same = [each for each in after.hits if (each.rule.code, each.finding.path) == where]
                shown = [each for each in after.hits if each.confidence > Confidence.LOW]  # others are for an audit
                new = [each for each in shown if each.rule.code not in before and each.severity >= hit.severity]
                if same or new:
                    told_of = ", ".join(each.rule.code for each in (*same, *new))
                    wrong.append(f"{hit.rule.code} {dict(proposed.changes)} brings {told_of}: {told(workload)}")
    assert wrong == []


@cache
def unread() -> Sequence[str]:
    """Fields that no rule, no derivation and nothing of the advisor names."""
    sources = [*(ROOT / "rules").rglob("*.py"), *(ROOT / "vmlint" / "advice").glob("*.py")]
    sources += (ROOT / "vmlint" / "model" / "derive").glob("*.py")
    sources += [ROOT / "vmlint" / "catalog" / "data" / "capabilities.yaml"]
    words = set(re.findall(r"\w+", "\n".join(source.read_text("utf-8") for source in sources)))
    return [
        path
        for path, field in fields().items()
        if field.in_spec and not field.group and not words & {field.attribute, field.name}
    ]


@PARTS
def test_what_nobody_reads_does_not_change_the_first(part: int) -> None:
    labels = {"team": "payments", "x": "y"}
    for workload in some(16, part):
        first = ask(workload)[1].fitting[:1]
        more = clone(workload)
        more.labels.update(labels)
        for path in unread():
            if not is_stated(more, path) and values().of(more, path):
                more = changed_to(more, path, values().of(more, path)[0])
        assert ask(more)[1].fitting[:1] == first, told(workload)


@pytest.mark.parametrize("seed", range(2))
def test_what_was_asked_before_changes_no_answer(seed: int) -> None:
    """Neither the order of the workloads nor what is remembered of others counts."""
    asked = list(some(12))
    random.Random(seed).shuffle(asked)
    fresh = Memory(checking())
    for workload in asked:
        mine, its = (ask(workload, memory)[1] for memory in (fresh, MEMORY))
        assert [*mine.fitting] == [*its.fitting], told(workload)
        assert mine.current == its.current


def test_what_hangs_is_the_same_again() -> None:
    for workload in some(4):
        fitting = ask(workload)[1].fitting
        if fitting:
            answers = [hinges(workload, fitting[0], lambda other: ask(other)[1]) for _ in range(2)]
            assert answers[0] == answers[1]
