"""The advisor judges only what an answer depends on, and remembers it: no answer may differ for that."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.advice import in_full
from tests.advice.test_properties import Manifest, checking, manifests, understood
from tests.conftest import nested_host, pv_closed_guest
from tests.properties import examples
from vmlint.advice import contest as contests
from vmlint.advice.advise import advise
from vmlint.advice.advisor import REMEMBERED, Advisor
from vmlint.advice.judge import judge
from vmlint.advice.suggest import suggestions
from vmlint.api import Finding, Severity, Workload, finding, rule
from vmlint.findings.verdict import Candidate, Verdict
from vmlint.lint.engine import by_stage, lint
from vmlint.lint.outcome import Outcome
from vmlint.lint.rule import Rule
from vmlint.lint.rulebook import Rulebook
from vmlint.run.check import proposals

RULES = by_stage(checking().rules, "workload")
ADVISOR = Advisor(Rulebook(RULES))
"""One for all generated workloads: when it sees one, it has seen many others."""
WEB: Manifest = {
    "apiVersion": "vmlint/v1",
    "kind": "Workload",
    "metadata": {"name": "web"},
    "spec": {
        "guest": {"os": "debian13", "platform": "linux/amd64"},
        "requirements": {"availability": "ha", "isolation": {"level": "vm"}},
        "host": {
            "os": "debian13",
            "platform": "linux/amd64",
            "virtualized": False,
            "cpu": {"features": ["vmx", "ept"]},
        },
        "deployment": {"architecture": "type2", "platform": "virtualbox@7.2"},
    },
}


def named(name: str) -> Workload:
    return understood({**WEB, "metadata": {"name": name}})


def plain(verdict: Verdict) -> tuple[list[Candidate], list[Candidate], Candidate | None, list[str]]:
    return [*verdict.fitting], [*verdict.eliminated], verdict.current, [*verdict.contradiction]


def warned(outcome: Outcome) -> set[str]:
    return {hit.rule.code for hit in outcome.hits if hit.severity is Severity.WARNING}


@examples(60)
@given(manifests, st.integers(1, 4))
def test_nothing_differs_from_judging_every_candidate(manifest: Manifest, limit: int) -> None:
    workload = understood(manifest)
    outcome = lint(workload, RULES)
    repairs = proposals(outcome)
    full = in_full.advise(workload, RULES, repairs)
    for _ in range(2):  # the second time, what was found before is remembered
        contest = ADVISOR.contest(workload, repairs)
        assert contest.something_fits == bool(full.fitting)
        assert contest.something_surely_fits == any(not each.needs for each in full.fitting)
        if not full.fitting:
            errors = [hit.rule.code for hit in outcome.errors]
            assert contest.is_incurable(errors) == in_full.is_incurable(full, errors)
        for hit in outcome.hits:
            expected = in_full.suggestions(full, hit, warned(outcome), limit)
            assert suggestions(contest, hit, warned(outcome), limit) == expected
        assert plain(contest.verdict) == plain(full)


@rule("TEST010", "name-decides", Severity.ERROR, sources=("T-10",))
def name_decides(workload: Workload) -> Iterator[Finding]:
    """What is named after a platform runs on that alone."""
    platform = workload.deployment.platform.id
    if platform != "proxmox-ve" and workload.name != platform:
        yield finding("name", f"{workload.name} is not {platform}")


@pytest.mark.parametrize("kind", [tuple, Rulebook], ids=["rules", "rules that remember"])
def test_what_a_rule_says_of_a_name_is_not_said_of_another(kind: Callable[[Iterable[Rule]], tuple[Rule, ...]]) -> None:
    rules = kind((*RULES, name_decides))
    advisor = Advisor(rules)
    for name in ("kvm", "xen", "kvm", "proxmox-ve", "xen"):
        workload = named(name)
        contest = advisor.contest(workload, ())
        assert plain(contest.verdict) == plain(in_full.advise(workload, rules, ()))
        assert {found.platform for found in contest.verdict.fitting} == {name, "proxmox-ve"}


def test_a_condition_that_holds_today_too_is_none_of_a_repair() -> None:
    spec = {"guest": {"os": "win2k22"}, "deployment": {"architecture": "paravirtualization", "platform": "xen"}}
    workload, rules = understood({**WEB, "spec": spec}), (pv_closed_guest, nested_host)
    repairs = proposals(lint(workload, rules))
    advisor = Advisor(rules)
    undeployed = understood({**WEB, "spec": {"guest": {"os": "debian13"}}})
    assert not advisor.contest(undeployed, ()).something_surely_fits  # now it is known which rule to ask first
    assert advisor.contest(workload, repairs).something_surely_fits
    (best,) = advisor.contest(workload, repairs).verdict.fitting
    assert (best.changes, best.needs) == ({"deployment.mode": "pvhvm"}, ())


def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The platforms of the candidates that are judged from now on, one by one."""
    platforms: list[str] = []

    def counted(changed: Workload, candidate: Candidate, rules: tuple[Rule, ...], outcome: Outcome) -> Candidate:
        platforms.append(candidate.platform)
        return judge(changed, candidate, rules, outcome)

    monkeypatch.setattr(contests, "judge", counted)
    return platforms


def test_few_candidates_are_judged_and_none_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = judged(monkeypatch)
    advisor, first = Advisor(RULES), named("a")
    outcome = lint(first, RULES)
    (hit,) = (hit for hit in outcome.hits if hit.rule.code == "VM204")
    shown = suggestions(advisor.contest(first, ()), hit, warned(outcome))
    assert len(shown) == 3
    every = len(in_full.advise(first, RULES, ()).fitting)
    assert len(shown) <= len(seen) < every / 2
    seen.clear()
    assert suggestions(advisor.contest(named("b"), ()), hit, warned(outcome)) == shown
    assert seen == []


def test_a_verdict_judges_no_more_than_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = judged(monkeypatch)
    verdict = advise(named("a"), RULES, ())
    assert seen == ["virtualbox"]  # the present choice
    assert verdict.fitting
    best = verdict.fitting[0]
    assert len(seen) < 10
    assert len(verdict.fitting) > 10
    assert verdict.fitting[0] == best == next(iter(verdict.fitting))
    assert verdict.fitting[-1] == verdict.fitting[len(verdict.fitting) - 1]
    with pytest.raises(IndexError):
        verdict.fitting[len(verdict.fitting)]


def test_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def counted(workload: Workload, repairs: tuple[()]) -> contests.Slate:
        calls.append(workload.labels["number"])
        return contests.Slate((), None, contests.Notes({}, {}, {}))  # type: ignore[arg-type]

    monkeypatch.setattr(contests, "slate", counted)
    advisor = Advisor(RULES)

    def ask(number: int) -> None:
        advisor.contest(understood({**WEB, "metadata": {"name": "a", "labels": {"number": str(number)}}}), ())

    for number in range(REMEMBERED):
        ask(number)
    ask(0)  # was used last, so it is not the one to forget
    ask(REMEMBERED)
    ask(0)
    assert len(calls) == REMEMBERED + 1
    ask(1)
    assert calls[-1] == "1"


def test_a_version_that_is_written_less_exactly_has_an_answer_of_its_own() -> None:
    """6.1 may be 6.1.90; 6.1.0 is older than 6.1.5, though both versions are equal."""
    manifest: Manifest = {
        **WEB,
        "spec": {
            "guest": {"os": "debian12", "kernel": {"requires": ">=6.1.5"}},
            "instances": 30,
            "resources": {"memory": "256Mi"},
            "requirements": {"startup": "1s", "density": {"perHost": 30}},
            "host": {"os": "debian12", "memory": "16Gi", "kernel": {"version": "6.1"}},
            "deployment": {"platform": "kvm"},
        },
    }
    exact = copy.deepcopy(manifest)
    exact["spec"]["host"]["kernel"]["version"] = "6.1.0"
    advisor = Advisor(Rulebook(RULES))
    answers = [plain(advisor.contest(understood(each), ()).verdict) for each in (manifest, exact, manifest)]
    assert answers == [plain(in_full.advise(understood(each), RULES, ())) for each in (manifest, exact, manifest)]
    assert answers[0] != answers[1]


@rule("TEST011", "stated-name-decides", Severity.ERROR, sources=("T-11",))
def stated_name_decides(workload: Workload) -> Iterator[Finding]:
    """It reads the name as a part of all that is stated."""
    stated = {field.path: value for field, value in workload.all_stated()}
    if workload.stated()["name"] == stated["name"] == "web" and workload.deployment.get("platform", None) is not None:
        yield finding("name", "web runs nowhere")


def test_a_name_is_stated_in_what_is_tried() -> None:
    rules = (*RULES, stated_name_decides)
    advisor = Advisor(Rulebook(rules))
    for name in ("a", "web", "b"):
        found = plain(advisor.contest(named(name), ()).verdict)
        assert found == plain(in_full.advise(named(name), rules, ()))
