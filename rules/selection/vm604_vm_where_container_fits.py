from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Advice, Finding, Severity, Workload, finding, foreign, rule

SHORT_LIVED = frozenset({"ci-runner", "function"})
"""Kinds of workload that come and go, which containers were made for (CT-U3)."""

CONTAINER_KINDS = frozenset({"service", "batch"}) | SHORT_LIVED


@rule(
    "VM604",
    "vm-where-container-fits",
    Severity.NOTE,
    article=("CH-5", "CT-A1", "CT-A2", "CT-A3", "CT-U1", "CT-U3"),
    architectures=("type1", "type2", "full-virtualization"),
    stage="advice",
    thresholds={
        "margin": "By how much of a whole score, which is 1, a container has to beat the present choice.",
        "fast_start": "Seconds: a startup budget up to this asks for something lighter than a booting system.",
    },
)
def vm_where_container_fits(
    workload: Workload, advice: Advice, *, margin: float = 0.15, fast_start: float = 5.0
) -> Iterator[Finding]:
    """A light Linux service that asks nothing of its kernel runs better in a container.

    ## Why

    It starts in the time of a process, many fit on a host, and nobody has to patch a second operating system. It is
    reported only where the workload itself asks for that: a startup budget of seconds, a density, or work that comes
    and goes, as on a CI runner.

    ## When it stays silent

    Anything can ask for a machine: a kernel of its own, modules, an init system, firmware, devices, nesting, live
    migration, compliance labels, an isolation demand, strangers' code, a CPU that is not the host's. A choice with an
    error is not reported, since that comes first, nor is one that no container beats by a clear margin without open
    conditions.
    """
    if advice.current_errors or _needs_machine(workload) or _is_emulated(workload):
        return
    demands = workload.requirements
    kind = workload.kind
    if kind not in CONTAINER_KINDS:
        return
    reasons = (
        demands.startup is not None and demands.startup <= fast_start and "requirements.startup",
        demands.density.per_host is not None and "requirements.density.perHost",
        kind in SHORT_LIVED and "kind",
    )
    if not any(reasons) or workload.guest.os.family != "linux" or workload.mode.is_container:
        return
    current = advice.verdict.current
    better = next(
        (c for c in advice.verdict.fitting if c.architecture == "container" and not c.needs and not c.risks), None
    )
    if current is None or better is None or better.score - current.score < margin:
        return
    strengths = [
        reason.why for reason in sorted(better.reasons, key=lambda r: -r.contribution) if reason.contribution > 0
    ]
    name = workload.catalog.platform(better.platform)
    yield finding(
        "deployment.architecture",
        f"this workload asks nothing that a container lacks, and fits {name.name if name else better.platform} better "
        f"than a virtual machine" + (f": {strengths[0]}" if strengths else ""),
        because=(*reasons, "guest.os.family"),
        help=[f"gives up {lost}" for lost in better.gives_up],
    )


def _is_emulated(workload: Workload) -> bool:
    """Whether the guest is made for a CPU that the host does not have, or emulated for another reason."""
    guest, host, deployment = workload.guest, workload.host, workload.deployment
    if deployment.knows("mode") and deployment.mode == "emulation":
        return True
    return guest.knows("arch") and host.knows("arch") and foreign(guest.arch, host.arch)


def _needs_machine(workload: Workload) -> bool:
    """Whether a demand asks for a virtual machine."""
    guest, demands = workload.guest, workload.requirements
    isolation, devices = demands.isolation, demands.devices
    return bool(
        guest.kernel.source == "custom"
        or guest.kernel.requires
        or guest.kernel.modules
        or guest.kernel.realtime
        or guest.init not in (None, "none")
        or guest.firmware.type
        or guest.firmware.secure_boot
        or guest.firmware.tpm not in (None, "none")
        or workload.untrusted
        or isolation.level not in (None, "process")
        or isolation.compliance
        or devices.gpu.mode not in (None, "none", "shared")
        or devices.pci
        or devices.usb
        or devices.emulated
        or demands.nested
        or demands.mobility.live_migration not in (None, "none")
        or demands.performance.realtime not in (None, "none")
    )
