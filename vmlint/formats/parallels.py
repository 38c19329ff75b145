"""Parallels' settings of a machine (``config.pvs``), where nearly every value is a number.

The numbers are those of Parallels' published SDK. Virtuozzo's servers keep the same file with another root; they are
not Parallels Desktop, and the catalogue does not have them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from vmlint.api import Element, File, Spec, Unreadable

from .shared.paths import DRIVES
from .shared.xml_files import is_xml, trees

CANNOT_KNOW = {
    "deployment.platform.version": "the file records the version that wrote it last, not the one that runs it",
    "deployment.devices.video": "the adapter is Parallels' own or the guest's choice",
}

ROOTS = {"ParallelsVirtualMachine": "parallels", "VirtuozzoVirtualMachine": ""}

SYSTEMS = {
    7: "macos", 8: "win", 9: "linux", 10: "freebsd", 11: "os2", 12: "msdos", 13: "netware", 14: "solaris",
    15: "chrome", 255: "other",
}  # fmt: skip
"""OsType -> word of prlctl for the family. FreeBSD's also means NetBSD and OpenBSD."""

RELEASES = {
    0x701: "tiger", 0x702: "leopard",  # 0x703 is Snow Leopard and every later release
    0x801: "win-311", 0x802: "win-95", 0x803: "win-98", 0x804: "win-me", 0x805: "win-nt", 0x806: "win-2000",
    0x807: "win-xp", 0x808: "win-2003", 0x809: "win-vista", 0x80A: "win-2008", 0x80B: "win-7", 0x80C: "win-8",
    0x80D: "win-2012", 0x80E: "win-8.1", 0x80F: "win-10", 0x810: "win-2016", 0x811: "win-2019", 0x812: "win-2022",
    0x813: "win-11",
    0x901: "rhel", 0x902: "suse", 0x903: "mandriva", 0x904: "linux-2.4", 0x905: "linux-2.6", 0x906: "debian",
    0x907: "fedora", 0x908: "fedora-core", 0x909: "xandros", 0x90A: "ubuntu", 0x90B: "suse", 0x90C: "redhat",
    0x90D: "centos", 0x90E: "redhat", 0x90F: "opensuse", 0x910: "psbm", 0x911: "mageia", 0x912: "mint",
    0x913: "rhel7", 0x914: "centos7", 0x915: "boot2docker", 0x916: "elementary", 0x917: "kali", 0x918: "manjaro",
    0x919: "zorin",
    0xA01: "freebsd-4", 0xA02: "freebsd-5", 0xA03: "freebsd-6", 0xA04: "freebsd-7", 0xA05: "freebsd-8",
    0xA06: "freebsd", 0xA07: "other", 0xA08: "other", 0xA09: "other", 0xAFF: "other",
    0xB01: "os2-3", 0xB02: "os2-4", 0xB03: "os2-45", 0xB04: "ecomstation-1.1", 0xB05: "ecomstation-1.2",
    0xC01: "msdos-6.22", 0xD01: "netware-4", 0xD02: "netware-5", 0xD03: "netware-6",
    0xE01: "solaris-9", 0xE02: "solaris-10", 0xE03: "solaris-11", 0xF01: "chrome-1",
}  # fmt: skip
"""OsNumber -> word of prlctl. The higher byte is the OsType."""

FIRMWARES = {"0": "bios", "1": "uefi", "2": "uefi", "5": "uefi", "6": "uefi"}
"""EfiEnabled: legacy, EFI of 64 and 32 bits for x86, the same for Arm."""
DISKS = {"0": "ide", "1": "scsi", "2": "sata", "3": "nvme"}
"""InterfaceType of a hard disk."""
NICS = {"1": "rtl8029", "2": "e1000", "3": "virtio", "4": "e1000e"}
"""AdapterType of a network card."""
ARM = "1"
"""Type of a CPU; 0 is x86."""
OF_64_BITS = "1"
"""Mode of an x86 CPU."""


KNOWN = frozenset(
    {
        "AdapterType", "AutoCountEnabled", "Bios", "CdRom", "Cpu", "EfiEnabled", "EfiSecureBoot", "Enabled",
        "General", "Hardware", "Hdd", "Identification", "InterfaceType", "Memory", "Mode", "NetworkAdapter",
        "Number", "OsNumber", "OsType", "RAM", "RamAutoSizeEnabled", "Settings", "Size", "Startup",
        "SystemName", "TpmChip", "Type", "VirtualizedHV",
    }
)  # fmt: skip
"""Elements that are read. Not the name, which is free text."""


def recognises(file: File) -> bool:
    """Recognise the settings by their root element."""
    try:
        return is_xml(file) and any(root.name in ROOTS and _is_own(root) for root in file.xml)
    except Unreadable:
        return file.first_tag[0] in ROOTS


def read(file: File) -> Iterator[Spec]:
    """Yield the machine."""
    for root in trees(file, "of a machine", KNOWN, own=lambda root: root.only(_is_own)):
        if root.name in ROOTS:
            yield _machine(root, file)


def _is_own(element: Element) -> bool:
    """Whether a name is written without a prefix: Parallels reads its settings without namespaces."""
    return ":" not in element.prefixed


def _number(element: Element | None) -> str:
    return element.text if element is not None and re.fullmatch(r"[0-9]{1,9}", element.text) else ""


def _machine(root: Element, file: File) -> Spec:
    name, folder = root.find("Identification/VmName"), file.name.replace("\\", "/").split("/")[-2:-1]
    spec = Spec(name.text if name and name.text else _of_folder(folder) or file.base.partition(".")[0], root.at)
    if ROOTS[root.name]:
        spec.fact("deployment.platform", ROOTS[root.name], root.at)
    else:
        spec.unknown("deployment.platform", "Virtuozzo is not in the catalogue")
    _guest(spec, root)
    for drive in root.all("Hardware/CdRom"):
        if (image := drive.find("SystemName")) and image.text:
            spec.clue(image.text, image.text_at)
    bios = root.find("Settings/Startup/Bios")
    arm = _processor(spec, root)
    _memory(spec, root)
    _firmware(spec, root, bios, arm)
    _mode(spec, arm)
    _disk(spec, root)
    _nic(spec, root)
    return spec


def _of_folder(folder: list[str]) -> str:
    """Return the name of the bundle, since every bundle's file is called ``config.pvs``."""
    return folder[0].removesuffix(".pvm") if folder and folder[0].endswith(".pvm") else ""


def _guest(spec: Spec, root: Element) -> None:
    kind, release = root.find("Settings/General/OsType"), root.find("Settings/General/OsNumber")
    family, number = _number(kind), _number(release)
    word = RELEASES.get(int(number)) if number and (not family or int(number) >> 8 == int(family)) else None
    if word and release is not None:
        spec.guest("parallels", word, release.text_at)
    elif kind is not None and family and int(family) in SYSTEMS and (not number or int(number) >> 8 == int(family)):
        spec.guest("parallels", SYSTEMS[int(family)], kind.text_at)


def _processor(spec: Spec, root: Element) -> bool:
    """State the CPUs. Return whether they are Arm's."""
    cpu = root.find("Hardware/Cpu")
    if cpu is None:
        return False
    count, nested, kind, mode = (cpu.find(name) for name in ("Number", "VirtualizedHV", "Type", "Mode"))
    if _number(cpu.find("AutoCountEnabled")) == "1":
        spec.unknown("resources.cpu", "Parallels chooses the number of CPUs by itself")
    elif count is not None and _number(count).strip("0"):
        spec.fact("resources.cpu", count.text, count.text_at)
    if nested is not None and nested.text == "1":
        spec.fact("requirements.nested", True, nested.text_at)
    if kind is not None and kind.text == ARM:
        spec.fact("guest.arch", "arm64", kind.text_at)
        return True
    if mode is not None and mode.text == OF_64_BITS:
        spec.fact("guest.arch", "amd64", mode.text_at)
    return False


def _memory(spec: Spec, root: Element) -> None:
    size = root.find("Hardware/Memory/RAM")
    if _number(root.find("Hardware/Memory/RamAutoSizeEnabled")) == "1":
        spec.unknown("resources.memory", "Parallels chooses the size by itself")
    elif size is not None and _number(size).strip("0"):
        spec.fact("resources.memory", f"{size.text}Mi", size.text_at)


def _firmware(spec: Spec, root: Element, bios: Element | None, arm: bool) -> None:
    kind = bios.find("EfiEnabled") if bios else None
    secure = bios.find("EfiSecureBoot") if bios else None
    if kind is not None and kind.text in FIRMWARES:
        spec.fact("deployment.firmware.type", FIRMWARES[kind.text], kind.text_at)
        if FIRMWARES[kind.text] == "bios":
            spec.default("deployment.firmware.secureBoot", False, "a BIOS has no Secure Boot", kind.text_at)
    elif arm:
        spec.default("deployment.firmware.type", "uefi", "Arm machines have no other firmware")
    if secure is not None and secure.text in ("0", "1"):
        spec.fact("deployment.firmware.secureBoot", secure.text == "1", secure.text_at)
    chip = root.find("Hardware/TpmChip/Type")
    if chip is not None and chip.text == "0":
        spec.fact("deployment.firmware.tpm", "none", chip.text_at)
    elif chip is not None:
        spec.unknown("deployment.firmware.tpm", "there is one; what its number means is not published")


def _mode(spec: Spec, arm: bool) -> None:
    if arm:
        spec.default("deployment.mode", "hw-assisted", "Arm guests run on Apple silicon only, whose own CPU they use")
    elif spec.text("deployment.firmware.type") == "bios":
        spec.default("deployment.mode", "hw-assisted", "a guest with a BIOS runs on Intel Macs only")
    else:
        spec.unknown("deployment.mode", "an x86 guest runs on the CPU of an Intel Mac, or is emulated on Apple silicon")


def _first(root: Element, path: str) -> Element | None:
    """Return the first device of a kind that is switched on."""
    return next((device for device in root.all(path) if _number(device.find("Enabled")) != "0"), None)


def _drives(spec: Spec, root: Element, known: Mapping[str, str]) -> None:
    """State the controllers of all disks and CD drives that are switched on."""
    kinds = [each for kind in ("Hdd", "CdRom") for each in root.all(f"Hardware/{kind}")]
    buses = [each.find("InterfaceType") for each in kinds if _number(each.find("Enabled")) != "0"]
    if buses and all(bus is not None and bus.text in known for bus in buses):
        spec.entries(DRIVES, [(known[bus.text], bus.text_at) for bus in buses if bus is not None])


def _disk(spec: Spec, root: Element) -> None:
    # Virtuozzo has its own meaning for 3.
    known = DISKS if root.name == "ParallelsVirtualMachine" else {k: v for k, v in DISKS.items() if k != "3"}
    _drives(spec, root, known)
    disk = _first(root, "Hardware/Hdd")
    if disk is None:
        return
    bus, size = disk.find("InterfaceType"), disk.find("Size")
    if bus is not None:
        spec.fact("deployment.devices.disk", known.get(bus.text), bus.text_at)
    if size is not None and _number(size).strip("0"):
        spec.fact("resources.disk", f"{size.text}Mi", size.text_at)


def _nic(spec: Spec, root: Element) -> None:
    card = _first(root, "Hardware/NetworkAdapter")
    model = card.find("AdapterType") if card else None
    if model is not None:
        spec.fact("deployment.devices.nic", NICS.get(model.text), model.text_at)
