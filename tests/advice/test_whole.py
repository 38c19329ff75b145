"""Which few platforms serve many workloads."""

from __future__ import annotations

from collections.abc import Sequence

from tests.advice.test_why import ask, workload
from vmlint.advice.whole import MARGIN, Judged, Whole, serving, whole
from vmlint.model.workload import Workload

WEB = workload(
    guest={"platform": "linux/amd64"},
    environment="production",
    kind="service",
    deployment={"image": {"ref": "registry.example/web:1"}},
)
LEDGER = workload(guest={"os": "win2k22"}, environment="production", requirements={"availability": "ha"})
MAINFRAME = workload(guest={"os": "zos"})
DEADLINES = workload(guest={"platform": "linux/amd64"}, requirements={"performance": {"realtime": "hard"}})


def together(*workloads: Workload, alike: Sequence[int] | None = None) -> Whole:
    return whole([Judged(each, ask(each)) for each in workloads], alike or range(len(workloads)))


def test_one_platform_serves_what_is_alike() -> None:
    found = together(LEDGER, alike=[0, 0, 0])
    (chosen,) = found.chosen
    assert [each.number for each in chosen.serving] == [0, 1, 2]
    assert (found.alone, found.smallest, found.forced, found.unserved) == (3, True, (), ())
    assert chosen.platform == ask(LEDGER).fitting[0].platform


def test_an_image_forces_a_platform_for_containers() -> None:
    found = together(LEDGER, WEB, alike=[0, 0, 1])
    assert len(found.chosen) == 2
    assert [len(each.serving) for each in found.chosen] == [2, 1]
    assert found.alone == 2
    (forced,) = found.forced
    assert forced.number == 2
    assert found.chosen[1].serving[0].candidate.architecture == "container"


def test_a_rule_that_objects_is_named_with_the_demand() -> None:
    sandboxed = workload(
        guest={"platform": "linux/amd64"},
        environment="production",
        requirements={"startup": "300ms"},
        deployment={"image": {"ref": "registry.example/f:1"}},
    )
    found = together(LEDGER, sandboxed, alike=[0, 0, 1])
    (forced,) = found.forced
    assert forced.code or forced.message
    assert [path for path, _ in forced.demands] == ["requirements.startup"]


def test_what_nothing_serves_is_said_with_its_reason() -> None:
    found = together(LEDGER, MAINFRAME)
    (unserved,) = found.unserved
    assert (unserved.number, unserved.code, unserved.demands) == (1, "VM635", (("guest.os.id", "zos"),))
    assert len(found.chosen) == 1
    nothing = together(MAINFRAME)
    assert (nothing.chosen, nothing.alone, len(nothing.unserved)) == ((), 0, 1)


def test_what_makes_a_platform_no_candidate_is_found_by_leaving_it_out() -> None:
    found = together(WEB, DEADLINES, alike=[0, 0, 1])
    (forced,) = found.forced
    assert forced.demands == (("requirements.performance.realtime", "hard"),)


def test_what_serves_is_sound_and_nearly_the_best() -> None:
    for asked in (WEB, LEDGER, DEADLINES):
        verdict = ask(asked)
        served = serving(Judged(asked, verdict))
        best = max(each.score for each in served.values())
        assert best == max(each.score for each in verdict.fitting if each.platform in served)
        assert all(each.fits and not each.risks and best - each.score < MARGIN for each in served.values())
        assert "qemu" not in served or served["qemu"].mode != "emulation"
