"""Para-virtualization (section 2 of the article): classic PV that still runs, where something better has come."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, both, finding, repair, rule

from .paravirtualization import PV_CAPABLE
from .wording import guest_arch_field, offers

ASSISTANCE = {"vmx": "VT-x", "svm": "AMD-V"}
"""Flags of /proc/cpuinfo that say that an x86 CPU can run guests itself, and what their makers call it."""


@rule(
    "VM304",
    "pv-legacy-cloud-image",
    Severity.WARNING,
    article=("PV-U3", "PV-D3"),
    sources=("S-05", "S-26"),
    architectures=PV_CAPABLE,
    fits_if={
        "deployment.platform.id": "names a platform that does not advise against that mode",
        "deployment.mode": "is one that the provider does not advise against",
    },
)
def pv_legacy_cloud_image(workload: Workload) -> Iterator[Finding]:
    """A cloud that still starts paravirtual images may have been advising against them for years.

    The article counts clouds among the uses of para-virtualization. They began there and have left: a PV image starts
    on old instance types only, which ties the workload to old hardware, and the provider's own check reports it.

    An image that is only kept (`instances: 0`) is not meant, nor is a hypervisor of one's own.
    """
    platform = workload.platform
    if platform.placement != "service":
        return
    mode = workload.deployment.mode
    against = platform.modes.get(mode, {}).get("discouraged")
    if not against or workload.get("instances") == 0:
        return
    yield finding(
        "deployment.mode",
        f"{platform.name} still runs {mode.upper()} images, but {against}",
        because=("deployment.platform.id",),
        help="build the image anew for HVM and choose an instance type of the current generation",
        repairs=(repair("what the provider recommends", mode="hw-assisted"),)
        if offers(workload, "hw-assisted")
        else (),
    )


@rule(
    "VM305",
    "pv-chosen-for-speed",
    Severity.NOTE,
    article=("PV-C3", "PV-A1", "PV-U1", "CH-4"),
    sources=("S-01", "S-02", "S-36"),
    architectures=PV_CAPABLE,
    confidence=Confidence.MEDIUM,
)
def pv_chosen_for_speed(workload: Workload) -> Iterator[Finding]:
    """Classic para-virtualization is no longer the fast way to run a guest, although the article recommends it so.

    It was faster as long as a hypervisor had to imitate what x86 could not virtualize. CPUs with VT-x or AMD-V and
    nested page tables do that work themselves, while a PV guest still asks the hypervisor for each change of its page
    tables, and a 64-bit one for each system call. PVH and HVM guests with paravirtual drivers keep the fast devices and
    lose that cost. The article's claim now holds for drivers alone (VM311).

    Silent where the host is known to have neither VT-x nor AMD-V: there classic PV has its place, since nothing else
    runs at speed. A workload can be an exception, so measure before changing a guest that satisfies.
    """
    if workload.requirements.performance.class_ != "high" or workload.deployment.mode != "pv":
        return
    features = workload.host.cpu.features
    has = [name for flag, name in ASSISTANCE.items() if flag in features]
    if not has:
        return
    better = {
        "pvh": "without emulated devices, for a kernel that knows PVH",
        "pvhvm": "for any kernel, with the same paravirtual drivers",
    }
    yield finding(
        "deployment.mode",
        f"high performance is demanded, and with {has[0]} classic PV is usually no faster than PVH or HVM",
        because=("requirements.performance.class", "host.cpu.features"),
        help=(
            "run it as PVH if its kernel knows PVH, or as HVM with paravirtual drivers",
            "for fast I/O, give the guest an SR-IOV function of the network card",
        ),
        repairs=[repair(why, mode=mode) for mode, why in better.items() if offers(workload, mode)],
    )


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

    Its kernel runs in a ring of the CPU that the remedies against Spectre do not cover (XSA-370), and that was not to
    be repaired. The Xen Project fixes other faults for such guests and issues no security advisory for them. Inside the
    PV shim the guest has a small Xen of its own, in a PVH container, and the CPU keeps both from everybody else.

    64-bit PV guests are the subject of VM306. A 32-bit guest in HVM or PVH is as good as any.
    """
    if workload.deployment.mode != "pv":
        return
    if not both(lambda: workload.guest.arch == "386", lambda: not workload.deployment.xen.pvshim):
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
