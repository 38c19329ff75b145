"""VirtualBox's settings of a machine (``.vbox``), of the releases before 7.1 and since.

Since 7.1 (settings 1.20) the processor is under ``Platform``, which also shows whether it is x86 or Arm.
Snapshots hold their own settings and are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Element, File, Skipped, Span, Spec, Unreadable

from .shared.counts import counted
from .shared.firmware import FIRMWARES, no_secure_boot_with_bios
from .shared.paths import CARD_COUNT, DISK_COUNT, DRIVES, HOST_DEVICES, HOT_ADD, MACS, ON_SNAPSHOT, SNAPSHOTS, SUSPENDED
from .shared.virtualbox import NICS, TPMS, nested_machines
from .shared.xml_files import is_any, is_xml, trees

CANNOT_KNOW = {
    "deployment.platform.version": "the file records the version of its settings, not that of VirtualBox",
    "resources.disk": "the size of a disk is in its image",
}

DISKS = {
    "ahci": "sata", "piix3": "ide", "piix4": "ide", "ich6": "ide", "lsilogic": "lsilogic",
    "lsilogicsas": "lsisas1068", "buslogic": "buslogic", "nvme": "nvme", "usb": "usb", "virtioscsi": "virtio-scsi",
}  # fmt: skip


DRIVE = frozenset({"HardDisk", "DVD"})


KNOWN = frozenset(
    {
        "Adapter", "AttachedDevice", "CPU", "DVDImages", "DeviceFilter", "DeviceFilters", "Display", "Firmware",
        "HardDisk", "HardDisks", "Hardware", "Image", "Machine", "MediaRegistry", "Memory", "NestedHWVirt",
        "Network", "Platform", "StorageController", "StorageControllers", "TrustedPlatformModule", "USB", "x86",
    }
)  # fmt: skip
"""Elements that are read. VirtualBox takes them in any namespace (findChildElement, findAttribute)."""

TRUE = frozenset({"true", "yes", "1"})
"""Words for a flag that is on (getAttributeValue in Runtime/r3/xml.cpp)."""


def recognises(file: File) -> bool:
    """Recognise settings by their root, and a machine's by their content (VirtualBox.xml is the program's own file)."""
    try:
        return is_xml(file) and any(root.name == "VirtualBox" and list(_machines(root)) for root in file.xml)
    except Unreadable:
        named = file.base.lower().endswith((".vbox", ".vbox-prev"))
        return file.first_tag[0] == "VirtualBox" and (named or is_any(file, "Machine", "MachineEncrypted"))


def _machines(root: Element) -> Iterator[Element]:
    return (child for child in root.children if child.name in ("Machine", "MachineEncrypted"))


def read(file: File) -> Iterator[Spec]:
    """Yield the machine."""
    for root in trees(file, "of a machine", KNOWN):
        for machine in _machines(root):
            if machine.name == "MachineEncrypted":
                raise Skipped("its settings are encrypted")
            yield _machine(machine, file)


def _machine(machine: Element, file: File) -> Spec:
    spec = Spec(machine.get("name") or file.base.partition(".")[0], machine.at)
    spec.fact("deployment.platform", "virtualbox", machine.at)
    system = machine.attribute("OSType")
    if system and system.value:
        spec.guest("virtualbox", system.value, system.at)
    for image in (*machine.all("MediaRegistry/DVDImages/Image"), *machine.all("MediaRegistry/HardDisks/HardDisk")):
        if location := image.attribute("location"):
            spec.clue(location.value, location.at)
    hardware, platform = machine.find("Hardware"), machine.find("Platform")
    arm = _architecture(spec, platform)
    _processor(spec, [place for place in (platform, hardware) if place is not None])
    if hardware is not None:
        _hardware(spec, hardware, machine, arm)
    snapshot = next((each for each in machine.children if each.name == "Snapshot"), None)
    if snapshot is not None:
        spec.fact(SNAPSHOTS, ["external"], snapshot.at)
        spec.fact(ON_SNAPSHOT, True, snapshot.at)
    else:
        spec.default(SNAPSHOTS, [], "a machine has the snapshots that it lists")
    if saved := machine.attribute("stateFile"):
        spec.fact(SUSPENDED, True, saved.at)
    return spec


def _architecture(spec: Spec, platform: Element | None) -> bool:
    """State the CPU architecture where it is Arm. Whether x86 has 32 or 64 bits follows from the guest's type."""
    stated = platform.attribute("architecture") if platform else None
    arm = bool(stated and stated.value.upper() == "ARM")
    if stated and arm:
        spec.fact("guest.arch", "arm64", stated.at)
    return arm


def _processor(spec: Spec, places: list[Element]) -> None:
    cpus = [cpu for place in places for cpu in place.all("CPU")]
    counts = [count for cpu in cpus if (count := cpu.attribute("count"))]
    if not counts and cpus:
        spec.default("resources.cpu", "1", "a machine without a count has one CPU", cpus[0].at)
    elif counts and re.fullmatch(r"[1-9][0-9]{0,5}", counts[0].value):
        spec.fact("resources.cpu", counts[0].value, counts[0].at)
    plugged = next((flag for cpu in cpus if (flag := cpu.attribute("hotplug")) and flag.value == "true"), None)
    if plugged:
        spec.fact(HOT_ADD, ["cpu"], plugged.at)
    nested_machines(spec, places)


def _hardware(spec: Spec, hardware: Element, machine: Element, arm: bool) -> None:
    memory = hardware.find("Memory")
    size = memory.attribute("RAMSize") if memory else None
    if size and re.fullmatch(r"[1-9][0-9]{0,9}", size.value):
        spec.fact("resources.memory", f"{size.value}Mi", size.at)
    _firmware(spec, hardware, arm)
    _disk(
        spec,
        [*hardware.all("StorageControllers/StorageController"), *machine.all("StorageControllers/StorageController")],
    )
    _nic(spec, hardware, arm)
    spec.entries(HOST_DEVICES, _usb(hardware))
    display = hardware.find("Display")
    video = display.attribute("controller") if display else None
    if video and re.fullmatch(r"\w{1,40}", video.value):
        spec.fact("deployment.devices.video", video.value.lower(), video.at)
    chip = hardware.find("TrustedPlatformModule")
    kind = chip.attribute("type") if chip else None
    if kind is None:
        spec.default("deployment.firmware.tpm", "none", "a machine has no TPM but one that is listed", hardware.at)
    elif kind.value.lower() in TPMS:
        spec.fact("deployment.firmware.tpm", TPMS[kind.value.lower()], kind.at)
    else:
        spec.unknown("deployment.firmware.tpm", f"its version is that of the host's chip or program ({kind.value})")


def _firmware(spec: Spec, hardware: Element, arm: bool) -> None:
    firmware = hardware.find("Firmware")
    stated = firmware.attribute("type") if firmware else None
    if stated:
        spec.fact("deployment.firmware.type", FIRMWARES.get(stated.value.lower()), stated.at)
    elif arm:
        spec.default("deployment.firmware.type", "uefi", "Arm machines have no other firmware", hardware.at)
    else:
        at = firmware.at if firmware else hardware.at
        spec.default("deployment.firmware.type", "bios", "a machine that names no firmware has a BIOS", at)
    if spec.text("deployment.firmware.type") == "bios":
        no_secure_boot_with_bios(spec)
    else:
        spec.unknown("deployment.firmware.secureBoot", "whether it is on is in the machine's file of variables")


def _disk(spec: Spec, controllers: list[Element]) -> None:
    """State what the hard disks are attached to; which one boots is not certain where there are several kinds."""
    drives = []
    for controller in controllers:
        model = DISKS.get(controller.get("type").lower(), controller.get("type").lower())
        drives += [(model, device.at) for device in controller.all("AttachedDevice") if device.get("type") in DRIVE]
    hard = [each for one in controllers for each in one.all("AttachedDevice") if each.get("type") == "HardDisk"]
    counted(spec, DISK_COUNT, [disk.at for disk in hard])
    spec.entries(DRIVES, drives if all(model for model, _ in drives) else ())
    found: dict[str, Element] = {}
    for controller in controllers:
        if any(device.get("type") == "HardDisk" for device in controller.all("AttachedDevice")):
            found.setdefault(controller.get("type").lower(), controller)
    if len(found) == 1:
        [(kind, controller)] = found.items()
        stated = controller.attribute("type")
        spec.fact("deployment.devices.disk", DISKS.get(kind), stated.at if stated else controller.at)
    elif found:
        spec.unknown("deployment.devices.disk", "the hard disks are on controllers of several kinds")


def _nic(spec: Spec, hardware: Element, arm: bool) -> None:
    cards = [card for card in hardware.all("Network/Adapter") if card.get("enabled").strip().lower() in TRUE]
    counted(spec, CARD_COUNT, [card.at for card in cards])
    addresses = [mac for card in cards if (mac := card.attribute("MACAddress"))]
    spec.entries(MACS, ((":".join(re.findall("..", mac.value.lower())), mac.at) for mac in addresses if mac.value))
    if not cards:
        return
    card = min(cards, key=_slot)
    model = card.attribute("type")
    if model:
        spec.fact("deployment.devices.nic", NICS.get(model.value.lower()), model.at)
    elif arm:
        spec.unknown("deployment.devices.nic", "the adapter names no type")
    else:
        spec.default("deployment.devices.nic", "pcnet", "an adapter that names no type is a PCnet", card.at)


def _usb(hardware: Element) -> Iterator[tuple[str, Span]]:
    """Yield the host's USB devices that active filters name by vendor and product."""
    for one in hardware.all("USB/DeviceFilters/DeviceFilter"):
        vendor, product = one.attribute("vendorId"), one.get("productId")
        if vendor and vendor.value and product and one.get("active") == "true":
            yield f"usb:{vendor.value.lower()}:{product.lower()}", vendor.at


def _slot(card: Element) -> int:
    slot = card.get("slot")
    return int(slot) if re.fullmatch(r"[0-9]{1,4}", slot) else 9999
