"""Mobility: whether what was chosen can move to another host while it runs, as the workload demands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from .listing import listed

RANK = ("no", "snapshot", "experimental", "checkpoint-restore", "yes")
"""Values of ``liveMigration.support``, the least first."""

CONTAINER_SUPPORT = {"lxc": "experimental", "kata": "no"}
"""What a way to run containers allows at best, where the platform's word is about its virtual machines or about other
containers: CRIU moves only plain system containers (P-25), Kata has neither command (P-19)."""

MEANS = {
    "no": "has no live migration",
    "snapshot": "can only save a snapshot and restore it elsewhere, and connections may not survive",
    "experimental": "has experimental checkpoints at best",
    "checkpoint-restore": "is stopped, copied and restored (CRIU), which takes time and has limits",
}

_PCI_ADDRESS = re.compile(r"(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]", re.IGNORECASE)


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

    Cloud Hypervisor, which does move its machines, passes. No demand, or `none`, means that nobody wants to move it.
    """
    wanted = workload.requirements.mobility.live_migration
    if wanted in (None, "none"):
        return
    platform = workload.platform
    support = platform.fact("liveMigration", "support")
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

    Silent where the catalogue does not know, as for several desktop products. What keeps one guest from moving on a
    platform that can is the subject of VM611, containers that of VM416.
    """
    wanted = workload.requirements.mobility.live_migration
    if wanted in (None, "none"):
        return
    platform = workload.platform
    support = platform.fact("liveMigration", "support")
    if support not in ("no", "snapshot", "experimental"):
        return
    yield finding(
        "requirements.mobility.liveMigration",
        f"live migration is {wanted}, and {platform.name} {MEANS[support]}",
        severity=Severity.ERROR if wanted == "required" else Severity.WARNING,
        because=("deployment.platform.id",),
    )


@rule(
    "VM611",
    "live-migration-with-passthrough",
    Severity.ERROR,
    article=("FV-U3",),
    sources=("S-01", "S-55", "S-56", "S-57", "S-58", "P-05", "P-15", "P-16", "P-18"),
    symptoms=("Requested operation is not valid: domain has assigned non-USB host devices",),
    architectures=("type1", "type2", "paravirtualization", "full-virtualization"),
    fits_if={"deployment.platform.id": "names a platform that can move a guest with this device"},
)
def live_migration_with_passthrough(workload: Workload) -> Iterator[Finding]:
    """A guest that holds a physical device is tied to the host the device sits in.

    The state of a passed-through device is in its silicon, where the hypervisor cannot read it, so the guest cannot be
    sent elsewhere as long as it holds the device. Xen, XCP-ng, vSphere DirectPath, Hyper-V's DDA and VFIO all refuse.

    There are exceptions, and then the rule says no more than "may": VFIO drivers that can migrate (Cloud Hypervisor,
    KVM), Proxmox VE's mappings marked as migratable, one mediated device under KubeVirt, GPU partitions of Hyper-V.
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
    tied = set(blocked.values()) - set(exceptions)
    kinds = listed(sorted({_NAMES[kind] for kind in tied or blocked.values()}))
    first, *others = blocked
    yield finding(
        first,
        f"live migration is {wanted}, and {platform.name} {'cannot' if tied else 'may not be able to'} move a guest "
        f"with {kinds}",
        severity=Severity.ERROR if tied and wanted == "required" else Severity.WARNING,
        because=(*others, "requirements.mobility.liveMigration", "deployment.platform.id"),
        help=(
            "use an SR-IOV function paired with a virtual one, or detach the device before the move and attach one "
            "after it",
            *(["find out whether this device and its driver are among the exceptions"] if not tied else []),
        ),
    )


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
    if deployment.knows("host_devices") and any(_PCI_ADDRESS.fullmatch(device) for device in deployment.host_devices):
        yield "deployment.hostDevices", "pci"
