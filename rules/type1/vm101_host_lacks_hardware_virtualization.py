from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Repair, Severity, Unknown, Workload, finding, repair, rule, supposing

from ..shared.architectures import ALL_ARCHITECTURES
from ..shared.hardware import SECOND_LEVEL_TRANSLATION, X86, X86_EXTENSIONS, needs_of_host
from ..shared.modes import modes_in_question, offers

KVM = ("/dev/kvm", "device.kvm")
"""The device node by which programs reach the extensions on Linux, and the feature that it is."""

RUNS_IN_A_VM = "hypervisor"
"""The CPU flag that a hypervisor sets for its guests."""


@rule(
    "VM101",
    "host-lacks-hardware-virtualization",
    Severity.ERROR,
    article=("T1-C4", "T1-D1"),
    sources=("S-14", "S-15", "S-01", "R14-131", "R14-411", "R14-412"),
    symptoms=(
        "Could not access KVM kernel module: No such file or directory",
        "Insufficient devices.kubevirt.io/kvm",
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

    ## Why

    Nearly every hypervisor of today lets the guest's code run on the CPU itself and relies on its virtualization
    extensions to keep control. So do the containers that get a kernel of their own (Kata, Hyper-V isolation, microVMs)
    and the desktop products that hide a virtual machine. Hyper-V and recent XCP-ng also insist on second-level address
    translation (Intel EPT, AMD NPT).

    ## What it looks like

    Without the extensions, or with the extensions switched off in the firmware, nothing starts.

    ## When it stays silent

    Where a host is known to lack `/dev/kvm`, that decides. Otherwise only x86 hosts are judged: on Arm and elsewhere
    the flags in /proc/cpuinfo do not say; and a host that is a virtual machine itself is left to VM606, which asks what
    the outer hypervisor passes on. A cloud's own hosts are not judged.
    Classic Xen PV, emulation and ordinary containers need no extensions.
    """
    host = workload.host
    if KVM[1] in host.features.get("absent", ()):
        found = [*_without_kvm(workload)]
        yield from found
        if found:
            return
    if host.knows("arch") and host.arch not in X86:
        return
    if host.get("virtualized") or _is_fit(host.cpu.get("features", frozenset())):
        return
    if host.knows("arch") or not _lacks_nothing_on_x86(workload):
        yield from _by_flags(workload)


def _lacks_nothing_on_x86(workload: Workload) -> bool:
    """Whether an x86 host would lack nothing, for certain: of others, the flags do not say."""
    try:
        return not any(supposing(workload, "host.arch", arch, lambda one: [*_by_flags(one)]) for arch in sorted(X86))
    except Unknown:
        return False


def _by_flags(workload: Workload) -> Iterator[Finding]:
    """Whether the flags of an x86 CPU lack what a mode needs."""
    host, modes = workload.host, modes_in_question(workload)
    if workload.guest.knows("arch") and workload.guest.arch not in X86 and _are_of_machines(workload, modes):
        return  # an x86 host would emulate it, or not run it at all, which VM605 says
    if workload.platform.placement == "service" or not any(_needs(workload, mode) for mode in modes):
        return
    if len(modes) > 1 and not host.cpu.knows("features"):
        _ = host.arch  # undecided without it, which tells more than the list of features
    if not any(_lacks(workload, mode) for mode in modes):
        return
    mode, platform = workload.deployment.mode, workload.platform
    lacks = _lacks(workload, mode)
    if not lacks:
        return
    missing, advice, path = lacks
    yield finding(
        path,
        f"{platform.name} in mode {mode} needs a host CPU with {missing}",
        because=("deployment.platform.id", "deployment.mode"),
        help=advice,
        repairs=_without_extensions(workload),
    )


def _are_of_machines(workload: Workload, modes: frozenset[str]) -> bool:
    """Whether a guest in these modes is a machine, whose code runs on the host's CPU or is emulated."""
    return not any(workload.catalog.modes[mode].is_container for mode in modes)


def _is_fit(features: frozenset[str]) -> bool:
    """Whether a CPU has whatever a mode may need."""
    return not any(features.isdisjoint(several) for several in (X86_EXTENSIONS, SECOND_LEVEL_TRANSLATION))


def _needs(workload: Workload, mode: str) -> set[str]:
    """Return what a mode needs of the host's CPU: by the platform, or else by its nature."""
    needs = needs_of_host(workload, mode)
    if workload.catalog.modes[mode].needs_hardware_virtualization and "requires" not in workload.platform.modes.get(
        mode, {}
    ):
        needs.add("hardware-virtualization")
    return needs


def _without_kvm(workload: Workload) -> Iterator[Finding]:
    """Whether the host lacks the device node that the platform uses, whatever its CPU shows, and of any kind of CPU."""
    host, platform = workload.host, workload.platform
    if platform.data["host"].get("deviceNode", "") != KVM[0] or (host.os.knows("family") and host.os.family != "linux"):
        return
    modes = modes_in_question(workload)
    if not any("hardware-virtualization" in _needs(workload, mode) for mode in modes):
        return
    guest = workload.guest
    if _are_of_machines(workload, modes) and guest.knows("arch") and not _of_one_kind(guest.arch, host.arch):
        return  # the host would emulate it, or not run it at all, which VM605 says
    if "hardware-virtualization" not in _needs(workload, workload.deployment.mode):
        return
    yield finding(
        "host.features.absent",
        f"{platform.name} in mode {workload.deployment.mode} needs {KVM[0]}, and the host has none",
        because=("deployment.platform.id", "deployment.mode"),
        help="load the kernel's module kvm on the host; on x86, switch VT-x or AMD-V on in its firmware setup; where "
        "the host is a virtual machine itself, switch on nested virtualization for it",
        repairs=_without_extensions(workload),
    )


def _of_one_kind(arch: str, other: str) -> bool:
    return arch == other or {arch, other} <= X86 or {arch, other} <= {"arm", "arm64"}


def _lacks(workload: Workload, mode: str) -> tuple[str, str, str] | tuple[()]:
    """Return what the host's CPU lacks for a mode, as the end of a sentence, what to do, and the field that shows it.

    Nothing if it is fit.
    """
    host, needs = workload.host, _needs(workload, mode)
    if not needs:
        return ()
    features = host.cpu.features
    if RUNS_IN_A_VM in features:
        return ()
    if "slat" in needs and features & X86_EXTENSIONS and not features & SECOND_LEVEL_TRANSLATION:
        return (
            "second-level address translation (SLAT), and host.cpu.features has neither ept nor npt",
            "use a host whose CPU has EPT (Intel) or NPT (AMD): practically any made since 2010",
            "host.cpu.features",
        )
    if not features & X86_EXTENSIONS and host.arch:
        return (
            "VT-x or AMD-V, and host.cpu.features has neither vmx nor svm",
            "switch VT-x or AMD-V (SVM) on in the host's firmware setup; it is often off as delivered",
            "host.cpu.features",
        )
    return ()


def _without_extensions(workload: Workload) -> Iterator[Repair]:
    """Propose the like modes of the platform that need no CPU extensions."""
    for name in workload.platform.modes:
        mode = workload.catalog.modes[name]
        alike = mode.is_container == workload.mode.is_container and not mode.shares_host_kernel
        bare = not workload.platform.requires(name) and not mode.needs_hardware_virtualization
        if alike and bare and offers(workload, name):
            slow = ", many times slower" if name == "emulation" else ""
            yield repair(f"{mode.name} needs no CPU extensions{slow}", mode=name)
