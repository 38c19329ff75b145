"""The ranking of ``vmlint suggest`` as a pure function, on made-up candidates."""

from __future__ import annotations

from collections.abc import Callable

from vmlint.findings.severity import Severity
from vmlint.findings.unknown import Undecided, Unknown
from vmlint.findings.verdict import Candidate, Objection, Reason, Verdict
from vmlint.report.ranking import Present, ranking, title

Golden = Callable[[str, str], None]
FAST = Reason(
    "performance", "performance", "guest code on the CPU, no host OS between guest and hardware", ("T1",), 0.5, 4
)
SAFE = Reason("isolation", "isolation", "own kernel behind hardware", ("S-1", "S-2"), 0.4, 4)
VMX = Undecided("VM101", "virtualization-extensions", Severity.ERROR, "host.cpu.features", "has vmx or svm")
SLAT = VMX._replace(condition="has ept or npt")
BARE = VMX._replace(path="host.virtualized", condition="is false")
GAP = VMX._replace(path=Unknown.in_catalog("utm", "gpu", "vgpu").path, condition="")


def candidate(platform: str, architecture: str = "type1", mode: str = "hw-assisted", **more: object) -> Candidate:
    made = Candidate(architecture, mode, platform, {"deployment.platform": platform}, score=0.9, reasons=(FAST, SAFE))
    return made._replace(**more)  # type: ignore[arg-type]


PRESENT = candidate("xen", "paravirtualization", "pv", score=0.333)
FITTING = (
    PRESENT._replace(mode="pvhvm", changes={"deployment.mode": "pvhvm"}, repair="with PV drivers", score=1.0),
    candidate("kvm"),
    candidate("proxmox-ve"),
    candidate("hyperv", gives_up=("density: own memory",), warnings=("VM203", "VM203")),
    candidate("bhyve", needs=(VMX, SLAT, BARE), changes={"host.platform": "freebsd/amd64", "deployment.devices": None}),
    candidate("utm", needs=(VMX, SLAT._replace(code="VM102"), GAP)),
)  # fmt: skip


def ruled_out(platform: str, mode: str, code: str, message: str) -> Candidate:
    return candidate(
        platform, "container", mode, errors=(Objection(code, message, ("guest.os.id",)), Objection("VM999", "more", ()))
    )


ELIMINATED = (
    ruled_out("docker", "runc", "VM401", "the kernel is shared, which is no sufficient boundary against strangers"),
    ruled_out("podman", "crun", "VM401", "the kernel is shared, which is no sufficient boundary against strangers"),
    ruled_out("kubernetes", "runc", "VM401", "the kernel is shared, which is no sufficient boundary against strangers"),
    ruled_out("wsl2", "lxc", "VM624", "runs Linux guests only"),
)
SUBJECT = Present("a.yaml", "hmi", deployed=True, errors=(("VM301", "it cannot run\x1b as a PV guest"),))


def shown(subject: Present, verdict: Verdict, columns: int = 80, **more: bool) -> str:
    lines = [*title(subject), *ranking(subject, verdict, columns, **more)]
    return "".join("".join(part for part, _ in line).rstrip() + "\n" for line in lines)


def test_whole_ranking(golden: Golden) -> None:
    golden("suggest/ranking.txt", shown(SUBJECT, Verdict(FITTING, ELIMINATED, PRESENT)))


def test_narrow(golden: Golden) -> None:
    seen = shown(SUBJECT, Verdict(FITTING, ELIMINATED, PRESENT), 60)
    assert max(map(len, seen.splitlines())) <= 60
    golden("suggest/narrow.txt", seen)


def test_the_present_choice_has_no_weakness() -> None:
    assert shown(SUBJECT._replace(errors=()), Verdict((), (), PRESENT)).splitlines()[2:5] == [
        "now",
        "  0.33  xen  paravirtualization  pv",
        "        no rule objects",
    ]


def test_contradictions() -> None:
    def message(*demands: str) -> str:
        return shown(SUBJECT._replace(deployed=False, workload=""), Verdict((), ELIMINATED, None, demands), 120)

    assert message().startswith(
        "a workload without a name (a.yaml)\n\nnothing fits; what rules out each candidate is listed below\n"
    )
    assert "nothing fits: nothing can meet requirements.realtime; without it something would fit\n" in message(
        "requirements.realtime"
    )
    assert "nothing fits: a and b contradict each other; without them something would fit\n" in message("a", "b")


def test_only_the_best_unless_all_are_asked_for() -> None:
    many = tuple(candidate(f"platform-{number}") for number in range(12))
    assert "  and 2 more; --all shows them\n" in shown(SUBJECT, Verdict(many, (), PRESENT))
    assert "platform-11" in shown(SUBJECT, Verdict(many, (), PRESENT), everything=True)
