"""The drives of Proxmox VE's machines: which holds the system, how they are cached, which are the host's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from vmlint.api import Setting, Span, Spec

from ..shared.amounts import binary_size, bytes_of
from ..shared.counts import counted
from ..shared.disks import system_disk
from ..shared.paths import CACHE, DISK, DISK_COUNT, DISK_SIZE, DRIVES, ON_SNAPSHOT, SERIALS
from ..shared.proxmox import CONTROLLERS
from .lines import is_on, numbered, parts

BUSES = ("ide", "sata", "scsi", "virtio")
CACHES = frozenset({"none", "writeback", "writethrough", "directsync", "unsafe"})
USUAL = "lsi"
"""The controller of SCSI disks where `scsihw` is absent."""


def state(spec: Spec, found: Mapping[str, Setting]) -> None:
    """State the facts of all drives, and how the guest sees the disk with its system."""
    drives = numbered(dict(found), *BUSES)
    disks = [each for each in drives if _is_disk(each)]
    for drive in drives:
        if volume := parts(drive, "file").get("file"):
            spec.clue(volume.text, volume.at)
    counted(spec, DISK_COUNT, [disk.at for disk in disks])
    if told := next((serial for disk in disks if (serial := parts(disk, "file").get("serial"))), None):
        spec.fact(SERIALS, True, told.at)
    if newest := found.get("parent"):
        spec.fact(ON_SNAPSHOT, True, newest.at)  # the name of the snapshot that the disks are written on top of
    _system(spec, found, disks)
    spec.entries(DRIVES, ((_model(found, each), each.at) for each in drives))
    modes = [mode for disk in disks if (mode := parts(disk, "file").get("cache"))]
    spec.entries(CACHE, ((mode.text, mode.at) for mode in modes if mode.text in CACHES))
    spec.default(CACHE, [], "a disk without `cache` is not cached by the host")


def _is_disk(setting: Setting) -> bool:
    """Whether a drive is a disk, not a CD drive or an empty bay."""
    options = parts(setting, "file")
    volume, media = options.get("file"), options.get("media")
    if volume is None or volume.text in ("none", "cdrom"):
        return False
    return (media is None or media.text != "cdrom") and "cloudinit" not in volume.text


def _bus(setting: Setting) -> str:
    return setting.key.rstrip("0123456789")


def _model(found: Mapping[str, Setting], drive: Setting) -> str:
    """Return the model of a drive's controller."""
    if _bus(drive) != "scsi":
        return _bus(drive)
    return CONTROLLERS.get(found["scsihw"].value, "scsi") if "scsihw" in found else USUAL


def _system(spec: Spec, found: Mapping[str, Setting], disks: Sequence[Setting]) -> None:
    booted = _booted(found, disks)
    if not booted and len({_bus(each) for each in disks}) > 1:
        spec.unknown(DISK, "it has several disks, and does not state which one it boots from")
        return
    first = {each.key for each in booted}
    chosen = system_disk([*booted, *(each for each in disks if each.key not in first)], _volume, _bytes)
    if chosen is None:
        if disks:
            spec.unknown(DISK, "the disk that it boots from is so small that its system may be on another")
            spec.unknown(DISK_SIZE, "the disk that it boots from is so small that its system may be on another")
        return
    if _bus(chosen) == "scsi" and "scsihw" not in found:
        spec.default(DISK, USUAL, "without `scsihw` scsi disks are on an LSI controller", chosen.at)
    elif _bus(chosen) == "scsi":
        spec.fact(DISK, CONTROLLERS.get(found["scsihw"].value), found["scsihw"].at)
    else:
        spec.fact(DISK, _bus(chosen), chosen.at)
    if size := parts(chosen, "file").get("size"):
        spec.fact(DISK_SIZE, binary_size(size.text), size.at)


def _booted(found: Mapping[str, Setting], disks: Sequence[Setting]) -> list[Setting]:
    """Return the disks that the file lists to boot from, in their order."""
    boot, named = found.get("boot"), found.get("bootdisk")
    order = parts(boot, "legacy").get("order") if boot else None
    keys = order.text.split(";") if order else [named.value] if named else []
    of_disks = {disk.key for disk in disks}
    return [found[key] for key in dict.fromkeys(keys) if key in of_disks]


def _volume(disk: Setting) -> str:
    volume = parts(disk, "file").get("file")
    return volume.text if volume else ""


def _bytes(disk: Setting) -> int | None:
    size = parts(disk, "file").get("size")
    return bytes_of(binary_size(size.text)) if size else None


def of_the_host(found: Mapping[str, Setting]) -> Iterator[tuple[str, Span]]:
    """Yield the host's own disks. A path counts as local unless the drive is marked as shared by all nodes."""
    for drive in numbered(dict(found), *BUSES):
        options = parts(drive, "file")
        volume, shared = options.get("file"), options.get("shared")
        if volume and re.match(r"/dev/(?!cdrom|sr[0-9])", volume.text) and not (shared and is_on(shared.text)):
            yield volume.text, volume.at
