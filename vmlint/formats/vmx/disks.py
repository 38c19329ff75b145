"""The disks of a .vmx file: their controllers, which one holds the system, snapshots, and who shares them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Setting, Span, Spec

from ..shared.counts import counted
from ..shared.disks import system_disk
from ..shared.paths import (
    DISK,
    DISK_COUNT,
    DISKS,
    DRIVES,
    ENCRYPTED,
    INDEPENDENT,
    ON_SNAPSHOT,
    SERIALS,
    SHARED,
    SNAPSHOTS,
    SUSPENDED,
    TRACKED,
    UNKNOWN_MODEL,
)
from ..shared.vmware import SCSI
from .settings import Settings

RAW = "rawdisk"
"""The deviceType of a disk of the host's."""

_SLOT = re.compile(r"(scsi|sata|ide|nvme)(\d{1,2}):(\d{1,3})\.present")
_SNAPSHOT = re.compile(r".*-[0-9]{6}\.vmdk", re.IGNORECASE)


def state(spec: Spec, machine: Settings) -> None:
    """State the facts of all drives."""
    drives = [key.removesuffix(".present") for key in machine.found if _SLOT.fullmatch(key) and machine.on(key)]
    disks = [drive for drive in drives if _is_disk(machine, drive)]
    of_disks = frozenset(disks)
    _system(spec, machine, disks)
    for drive in drives:
        if (file := machine.literal(f"{drive}.filename")) and drive not in of_disks:
            spec.clue(file.value, file.at)
    spec.entries(DRIVES, ((_model(machine, drive)[0] or "scsi", _model(machine, drive)[1]) for drive in drives))
    models = [_model(machine, disk) for disk in disks]
    spec.entries(DISKS, ((model or UNKNOWN_MODEL, at) for model, at in models))
    files = [found for drive in disks if (found := machine.literal(f"{drive}.filename"))]
    layers = [each for each in files if _SNAPSHOT.fullmatch(each.value)]
    spec.entries(SNAPSHOTS, (("external", each.at) for each in layers))
    _kept(spec, machine, disks)
    counted(spec, DISK_COUNT, [machine.found[f"{disk}.present"].at for disk in disks])
    if layers:
        spec.fact(ON_SNAPSHOT, True, layers[0].at)
    if disks:
        spec.default(ON_SNAPSHOT, False, "a disk on a snapshot is in a file whose name ends in a number of six digits")
        spec.default(SNAPSHOTS, [], "a disk on a snapshot is in a file whose name ends in a number of six digits")
        modes = [mode for drive in disks if (mode := machine.literal(f"{drive}.mode"))]
        apart = next((mode for mode in modes if mode.value.lower().startswith("independent")), None)
        if apart:
            spec.fact(INDEPENDENT, value=True, at=apart.at)
        else:
            spec.default(INDEPENDENT, False, "a disk is part of snapshots unless its `mode` is independent")
        shared = next(_shared(machine, disks), None)
        if shared:
            spec.fact(SHARED, value=True, at=shared.at)
        else:
            spec.default(
                SHARED, False, "a disk is this machine's alone unless `sharing`, `sharedBus` or `disk.locking` says so"
            )


def _kept(spec: Spec, machine: Settings, disks: list[str]) -> None:
    """State what the product keeps of the disks beside what is on them."""
    for path, key in ((SERIALS, "disk.enableuuid"), (TRACKED, "ctkenabled")):
        setting = machine.literal(key)
        if setting:
            on = machine.on(key) and (path != TRACKED or all(machine.on(f"{disk}.ctkenabled") for disk in disks))
            spec.fact(path, on, setting.at)
    for path, keys in ((ENCRYPTED, ("encryption.keysafe", "encryption.bundle")), (SUSPENDED, ("checkpoint.vmstate",))):
        stated = next((found for key in keys if (found := machine.literal(key))), None)
        if stated:
            spec.fact(path, True, stated.at)
    spec.default(TRACKED, False, "changes of the disks are recorded where ctkEnabled says so")


def _is_disk(machine: Settings, device: str) -> bool:
    backing = machine.found.get(f"{device}.filename")
    if backing is None or not backing.value.lower().endswith(".vmdk"):
        return False
    return "cdrom" not in machine.word(f"{device}.devicetype")


def _model(machine: Settings, drive: str) -> tuple[str, Span]:
    """Return the model of a drive's controller and its place; no model where the default depends on the guest."""
    slot = machine.found[f"{drive}.present"]
    bus, number = re.match(r"([a-z]+)(\d+)", drive).groups()  # type: ignore[union-attr]
    if bus != "scsi":
        return bus, slot.at
    model = machine.literal(f"scsi{number}.virtualdev")
    name = SCSI.get(model.value.lower()) if model else None
    return name or "", model.at if model else slot.at


def _system(spec: Spec, machine: Settings, disks: list[str]) -> None:
    """State the controller's model of the disk with the system, by the order in which the BIOS boots them."""
    of_disks = frozenset(disks)
    order = [disk for disk in dict.fromkeys(re.split(r"[,\s]+", machine.word("bios.hddorder"))) if disk in of_disks]
    first = frozenset(order)
    known = {_model(machine, disk)[0] for disk in disks}
    if "" in known:
        spec.unknown(DISK, "which SCSI controller is the default depends on guestOS")
    elif order or len(known) == 1:
        listed = [*order, *(disk for disk in disks if disk not in first)]
        chosen = system_disk(listed, lambda disk: machine.word(f"{disk}.filename"))
        if chosen:
            spec.fact(DISK, *_model(machine, chosen))
    elif known:
        spec.unknown(DISK, "the disks have different controllers, and any of them may be booted")


def _shared(machine: Settings, disks: list[str]) -> Iterator[Setting]:
    """Yield the settings by which another machine may write to a disk."""
    for disk in disks:
        sharing = machine.literal(f"{disk}.sharing")
        if sharing and sharing.value.lower() == "multi-writer":
            yield sharing
        bus = machine.literal(f"{disk.partition(':')[0]}.sharedbus")
        if bus and bus.value.lower() in ("physical", "virtual"):
            yield bus
    locking = machine.literal("disk.locking")
    if locking and locking.value.lower() in ("false", "0"):
        yield locking


def of_the_host(machine: Settings) -> Iterator[tuple[str, Span]]:
    """Yield the disks that are the host's own, by the file that names each."""
    for key in machine.found:
        drive = key.removesuffix(".present")
        backing = machine.literal(f"{drive}.filename")
        if _SLOT.fullmatch(key) and machine.on(key) and backing and machine.word(f"{drive}.devicetype") == RAW:
            yield f"disk:{backing.value}", backing.at
