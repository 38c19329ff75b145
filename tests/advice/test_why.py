"""Why the first answer is first, and what would put another one there."""

from __future__ import annotations

import pytest

from tests.advice.test_properties import Manifest, checking, understood
from tests.advice.test_workloads import entries
from vmlint.advice import hinges as hinging
from vmlint.advice.hinges import Hinge, hinges
from vmlint.advice.lead import Lead, lead
from vmlint.advice.rank import BY, KEEPS, MENDS, rank
from vmlint.findings.verdict import Verdict
from vmlint.lint.engine import lint
from vmlint.model.paths import remove, state
from vmlint.model.workload import Workload, clone
from vmlint.run.check import Memory, proposals

MEMORY = Memory(checking())


def ask(workload: Workload) -> Verdict:
    return MEMORY.advisor.contest(workload, proposals(lint(workload, MEMORY.rules))).verdict


def workload(**spec: object) -> Workload:
    head: Manifest = {"apiVersion": "vmlint/v1", "kind": "Workload", "metadata": {"name": "w"}}
    return understood({**head, "spec": spec})


def why(asked: Workload) -> Lead:
    found = lead(asked, ask(asked))
    assert found is not None
    return found


def test_every_part_of_a_rank_has_words() -> None:
    asked = workload(guest={"os": "debian13"})
    assert len(rank(asked, ask(asked).fitting[0])) == len(BY)


def test_the_columns_that_differ_are_named_with_their_demands() -> None:
    (entry,) = [each for each in entries() if str(each) == "game-servers"]
    found = why(workload(**entry.about["spec"]))
    assert (found.by, found.margin > 0) == ("score", True)
    assert found.other is not None
    told = sum(each.share for each in found.better) - sum(each.share for each in found.worse)
    assert told == pytest.approx(found.margin, abs=0.01)
    assert ("instances", "200") in {pair for each in found.better for pair in each.demands}
    assert all(each.first != each.other for each in found.better)


@pytest.mark.parametrize(("tenancy", "mends"), [("untrusted-multi", True), ("single", False)])
def test_what_is_kept_is_mended_only_where_something_is_wrong(tenancy: str, mends: bool) -> None:
    found = why(
        workload(
            guest={"os": "debian12", "platform": "linux/amd64"},
            requirements={"isolation": {"tenancy": tenancy}},
            deployment={"platform": "docker", "architecture": "container", "mode": "runc"},
        )
    )
    assert found.first.platform == "docker"
    assert found.by == (MENDS if mends else KEEPS)


def test_between_equals_it_says_what_decides() -> None:
    found = why(workload(guest={"os": "debian13", "platform": "linux/amd64"}))
    assert found.margin == 0
    assert found.by in BY
    assert found.by != "score"
    assert (found.better, found.worse) == ((), ())


def test_where_nothing_fits_there_is_no_first() -> None:
    asked = workload(guest={"os": "zos"}, environment="production")
    assert lead(asked, ask(asked)) is None


def really(asked: Workload, hinge: Hinge) -> Workload:
    """The workload after the change that a hinge names, made from what it says alone."""
    changed = clone(asked)
    remove(changed, hinge.path)
    if hinge.instead:
        state(changed, hinge.path, hinge.instead)
    return changed


@pytest.mark.parametrize("entry", entries()[::7], ids=str)
def test_a_hinge_really_changes_the_first(entry: object) -> None:
    asked = workload(**entry.about["spec"])  # type: ignore[attr-defined]
    verdict = ask(asked)
    if not verdict.fitting:
        return
    first = verdict.fitting[0]
    found = hinges(asked, first, ask)
    assert len(found.found) <= hinging.SHOWN
    assert found.found or found.tried > 10
    for each in found.found:
        then = [*ask(really(asked, each)).fitting[:1]]
        assert then == ([each.first] if each.first else [])
        assert not then or (then[0].platform, then[0].way) != (first.platform, first.way)


def test_stated_demands_come_before_facts_and_those_that_nobody_makes() -> None:
    asked = workload(
        guest={"os": "debian13", "platform": "linux/amd64"},
        environment="production",
        requirements={"availability": "ha", "budget": {"licence": "none"}},
    )
    found = hinges(asked, ask(asked).fitting[0], ask).found
    assert found[0].path in ("requirements.availability", "requirements.budget.licence")
    assert all(each.value for each in found if each.path.startswith("requirements."))


def test_a_guest_is_named_by_its_id() -> None:
    asked = workload(guest={"os": "win2k22"})
    (hinge,) = [each for each in hinges(asked, ask(asked).fitting[0], ask).found if each.path == "guest.os"]
    assert (hinge.value, hinge.instead) == ("win2k22", "")
