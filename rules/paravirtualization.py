"""Para-virtualization (section 2 of the article): guests whose kernel knows the hypervisor."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Version, Workload, both, either, finding, repair, rule

from .wording import distrust_fields, guest_arch_field, guest_name, guest_os_field

CLOSED_FAMILIES = frozenset({"windows", "darwin", "dos", "os2", "netware"})
"""Families whose kernels nobody outside the vendor can port to a paravirtual interface (statement PV-C1)."""

PV_CAPABLE = ("type1", "paravirtualization")
"""The words under which a platform offers classic PV."""

FIRST_PVH = Version("4.11")
"""The first Linux with an entry point for PVH (S-35)."""


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

    Under classic para-virtualization the kernel asks the hypervisor instead of the hardware, so it must have been
    written or changed to do so. Windows and other closed systems never were: the guest does not start at all. They run
    unmodified in a hardware-assisted (HVM) guest, and with paravirtual *drivers* they keep most of the speed.

    A stock Linux kernel that carries the PV interface is not at fault, even where nobody may change it
    (`kernel: {modifiable: false, paravirt: [xen-pv]}`), nor is a kernel that its owner can still build for PV.
    """
    if workload.deployment.mode != "pv":
        return
    kernel = workload.guest.kernel
    closed = workload.guest.os.family in CLOSED_FAMILIES
    if not closed and either(lambda: "xen-pv" in kernel.paravirt, lambda: kernel.modifiable):
        return
    yield finding(
        guest_os_field(workload) if closed else "guest.kernel.modifiable",
        f"{guest_name(workload)} cannot run as a PV guest: its kernel was never modified for one"
        if closed
        else "the guest's kernel has no PV interface and may not be changed, so it cannot run as a PV guest",
        because=("deployment.mode",) if closed else ("guest.kernel.paravirt", "deployment.mode"),
        help="run it unmodified in an HVM guest and install paravirtual drivers in it",
        repairs=(repair("an unmodified guest with paravirtual drivers", mode="pvhvm"),),
    )


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
    fits_if={
        "guest.os.id": "names an OS whose kernel can run in that mode",
        "guest.kernel.paravirt": "lists the interface of that mode (xen-pv or xen-pvh)",
        "deployment.mode": "is one that the guest's kernel knows",
    },
)
def pv_kernel_not_available(workload: Workload) -> Iterator[Finding]:
    """A PV or PVH guest needs a kernel with that very interface built in.

    Both guest types start without firmware and hand the kernel a Xen entry point. FreeBSD since release 10 and OpenBSD
    have no PV kernel, Linux has PVH since 4.11 only, Windows has neither, and several distributions leave one of the
    two out of the kernel that they ship. Such a guest is refused before its first instruction. HVM with paravirtual
    drivers runs all of them.

    The rule goes by the release's own kernel. A kernel of one's own (`guest.kernel.source: custom`) has to say what it
    can do (`guest.kernel.paravirt`). Systems whose kernel nobody may change are VM301's in PV mode.
    """
    mode = workload.deployment.mode
    if mode not in ("pv", "pvh"):
        return
    kernel, closed = workload.guest.kernel, workload.guest.os.family in CLOSED_FAMILIES
    too_old = mode == "pvh" and "paravirt" not in kernel.stated() and _before_pvh(workload)
    if not too_old and f"xen-{mode}" in kernel.paravirt:
        return
    if mode == "pv" and (closed or (kernel.knows("modifiable") and not kernel.modifiable)):
        return  # VM301 says so already
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


@rule(
    "VM303",
    "pv-removed-from-platform",
    Severity.ERROR,
    article=("PV-E1", "PV-D3"),
    sources=("S-04", "S-93", "P-02"),
    architectures=PV_CAPABLE,
    fits_if={
        "deployment.platform.version": "is a release that still runs PV guests",
        "deployment.mode": "is not pv",
    },
)
def pv_removed_from_platform(workload: Workload) -> Iterator[Finding]:
    """Classic PV guests are being dropped by the platforms that once ran on them.

    The article names Xen with paravirtualized guests as the example; since then hardware assistance has made classic PV
    the slower and the riskier way. XCP-ng stopped supporting it with 8.1 and removed it in 8.3: such a guest neither
    starts on an 8.3 host nor moves to one, so it has to be converted to HVM, boot loader included, *before* the pool is
    upgraded. Upstream Xen still has PV.

    Paravirtual *drivers* in an HVM guest (mode pvhvm) are not affected. Without a stated version the rule does not
    guess, and it says nothing about platforms whose vendor's word on PV was not found.
    """
    if workload.deployment.mode != "pv":
        return
    platform = workload.platform
    offered = platform.modes.get("pv", {})
    if not offered.keys() & {"removed", "unsupported"}:
        return
    version = workload.deployment.platform.version
    removed, unsupported = (offered.get(word) for word in ("removed", "unsupported"))
    if removed and version >= Version(str(removed)):
        message, severity = f"{platform.name} {version} no longer has PV mode: {removed} removed it", Severity.ERROR
    elif unsupported and version >= Version(str(unsupported)):
        message = f"{platform.name} {version} still starts PV guests, but has not supported them since {unsupported}"
        severity = Severity.WARNING
    else:
        return
    yield finding(
        "deployment.mode",
        message,
        severity=severity,
        because=("deployment.platform.version", "deployment.platform.id"),
        help=(
            "convert the guest to HVM where a host still runs it: it needs a boot loader for BIOS or UEFI",
            *([str(offered["note"]).removesuffix(".")] if "note" in offered and severity is Severity.WARNING else []),
        ),
        repairs=(repair("an HVM guest with the same paravirtual drivers", mode="pvhvm"),),
    )


@rule(
    "VM306",
    "pv-untrusted-guest",
    Severity.WARNING,
    article=("PV-E1",),
    sources=("S-35", "S-22", "S-89", "S-01"),
    architectures=PV_CAPABLE,
    fits_if={"deployment.xen.pvshim": "is true"},
    security=True,
)
def pv_untrusted_guest(workload: Workload) -> Iterator[Finding]:
    """A 64-bit PV guest is the weakest place to keep code that nobody trusts on Xen.

    Such a guest shares its address space with the hypervisor. It was the only guest type from which Meltdown could read
    Xen's memory, and faults in shadow paging (CVE-2026-42488) still reach PV guests alone. HVM and PVH guests keep the
    CPU's own boundary between guest and hypervisor. `pvshim` puts an unchanged PV guest into a PVH container and takes
    the edge off.

    AMD processors were never open to Meltdown, so on a host that is known to be AMD the finding is advice. Guests of
    32 bits share less with Xen and are not meant.
    """
    if not workload.untrusted or workload.deployment.mode != "pv":
        return
    if not both(lambda: workload.guest.arch == "amd64", lambda: not workload.deployment.xen.pvshim):
        return
    cpu = workload.host.cpu
    amd = cpu.knows("vendor") and cpu.vendor == "amd"
    yield finding(
        "deployment.mode",
        "a 64-bit PV guest shares its address space with Xen: a weak boundary for untrusted code"
        + (", though AMD processors are not open to Meltdown" if amd else ""),
        severity=Severity.NOTE if amd else None,
        because=(*distrust_fields(workload), guest_arch_field(workload), "deployment.xen.pvshim"),
        repairs=(
            repair("the CPU's own boundary, with a PVH-aware kernel and without emulated devices", mode="pvh"),
            repair("the CPU's own boundary, for any kernel", mode="pvhvm"),
            repair("the same guest inside a PVH container; try it first", xen__pvshim="true"),
        ),
    )
