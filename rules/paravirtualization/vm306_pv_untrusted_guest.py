from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, finding, repair, rule

from ..shared.architectures import PV_CAPABLE
from ..shared.fields import distrust_fields, guest_arch_field
from ..shared.modes import has_mode


@rule(
    "VM306",
    "pv-untrusted-guest",
    Severity.WARNING,
    article=("PV-E1",),
    sources=("S-35", "S-22", "S-89", "S-01"),
    architectures=PV_CAPABLE,
    demands=("requirements.isolation.tenancy", "requirements.isolation.untrustedCode"),
    fits_if={"deployment.xen.pvshim": "is true"},
    security=True,
)
def pv_untrusted_guest(workload: Workload) -> Iterator[Finding]:
    """A 64-bit PV guest is the weakest place to keep code that nobody trusts on Xen.

    ## Why

    Such a guest shares its address space with the hypervisor. It was the only guest type from which Meltdown could read
    Xen's memory on Intel's processors, and faults in shadow paging (CVE-2026-42488) still reach PV guests alone,
    whoever made the processor. HVM and PVH guests keep the
    CPU's own boundary between guest and hypervisor. `pvshim` puts an unchanged PV guest into a PVH container, which
    helps.

    ## When it stays silent

    Guests of 32 bits share less with Xen and are left to VM307.
    """
    if not workload.untrusted or not both(
        lambda: has_mode(workload, "pv"),
        lambda: workload.guest.arch == "amd64",
        lambda: not workload.deployment.xen.pvshim,
    ):
        return
    yield finding(
        "deployment.mode",
        "a 64-bit PV guest shares its address space with Xen: a weak boundary for untrusted code",
        because=(*distrust_fields(workload), guest_arch_field(workload), "deployment.xen.pvshim"),
        repairs=(
            repair("the CPU's own boundary, with a PVH-aware kernel and without emulated devices", mode="pvh"),
            repair("the CPU's own boundary, for any kernel", mode="pvhvm"),
            repair("the same guest inside a PVH container; try it first", xen__pvshim="true"),
        ),
    )
