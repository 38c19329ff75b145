"""How candidates are scored, on workloads small enough to compute by hand."""

from __future__ import annotations

from datetime import date

import pytest

from vmlint.advice.cells import capability_class, cell
from vmlint.advice.score import BEST, REPACKAGING, WARNING, WEAK, costs, scale, score, weights, with_score
from vmlint.catalog import Catalog
from vmlint.findings.unknown import Unknown
from vmlint.findings.verdict import Candidate
from vmlint.model.derive import DERIVATIONS
from vmlint.model.derive.host import EVERY_AMD64
from vmlint.model.paths import assign, value_at
from vmlint.model.workload import Workload

CATALOG = Catalog()
KVM = Candidate("type1", "hw-assisted", "kvm", {})
XEN_PV = Candidate("paravirtualization", "pv", "xen", {})
VIRTUALBOX = Candidate("type2", "hw-assisted", "virtualbox", {})
QEMU = Candidate("full-virtualization", "emulation", "qemu", {})
DOCKER = Candidate("container", "runc", "docker", {})


def workload(**fields: str) -> Workload:
    made = Workload(CATALOG, DERIVATIONS, date(2026, 11, 22))
    for path, text in fields.items():
        assign(made, path.replace("__", "."), text)
    return made


def scored(made: Workload, candidate: Candidate, present: Candidate | None = None) -> Candidate:
    return score(candidate, scale(made, present))


def value(column: str, candidate: Candidate) -> int:
    return int(cell(CATALOG, column, candidate.platform, candidate.mode).value)


# -- weights ---------------------------------------------------------------------------------------------------------


def test_nothing_demanded_weighs_nothing_and_costs_nothing() -> None:
    assert weights(workload()) == {}
    assert scored(workload(), QEMU).score == 1.0
    assert scored(workload(), QEMU).reasons == ()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"requirements__performance__class": "high"}, {"performance": 3.0}),
        ({"requirements__performance__class": "best-effort"}, {}),
        ({"requirements__startup": "2s"}, {"startup": 2.0}),
        ({"requirements__density__perHost": "4"}, {"density": 2.0, "overhead": 1.0}),
        ({"instances": "2"}, {}),
        ({"instances": "3"}, {"scalability": 1.0, "central-management": 1.0}),
        (
            {"instances": "50", "requirements__management__central": "true"},
            {"scalability": 1.0, "central-management": 5.0},
        ),
        ({"environment": "production"}, {"for-servers": 2.0, "maturity": 1.0, "backup": 1.0}),
        ({"host__memory": "4Gi"}, {"small-hosts": 3.0, "for-edge": 3.0}),
        ({"host__memory": "8Gi"}, {}),
        ({"requirements__isolation__level": "vm"}, {"isolation": 3.0}),
        (
            {"requirements__isolation__level": "vm", "requirements__isolation__tenancy": "untrusted-multi"},
            {"isolation": 5.0},
        ),
        ({"requirements__isolation__untrustedCode": "false"}, {}),
        ({"requirements__portability": "linux/amd64"}, {}),
    ],
)  # fmt: skip
def test_weights_come_from_what_is_demanded(fields: dict[str, str], expected: dict[str, float]) -> None:
    assert weights(workload(**fields)) == expected


# -- scores ----------------------------------------------------------------------------------------------------------


def test_the_score_is_the_weighted_mean_of_the_cells() -> None:
    made = workload(requirements__performance__class="high", requirements__startup="2s")
    for candidate in (KVM, DOCKER, VIRTUALBOX, XEN_PV, QEMU):
        mean = (3 * value("performance", candidate) + 2 * value("startup", candidate)) / (5 * BEST)
        assert scored(made, candidate).score == pytest.approx(mean, abs=1e-4)


def test_each_warning_costs_the_same_and_nothing_goes_below_zero() -> None:
    made = workload()
    scores = [scored(made, KVM._replace(warnings=("VM000",) * count)).score for count in (0, 1, 2, 20)]
    assert scores == pytest.approx([1.0, 1 - WARNING, 1 - 2 * WARNING, 0.0])


@pytest.mark.parametrize(
    ("candidate", "present", "fields", "repackaged"),
    [
        (DOCKER, KVM, {}, True),
        (KVM, DOCKER, {}, True),
        (KVM, XEN_PV, {}, False),
        (KVM, None, {"deployment__image__ref": "shop:1"}, True),
        (DOCKER, None, {"deployment__image__ref": "shop:1"}, False),
        (KVM, None, {}, False),
        (KVM, KVM, {"deployment__image__ref": "shop.qcow2"}, False),
    ],
)
def test_repackaging_costs(
    candidate: Candidate, present: Candidate | None, fields: dict[str, str], repackaged: bool
) -> None:
    assert scored(workload(**fields), candidate, present).score == pytest.approx(1 - REPACKAGING * repackaged)


def test_a_guest_for_a_foreign_cpu_gets_what_emulation_gets() -> None:
    demands = {"requirements__performance__class": "high", "requirements__isolation__level": "vm"}
    native = workload(**demands, guest__platform="linux/amd64", host__platform="linux/amd64")
    foreign = workload(**demands, guest__platform="linux/arm64", host__platform="linux/amd64")
    old = workload(**demands, guest__platform="linux/386", host__platform="linux/amd64")
    unknown = workload(**demands, guest__platform="linux/arm64")
    assert scored(native, KVM).score == scored(old, KVM).score == scored(unknown, KVM).score
    slowed = (3 * value("performance", QEMU) + 3 * value("isolation", KVM)) / (6 * BEST)  # isolation stays its own
    assert scored(foreign, KVM).score == pytest.approx(slowed, abs=1e-4)


def test_reasons_and_weaknesses_follow_from_the_cells() -> None:
    made = workload(requirements__performance__class="high", requirements__startup="2s")
    judged = scored(made, KVM)
    assert [reason.column for reason in judged.reasons] == ["performance"]
    assert [reason.column for reason in judged.weaknesses] == ["startup"]
    assert value("startup", KVM) <= WEAK < value("performance", KVM)
    both = scored(made, DOCKER)
    assert [reason.column for reason in both.reasons] == ["performance", "startup"]  # the weightier first
    assert both.weaknesses == ()
    assert sum(reason.contribution for reason in both.reasons) == pytest.approx(both.score)


def test_what_is_given_up_is_what_falls_far_and_was_not_demanded() -> None:
    label = CATALOG.capabilities["columns"]["startup"]["label"]
    assert value("startup", DOCKER) - value("startup", KVM) >= 2
    assert scored(workload(), KVM).gives_up == ()
    assert [lost for lost in scored(workload(), KVM, DOCKER).gives_up if lost.startswith(f"{label}: ")]
    demanded = scored(workload(requirements__startup="2s"), KVM, DOCKER)
    assert not [lost for lost in demanded.gives_up if lost.startswith(f"{label}: ")]
    assert scored(workload(), KVM, KVM).gives_up == ()


# -- classes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("candidate", "expected"),
    [
        (KVM, "type1-hw"),
        (VIRTUALBOX, "type2-hw"),  # the same mode on a desktop
        (XEN_PV, "xen-pv"),
        (QEMU, "emulation"),
        (DOCKER, "container-shared"),
        (DOCKER._replace(platform="docker-desktop"), "container-shared"),
        (KVM._replace(platform="vmware-esxi"), "type1-hw"),
        (KVM._replace(platform="not-in-the-catalogue"), "type1-hw"),
    ],
)
def test_the_class_depends_on_the_mode_and_on_where_it_runs(candidate: Candidate, expected: str) -> None:
    assert capability_class(CATALOG, candidate.platform, candidate.mode) == expected
    assert scored(workload(), candidate).way == expected


def test_a_platform_may_override_a_cell() -> None:
    kubernetes = DOCKER._replace(platform="kubernetes")
    assert value("density", kubernetes) == value("density", DOCKER)
    assert value("scalability", kubernetes) > value("scalability", DOCKER)


# -- levels of x86-64 ------------------------------------------------------------------------------------------------

V2 = {"cx16", "lahf_lm", "popcnt", "sse4_1", "sse4_2", "ssse3"}
V3 = {"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe"}
V4 = {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}


@pytest.mark.parametrize(
    ("flags", "level"),
    [
        (set(), "v1"),
        (V2, "v2"),
        (V2 - {"popcnt"}, "v1"),
        (V2 | V3, "v3"),
        (V2 | V3 - {"movbe"}, "v2"),
        (V2 | V3 | V4, "v4"),
        (V2 | V4, "v2"),
        (V2 | V3 | V4 - {"avx512vl"} | {"vmx"}, "v3"),
    ],
)
def test_flags_determine_the_level_of_a_cpu(flags: set[str], level: str) -> None:
    made = workload(host__platform="linux/amd64")
    made.host.cpu.features = frozenset(flags | EVERY_AMD64)
    assert value_at(made, "host.cpu.level") == level


def test_an_extract_of_the_flags_determines_no_level() -> None:
    for flags in ({"vmx", "ept"}, EVERY_AMD64 - {"sse2"} | V2, EVERY_AMD64 | {"avx2"}):
        made = workload(host__platform="linux/amd64")
        made.host.cpu.features = frozenset(flags)
        with pytest.raises(Unknown):
            value_at(made, "host.cpu.level")


def test_other_cpus_have_no_such_level() -> None:
    made = workload(host__platform="linux/arm64")
    made.host.cpu.features = frozenset(V2)
    with pytest.raises(Unknown):
        value_at(made, "host.cpu.level")


def test_costs_in_words_are_the_costs_of_the_score() -> None:
    made = workload(guest__os="debian13", host__os="debian13", environment="production")
    by = scale(made)
    for platform in ("kvm", "vmware-esxi", "docker"):
        changes = {"deployment.platform": platform, "host.os": None}
        candidate = Candidate("type1", "hw-assisted", platform, changes, warnings=("VM704", "VM704"))
        if platform == "docker":
            candidate = candidate._replace(architecture="container", mode="runc")
        alone = with_score(candidate._replace(changes={}, warnings=()), by._replace(artefact="")).score
        paid = sum(cost for _, cost in costs(candidate, by))
        assert with_score(candidate, by).score == pytest.approx(max(alone - paid, 0))
