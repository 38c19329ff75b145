"""What a .vmx file says beside devices and amounts: what it starts from, settings to be made anew, and the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Span, Spec

from ..shared.counts import leftovers
from .settings import Settings

DEVICES = re.compile(
    r"(?:(?:scsi|sata|ide|nvme|ethernet|serial|parallel|floppy|sharedfolder|sound|usb|ehci|usb_xhci|pcibridge|hpet|vmci"
    r"|pcipassthru|svga|vtpm|smc|tools|mks|battery|hdaudio|guestinfo)(?:\d{0,2}|\*)(?::\d{1,3})?(?:\.pcibridge\d)?)\.present"
)
"""Devices that are read, or that say nothing of how the machine runs elsewhere."""
DRIVES = re.compile(r"(?:scsi|sata|ide|nvme)\d{1,2}:\d{1,3}\.devicetype")
KINDS = frozenset({
    "", "disk", "scsi-harddisk", "ata-harddisk", "rawdisk", "cdrom-image", "cdrom-raw", "atapi-cdrom", "plaindisk",
})  # fmt: skip
"""Kinds of drives that are read; another one, such as scsi-passthru, is a device of the host."""
BOOTS = {
    "hdd": "disk", "hd": "disk", "cdrom": "cd", "cd": "cd", "floppy": "floppy", "fd": "floppy", "net": "network",
    "usb": "usb",
}  # fmt: skip
"""Word of bios.bootOrder -> the manifest's; network cards are named by their numbers there."""
SETTINGS = (
    (re.compile(r"sched\.cpu\.(?:max|min|shares)"), "cpu-limits"),
    (re.compile(r"sched\.mem\.(?:max|shares)"), "memory-limits"),
    (re.compile(r"sched\.(?:scsi|sata|nvme)\d{1,2}:\d{1,3}\.(?:throughputcap|shares|bandwidthcap)"), "disk-limits"),
    (re.compile(r"ethernet\d{1,2}\.filter\d{1,2}\.name"), "network-filter"),
    (re.compile(r"smbios\.(?:reflecthost|assettag|serialnumber)|board-id\.reflecthost"), "smbios"),
    (re.compile(r"rtc\.(?:difffromutc|starttime)"), "clock"),
    (re.compile(r"mks\.enable3d|svga\.3d"), "graphics-acceleration"),
    (re.compile(r"numa\.vcpu\.maxpervirtualnode"), "virtual-numa"),
    (re.compile(r"sched\.cpu\.latencysensitivity"), "realtime"),
    (re.compile(r"hypervisor\.cpuid\.v0"), "enlightenments"),
    (re.compile(r"vm\.genid"), "generation-id"),
    (re.compile(r"guestinfo\.(?:userdata|metadata|vendordata|ovfenv|(?:talos|ignition|coreos)\..*)"), "start-settings"),
)  # fmt: skip
"""Pattern of a key -> the manifest's word for the setting."""
USUAL = frozenset({"", "normal", "0", "false", "-1", "unlimited", "off"})
"""Values that leave a setting as every machine has it."""
OFF_COUNTS = frozenset({"enlightenments"})
"""Settings that say something where they are switched off."""


def state(spec: Spec, machine: Settings) -> None:
    """State what the machine starts from, its settings that are made anew elsewhere, and what was not read."""
    leftovers(spec, boots=_boots(machine), settings=_settings(machine), unread=_unread(machine))


def _boots(machine: Settings) -> Iterator[tuple[str, Span]]:
    """Yield what the firmware tries, where the file says it. An empty drive is passed over."""
    order = machine.literal("bios.bootorder") or machine.literal("bios.bootdeviceclasses")
    if order is None:
        return
    for word in re.split(r"[,\s]+", order.value.lower().removeprefix("allow:").removeprefix("only:")):
        kind = "network" if word.startswith("ethernet") else BOOTS.get(word, "")
        if kind in ("cd", "floppy") and not _has_medium(machine, kind):
            continue
        if kind:
            yield kind, order.at


def _has_medium(machine: Settings, kind: str) -> bool:
    begins, images = ("floppy", ("file",)) if kind == "floppy" else ("", ("cdrom-image",))
    return any(
        machine.word(f"{drive}.{'filetype' if kind == 'floppy' else 'devicetype'}") in images
        for key in machine.found
        if key.startswith(begins) and key.endswith(".present") and machine.on(key)
        for drive in (key.removesuffix(".present"),)
    )


def _settings(machine: Settings) -> Iterator[tuple[str, Span]]:
    for key, setting in machine.found.items():
        word = next((word for pattern, word in SETTINGS if pattern.fullmatch(key)), "")
        usual = machine.word(key) in USUAL
        if key == "cleanshutdown" and machine.word(key) == "false":
            yield "running", setting.at
        if word and (not usual or (word in OFF_COUNTS and machine.word(key) == "false")):
            yield word, setting.at


def _unread(machine: Settings) -> Iterator[tuple[str, Span]]:
    for key, setting in machine.found.items():
        if key.endswith(".present") and machine.on(key) and not DEVICES.fullmatch(key):
            yield key.removesuffix(".present"), setting.at
        elif DRIVES.fullmatch(key):
            drive, kind = key.removesuffix(".devicetype"), machine.word(key)
            if machine.on(f"{drive}.present") and kind not in KINDS and not kind.startswith("cdrom"):
                yield f"{drive} ({kind[:40]})", setting.at
