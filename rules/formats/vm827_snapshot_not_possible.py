from __future__ import annotations

from collections.abc import Iterator, Mapping

from vmlint.api import Confidence, Finding, Platform, Severity, Workload, finding, repair, rule

from ..shared.any_platform import may_hold
from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.devices import DEVICE_NAMES, held_devices
from ..shared.wording import listed

SETTINGS = {
    "shared": ("deployment.storage.shared", "a disk that other machines write to"),
    "independent": ("deployment.storage.independent", "an independent disk"),
    "invariant-tsc": ("deployment.tuning.invariantTsc", "an invariant time stamp counter (invtsc)"),
}
"""Setting that holds a snapshot back -> its field, and how a sentence names it."""


@rule(
    "VM827",
    "snapshot-not-possible",
    Severity.ERROR,
    sources=("R13-711", "R13-712", "R13-713", "R13-714", "R8-309"),
    symptoms=(
        "internal snapshot for disk vda unsupported for storage type raw",
        "State blocked by non-migratable CPU device (invtsc flag)",
        "VFIO device doesn't support migration",
        "MemorySnapshotOnIndependentDisk",
    ),
    architectures=VIRTUAL_MACHINES,
    demands=("requirements.snapshots",),
    fits_if={"deployment.storage.formats": "has qcow2 alone"},
)
def snapshot_not_possible(workload: Workload) -> Iterator[Finding]:
    """Some disks and devices keep a machine from being snapshotted, or its memory from being part of it.

    ## Why

    A snapshot inside a disk needs a format that can hold one: qcow2 can, raw cannot. The memory of a machine can be
    kept only if the state of each device can be read, which that of a passed-through device cannot, and a guest that
    was shown an invariant time stamp counter cannot go on with another one. VMware takes no snapshot of a machine whose
    disk is shared with others, and leaves independent disks out.

    ## What it looks like

    The snapshot is refused when it is wanted, which may be the night before an update.

    ## Severity

    Where a driver of the device may be able to hand its state over, and where snapshots in files beside the disk are
    left, it is a warning.

    ## When it stays silent

    Where no snapshots are demanded. The variables of UEFI are left to VM815. Platforms that take snapshots of the
    storage below, such as Proxmox VE on ZFS, are not judged by the format of the disk.
    """
    wanted = workload.requirements.snapshots
    if wanted in (None, "none"):
        return
    by_memory = wanted == "memory"

    def minds(platform: Platform) -> bool:
        held = _blocking(platform, by_memory).intersection(_held(workload).values())
        return bool(held) or any(_format(workload, _inside(platform)))

    if not may_hold(workload, minds):
        return
    platform = workload.platform
    held = {path: what for path, what in _held(workload).items() if what in _blocking(platform, by_memory)}
    if held:
        yield _blocked(workload, held, platform.data["snapshots"].get("exceptions", ()))
    else:
        yield from _format(workload, _inside(platform))


def _blocking(platform: Platform, by_memory: bool) -> frozenset[str]:
    """Return the catalogue's words for what keeps a platform from a snapshot, or from one with memory."""
    data = platform.data.get("snapshots", {})
    return frozenset({*data.get("blockedBy", ()), *(data.get("memoryBlockedBy", ()) if by_memory else ())})


def _inside(platform: Platform) -> tuple[str, ...]:
    """Return the formats of disks that hold a snapshot inside; none where a platform takes them elsewhere."""
    return tuple(platform.data.get("snapshots", {}).get("insideFormats", ()))


def _held(workload: Workload) -> Mapping[str, str]:
    """Return what may hold a snapshot back: field -> the catalogue's word for it."""
    deployment = workload.deployment
    found = dict(held_devices(workload))
    stated = {
        "shared": deployment.storage.get("shared"),
        "independent": deployment.storage.get("independent"),
        "invariant-tsc": deployment.tuning.get("invariant_tsc"),
    }
    return found | {SETTINGS[word][0]: word for word, is_so in stated.items() if is_so}


def _blocked(workload: Workload, held: Mapping[str, str], exceptions: tuple[str, ...]) -> Finding:
    memory = workload.requirements.snapshots == "memory"
    surely = {path: what for path, what in held.items() if what not in exceptions}
    first, *others = sorted(held, key=lambda path: path not in surely)
    names = dict.fromkeys(SETTINGS[what][1] if what in SETTINGS else DEVICE_NAMES[what] for what in held.values())
    return finding(
        first,
        f"snapshots{' with memory' if memory else ''} are demanded, and {workload.platform.name} "
        f"{'makes none' if surely else 'may make none'} of a machine with {listed(names)}",
        severity=None if surely else Severity.WARNING,
        because=(*others, "requirements.snapshots", "deployment.platform.id"),
        help=(
            "host-disk" in held.values() and "keep the data on a volume of a storage that makes snapshots",
            memory and "be content with its disks: take the snapshot while the machine is off",
            "back the guest up from inside, or by the means of its storage",
        ),
    )


def _format(workload: Workload, inside: tuple[str, ...]) -> Iterator[Finding]:
    """Whether each disk can hold a snapshot, where snapshots beside the disks are not chosen."""
    storage = workload.deployment.storage
    if not inside or "external" in storage.get("snapshots", ()) or not storage.knows("formats"):
        return
    others = [each for each in dict.fromkeys(storage.formats) if each not in inside]
    if others:
        yield finding(
            "deployment.storage.formats",
            f"snapshots are demanded, and a disk in the format {listed(others)} can hold none, so that the usual one, "
            "inside of the disks, is refused",
            severity=Severity.WARNING,
            confidence=Confidence.MEDIUM,
            because=("requirements.snapshots", "deployment.platform.id"),
            help="convert the disk to qcow2, or take external snapshots, which are kept in files beside it",
            repairs=(repair("files beside the disk, which any format allows", storage__snapshots="external"),),
            entry=others[0],
        )
