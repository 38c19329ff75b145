"""What follows from all rules together: each verdict on workloads and candidates made up for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.advice import in_full
from tests.rules.made_up import workload
from vmlint.extend.plugins import load
from vmlint.findings.advice import Advice
from vmlint.findings.finding import Finding
from vmlint.findings.severity import Severity
from vmlint.findings.unknown import Undecided, Unknown
from vmlint.findings.verdict import Candidate, Objection, Reason, Verdict
from vmlint.model.workload import Workload

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.conftest import Vmlint

KVM = Candidate("type1", "hw-assisted", "kvm", {}, score=0.5)
FAST = Reason("startup", "fast startup", "a new process, nothing boots", ("CT-A1",), 0.4, 4)
DENSE = Reason("density", "density", "many fit on a host", ("CT-A2",), 0.3, 4)
WEAK = Reason("isolation", "isolation", "never stated", ("CT-D1",), 0.0, 0)
DOCKER = Candidate(
    "container", "runc", "docker", {}, score=0.9, reasons=(DENSE, FAST, WEAK), gives_up=("isolation: one kernel",)
)
NEED = Undecided("VM101", "host-lacks", Severity.ERROR, "host.cpu.features", "has vmx")


def findings(code: str, made: Workload, advice: object) -> list[Finding]:
    (rule,) = (rule for rule in load().rules if rule.code == code)
    assert rule.check is not None
    return list(rule.check(made, advice))


def advice(verdict: Verdict, errors: Iterable[str] = (), *, something_fits: bool = True) -> Advice:
    current = tuple(errors)
    surely = any(not candidate.needs for candidate in verdict.fitting)
    incurable = in_full.is_incurable(verdict, current)
    return Advice(current, lambda: verdict, lambda: something_fits, lambda: surely, lambda: incurable)


# -- VM604 -----------------------------------------------------------------------------------------------------------

LIGHT = {
    "kind": "ci-runner",
    "guest__platform": "linux/amd64",
    "deployment__platform__id": "kvm",
    "deployment__architecture": "type1",
}


def better(made: Workload, *fitting: Candidate, current: Candidate | None = KVM, errors: tuple[str, ...] = ()) -> str:
    found = findings("VM604", made, advice(Verdict(fitting or (DOCKER,), (), current), errors))
    return "\n".join(f"{each.path}: {each.message} {each.because} {each.help}" for each in found)


def test_a_container_is_named_with_its_greatest_strength() -> None:
    assert better(workload(**LIGHT)) == (
        "deployment.architecture: this workload asks nothing that a container lacks, and fits Docker Engine better than"
        " a virtual machine: a new process, nothing boots ('kind', 'guest.os.family')"
        " ('gives up isolation: one kernel',)"
    )
    plain = better(workload(**LIGHT), DOCKER._replace(reasons=(WEAK,), gives_up=(), platform="of-a-plugin"))
    assert plain.endswith("fits of-a-plugin better than a virtual machine ('kind', 'guest.os.family') ()")


@pytest.mark.parametrize(
    ("fields", "because"),
    [
        ({"kind": "function"}, "('kind', 'guest.os.family')"),
        ({"kind": "service", "requirements__startup": "5s"}, "('requirements.startup', 'guest.os.family')"),
        ({"kind": "service", "requirements__startup": "6s"}, ""),
        ({"kind": "batch", "requirements__density__perHost": "1"}, "('requirements.density.perHost', 'guest."),
        ({"kind": "service"}, ""),
        ({"kind": "desktop", "requirements__startup": "1s"}, ""),
        ({"kind": "appliance", "requirements__startup": "1s"}, ""),
        (
            {"requirements__startup": "1s", "requirements__density__perHost": "9"},
            "('requirements.startup', 'requirements.density.perHost', 'kind', 'guest.os.family')",
        ),
        ({"guest__init": "none"}, "('kind', 'guest.os.family')"),
        ({"guest__firmware__tpm": "none"}, "('kind', 'guest.os.family')"),
        ({"guest__kernel__source": "distro"}, "('kind', 'guest.os.family')"),
        ({"requirements__isolation__level": "process"}, "('kind', 'guest.os.family')"),
        ({"requirements__devices__gpu__mode": "shared"}, "('kind', 'guest.os.family')"),
        ({"requirements__devices__gpu__mode": "none"}, "('kind', 'guest.os.family')"),
        ({"requirements__mobility__liveMigration": "none"}, "('kind', 'guest.os.family')"),
        ({"requirements__performance__realtime": "none"}, "('kind', 'guest.os.family')"),
    ],
)  # fmt: skip
def test_what_asks_for_something_light(fields: dict[str, str], because: str) -> None:
    reason = better(workload(**{**LIGHT, **fields}))
    assert because in reason if because else reason == ""


@pytest.mark.parametrize(
    "fields",
    [
        {"guest__kernel__source": "custom"},
        {"guest__kernel__requires": ">=5.10"},
        {"guest__kernel__realtime": "true"},
        {"guest__init": "systemd"},
        {"guest__firmware__type": "bios"},
        {"guest__firmware__secureBoot": "true"},
        {"guest__firmware__tpm": "2.0"},
        {"requirements__isolation__untrustedCode": "true"},
        {"requirements__isolation__level": "sandbox"},
        {"requirements__devices__gpu__mode": "vgpu"},
        {"requirements__nested": "true"},
        {"requirements__mobility__liveMigration": "preferred"},
        {"requirements__performance__realtime": "soft"},
        {"deployment__mode": "emulation", "deployment__platform__id": "qemu"},
        {"host__platform": "linux/arm64"},
        {"guest__platform": "windows/amd64"},
        {"deployment__platform__id": "docker", "deployment__architecture": "container"},
    ],
)
def test_reasons_for_a_machine(fields: dict[str, str]) -> None:
    assert better(workload(**{**LIGHT, **fields})) == ""


@pytest.mark.parametrize(
    "field", ["kernel.modules", "isolation.compliance", "devices.pci", "devices.usb", "devices.emulated"]
)
def test_lists_of_reasons_for_a_machine(field: str) -> None:
    made = workload(**LIGHT)
    group, _, name = field.partition(".")
    owner = made.guest.kernel if group == "kernel" else getattr(made.requirements, group)
    setattr(owner, name, ())
    assert better(made)
    setattr(owner, name, ("something",))
    assert better(made) == ""


@pytest.mark.parametrize(
    ("candidate", "suggested"),
    [
        (DOCKER._replace(score=0.65), True),
        (DOCKER._replace(score=0.64), False),
        (DOCKER._replace(score=0.2), False),
        (DOCKER._replace(needs=(NEED,)), False),
        (DOCKER._replace(risks=("risk",)), False),  # type: ignore[arg-type]
        (DOCKER._replace(architecture="type2"), False),
    ],
)
def test_how_much_better_it_has_to_be(candidate: Candidate, suggested: bool) -> None:
    assert bool(better(workload(**LIGHT), candidate)) is suggested
    assert bool(better(workload(**LIGHT), candidate, DOCKER)) is suggested or not suggested


def test_the_margin_itself_is_enough() -> None:
    assert better(workload(**LIGHT), DOCKER._replace(score=0.15), current=KVM._replace(score=0.0))


def test_errors_and_an_open_choice_come_first() -> None:
    assert better(workload(**LIGHT), errors=("VM101",)) == ""
    assert better(workload(**LIGHT), current=None) == ""


# -- VM619 and VM699 -------------------------------------------------------------------------------------------------

SLOW = KVM._replace(errors=(Objection("VM601", "too slow", ("requirements.startup", "deployment.mode")),))
ONE_KERNEL = Objection("VM401", "one kernel", ("deployment.mode",))
WALL = DOCKER._replace(
    errors=(Objection("VM401", "one kernel", ("deployment.mode",)), Objection("VM416", "does not move", ()))
)
LESS = DOCKER._replace(
    platform="podman", errors=(Objection("VM401", "one kernel", ("requirements.isolation.tenancy",)),)
)
DEMANDS = {
    "requirements__startup": "10ms",
    "requirements__isolation__untrustedCode": "true",
    "requirements__performance__class": "high",
}


def test_demands_that_contradict_each_other_are_named_with_their_values() -> None:
    paths = ("requirements.startup", "requirements.isolation.untrustedCode", "requirements.performance.class")
    verdict = Verdict((), (SLOW, WALL), None, paths)
    (found,) = findings("VM619", workload(**DEMANDS), advice(verdict, something_fits=False))
    assert found.path == "requirements.startup"
    assert found.because == paths[1:]
    assert found.message == (
        "nothing in the catalogue fits as long as requirements.startup (10ms), requirements.isolation.untrustedCode"
        " (true) and requirements.performance.class (high) are demanded"
    )
    assert found.help == (
        "without them something fits: loosen them, or change what closes each way, which VM699 lists",
    )


def test_a_single_demand_and_a_list() -> None:
    made = workload()
    made.requirements.isolation.compliance = ("pci-dss", "hipaa")
    verdict = Verdict((), (SLOW,), None, ("requirements.isolation.compliance",))
    (found,) = findings("VM619", made, advice(verdict, something_fits=False))
    assert found.message.endswith("requirements.isolation.compliance (pci-dss and hipaa) is demanded")
    assert found.help == ("without it something fits: loosen it, or change what closes each way, which VM699 lists",)


def test_each_way_is_shown_by_its_closest_candidate() -> None:
    verdict = Verdict((), (WALL, SLOW, LESS), None)
    (found,) = findings("VM699", workload(), advice(verdict, something_fits=False))
    assert found.path == "requirements"
    assert found.message == "nothing in the catalogue runs this workload: 2 ways were tried, and a rule objects to each"
    assert found.because == ("requirements.isolation.tenancy", "requirements.startup")
    assert found.help == (
        "container, runc (podman): VM401 one kernel",
        "type1, hw-assisted (kvm): VM601 too slow",
    )
    assert findings("VM619", workload(), advice(verdict, something_fits=False)) == []


OLD_CPU = KVM._replace(errors=(Objection("VM603", "too old", ("host.cpu.level", "guest.os.id")),))


@pytest.mark.parametrize(
    ("level", "eliminated", "said"),
    [
        ("v1", (OLD_CPU, WALL), "host.cpu.level (v1) closes 1 of them"),
        ("v1", (OLD_CPU, WALL, SLOW._replace(mode="emulation")), ""),  # fewer than half
        ("", (OLD_CPU, WALL), ""),  # nobody stated it
    ],
)
def test_the_fact_about_the_host_that_closes_most_ways_comes_first(
    level: str, eliminated: tuple[Candidate, ...], said: str
) -> None:
    made = workload(**({"host__cpu__level": level} if level else {}))
    (found,) = findings("VM699", made, advice(Verdict((), eliminated, None), something_fits=False))
    assert ("host.cpu.level" in found.because) is bool(said)
    assert next((line for line in found.help if line.startswith("host.")), "").startswith(said)
    assert any(line.startswith("host.") for line in found.help) is bool(said)


def test_a_long_list_of_the_host_is_cut() -> None:
    made = workload()
    made.host.devices = frozenset(f"/dev/x{number}" for number in range(9))
    eliminated = (KVM._replace(errors=(Objection("VM006", "no such device", ("host.devices",)),)),)
    (found,) = findings("VM699", made, advice(Verdict((), eliminated, None), something_fits=False))
    assert found.help[0].startswith("host.devices (/dev/x0, /dev/x1, /dev/x2 and 6 more) closes 1 of them")
    made.host.devices = frozenset()
    (found,) = findings("VM699", made, advice(Verdict((), eliminated, None), something_fits=False))
    assert found.help[0].startswith("host.devices (none) closes 1 of them")


def test_the_first_error_of_a_candidate_is_reported() -> None:
    verdict = Verdict((), (WALL._replace(errors=(*LESS.errors, *SLOW.errors)),), None)
    (found,) = findings("VM699", workload(), advice(verdict, something_fits=False))
    assert found.because == ("requirements.isolation.tenancy",)
    assert found.help == ("container, runc (docker): VM401 one kernel",)


def test_a_contradiction_is_reported_for_any_eliminated_candidate() -> None:
    verdict = Verdict((), (), None, ("requirements.startup",))
    assert findings("VM619", workload(**DEPLOYED, **DEMANDS), advice(verdict, ["VM601"]))


def test_among_equals_the_first_by_name() -> None:
    verdict = Verdict((), (LESS, LESS._replace(platform="docker")), None)
    (found,) = findings("VM699", workload(), advice(verdict, something_fits=False))
    assert found.help == ("container, runc (docker): VM401 one kernel",)


DEPLOYED = {"deployment__platform__id": "docker"}


def test_when_a_verdict_is_called_for() -> None:
    nothing = Verdict((), (SLOW, LESS), None)
    (found,) = findings("VM699", workload(**DEPLOYED), advice(nothing, ["VM401"]))
    assert found.path == "deployment"
    assert found.help == (
        "type1, hw-assisted (kvm): VM601 too slow",
        "VM401, an error of the present choice too: container, runc (podman)",
    )
    assert findings("VM699", workload(**DEPLOYED), advice(nothing)) == []  # no error of the present choice
    assert findings("VM699", workload(), advice(nothing, something_fits=True)) == []
    assert findings("VM699", workload(), advice(Verdict((), (), None), something_fits=False)) == []
    assert findings("VM699", workload(**DEPLOYED), advice(Verdict((DOCKER,), (SLOW,), None), ["VM401"])) == []


def test_an_error_that_is_the_same_everywhere_is_not_about_the_deployment() -> None:
    public = Objection("VM704", "ended", ("environment",))
    everywhere = Verdict((), (SLOW._replace(errors=(public, *SLOW.errors)), LESS._replace(errors=(public,))), None)
    assert findings("VM699", workload(**DEPLOYED), advice(everywhere, ["VM704"])) == []
    assert findings("VM699", workload(**DEPLOYED), advice(everywhere, ["VM401"]))


def test_conditions_leave_it_open() -> None:
    unsure = DOCKER._replace(needs=(NEED, NEED._replace(path="host.memory")))
    other = KVM._replace(needs=(NEED._replace(path="host.platform"),))
    with pytest.raises(Unknown, match=r"^host\.cpu\.features$"):
        findings("VM699", workload(**DEPLOYED), advice(Verdict((unsure, other), (SLOW,), None), ["VM401"]))
    with pytest.raises(Unknown, match=r"^host\.cpu\.features$"):
        findings("VM699", workload(**DEPLOYED), advice(Verdict((unsure,), (SLOW,), None), ["VM401"]))
    assert findings("VM699", workload(**DEPLOYED), advice(Verdict((unsure, DOCKER), (SLOW,), None), ["VM401"])) == []


# -- VM690 -----------------------------------------------------------------------------------------------------------


def gap(path: str, code: str, severity: Severity = Severity.ERROR) -> Undecided:
    return Undecided(code, "some-rule", severity, path, "")


def test_one_line_names_what_to_declare() -> None:
    gaps = (
        gap("host.platform", "VM623"),
        gap("guest.os.id", "VM402"),
        gap("host.platform", "VM103"),
        gap("guest.kernel.version", "VM417", Severity.WARNING),
        gap("catalog.docker nesting", "VM606"),
        gap("guest.platform", "VM103"),
    )
    (found,) = findings("VM690", workload(), gaps)
    assert found.path == "guest.os.id"
    assert found.because == ("guest.platform", "host.platform")
    assert found.message == ("declare guest.os.id, guest.platform and host.platform to check VM103, VM402 and VM623")


def test_nothing_to_declare() -> None:
    assert findings("VM690", workload(), ()) == []
    assert findings("VM690", workload(), (gap("host.platform", "VM623", Severity.WARNING),)) == []
    gaps = (gap("catalog.xen nesting", "VM606"), gap("catalog.docker nesting", "VM606"))
    with pytest.raises(Unknown, match="docker nesting"):
        findings("VM690", workload(), gaps)
    (rule,) = (rule for rule in load().rules if rule.code == "VM690")
    assert rule.optional
    with pytest.raises(Unknown, match="docker nesting"):
        findings(
            "VM690", workload(), (gap("catalog.docker nesting", "VM606"), gap("host.memory", "VM1", Severity.NOTE))
        )


# -- repairs of a note -----------------------------------------------------------------------------------------------


def test_a_note_proposes_its_repairs_to_the_advisor(vmlint: Vmlint) -> None:
    spec = "{requirements: {performance: {class: high}}, host: {cpu: {features: [vmx, ept]}}, guest: {os: debian12}"
    spec += ", deployment: {architecture: paravirtualization, platform: xen}}"
    text = f"apiVersion: vmlint/v1\nkind: Workload\nmetadata: {{name: asked}}\nspec: {spec}\n"
    Path("asked.vmlint.yaml").write_text(text, "utf-8")
    seen = vmlint("suggest", "--format", "json", "--select", "VM305", "asked.vmlint.yaml")
    fitting = json.loads(seen.stdout)["workloads"][0]["fitting"]
    assert {(found["mode"], found["repair"]) for found in fitting if found["repair"]} == {
        ("pvh", "without emulated devices, for a kernel that knows PVH"),
        ("pvhvm", "for any kernel, with the same paravirtual drivers"),
    }
