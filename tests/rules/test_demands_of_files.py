"""A rule that is about demands finds nothing where none of them is made, whether or not anybody asks it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lint.test_rulebook import changed, changes, described, rules
from tests.properties import examples
from vmlint.api import Rule, Workload
from vmlint.lint.engine import lint
from vmlint.model.paths import remove, stated_at
from vmlint.model.workload import clone

ABOUT_DEMANDS = [rule for rule in rules() if rule.demands]


def without_demands(workload: Workload, rule: Rule) -> Workload:
    """A copy of a workload that makes none of the demands that a rule is about."""
    copy = clone(workload)
    for path in rule.demands:
        remove(copy, path)
    return copy


def test_there_are_such_rules() -> None:
    assert ABOUT_DEMANDS


@pytest.mark.parametrize("rule", ABOUT_DEMANDS, ids=lambda rule: rule.code)
def test_in_the_cases_of_all_rules(rule: Rule) -> None:
    for workload in described():
        assert list(rule.check(without_demands(workload, rule))) == []  # an unknown fact, or a crash, would raise


@examples(200)
@given(st.sampled_from(described()), st.lists(changes(), max_size=8))
def test_in_other_workloads(workload: Workload, several: list[tuple[str, object]]) -> None:
    other = changed(workload, several)
    for rule in ABOUT_DEMANDS:
        if all(stated_at(other, path) is None for path in rule.demands):
            assert list(rule.check(clone(other))) == []
        assert list(rule.check(without_demands(other, rule))) == []


@examples(60)
@given(st.sampled_from(described()), st.lists(changes(), max_size=8))
def test_that_it_is_not_asked_changes_no_outcome(workload: Workload, several: list[tuple[str, object]]) -> None:
    other = changed(workload, several)
    for rule in ABOUT_DEMANDS:
        assert lint(other, [rule]) == asked_always(other, rule)


def asked_always(workload: Workload, rule: Rule) -> object:
    """The outcome of a rule that is asked whatever is demanded, as if it were the rule itself."""
    outcome = lint(clone(workload), [rule._replace(demands=())])
    return outcome._replace(hits=tuple(hit._replace(rule=rule) for hit in outcome.hits))


def test_each_demand_matters() -> None:
    """A demand without which a rule speaks just as often does not belong in its head."""
    alone: Counter[tuple[str, str]] = Counter()
    for workload in described():
        for rule in ABOUT_DEMANDS:
            made = [path for path in rule.demands if stated_at(workload, path) is not None]
            if len(made) == 1 and lint(clone(workload), [rule]) != lint(without_demands(workload, rule), [rule]):
                alone[rule.code, made[0]] += 1
    assert {(rule.code, path) for rule in ABOUT_DEMANDS for path in rule.demands} <= alone.keys()
