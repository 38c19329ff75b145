from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Version, Workload, finding, repair, rule

from ..shared.architectures import PV_CAPABLE
from ..shared.fields import guest_os_field
from ..shared.modes import has_mode
from ..shared.wording import guest_name

FIRST_PVH = Version("4.11")
"""The first Linux with an entry point for PVH (S-35)."""


@rule(
    "VM302",
    "pv-kernel-not-available",
    Severity.ERROR,
    article=("PV-C1", "PV-C4"),
    sources=("S-24", "S-35", "S-22"),
    symptoms=(
        "xc_dom_find_loader: no loader found",
        "image not capable of booting inside a HVM container: Invalid kernel",
    ),
    architectures=PV_CAPABLE,
    yields_to=("VM301",),
    fits_if={
        "guest.os.id": "names an OS whose kernel can run in that mode",
        "guest.kernel.paravirt": "lists the interface of that mode (xen-pv or xen-pvh)",
        "deployment.mode": "is one that the guest's kernel knows",
    },
)
def pv_kernel_not_available(workload: Workload) -> Iterator[Finding]:
    """A PV or PVH guest needs a kernel with that very interface built in.

    ## Why

    Both guest types start without firmware and hand the kernel a Xen entry point. FreeBSD since release 10 and OpenBSD
    have no PV kernel, Linux has PVH since 4.11 only, Windows has neither, and several distributions leave one of the
    two out of the kernel that they ship. HVM with paravirtual drivers runs all of them.

    ## What it looks like

    The guest is refused before its first instruction.

    ## When it stays silent

    The release's own kernel counts. A kernel of one's own (`guest.kernel.source: custom`) has to say what it can do
    (`guest.kernel.paravirt`).
    """
    kernel = workload.guest.kernel
    knows_both = kernel.knows("paravirt") and kernel.paravirt >= {"xen-pv", "xen-pvh"}
    if (knows_both and (kernel.states("paravirt") or not _before_pvh(workload))) or not has_mode(workload, "pv", "pvh"):
        return
    mode = workload.deployment.mode
    too_old = mode == "pvh" and not kernel.states("paravirt") and _before_pvh(workload)
    if not too_old and f"xen-{mode}" in kernel.paravirt:
        return
    yield finding(
        "deployment.mode",
        f"the kernel of {guest_name(workload)} cannot start as a {mode.upper()} guest"
        + (f": Linux has PVH since {FIRST_PVH}, and this one is {kernel.version}" if too_old else ""),
        because=("guest.kernel.version" if too_old else guest_os_field(workload),),
        help=f"a kernel that can is declared by guest.kernel: {{source: custom, paravirt: [xen-{mode}]}}",
        repairs=(repair("any kernel starts in it, and paravirtual drivers keep the speed", mode="pvhvm"),),
    )


def _before_pvh(workload: Workload) -> bool:
    guest = workload.guest
    linux = guest.os.knows("family") and guest.os.family == "linux"
    return linux and guest.kernel.knows("version") and guest.kernel.version < FIRST_PVH
