"""Mobility: whether what was chosen can move to another host while it runs, as the workload demands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial

from vmlint.api import Confidence, Finding, Platform, Severity, Workload, finding, pci_address, repair, rule

from .listing import listed
from .looks import each_alone

RANK = ("no", "snapshot", "experimental", "checkpoint-restore", "yes")
"""Values of ``liveMigration.support``, the least first."""

CONTAINER_SUPPORT = {"kata": "no"}
"""What a way to run containers allows at best, where the platform's word is about others: Kata has neither checkpoint
nor restore (P-19)."""

MEANS = {
    "no": "has no live migration",
    "snapshot": "can only save a snapshot and restore it elsewhere, and connections may not survive",
    "experimental": "has experimental checkpoints at best",
    "checkpoint-restore": "is stopped, copied and restored (CRIU), which takes time and has limits",
}


@rule(
    "VM416",
    "container-live-migration",
    Severity.ERROR,
    article=("CT-C1",),
    sources=("P-15", "P-17", "P-18", "P-19", "P-20", "P-21", "P-22", "P-24", "P-25", "S-82"),
    architectures=("container",),
    fits_if={
        "deployment.mode": "can be moved while it runs",
        "deployment.platform.id": "names a platform that moves running containers",
    },
)
def container_live_migration(workload: Workload) -> Iterator[Finding]:
    """Containers are replaced, not moved: a new instance starts elsewhere and the old one stops.

    A process depends on its kernel in too many places to be carried away while it runs. Podman, and gVisor by hand, can
    stop a container, copy its state and restore it, within the limits of CRIU; Docker and system containers have the
    same only as an experiment; Kubernetes and Windows containers not at all. Firecracker restores snapshots. A workload
    that must not notice the move needs a virtual machine, or replicas that make the move unnecessary.

    Where a platform moves virtual machines (Proxmox VE, Incus, Cloud Hypervisor), that is no word about its containers.
    No demand, or `none`, means that nobody wants to move it.
    """
    wanted = workload.requirements.mobility.live_migration
    if wanted in (None, "none"):
        return
    platform = workload.platform
    apart = platform.has("liveMigration", "containers")
    support = platform.fact("liveMigration", "containers" if apart else "support")
    if support != "no":
        support = min(support, CONTAINER_SUPPORT.get(workload.deployment.mode, "yes"), key=RANK.index)
    if support == "yes":
        return
    required = wanted == "required"
    yield finding(
        "requirements.mobility.liveMigration",
        f"live migration is {wanted}, and a container on {platform.name} {MEANS[support]}",
        severity=Severity.ERROR if required and support != "checkpoint-restore" else Severity.WARNING,
        because=("deployment.platform.id", "deployment.mode"),
        help="run several replicas and let the orchestrator replace them, or run it in a virtual machine",
    )


@rule(
    "VM625",
    "live-migration-not-offered",
    Severity.ERROR,
    article=("T2-D3",),
    sources=("P-17", "P-26", "P-29", "S-57", "S-69"),
    architectures=("type1", "type2", "paravirtualization", "full-virtualization"),
    fits_if={"deployment.platform.id": "names a platform with live migration"},
)
def live_migration_not_offered(workload: Workload) -> Iterator[Finding]:
    """A virtual machine can move only if its platform knows how.

    Server hypervisors send a running guest from host to host. Desktop products and microVM monitors mostly do not: at
    best they save a snapshot that is restored somewhere else, and connections break. On such a platform maintenance of
    the host is downtime of the guest.

    Hyper-V moves guests between servers only: on Windows 10 and 11 it cannot.

    What keeps one guest from moving on a platform that can is the subject of VM611 and VM618, containers that of VM416.
    """
    wanted = workload.requirements.mobility.live_migration
    if wanted in (None, "none"):
        return
    platform = workload.platform
    support = platform.fact("liveMigration", "support")
    desktop = support == "yes" and _on_desktop(workload)
    if support not in ("no", "snapshot", "experimental") and not desktop:
        return
    yield finding(
        "requirements.mobility.liveMigration",
        f"live migration is {wanted}, and {platform.name} {MEANS['no' if desktop else support]}"
        + (" on a desktop edition of Windows" if desktop else ""),
        severity=Severity.ERROR if wanted == "required" else Severity.WARNING,
        because=("deployment.platform.id", *(["host.os.id"] if desktop else [])),
    )


def _on_desktop(workload: Workload) -> bool:
    """Tell whether the host runs a desktop system, on which the platform moves nothing."""
    platform, os = workload.platform, workload.host.os
    if platform.data["liveMigration"].get("desktopHosts", True) or not os.knows("id"):
        return False
    host = workload.catalog.guest(os.id)
    return bool(host and host.data.get("desktop"))


@rule(
    "VM611",
    "live-migration-with-passthrough",
    Severity.ERROR,
    article=("FV-U3",),
    sources=("S-01", "S-55", "S-56", "S-57", "S-58", "P-05", "P-15", "P-16", "P-18"),
    symptoms=(
        "Requested operation is not valid: domain has assigned non-USB host devices",
        "cannot migrate domain: VFIO device doesn't support migration",
    ),
    architectures=("type1", "type2", "paravirtualization", "full-virtualization"),
    fits_if={"deployment.platform.id": "names a platform that can move a guest with this device"},
)
def live_migration_with_passthrough(workload: Workload) -> Iterator[Finding]:
    """A guest that holds a physical device is tied to the host the device sits in.

    The state of a passed-through device is in its silicon, where the hypervisor cannot read it, so the guest cannot be
    sent elsewhere as long as it holds the device. Xen, XCP-ng, vSphere DirectPath, Hyper-V's DDA and VFIO all refuse.

    There are exceptions, and then the rule says no more than "may": VFIO drivers that can migrate (Cloud Hypervisor,
    KVM), Proxmox VE's mappings marked as migratable, one mediated device under KubeVirt, GPU partitions of Hyper-V. On
    vSphere they are for certain network cards, and so not for a GPU.
    Silent where the catalogue does not know what holds a guest back.
    """
    wanted = workload.requirements.mobility.live_migration
    if wanted in (None, "none"):
        return
    held = dict(_held_devices(workload))
    if not held:
        return
    platform = workload.platform
    if platform.fact("liveMigration", "support") != "yes":
        return  # VM625
    blocked = {path: kind for path, kind in held.items() if kind in platform.fact("liveMigration", "blockedBy")}
    if not blocked:
        return
    exceptions = platform.fact("liveMigration", "exceptions") if platform.has("liveMigration", "exceptions") else ()

    def excepted(path: str, kind: str) -> bool:
        return kind in exceptions or (kind == "pci" and path != GPU and "nic" in exceptions)

    tied = {path: kind for path, kind in blocked.items() if not excepted(path, kind)}
    kinds = listed(sorted({_NAMES[kind] for kind in (tied or blocked).values()}))
    first, *others = sorted(blocked, key=lambda path: path not in tied)  # what surely holds it back comes first
    yield finding(
        first,
        f"live migration is {wanted}, and {platform.name} {'cannot' if tied else 'may not be able to'} move a guest "
        f"with {kinds}",
        severity=Severity.ERROR if tied and wanted == "required" else Severity.WARNING,
        because=(*others, "requirements.mobility.liveMigration", "deployment.platform.id"),
        help=(
            *_instead(platform, blocked),
            *(["find out whether this device and its driver are among the exceptions"] if not tied else []),
        ),
    )


GPU = "requirements.devices.gpu.mode"


def _instead(platform: Platform, blocked: Mapping[str, str]) -> Iterator[str]:
    """Tell what does the same without holding the guest back."""
    if any(kind == "pci" and path != GPU for path, kind in blocked.items()):
        yield "a network card: use an SR-IOV function paired with a virtual one"
    blocks = platform.fact("liveMigration", "blockedBy")
    if blocked.get(GPU) == "pci" and platform.data.get("passthrough", {}).get("vgpu") and "vgpu" not in blocks:
        yield "a vGPU (gpu.mode: vgpu) does not hold the guest back here in principle"
    yield "detach the device before the move and attach one after it"


_NAMES = {"pci": "a passed-through PCI device", "vgpu": "a virtual GPU", "usb": "a passed-through USB device"}


def _held_devices(workload: Workload) -> Iterator[tuple[str, str]]:
    """Yield the field of each device that is demanded or given, and its kind as the catalogue names it."""
    devices = workload.requirements.devices
    if devices.pci:
        yield "requirements.devices.pci", "pci"
    if devices.gpu.mode in ("passthrough", "vgpu"):
        yield "requirements.devices.gpu.mode", "vgpu" if devices.gpu.mode == "vgpu" else "pci"
    if devices.usb:
        yield "requirements.devices.usb", "usb"
    deployment = workload.deployment
    if deployment.knows("host_devices") and any(
        pci_address(device) or _is_resource(workload, device) for device in deployment.host_devices
    ):
        yield "deployment.hostDevices", "pci"


def _is_resource(workload: Workload, device: str) -> bool:
    """Tell whether a device is named as a cluster's resource (`nvidia.com/TU104GL`) rather than by its address."""
    return workload.platform.placement == "orchestrator" and bool(re.fullmatch(r"[^/]+\.[^/]+/[^/]+", device))


@rule(
    "VM618",
    "storage-blocks-live-migration",
    Severity.ERROR,
    sources=("S-69", "P-16"),
    symptoms=(
        "DisksNotLiveMigratable",
        "is not shared, live migration requires that all PVCs must be shared (using ReadWriteMany access mode)",
        "InterfaceNotLiveMigratable",
    ),
    architectures=("type1", "type2", "paravirtualization", "full-virtualization"),
    fits_if={
        "deployment.storage.accessMode": "is one with which a guest can move (rwx)",
        "deployment.network.binding": "is one with which a guest can move, such as masquerade",
    },
)
def storage_blocks_live_migration(workload: Workload) -> Iterator[Finding]:
    """A guest can move only to where its disks and its address are as well.

    KubeVirt sends the memory of a guest and expects its volumes at the target, so both nodes must be able to mount them
    at once (ReadWriteMany). A guest that is bridged into the pod network has the pod's own
    address, and the pod at the target has another. Either makes KubeVirt mark the guest as not migratable: the move is
    refused when it is wanted, and a drain of the node waits for it.

    A bridge into a secondary network does no harm, and an annotation lifts the ban for network plugins that keep the
    address; a manifest shows neither, so the finding on the binding is less sure. Silent on platforms that copy disks
    with the guest, or of which the catalogue does not say. Devices are the subject of VM611.
    """
    wanted = workload.requirements.mobility.live_migration
    if wanted in (None, "none"):
        return
    yield from each_alone((partial(_volumes, workload), partial(_binding, workload)))


def _volumes(workload: Workload) -> Iterator[Finding]:
    platform, wanted = workload.platform, workload.requirements.mobility.live_migration
    if not platform.has("liveMigration", "accessModes"):
        return
    modes = platform.fact("liveMigration", "accessModes")
    given = workload.deployment.storage.access_mode
    if given not in modes:
        yield finding(
            "deployment.storage.accessMode",
            f"live migration is {wanted}, and {platform.name} moves a guest only if its volumes are "
            f"{listed(modes, 'or')}, not {given}",
            severity=_as_demanded(workload),
            because=("requirements.mobility.liveMigration", "deployment.platform.id"),
            help="move the disks to a storage class that several nodes can mount at once",
            repairs=(repair("volumes that several nodes mount at once", storage__accessMode=modes[0]),),
        )


def _binding(workload: Workload) -> Iterator[Finding]:
    platform, wanted = workload.platform, workload.requirements.mobility.live_migration
    if not platform.has("liveMigration", "blockingBindings"):
        return
    blocking = platform.fact("liveMigration", "blockingBindings")
    given = workload.deployment.network.binding
    if given.lower() in blocking:
        yield finding(
            "deployment.network.binding",
            f"live migration is {wanted}, and {platform.name} does not move a guest with the network binding {given}",
            severity=_as_demanded(workload),
            confidence=Confidence.MEDIUM,
            because=("requirements.mobility.liveMigration", "deployment.platform.id"),
            help="use a binding that keeps the guest's address apart from the pod's, such as masquerade",
        )


def _as_demanded(workload: Workload) -> Severity:
    """Return how grave it is that a guest cannot move: a wish is not a demand."""
    return Severity.ERROR if workload.requirements.mobility.live_migration == "required" else Severity.WARNING
