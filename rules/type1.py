"""Type 1 hypervisors (section 1.1 of the article): what they ask of the host and of the guest, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from vmlint.api import (
    Confidence,
    Finding,
    Repair,
    Severity,
    Version,
    Workload,
    finding,
    pci_address,
    repair,
    rule,
)

from .listing import listed
from .wording import ALL_ARCHITECTURES, guest_os_field, offers

HARDWARE_VIRTUALIZATION = frozenset({"vmx", "svm"})
"""CPU flags of Intel's VT-x and AMD's AMD-V as /proc/cpuinfo spells them (S-01, S-14)."""

SECOND_LEVEL_TRANSLATION = frozenset({"ept", "npt"})
"""CPU flags of Intel's and AMD's second-level address translation (S-14, S-15)."""

RUNS_IN_A_VM = "hypervisor"
"""The CPU flag that a hypervisor sets for its guests."""

MACHINES = ("type1", "type2", "paravirtualization", "full-virtualization")
"""The words under which a guest boots a system of its own."""

FEW = 2
"""Instances up to which a machine of their own is out of proportion. A judgement."""


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


@rule(
    "VM102",
    "passthrough-without-iommu",
    Severity.ERROR,
    article=("T1-C4",),
    sources=("S-01", "S-50", "S-55", "S-58", "P-04b", "P-16"),
    symptoms=(
        "unsupported configuration: host doesn't support passthrough of host PCI devices",
        "no iommu_group found: No such file or directory",
        "Internal error: xenopsd internal error: Device.PCI.Cannot_add(_, _)",
    ),
    architectures=ALL_ARCHITECTURES,
    fits_if={"host.iommu": "is true", "deployment.mode": "runs on the host's own kernel"},
)
def passthrough_without_iommu(workload: Workload) -> Iterator[Finding]:
    """A PCI device can be handed to a guest only where an IOMMU keeps the device to that guest's memory.

    A card reads and writes memory by itself. In a virtual machine it would use the guest's addresses, which mean
    something else on the host, so the hypervisor needs an IOMMU (Intel VT-d, AMD-Vi, Arm SMMU) to translate and to
    confine it. Most servers have one, and on many it is off: in the firmware setup, or on the kernel's command line.
    The guest then does not start, and the message names an IOMMU group that does not exist.

    A classic PV guest of Xen gets the device even so, because it knows the real addresses. Then nothing confines the
    device, and the Xen project does not support it: a warning.

    USB devices and virtual GPUs are handed on by software and need none. A container on the host's own kernel uses the
    host's driver. VT-x says nothing about it, and /proc/cpuinfo does not list it, so the rule reads `host.iommu` only.
    Where the platform cannot hand over at all what is demanded, VM609 says so; of emulated machines VM505 does.
    """
    devices = dict(_whole_devices(workload))
    if not devices:
        return
    mode, platform = workload.mode, workload.platform
    isolated = mode.boundary == "vm"
    refused = platform.has("passthrough", "pci") and not platform.fact("passthrough", "pci")
    if refused or not isolated:  # a mere demand is another rule's business there
        devices = {path: what for path, what in devices.items() if path == GIVEN}
    if not devices or (mode.is_container and not isolated) or platform.placement == "service" or workload.host.iommu:
        return
    unconfined = isolated and not mode.needs_hardware_virtualization
    what = listed(_one_by_one(workload, devices))
    yield finding(
        "host.iommu",
        f"{what} must reach the guest, and without an IOMMU "
        + ("nothing keeps it from the host's memory" if unconfined else f"{platform.name} cannot hand it over"),
        severity=Severity.WARNING if unconfined else None,
        because=(*devices, "deployment.platform.id", "deployment.mode"),
        help=(
            "switch VT-d, AMD-Vi or the SMMU on in the host's firmware setup, and in its system where that is needed",
            *(["or share the GPU through the host's driver (gpu.mode: shared)"] if GPU in devices else []),
        ),
    )


GPU = "requirements.devices.gpu.mode"
GIVEN = "deployment.hostDevices"


def _whole_devices(workload: Workload) -> Iterator[tuple[str, str]]:
    """Yield the field of each whole PCI device that is demanded or given, and how a sentence names it."""
    devices, deployment = workload.requirements.devices, workload.deployment
    if devices.pci:
        yield "requirements.devices.pci", "a physical PCI device"
    if devices.gpu.mode == "passthrough":
        yield GPU, "a whole physical GPU"
    given = [device for device in deployment.get("host_devices", ()) if pci_address(device)]
    if given:
        yield GIVEN, f"the device{'s' if len(given) > 1 else ''} {listed(given)}"


def _one_by_one(workload: Workload, devices: Mapping[str, str]) -> Iterable[str]:
    """Return how a sentence names the devices, each once: what is given is what was demanded, and a GPU is a card."""
    if GIVEN in devices:
        return [devices[GIVEN]]
    demanded = workload.requirements.devices
    if GPU in devices and len(demanded.pci or ()) <= (demanded.gpu.count or 1):
        return [devices[GPU]]
    return devices.values()


@rule(
    "VM104",
    "guest-not-vendor-supported",
    Severity.WARNING,
    worst=Severity.ERROR,
    article=("T1-D4",),
    sources=("S-04", "S-09", "R1-03", "P-11a"),
    architectures=MACHINES,
)
def guest_not_vendor_supported(workload: Workload) -> Iterator[Finding]:
    """Vendors say which guests they help with, and a guest off that list is on its own.

    It often runs. But there are no drivers for it, nobody tests it with the next update of the platform, and a support
    case ends with the request to move the guest. Microsoft's list for Hyper-V begins with Windows 7 SP1 and Windows
    Server 2008 SP2; XCP-ng has dropped every system past its end of life.

    In development and tests that is an advice. A release that is known not to run at all is an error.

    A distribution that its own maker certifies is supported by that maker, so nothing that a list merely leaves out is
    taken for unsupported: only what the vendor excludes. Where the catalogue has no list, or none of so old a release
    of the platform, the rule is silent. A platform without a stated release is taken for a current one.
    """
    platform = workload.platform
    if not platform.has("guest", "releases"):
        return
    version = workload.deployment.platform.get("version")
    since = platform.fact("guest", "releases").get("since")
    if version is not None and since is not None and version < Version(since):
        return
    guest = workload.guest_os
    status = platform.guest_status(guest)
    if status is None:
        raise platform.unknown("guest", "releases")
    field = guest_os_field(workload)
    if status == "fails":
        yield finding(
            field,
            f"{guest.name} is known not to run on {platform.name}",
            severity=Severity.ERROR,
            because=("deployment.platform.id",),
        )
    elif status == "unsupported":
        at_a_desk = workload.get("environment") in ("dev", "test")
        yield finding(
            field,
            f"{guest.name} is not among the guests that {platform.data.get('vendor', 'the vendor')} supports on "
            f"{platform.name} (as of {platform.fact('guest', 'releases', 'asOf')})",
            severity=Severity.NOTE if at_a_desk else None,
            because=("deployment.platform.id", *(["environment"] if at_a_desk else [])),
            help="run it where it is on the vendor's list, or plan to live without the vendor's help",
        )


@rule(
    "VM106",
    "type1-for-single-developer",
    Severity.NOTE,
    article=("T1-C5", "T1-D2", "T2-A1", "T2-A4", "CH-3"),
    architectures=("type1",),
    confidence=Confidence.MEDIUM,
)
def type1_for_single_developer(workload: Workload) -> Iterator[Finding]:
    """A bare-metal hypervisor takes a whole machine, which is much for one developer's guest or two.

    It replaces whatever ran on the machine, is managed from another one, and has to be patched like a server. For
    somebody who develops alone and wants little effort, a program on the desktop does the same: a hosted hypervisor,
    WSL 2 or Lima, or containers where the kernel allows it.

    KVM and Hyper-V are not meant, since they run beside the desktop. Nor is a hypervisor that is there anyway: one in a
    virtual machine, one in a cluster, or one that is managed centrally by demand. More than two instances (a judgement
    of ours) are a laboratory and may well deserve their own machine. Whether others share the machine no manifest
    says, hence the medium confidence.
    """
    demands = workload.requirements
    if demands.management.effort != "low" or demands.management.central or demands.availability in SHARED:
        return
    if workload.platform.placement != "bare-metal" or workload.environment != "dev":
        return
    host = workload.host
    if host.get("virtualized") or host.cluster.get("nodes", 1) > 1 or workload.instances > FEW:
        return
    yield finding(
        "deployment.platform.id",
        f"{workload.platform.name} takes a whole machine for {_counted(workload.instances)} in development",
        because=("environment", "instances", "requirements.management.effort"),
        help="a program on the desktop does: a hosted hypervisor, or containers where the kernel fits",
    )


SHARED = ("ha", "mission-critical")
"""Demands on availability that take a cluster anyway."""


def _counted(instances: int) -> str:
    return "one guest" if instances == 1 else f"{instances} guests"
