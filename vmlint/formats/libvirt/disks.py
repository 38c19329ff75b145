"""The disks of libvirt's domains: how the guest sees them, how the host caches them, who shares them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from vmlint.api import Element, Span, Spec

from ..shared.counts import counted
from ..shared.disks import is_local_disk, is_remote_disk, system_disk
from ..shared.libvirt import BUSES, SCSI_CONTROLLERS, TARGETS
from ..shared.paths import (
    CACHE,
    DISK,
    DISK_COUNT,
    DISKS,
    DRIVES,
    ENCRYPTED,
    FORMATS,
    ON_SNAPSHOT,
    REMOTE,
    SERIALS,
    SHARED,
    SNAPSHOTS,
    UNKNOWN_MODEL,
)
from .addresses import pci

CACHES = frozenset({"none", "writeback", "writethrough", "directsync", "unsafe"})

_LAST = 10**9
"""Boot order of a device that has none."""


def state(spec: Spec, domain: Element) -> None:
    """State the facts of all drives, and how the guest sees the disk with its system."""
    drives = list(domain.all("devices/disk"))
    disks = [disk for disk in drives if disk.get("device", "disk") in ("disk", "lun")]
    counted(spec, DISK_COUNT, [disk.at for disk in disks])
    models = _controllers(domain)
    if disks:
        _system(spec, models, disks)
    seen = [_seen(models, drive) for drive in drives if drive.get("device") != "floppy"]
    if all(model for model, _ in seen):
        spec.entries(DRIVES, seen)
    if not disks:
        return
    sure = [_seen(models, disk, sure=True) for disk in disks]
    spec.entries(DISKS, ((model or UNKNOWN_MODEL, at) for model, at in sure))
    modes = [mode for disk in disks if (driver := disk.find("driver")) and (mode := driver.attribute("cache"))]
    spec.entries(CACHE, ((mode.value, mode.at) for mode in modes if mode.value in CACHES))
    if CACHE not in spec.facts:
        spec.default(CACHE, [], "without `cache` the host caches a disk as its QEMU does by default")
    formats = [driver.attribute("type") if (driver := disk.find("driver")) else None for disk in disks]
    if all(each and re.fullmatch(r"[a-z0-9-]{1,20}", each.value) for each in formats):
        spec.entries(FORMATS, ((each.value, each.at) for each in formats if each))
    kept = [where for disk in disks if (where := disk.attribute("snapshot"))]
    spec.entries(SNAPSHOTS, ((where.value, where.at) for where in kept if where.value in ("internal", "external")))
    shared = next(
        (each for disk in disks for name in ("shareable", "source/reservations") if (each := disk.find(name))), None
    )
    if shared:
        spec.fact(SHARED, True, shared.at)
    else:
        spec.default(SHARED, False, "a disk is this machine's alone unless it is `shareable`")

    remote = next((disk for disk in disks if _is_remote(disk)), None)
    if remote:
        spec.fact(REMOTE, True, remote.at)
    for path, names in (
        (SERIALS, ("serial", "wwn", "vendor", "product")),
        (ENCRYPTED, ("encryption", "source/encryption")),
    ):
        told = next((each for disk in disks for name in names if (each := disk.find(name))), None)
        if told:
            spec.fact(path, True, told.at)
    layer = next((each for disk in disks if (each := disk.find("backingStore")) and each.find("source")), None)
    if layer:
        spec.fact(ON_SNAPSHOT, True, layer.at)


def _is_remote(disk: Element) -> bool:
    source, kind = disk.find("source"), disk.get("type")
    if source is None:
        return False
    return kind == "network" or source.get("mode") in ("direct", "host") or is_remote_disk(source.get("dev"))


def _system(spec: Spec, models: Mapping[str, str], disks: list[Element]) -> None:
    disk = system_disk(sorted(disks, key=_boot_order), _source)
    if disk is None:
        return
    model, at = _seen(models, disk, sure=True)
    target = disk.find("target")
    if model and target and target.get("bus"):
        spec.fact(DISK, model, at)
    elif model and target:
        spec.default(DISK, model, f"a disk that is called {target.get('dev')} is on the bus {_implied(disk)}", at)
    else:
        spec.unknown(DISK, "the disk's bus or its controller's model is left to libvirt")


def _source(disk: Element) -> str:
    """Return the file, device or volume behind a disk."""
    source = disk.find("source")
    names = (source.get(name) for name in ("file", "dev", "volume", "name")) if source else ()
    return next(filter(None, names), "")


def _boot_order(device: Element) -> int:
    boot = device.find("boot")
    order = boot.get("order") if boot else ""
    return int(order) if re.fullmatch(r"[0-9]{1,6}", order) else _LAST


def _implied(disk: Element) -> str:
    """Return the bus that libvirt takes from the name of a disk's target."""
    target = disk.find("target")
    beginning = re.match("[a-z]*", target.get("dev") if target else "")
    return TARGETS.get(re.sub(r"[a-z]$", "", beginning[0]), "") if beginning else ""


def _seen(models: Mapping[str, str], disk: Element, *, sure: bool = False) -> tuple[str, Span]:
    """Return the model of a drive's controller, or else its bus unless it has to be sure; and the place of either."""
    target = disk.find("target")
    bus = target.attribute("bus") if target else None
    named = target.attribute("dev") if target else None
    word = bus.value if bus else _implied(disk)
    at = bus.at if bus else named.at if named else disk.at
    if word != "scsi":
        return (BUSES.get(word, word) if re.fullmatch(r"[\w.+-]{1,60}", word) else ""), at
    return _controller(models, disk) or ("" if sure else word), at


def _controllers(domain: Element) -> dict[str, str]:
    """Return the models of the SCSI controllers by their indexes; of two with one index, the first counts."""
    models: dict[str, str] = {}
    for controller in domain.all("devices/controller"):
        if controller.get("type") == "scsi":
            models.setdefault(controller.get("index", "0"), SCSI_CONTROLLERS.get(controller.get("model"), ""))
    return models


def _controller(models: Mapping[str, str], disk: Element) -> str:
    address = disk.find("address")
    return models.get(address.get("controller", "0") if address else "0", "")


def of_the_host(domain: Element) -> Iterator[tuple[str, Span]]:
    """Yield the disks that are the host's own, by their devices."""
    for disk in domain.all("devices/disk"):
        source = disk.find("source")
        device = source.attribute("dev") if source and disk.get("type") == "block" else None
        if device and disk.get("device", "disk") in ("disk", "lun") and is_local_disk(device.value):
            yield device.value, device.at
        elif source and disk.get("type") == "nvme" and (address := source.find("address")) and pci(address):
            yield pci(address), address.at
