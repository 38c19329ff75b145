from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, finding, repair, rule

from ..shared.architectures import PV_CAPABLE
from ..shared.fields import guest_arch_field
from ..shared.modes import has_mode


@rule(
    "VM307",
    "pv-32bit-without-shim",
    Severity.WARNING,
    article=("PV-E1",),
    sources=("S-01", "S-22", "R4-02"),
    architectures=PV_CAPABLE,
    fits_if={"deployment.xen.pvshim": "is true", "guest.platform": "is not linux/386"},
)
def pv_32bit_without_shim(workload: Workload) -> Iterator[Finding]:
    """A 32-bit PV guest on bare Xen runs outside of Xen's security support.

    ## Why

    Its kernel runs in a ring of the CPU that the remedies against Spectre do not cover (XSA-370), and the Xen Project
    will not repair that. It fixes other faults for such guests without a security advisory. Inside the PV shim the
    guest has a small Xen of its own, in a PVH container, and the CPU keeps both from everybody else.

    ## When it stays silent

    PV guests of 64 bits are left to VM306. A 32-bit guest in HVM or PVH is as good as any.
    """
    deployment = workload.deployment
    if not both(
        lambda: has_mode(workload, "pv"), lambda: workload.guest.arch == "386", lambda: not deployment.xen.pvshim
    ):
        return
    yield finding(
        "deployment.mode",
        "a 32-bit PV guest without the PV shim has no security support from the Xen Project",
        because=(guest_arch_field(workload), "deployment.xen.pvshim"),
        repairs=(
            repair("the same guest inside a PVH container; try it first", xen__pvshim="true"),
            repair("the CPU's own boundary, for any kernel", mode="pvhvm"),
        ),
    )
