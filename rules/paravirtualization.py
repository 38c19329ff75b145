"""Para-virtualization (section 2 of the article): guests that know, and drivers that know."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, repair, rule

CLOSED_FAMILIES = frozenset({"windows", "darwin", "dos", "os2", "netware"})
"""Families whose kernels nobody outside the vendor can port to a paravirtual interface (statement PV-C1)."""


@rule(
    "VM301",
    "pv-unmodifiable-guest",
    Severity.ERROR,
    article=("PV-S1", "PV-C1", "PV-C4", "PV-D1"),
    sources=("S-02", "S-22"),
    symptoms=("wrong kernel image: non-PAE", "Error: (2, 'Invalid kernel', 'xc_dom_find_loader: no loader found')"),
    architectures=("paravirtualization", "type1"),
    fits_if={"guest.os.id": "names an OS whose kernel can run as a Xen PV guest"},
)
def pv_unmodifiable_guest(workload: Workload) -> Iterator[Finding]:
    """A PV guest needs a kernel that was modified for it.

    Under classic para-virtualization the kernel asks the hypervisor instead of the hardware, so it must have been
    written or changed to do so. Windows and other closed systems never were: the guest does not start at all. They run
    unmodified in a hardware-assisted (HVM) guest, and with paravirtual *drivers* they keep most of the speed.

    A stock Linux kernel that carries the PV interface is not at fault, even where nobody may change it.
    """
    if workload.deployment.mode != "pv":
        return
    guest = workload.guest
    if guest.os.family not in CLOSED_FAMILIES and (guest.kernel.modifiable or "xen-pv" in guest.kernel.paravirt):
        return
    name = workload.guest_os.name if guest.os.knows("id") else f"a {guest.os.family} guest"
    yield finding(
        "guest.os.id",
        f"{name} cannot run as a PV guest: its kernel was never modified for one",
        because=("deployment.mode",),
        help="run it unmodified in an HVM guest and install paravirtual drivers in it",
        repairs=(repair("an unmodified guest with paravirtual drivers", mode="pvhvm"),),
    )
