from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.architectures import HOSTED, is_desktop_hypervisor


@rule(
    "VM204",
    "type2-for-mission-critical",
    Severity.WARNING,
    article=("T1-U3", "T2-D3"),
    architectures=HOSTED,
    demands=("requirements.availability",),
)
def type2_for_mission_critical(workload: Workload) -> Iterator[Finding]:
    """Nothing restarts a guest of a hosted hypervisor elsewhere when its machine fails.

    ## Why

    High availability needs several hosts that watch each other, share storage and restart or move guests. The type 1
    platforms bring that, and so do orchestrated containers; a desktop hypervisor knows only its own machine.

    ## When it stays silent

    Nothing is missing where the application itself keeps several instances on several machines, stated as more than one
    instance with `placement: one-per-host`.
    """
    availability = workload.requirements.availability
    if availability not in ("ha", "mission-critical") or not is_desktop_hypervisor(workload.platform):
        return
    several = workload.knows("instances") and workload.instances > 1
    if several and workload.deployment.knows("placement") and workload.deployment.placement == "one-per-host":
        return
    yield finding(
        "deployment.platform.id",
        f"availability {availability} is demanded, and {workload.platform.name} has no failover to another host",
        because=("requirements.availability",),
        help="if the application replicates itself, state the number of instances and placement: one-per-host",
    )
