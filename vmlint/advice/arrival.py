"""The devices that a machine gets on another platform: what its guest can start from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vmlint.catalog.moves import moves
from vmlint.findings.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vmlint.catalog import GuestOS, Platform
    from vmlint.model.workload import Workload

DRIVER_SETS = {"virtio": "virtio-win", "xen": "xen-pv", "vmware": "vmware-tools", "hyperv": "hyperv-ic"}
"""The set of drivers that a manifest states, by the driver that a device wants."""

USUAL_BOARDS = ("pc", "q35", "rhel", "virt", "pseries", "s390-ccw")
"""Beginnings of the names of QEMU's machines that other platforms with QEMU have too."""

WINDOWS_8 = "2012-10-30"
"""The day of the first Windows with a driver for Intel's newer card, e1000e."""

NEVER = frozenset({"darwin", "dos", "os2", "netware"})
"""Families of guests without a driver for any paravirtual device."""

ANY_CARD = frozenset({"linux", "freebsd", "netbsd", "openbsd"})
"""Families of guests with drivers for the disks and cards of real hardware that hypervisors imitate."""


def arrival(platform: Platform) -> Mapping[str, Any]:
    """Return what is known of how machines arrive on a platform."""
    return platform.data.get("arrival", {})  # type: ignore[no-any-return]


def chooses_devices(platform: Platform) -> bool:
    """Whether somebody chooses the models of a machine's disks and cards there."""
    return bool(arrival(platform).get("devicesChosen", True))


def models(platform: Platform, kind: str, device: str) -> tuple[str, ...]:
    """Return the models of a ``disk`` or ``nic`` that a platform offers, ``emulated`` or ``paravirtual``."""
    return tuple(platform.data.get("devices", {}).get(kind, {}).get(device, ()))


def today(workload: Workload, device: str) -> str:
    """Return the model of the machine's ``disk`` or ``nic``; empty where it is not known."""
    devices = workload.deployment.devices
    return str(getattr(devices, device)) if devices.knows(device) else ""


def releases(workload: Workload) -> list[GuestOS]:
    """Return the guest's release, or those of which the file says that it is one; none where nothing is known."""
    os, guests = workload.guest.os, workload.catalog.guests
    ids = [os.id] if os.knows("id") else sorted(os.one_of) if os.knows("one_of") else []
    found = [guests.find(id) for id in ids]
    return [each for each in found if each is not None] if all(found) else []


def family(workload: Workload) -> str:
    """Return the family of the guest's system; empty where it is not known."""
    os = workload.guest.os
    return str(os.family) if os.knows("family") else ""


def has_driver(workload: Workload, device: str, model: str) -> bool | None:
    """Whether the guest has a driver for a model of ``disk`` or ``nic``; ``None`` where that is not known."""
    now = today(workload, device)
    if now and moves().same(device, now, model):
        return True
    driver, system = moves().driver(device, model), family(workload)
    if driver:
        return _has_set(workload, driver, system)
    if system == "windows":
        found = releases(workload)
        if model == "sata" and any(moves().without_ahci(each.id) for each in found):
            return False
        if model != "ide" and any("legacyHardware" in each.data for each in found):
            return all(model == _suggested(each, device) for each in found) or None
        return True if found else None
    return True if system in ANY_CARD else None


def _has_set(workload: Workload, driver: str, system: str) -> bool | None:
    """Whether the guest has the set of drivers for a platform's paravirtual devices."""
    guest, image = workload.guest, workload.deployment.image
    wanted = DRIVER_SETS[driver]
    stated = [*(guest.drivers if guest.knows("drivers") else ()), *(image.drivers if image.knows("drivers") else ())]
    if wanted in stated:
        return True
    for device in ("disk", "nic"):  # it runs on one of the set today
        if moves().driver(device, today(workload, device)) == driver:
            return True
    found = releases(workload)
    known = [driver in each.data.get("drivers", {}).get("builtin", ()) for each in found]
    if known and all(known):
        return True
    if system in NEVER or any("legacyHardware" in each.data for each in found):
        return False
    if system == "windows":
        return False if driver != "hyperv" else None
    return None


def is_odd_board(workload: Workload, machine: str) -> bool:
    """Whether a machine is one of QEMU's that other platforms with QEMU do not have."""
    return workload.catalog.machine_types.of_qemu(machine) and not machine.startswith(USUAL_BOARDS)


def firmware(workload: Workload) -> str:
    """Return the firmware that the machine was installed for: ``bios``, ``uefi``; empty where it is not known."""
    try:
        return str(workload.deployment.firmware.type)
    except Unknown:
        known = {tuple(each.data.get("firmware", {}).get("types", ())) for each in releases(workload)}
        return "bios" if known == {("bios",)} else ""  # it knows no other


def chosen(workload: Workload, target: Platform) -> dict[str, str | None]:
    """Return the target's counterparts of the machine's devices, by the paths of their fields."""
    found: dict[str, str | None] = {}
    if not target.has("devices"):
        return found
    boots = arrival(target).get("bootDisks", {})
    for device in ("disk", "nic"):
        now = today(workload, device)
        if not now:
            continue
        model = _counterpart(workload, target, device, now)
        if device == "disk" and boots:
            start = firmware(workload)
            if not start:
                continue  # what it starts from there depends on it
            model = boots.get(start, model)
        if model:
            found[f"deployment.devices.{device}"] = model
    return found


def _counterpart(workload: Workload, target: Platform, device: str, now: str) -> str:
    """Return the model that takes the place of today's: the same, a paravirtual one, or one that any guest knows."""
    emulated, paravirtual = models(target, "emulated", device), models(target, "paravirtual", device)
    if not (emulated or paravirtual):
        return ""
    ours = moves().driver(device, now) in (
        "",
        target.data["devices"].get("driver"),
    )  # scsi is virtio's on KubeVirt only
    same = [each for each in (*paravirtual, *emulated) if now == each or (ours and moves().same(device, now, each))]
    if same and (same[0] in paravirtual or not moves().driver(device, now)):
        return now if now in same else same[0]
    roomy = [each for each in paravirtual if device != "disk" or fits(workload, target, each)] or list(paravirtual)
    if roomy and has_driver(workload, device, roomy[0]) is not False:
        return roomy[0]
    return _plain(workload, target, device, emulated) or (paravirtual[0] if paravirtual else "")


def _plain(workload: Workload, target: Platform, device: str, emulated: tuple[str, ...]) -> str:
    """Return a device that the guest knows without anything being installed in it."""
    found = releases(workload)
    for each in found:
        wanted = _suggested(each, device)
        if wanted in emulated:
            return wanted
    if device == "nic" and found and not any("legacyHardware" in each.data for each in found):
        newer = all(str(each.data.get("released", "")) >= WINDOWS_8 for each in found)
        cards = ("e1000e", "e1000") if newer else ("e1000",)
        return next((each for each in cards if each in emulated), "") or _first(target, device, emulated)
    return _first(target, device, emulated)


def _suggested(release: GuestOS, device: str) -> str:
    """Return the model that the catalogue suggests for an old system."""
    return str(release.data.get("legacyHardware", {}).get("suggest", {}).get(device, ""))


def _first(target: Platform, device: str, emulated: tuple[str, ...]) -> str:
    first = arrival(target).get("first", {}).get(device)
    return str(first or (emulated[0] if emulated else ""))


def bus(model: str) -> str:
    """Return the bus of a target's drives that a model of disk is on."""
    return "scsi" if model in ("virtio-scsi", "scsi-virtio") else "virtio" if model.startswith("virtio") else model


def fits(workload: Workload, target: Platform, model: str) -> bool:
    """Whether all of the machine's disks fit on the bus of a model."""
    storage = workload.deployment.storage
    most = arrival(target).get("disks", {}).get(bus(model))
    return most is None or not storage.knows("disks") or storage.disks <= most


def has(workload: Workload, device: str) -> bool:
    """Whether a machine has disks, or network cards, as far as is known."""
    storage, network = workload.deployment.storage, workload.deployment.network
    if device == "disk":
        return not storage.knows("disks") or storage.disks > 0
    return not network.knows("cards") or network.cards > 0


def stays(workload: Workload, moved: Workload, device: str) -> bool:
    """Whether a guest uses the same driver for its disk or card there; so it does for none."""
    now, then = today(workload, device), today(moved, device)
    if not has(workload, device):
        return True
    return bool(now and then) and (_same_driver(now, then) if device == "disk" else moves().same("nic", now, then))


def _same_driver(now: str, then: str) -> bool:
    """Whether a guest uses the same driver for two models of disks."""
    modules = moves().modules(now)
    return moves().same("disk", now, then) or (bool(modules) and modules == moves().modules(then))
