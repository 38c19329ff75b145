from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, both, finding, repair, rule

from ..shared.architectures import PV_CAPABLE
from ..shared.modes import has_mode, offers

ASSISTANCE = {"vmx": "VT-x", "svm": "AMD-V"}
"""Flags of /proc/cpuinfo that say that an x86 CPU can run guests itself, and what their makers call it."""


@rule(
    "VM305",
    "pv-chosen-for-speed",
    Severity.NOTE,
    article=("PV-C3", "PV-A1", "PV-U1", "CH-4"),
    sources=("S-01", "S-02", "S-36"),
    architectures=PV_CAPABLE,
    demands=("requirements.performance.class",),
    confidence=Confidence.MEDIUM,
)
def pv_chosen_for_speed(workload: Workload) -> Iterator[Finding]:
    """Classic para-virtualization is no longer the fast way to run a guest, although the article recommends it so.

    ## Why

    It was faster as long as a hypervisor had to imitate what x86 could not virtualize. CPUs with VT-x or AMD-V and
    nested page tables do that work themselves, while a PV guest still asks the hypervisor for each change of its page
    tables, and a 64-bit one for each system call. PVH and HVM guests with paravirtual drivers keep the fast devices
    without that cost. The article's claim now holds for drivers alone (VM311).

    ## Severity

    A workload can be an exception, so measure before changing a guest that is fast enough.

    ## When it stays silent

    Where the host is known to have neither VT-x nor AMD-V, classic PV has its place, since nothing else runs at speed.
    """
    if workload.requirements.performance.class_ != "high":
        return
    cpu = workload.host.cpu
    if not both(lambda: has_mode(workload, "pv"), lambda: not cpu.features.isdisjoint(ASSISTANCE)):
        return
    has = next(name for flag, name in ASSISTANCE.items() if flag in cpu.features)
    better = {
        "pvh": "without emulated devices, for a kernel that knows PVH",
        "pvhvm": "for any kernel, with the same paravirtual drivers",
    }
    yield finding(
        "deployment.mode",
        f"high performance is demanded, and with {has} classic PV is usually no faster than PVH or HVM",
        because=("requirements.performance.class", "host.cpu.features"),
        help=(
            "run it as PVH if its kernel knows PVH, or as HVM with paravirtual drivers",
            "for fast I/O, give the guest an SR-IOV function of the network card",
        ),
        repairs=[repair(why, mode=mode) for mode, why in better.items() if offers(workload, mode)],
    )
