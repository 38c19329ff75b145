from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, finding, rule

from ..shared.architectures import HOSTED, is_desktop_hypervisor


@rule(
    "VM205",
    "type2-beyond-small-scale",
    Severity.WARNING,
    article=("T2-D3", "T2-U4"),
    architectures=HOSTED,
    thresholds={"small_scale": "Instances up to which a hosted hypervisor is made for them: a judgement."},
)
def type2_beyond_small_scale(workload: Workload, *, small_scale: int = 5) -> Iterator[Finding]:
    """A hosted hypervisor is a tool for a handful of machines, not for a fleet.

    ## Why

    There is no scheduler that spreads guests, no central management and no shared storage, and every guest takes its
    memory from a desktop system. Beyond five instances the machines are managed by hand. Five is a judgement: the
    article says only "small-scale".

    ## When it stays silent

    A classroom with one guest on each desktop is exactly what these products are for: `placement: one-per-host`.
    """
    if workload.deployment.get("placement") == "one-per-host":
        return
    if not both(lambda: is_desktop_hypervisor(workload.platform), lambda: workload.instances > small_scale):
        return
    yield finding(
        "instances",
        f"{workload.instances} instances are more than {workload.platform.name} is made for on one machine "
        f"(small scale: up to {small_scale})",
        because=("deployment.platform.id",),
        help="if each runs on a desktop of its own, state placement: one-per-host",
    )
