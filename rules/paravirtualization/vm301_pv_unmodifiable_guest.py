from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, either, finding, repair, rule

from ..shared.architectures import PV_CAPABLE
from ..shared.fields import guest_os_field
from ..shared.kernels import CLOSED_FAMILIES
from ..shared.modes import has_mode
from ..shared.wording import guest_name


@rule(
    "VM301",
    "pv-unmodifiable-guest",
    Severity.ERROR,
    article=("PV-S1", "PV-C1", "PV-C4", "PV-D1"),
    sources=("S-02", "S-22"),
    symptoms=("wrong kernel image error", "Error: (2, 'Invalid kernel', 'xc_dom_find_loader: no loader found')"),
    architectures=PV_CAPABLE,
    fits_if={
        "guest.os.id": "names an OS whose kernel can run as a Xen PV guest",
        "guest.kernel.paravirt": "lists xen-pv",
        "deployment.mode": "is not pv",
    },
)
def pv_unmodifiable_guest(workload: Workload) -> Iterator[Finding]:
    """A PV guest needs a kernel that was modified for it.

    ## Why

    Under classic para-virtualization the kernel asks the hypervisor instead of the hardware, so it must have been
    written or changed to do so. Windows and other closed systems never were. They run unmodified in a hardware-assisted
    (HVM) guest, and with paravirtual *drivers* they keep most of the speed.

    ## What it looks like

    The guest does not start at all.

    ## When it stays silent

    A stock Linux kernel that carries the PV interface is not at fault, even where nobody may change it (`kernel:
    {modifiable: false, paravirt: [xen-pv]}`), nor is a kernel that its owner can still build for PV.
    """
    kernel, os = workload.guest.kernel, workload.guest.os
    if not both(
        lambda: has_mode(workload, "pv"),
        lambda: either(
            lambda: os.family in CLOSED_FAMILIES,
            lambda: both(lambda: "xen-pv" not in kernel.paravirt, lambda: not kernel.modifiable),
        ),
    ):
        return
    closed = os.knows("family") and os.family in CLOSED_FAMILIES
    yield finding(
        guest_os_field(workload) if closed else "guest.kernel.modifiable",
        f"{guest_name(workload)} cannot run as a PV guest: its kernel was never modified for one"
        if closed
        else "the guest's kernel has no PV interface and may not be changed, so it cannot run as a PV guest",
        because=("deployment.mode",) if closed else ("guest.kernel.paravirt", "deployment.mode"),
        help="run it unmodified in an HVM guest and install paravirtual drivers in it",
        repairs=(repair("an unmodified guest with paravirtual drivers", mode="pvhvm"),),
    )
