from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, finding, rule

from ..shared.architectures import ALL_ARCHITECTURES


@rule(
    "VM608",
    "hard-realtime-unsuitable",
    Severity.ERROR,
    article=("T2-D4", "FV-D1"),
    sources=("S-62", "S-63", "S-01", "S-48"),
    architectures=ALL_ARCHITECTURES,
    demands=("requirements.performance.realtime",),
    fits_if={
        "deployment.platform.id": "names a platform that can be set up for real time",
        "deployment.mode": "is not emulation",
    },
)
def hard_realtime_unsuitable(workload: Workload) -> Iterator[Finding]:
    """Hard real time means that a late answer is a wrong one, and few ways to virtualize can promise that.

    ## Why

    A hosted hypervisor is a program among others on a desktop system, which takes the CPU away whenever it likes. An
    emulator that translates instructions takes a time that nobody can predict. No setting changes that for either.

    ## Severity

    Xen shares the CPU fairly by default; the schedulers that know deadlines are experimental or take guests with a
    single CPU. Which of them is in use is not in a manifest, so there it is a warning.

    ## When it stays silent

    KVM and KubeVirt can be set up for it, which is left to VM607. A container on a host's own kernel is as real-time as
    that kernel and is not judged, nor is a platform of which the catalogue does not say.
    """
    if workload.requirements.performance.realtime != "hard":
        return
    if workload.deployment.get("mode") == "emulation":
        yield _unfit("deployment.mode", "an emulator that translates every instruction keeps no deadline")
        return
    platform = workload.platform
    if platform.hosted and not platform.has("realtime"):
        yield _unfit(
            "deployment.platform.id", f"{platform.name} has to share the CPU with whatever else its host system runs"
        )
        return
    if workload.mode.shares_host_kernel:
        return
    hard = platform.fact("realtime", "hard")
    if hard == "no":
        yield _unfit("deployment.platform.id", f"{platform.name} guarantees its guests no deadline")
    elif hard == "experimental":
        yield _unfit(
            "deployment.platform.id",
            f"{platform.name} keeps deadlines only with a scheduler that is experimental or limited",
            Severity.WARNING,
            (platform.fact("realtime", "note"),) if platform.has("realtime", "note") else (),
        )


def _unfit(path: str, why: str, severity: Severity | None = None, notes: tuple[str, ...] = ()) -> Finding:
    return finding(
        path,
        f"hard real time is demanded, and {why}",
        severity=severity,
        confidence=Confidence.MEDIUM if severity else None,
        because=("requirements.performance.realtime",),
        help=(
            *(note.removesuffix(".") for note in notes),
            "use the bare machine, KVM set up for real time, or a hypervisor that partitions the hardware",
        ),
    )
