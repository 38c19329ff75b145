"""QEMU's own files of options, for ``-readconfig``: sections of ``key = "value"`` lines.

Such a file is a part of a command line. The rest of it is unknown.
"""

from __future__ import annotations

import bisect
import math
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from vmlint.api import File, Setting, Span, Spec, Unreadable, limits, settings

from .shared.amounts import binary_size
from .shared.carriers import is_named_otherwise
from .shared.disks import is_local_disk
from .shared.paths import CACHE, GPU, HOST_DEVICES, MACS, NO_REQUIREMENTS, SOCKETS, VARIABLE_STORE
from .shared.templates import MARKS, NAMES, VARIABLES, leave_open, partly, template

CANNOT_KNOW = {
    "deployment.cpuModel": "the CPU model is on QEMU's command line, never in the file",
    "guest.os.id": "the format does not name the guest's system",
    "guest.arch": "which QEMU reads the file decides, not the file",
    **NO_REQUIREMENTS,
}

GROUPS = frozenset({
    "accel", "acpi", "audiodev", "boot-opts", "chardev", "cpudef", "device", "drive", "fsdev", "fw_cfg", "global",
    "icount", "iscsi", "machine", "memory", "mon", "msg", "name", "net", "netdev", "nic", "numa", "object",
    "option-rom", "overcommit", "plugin", "realtime", "rtc", "sandbox", "semihosting-config", "smbios",
    "smp-opts", "spice", "tpmdev", "trace", "virtfs", "vnc",
})  # fmt: skip
DISKS = {
    "ide-hd": "", "ide-drive": "", "scsi-hd": "", "scsi-disk": "", "virtio-blk-pci": "virtio-blk",
    "virtio-blk": "virtio-blk", "virtio-blk-device": "virtio-blk", "virtio-blk-ccw": "virtio-blk", "nvme": "nvme",
    "usb-storage": "usb",
}  # fmt: skip
"""Driver of a disk -> the controller that the guest sees, where the driver decides it."""
CONTROLLERS = {
    "virtio-scsi-pci": "virtio-scsi", "virtio-scsi-device": "virtio-scsi", "virtio-scsi-ccw": "virtio-scsi",
    "virtio-scsi": "virtio-scsi", "lsi": "lsi", "lsi53c895a": "lsi", "lsi53c810": "lsi53c810", "megasas": "megasas",
    "mptsas1068": "mptsas1068", "pvscsi": "pvscsi", "am53c974": "am53c974",
}  # fmt: skip
CARDS = {
    "virtio-net-pci": "virtio-net", "virtio-net": "virtio-net", "virtio-net-device": "virtio-net",
    "virtio-net-ccw": "virtio-net", "e1000": "e1000", "e1000e": "e1000e", "rtl8139": "rtl8139", "pcnet": "pcnet",
    "ne2k_pci": "ne2k_pci", "ne2k_isa": "ne2k_isa", "vmxnet3": "vmxnet3", "igb": "igb", "i82559er": "i82559er",
}  # fmt: skip
VIDEO = {
    "virtio-gpu": "virtio", "virtio-gpu-pci": "virtio", "virtio-vga": "virtio", "virtio-vga-gl": "virtio",
    "VGA": "std", "qxl-vga": "qxl", "qxl": "qxl", "cirrus-vga": "cirrus", "bochs-display": "bochs",
    "vmware-svga": "vmware", "ramfb": "ramfb",
}  # fmt: skip
ACCELERATORS = {"kvm": ("kvm", "hw-assisted"), "tcg": ("qemu", "emulation"), "hvf": ("qemu", "hw-assisted"),
                "whpx": ("qemu", "hw-assisted"), "nvmm": ("qemu", "hw-assisted")}  # fmt: skip
"""Accelerator -> platform and mode."""
TOPOLOGY = ("drawers", "books", "sockets", "dies", "clusters", "modules", "cores", "threads")
"""Keys whose product is the number of CPUs where that is not given; an absent one counts as 1."""
CACHES = frozenset({"none", "writeback", "writethrough", "directsync", "unsafe"})
SATA_MACHINES = ("q35", "pc-q35")

RELATED = {
    r"(?:device|drive)\..*": ("deployment.devices", "deployment.storage", "deployment.firmware", "guest.os"),
    r"(?:machine|accel)\..*": ("deployment.platform", "deployment.mode", "deployment.devices"),
    r"smp-opts\..*": ("resources.cpu", SOCKETS),
}
"""Patterns of groups and keys -> the beginnings of the fields that hang on several of them."""

_HEADER = re.compile(r"\[\s*([a-z_-]+)(?:\s+\"([^\"]*)\")?\s*\]\s*(?:#.*)?")
_TEMPLATE = re.compile(f"{MARKS}|{VARIABLES}|{NAMES}")


class Section(NamedTuple):
    """One option group of the command line."""

    group: str
    id: str
    settings: dict[str, Setting]

    def text(self, key: str) -> str:
        """Return a value, or nothing."""
        return self.settings[key].value if key in self.settings else ""


def _sections(file: File) -> list[Section]:
    """Return the sections of a file; none where it has any that are not QEMU's."""
    try:
        if len(file.text) > limits.SETTINGS_CHARACTERS or is_named_otherwise(file):
            return []
    except Unreadable:
        return []
    headers: list[int] = []
    order: list[Section] = []
    for number, line in enumerate(file.rows.texts, 1):
        bare = line.strip()
        if bare.startswith("["):
            match = _HEADER.fullmatch(bare)
            if match is None or match[1] not in GROUPS:
                return []
            order.append(Section(match[1], match[2] or "", {}))
            headers.append(file.rows.place(number, 1)[0])
        elif bare and not bare.startswith("#") and not order:
            return []
    for setting in settings(file.text):
        above = bisect.bisect_left(headers, setting.at.line)
        if setting.at.line not in headers[above : above + 1]:
            if not setting.quoted:
                return []
            order[above - 1].settings[setting.key] = setting
    return order


def recognises(file: File) -> bool:
    """Recognise QEMU's files by their sections: all are option groups of QEMU, and every value is in quotes."""
    sections = _sections(file)
    devices = sum(each.group == "device" and "driver" in each.settings for each in sections)
    drives = sum(each.group in ("drive", "netdev", "chardev") and bool(each.settings) for each in sections)
    machine = any(each.group in ("machine", "accel") and each.settings.keys() & {"type", "accel"} for each in sections)
    # A file with only controllers is a part that tools add to their own command line.
    return bool((devices and (drives or machine)) or (machine and (drives or len(sections) > 1)))


def read(file: File) -> Iterator[Spec]:
    """Yield the machine."""
    sections = _sections(file)
    marked = [(each, key) for each in sections for key, value in each.settings.items() if _TEMPLATE.search(value.value)]
    for section, key in marked:
        section.settings.pop(key)
    if marked and not any(each.settings for each in sections):
        raise template("of QEMU's options")
    if not sections:
        return
    spec = _machine(file, sections)
    if marked:
        leave_open(spec, (f"{each.group}.{key}" for each, key in marked), RELATED)
    yield spec
    if marked:
        raise partly("of QEMU's options", (key for _, key in marked))


def _find(sections: list[Section], group: str, key: str) -> Setting | None:
    return next((each.settings[key] for each in sections if each.group == group and key in each.settings), None)


def _machine(file: File, sections: list[Section]) -> Spec:
    name = _find(sections, "name", "guest")
    first = next((setting.at for each in sections for setting in each.settings.values()), file.span(1))
    spec = Spec(name.value if name else file.base, name.at if name else first)
    machine = _find(sections, "machine", "type")
    accel = _find(sections, "accel", "accel") or _find(sections, "machine", "accel")
    platform, mode = ACCELERATORS.get(accel.value, ("qemu", "")) if accel else ("qemu", "")
    spec.fact("deployment.platform", platform, accel.at if accel and mode else spec.at)
    if accel and mode:
        spec.fact("deployment.mode", mode, accel.at)
    else:
        spec.unknown("deployment.mode", "the accelerator is left to QEMU's command line, or one of several")
    spec.fact("deployment.machine", machine.value if machine else None, machine.at if machine else None)
    _resources(spec, sections)
    _boot_disk(spec, sections, machine.value if machine else "")
    for path, words in (("deployment.devices.nic", CARDS), ("deployment.devices.video", VIDEO)):
        device = next((each for each in sections if each.group == "device" and each.text("driver") in words), None)
        if device:
            spec.fact(path, words[device.text("driver")], device.settings["driver"].at)
    _of_the_host(spec, sections)
    _storage(spec, sections)
    controller = next((each for each in sections if each.text("driver") == "isa-applesmc"), None)
    if controller:  # only macOS asks for it
        spec.fact("guest.os.family", "darwin", controller.settings["driver"].at)
    for each in sections:
        if each.group == "drive" and each.text("file"):
            spec.clue(each.text("file"), each.settings["file"].at)
    cards = [each.settings["mac"] for each in sections if each.group == "device" and "mac" in each.settings]
    spec.entries(MACS, ((each.value.lower(), each.at) for each in cards))
    chip = next((each for each in sections if each.group == "device" and each.text("driver") == "tpm-crb"), None)
    if chip:  # this interface came with TPM 2.0; the version behind the others is decided by another program
        spec.fact("deployment.firmware.tpm", "2.0", chip.settings["driver"].at)
    flash = next((each for each in sections if each.group == "drive" and each.text("if") == "pflash"), None)
    if flash:
        at = flash.settings.get("file", flash.settings["if"]).at
        spec.fact("deployment.firmware.type", "uefi", at)
        flashes = [each for each in sections if each.group == "drive" and each.text("if") == "pflash"]
        kept = next((each for each in flashes if each.text("readonly") not in ("on", "true")), None)
        spec.fact(VARIABLE_STORE, kept is not None, at)
    else:
        spec.unknown("deployment.firmware.type", "QEMU's command line may name a firmware")
    return spec


def _of_the_host(spec: Spec, sections: list[Section]) -> None:
    """State the host's devices: PCI by address, mediated ones as shares of a GPU, USB by vendor and product."""
    handed: list[tuple[str, Span]] = []
    for each in sections:
        if each.group != "device":
            continue
        if each.text("driver") == "vfio-pci" and "host" in each.settings:
            handed.append((each.text("host"), each.settings["host"].at))
        elif each.text("driver").startswith("vfio-pci") and "/mdev" in each.text("sysfsdev"):
            spec.fact(GPU, "vgpu", each.settings["sysfsdev"].at)
        elif each.text("driver") == "usb-host" and each.text("vendorid") and each.text("productid"):
            ids = f"{each.text('vendorid')}:{each.text('productid')}".replace("0x", "")
            handed.append((f"usb:{ids}", each.settings["vendorid"].at))
    paths = [each.settings["file"] for each in sections if each.group == "drive" and is_local_disk(each.text("file"))]
    spec.entries(HOST_DEVICES, [*handed, *((each.value, each.at) for each in paths)])


def _storage(spec: Spec, sections: list[Section]) -> None:
    """State how the host caches the disks, and the sockets of the CPUs."""
    modes = [each.settings["cache"] for each in sections if each.group == "drive" and each.text("cache") in CACHES]
    spec.entries(CACHE, ((each.value, each.at) for each in modes))
    sockets = _find(sections, "smp-opts", "sockets")
    if sockets and re.fullmatch("[1-9][0-9]{0,4}", sockets.value):
        spec.fact(SOCKETS, sockets.value, sockets.at)
    else:
        spec.unknown(SOCKETS, "how QEMU spreads CPUs over sockets differs between machine types")


def _resources(spec: Spec, sections: list[Section]) -> None:
    memory, cpus = _find(sections, "memory", "size"), _find(sections, "smp-opts", "cpus")
    if memory:
        spec.fact("resources.memory", binary_size(memory.value, "M"), memory.at)
    if cpus:
        spec.fact("resources.cpu", cpus.value if re.fullmatch("[1-9][0-9]{0,4}", cpus.value) else None, cpus.at)
    else:
        _topology(spec, [each for each in sections if each.group == "smp-opts"])
    locked = _find(sections, "realtime", "mlock") or _find(sections, "overcommit", "mem-lock")
    if locked and locked.value == "on":
        spec.fact("deployment.tuning.lockedMemory", True, locked.at)


def _topology(spec: Spec, groups: list[Section]) -> None:
    """State how many CPUs there are, where only their limit is given, or sockets, cores and threads."""
    settings = groups[0].settings if len(groups) == 1 else {}
    given = [settings[key] for key in (["maxcpus"] if "maxcpus" in settings else TOPOLOGY) if key in settings]
    if given and all(re.fullmatch("[1-9][0-9]{0,4}", each.value) for each in given):
        spec.fact("resources.cpu", str(math.prod(int(each.value) for each in given)), given[0].at)


def _boot_disk(spec: Spec, sections: list[Section], machine: str) -> None:
    """State how the guest sees its first disk: the one with the lowest boot index, or the only one."""
    disks = [each for each in sections if each.group == "device" and each.text("driver") in DISKS]
    indexed = [each for each in disks if re.fullmatch("[0-9]{1,9}", each.text("bootindex"))]
    if indexed:
        chosen = min(indexed, key=lambda each: int(each.text("bootindex")))
    elif len(disks) == 1:
        chosen = disks[0]
    else:
        return
    driver = chosen.text("driver")
    at: Span = chosen.settings["driver"].at
    if DISKS[driver]:
        spec.fact("deployment.devices.disk", DISKS[driver], at)
    elif driver.startswith("ide-"):
        behind_ahci = machine.startswith(SATA_MACHINES) or _controller(sections, chosen) in ("ich9-ahci", "ahci")
        known = machine.startswith(("pc", "isapc", "q35")) or behind_ahci
        spec.fact("deployment.devices.disk", ("sata" if behind_ahci else "ide") if known else None, at)
    else:
        spec.fact("deployment.devices.disk", CONTROLLERS.get(_controller(sections, chosen)), at)


def _controller(sections: list[Section], disk: Section) -> str:
    """Return the driver of a disk's controller: the one that its bus is named after, or the only one."""
    by_id: Mapping[str, str] = {each.id: each.text("driver") for each in sections if each.group == "device"}
    bus = disk.text("bus").rpartition(".")[0]
    if bus in by_id:
        return by_id[bus]
    several = {driver for driver in by_id.values() if driver in CONTROLLERS}
    return several.pop() if len(several) == 1 else ""
