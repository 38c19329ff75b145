"""Guests of bhyve as vm-bhyve keeps them: ``key="value"`` lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from vmlint.api import File, Setting, Spec, pci_address

from .shared.amounts import binary_size
from .shared.paths import CACHE, DRIVES, NO_REQUIREMENTS
from .shared.shell_lines import Assigned, assigned, is_template
from .shared.templates import template

CANNOT_KNOW = {
    "guest.os.id": "the format does not name the guest's release",
    **NO_REQUIREMENTS,
}

LOADERS = frozenset({"bhyveload", "grub", "uefi", "uefi-csm", "uefi-custom"})
FIRMWARES = {"uefi": "uefi", "uefi-custom": "uefi", "uefi-csm": "bios"}
"""Value of ``loader`` -> firmware; the others load the guest's kernel from outside."""
GUESTS = {
    "freebsd": "freebsd", "netbsd": "netbsd", "openbsd": "openbsd", "windows": "windows", "linux": "linux",
    "centos": "linux", "centos-grub": "linux", "centos-cloud": "linux", "alpine": "linux", "ubuntu": "linux",
    "ubuntu-cloud": "linux", "debian": "linux", "debian-cloud": "linux", "generic": "", "dragonfly": "other",
}  # fmt: skip
"""Value of ``guest`` -> family."""
KERNELS = {"linux": "linux", "linux16": "linux", "linuxefi": "linux", "knetbsd": "netbsd", "kopenbsd": "openbsd",
           "kfreebsd": "freebsd"}  # fmt: skip
"""Command of grub that loads a kernel -> family."""
DISKS = frozenset({"virtio-blk", "virtio-scsi", "ahci-hd", "nvme", "ahci-cd", "virtio-9p", "usb"})
MODELS = {"ahci-hd": "ahci", "ahci-cd": "ahci"}
CARDS = frozenset({"virtio-net", "e1000"})

_OWN = re.compile(
    r"(?:disk|network)[0-9]{1,2}_(?:type|name|dev|opts|size|switch|device|mac|span)|passthru[0-9]{1,2}"
    r"|grub_(?:run|install)(?:_\w+|[0-9]{1,2})|bhyveload_\w+|bhyve_options"
)
_PLAIN = frozenset({"cpu", "cpu_sockets", "guest", "loader", "memory", "uefi", "uuid", "wired_memory"})
_DRIVE = re.compile(r"disk[0-9]{1,2}_type")
_SLOT = re.compile(r"([0-9]{1,3})/([0-9]{1,2})/([0-7])(?:=.*)?")


def recognises(file: File) -> bool:
    """Recognise a guest by its disks and network cards. In a file of another name all lines are assignments."""
    found = assigned(file)
    if found is None:
        return False
    own = {key for key in found.usable.keys() | found.computed if _OWN.fullmatch(key)}
    disk, card = found.usable.get("disk0_type"), found.usable.get("network0_type")
    typical = (
        bool(disk and disk.value in DISKS)
        + bool(card and card.value in CARDS)
        + bool("loader" in found.usable and found.usable["loader"].value in LOADERS)
        + bool("guest" in found.usable and found.usable["guest"].value in GUESTS)
    )
    few_others = found.others <= (0 if found.is_script else len(found.usable) // 4)
    return len(own) >= 2 and typical >= 2 and (few_others or found.is_settings)


def _is_own(key: str) -> bool:
    return key in _PLAIN or _OWN.fullmatch(key) is not None


def read(file: File) -> Iterator[Spec]:
    """Yield the guest."""
    found = assigned(file)
    if found is None:
        return
    if is_template(file, found, _is_own):
        raise template("of a bhyve guest")
    yield _guest(file, found)


def _guest(file: File, found: Assigned) -> Spec:
    settings = found.usable
    first = next(iter(settings.values()))
    spec = Spec(file.base.removesuffix(".conf"), first.at)
    spec.fact("deployment.platform", "bhyve", first.at)
    if cpu := settings.get("cpu"):
        spec.fact("resources.cpu", cpu.value if re.fullmatch("[1-9][0-9]{0,4}", cpu.value) else None, cpu.at)
    if memory := settings.get("memory"):
        spec.fact("resources.memory", binary_size(memory.value, "M"), memory.at)
    _system(spec, settings)
    for path, key, known in (
        ("deployment.devices.disk", "disk0_type", DISKS),
        ("deployment.devices.nic", "network0_type", CARDS),
    ):
        device = settings.get(key)
        if device and device.value in known:
            spec.fact(path, "ahci" if device.value == "ahci-hd" else device.value, device.at)
        elif key in found.computed:
            spec.unknown(path, f"`{key}` is computed")
    _drives(spec, found)
    if (wired := settings.get("wired_memory")) and _on(wired):
        spec.fact("deployment.tuning.lockedMemory", True, wired.at)
    given = [each for key, each in settings.items() if re.fullmatch("passthru[0-9]{1,2}", key) and each.value]
    spec.entries("deployment.hostDevices", ((_address(each.value), each.at) for each in given))
    return spec


def _drives(spec: Spec, found: Assigned) -> None:
    """State the controllers of all drives. A shared folder (virtio-9p) is none."""
    kinds = [each for key, each in found.usable.items() if _DRIVE.fullmatch(key) and each.value != "virtio-9p"]
    computed = any(_DRIVE.fullmatch(key) for key in found.computed)
    if kinds and not computed and all(each.value in DISKS for each in kinds):
        spec.entries(DRIVES, ((MODELS.get(each.value, each.value), each.at) for each in kinds))
        spec.default(CACHE, [], "no option of bhyve's disks ignores flushes")


def _on(setting: Setting) -> bool:
    return setting.value.lower() not in ("", "no", "off", "false", "0")


def _address(text: str) -> str:
    """Return bhyve's decimal bus/slot/function as other tools write it."""
    match = _SLOT.fullmatch(text)
    return pci_address(f"{int(match[1]):x}:{int(match[2]):x}.{match[3]}") if match else text


def _system(spec: Spec, settings: Mapping[str, Setting]) -> None:
    """State firmware and family of the guest, as far as its loader shows them."""
    loader, guest, uefi = settings.get("loader"), settings.get("guest"), settings.get("uefi")
    if loader:
        spec.fact("deployment.firmware.type", FIRMWARES.get(loader.value), loader.at)
        if loader.value == "bhyveload":
            spec.fact("guest.os.family", "freebsd", loader.at)
    elif uefi and _on(uefi):
        spec.fact("deployment.firmware.type", "bios" if "csm" in uefi.value else "uefi", uefi.at)
    if guest and GUESTS.get(guest.value):
        spec.fact("guest.os.family", GUESTS[guest.value], guest.at)
    for key, setting in settings.items():
        command = setting.value.split(" ", 1)[0]
        if re.fullmatch(r"grub_(?:run|install)[0-9]{1,2}", key) and command in KERNELS:
            spec.fact("guest.os.family", KERNELS[command], setting.at)
