from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, both, finding, rule


@rule(
    "VM106",
    "type1-for-single-developer",
    Severity.NOTE,
    article=("T1-C5", "T1-D2", "T2-A1", "T2-A4", "CH-3"),
    architectures=("type1",),
    demands=("requirements.management.effort",),
    confidence=Confidence.MEDIUM,
    thresholds={"few": "Instances up to which a machine of their own is out of proportion: a judgement."},
)
def type1_for_single_developer(workload: Workload, *, few: int = 2) -> Iterator[Finding]:
    """A bare-metal hypervisor takes a whole machine, which is much for one developer's guest or two.

    ## Why

    It replaces whatever ran on the machine, is managed from another one, and has to be patched like a server. For
    somebody who develops alone and wants little effort, a program on the desktop does the same: a hosted hypervisor,
    WSL 2 or Lima, or containers where the kernel allows it.

    ## Severity

    No manifest says whether others share the machine, so the confidence is medium.

    ## When it stays silent

    KVM and Hyper-V run beside the desktop and are not meant. Nor is a hypervisor that is there anyway: in a virtual
    machine, in a cluster, or managed centrally because that is demanded. More than two instances (a judgement) are a
    laboratory and may well deserve their own machine.
    """
    demands = workload.requirements
    if demands.management.effort != "low" or demands.management.central or demands.availability in SHARED:
        return
    host = workload.host
    if host.get("virtualized") or host.cluster.get("nodes", 1) > 1:
        return
    if not both(
        lambda: workload.platform.placement == "bare-metal",
        lambda: workload.environment == "dev",
        lambda: workload.instances <= few,
    ):
        return
    yield finding(
        "deployment.platform.id",
        f"{workload.platform.name} takes a whole machine for {_counted(workload.instances)} in development",
        because=("environment", "instances", "requirements.management.effort"),
        help="a program on the desktop does: a hosted hypervisor, or containers where the kernel fits",
    )


SHARED = ("ha", "mission-critical")
"""Demands on availability that take a cluster anyway."""


def _counted(instances: int) -> str:
    return "one guest" if instances == 1 else f"{instances} guests"
