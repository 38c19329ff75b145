"""Type 1 hypervisors (section 1.1 of the article): what they, and everything built on them, ask of the host's CPU."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Repair, Severity, Workload, finding, repair, rule

from .wording import ALL_ARCHITECTURES, offers

HARDWARE_VIRTUALIZATION = frozenset({"vmx", "svm"})
"""CPU flags of Intel's VT-x and AMD's AMD-V as /proc/cpuinfo spells them (S-01, S-14)."""

SECOND_LEVEL_TRANSLATION = frozenset({"ept", "npt"})
"""CPU flags of Intel's and AMD's second-level address translation (S-14, S-15)."""

RUNS_IN_A_VM = "hypervisor"
"""The CPU flag that a hypervisor sets for its guests."""


@rule(
    "VM101",
    "host-lacks-hardware-virtualization",
    Severity.ERROR,
    article=("T1-C4", "T1-D1"),
    sources=("S-14", "S-15", "S-01"),
    symptoms=(
        "Could not access KVM kernel module: No such file or directory",
        "VT-x is not available (VERR_VMX_NO_VMX)",
        "AMD-V is not available (VERR_SVM_NO_SVM)",
    ),
    architectures=ALL_ARCHITECTURES,
    fits_if={
        "host.cpu.features": "has vmx (Intel) or svm (AMD)",
        "host.platform": "is not an x86 machine, or its CPU turns out to have vmx or svm",
        "deployment.mode": "needs no hardware virtualization",
    },
)
def host_lacks_hardware_virtualization(workload: Workload) -> Iterator[Finding]:
    """A hardware-assisted guest needs a CPU with VT-x or AMD-V, and some hypervisors need SLAT as well.

    Nearly every hypervisor of today lets the guest's code run on the CPU itself and relies on its virtualization
    extensions to keep control. So do the containers that get a kernel of their own (Kata, Hyper-V isolation, microVMs)
    and the desktop products that hide a virtual machine. Without the extensions, or with the extensions switched off in
    the firmware, nothing starts. Hyper-V and recent XCP-ng additionally insist on second-level address translation
    (Intel EPT, AMD NPT).

    The rule judges x86 hosts only: on Arm and elsewhere the flags in /proc/cpuinfo do not tell. It is silent for a host
    that is a virtual machine itself, where the question is what the outer hypervisor passes on (VM606), and for a
    cloud's own hosts. Classic Xen PV, emulation and ordinary containers need no extensions.
    """
    mode, platform, host = workload.deployment.mode, workload.platform, workload.host
    needs = needs_of_host(workload)
    if workload.mode.needs_hardware_virtualization and "requires" not in platform.modes.get(mode, {}):
        needs.add("hardware-virtualization")
    if not needs or platform.placement == "service" or (host.knows("virtualized") and host.virtualized):
        return
    if host.knows("arch") and host.arch not in ("amd64", "386"):
        return
    features = host.cpu.features
    if RUNS_IN_A_VM in features:
        return
    if "slat" in needs and features & HARDWARE_VIRTUALIZATION and not features & SECOND_LEVEL_TRANSLATION:
        missing = "second-level address translation (SLAT), and host.cpu.features has neither ept nor npt"
        advice = "use a host whose CPU has EPT (Intel) or NPT (AMD): practically any made since 2010"
    elif not features & HARDWARE_VIRTUALIZATION and host.arch:
        missing = "VT-x or AMD-V, and host.cpu.features has neither vmx nor svm"
        advice = "switch VT-x or AMD-V (SVM) on in the host's firmware setup; it is often off as delivered"
    else:
        return
    yield finding(
        "host.cpu.features",
        f"{platform.name} in mode {mode} needs a host CPU with {missing}",
        because=("deployment.platform.id", "deployment.mode"),
        help=advice,
        repairs=tuple(_without_extensions(workload)),
    )


def needs_of_host(workload: Workload) -> set[str]:
    """Return what the platform needs of the host's CPU in the chosen mode, on the host's system."""
    platform, host = workload.platform, workload.host.os
    by_system = platform.data["host"].get("requiresByOs", {})
    extra = by_system.get(host.family, ()) if by_system and host.knows("family") else ()
    return {*platform.requires(workload.deployment.mode), *extra}


def _without_extensions(workload: Workload) -> Iterator[Repair]:
    for name in workload.platform.modes:
        mode = workload.catalog.modes[name]
        alike = mode.is_container == workload.mode.is_container and not mode.shares_host_kernel
        bare = not workload.platform.requires(name) and not mode.needs_hardware_virtualization
        if alike and bare and offers(workload, name):
            slow = ", many times slower" if name == "emulation" else ""
            yield repair(f"{mode.name} needs no CPU extensions{slow}", mode=name)
