"""Machines of quickemu: ``key="value"`` lines for its shell script. They are never run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import File, Setting, Spec

from .shared.amounts import binary_size
from .shared.arches import arch
from .shared.paths import NO_REQUIREMENTS
from .shared.shell_lines import Assigned, array, assigned, is_template
from .shared.templates import template

CANNOT_KNOW = NO_REQUIREMENTS

FAMILIES = {
    "linux": "linux", "linux_old": "linux", "batocera": "linux", "windows": "windows", "windows-server": "windows",
    "macos": "darwin", "freebsd": "freebsd", "ghostbsd": "freebsd", "openbsd": "openbsd", "netbsd": "netbsd",
    "dragonflybsd": "other", "haiku": "other", "kolibrios": "other", "reactos": "other", "solaris": "solaris",
    "freedos": "dos", "freenas": "freebsd", "truenas-core": "freebsd", "truenas-scale": "linux", "truenas": "freebsd",
}  # fmt: skip
"""Value of ``guest_os`` -> family."""
MACOS = {
    "mojave": "macosx10.14", "catalina": "macosx10.15", "big-sur": "macos11", "monterey": "macos12",
    "ventura": "macos13", "sonoma": "macos14", "sequoia": "macos15", "tahoe": "macos26",
}  # fmt: skip
"""Value of ``macos_release`` -> release."""
FIRMWARES = {"efi": "uefi", "legacy": "bios"}
SWITCH = {"on": True, "off": False}

_OWN = frozenset({
    "boot", "cpu_cores", "disk_img", "disk_size", "display", "extra_args", "fixed_iso", "floppy", "guest_os",
    "img", "iso", "macaddr", "macos_release", "network", "port_forwards", "preallocation", "ram", "secureboot",
    "tpm", "usb_devices", "viewer", "viewer_extra_args", "ssh_port", "spice_port", "public_dir", "monitor",
    "monitor_telnet_port", "monitor_telnet_host", "monitor_cmd", "serial", "serial_telnet_port",
    "serial_telnet_host", "usb_controller", "keyboard", "keyboard_layout", "mouse", "sound_card", "sound_duplex",
    "width", "height", "arch", "gl", "braille", "fullscreen",
})  # fmt: skip


def recognises(file: File) -> bool:
    """Recognise a machine by its guest and its images. In a file of another name most assignments are quickemu's."""
    found = assigned(file)
    if found is None:
        return False
    names = found.usable.keys() | found.computed
    own = names & _OWN
    images = names & {"disk_img", "img", "iso"}
    if "guest_os" not in names or not images:
        return False
    guest = found.usable.get("guest_os")
    enough = len(own) >= 3 and guest is not None and guest.value in FAMILIES
    if found.is_script and found.others:
        return False
    return len(own) >= len(names - own) + found.others or (enough and found.is_settings)


def read(file: File) -> Iterator[Spec]:
    """Yield the machine."""
    found = assigned(file)
    if found is None:
        return
    if is_template(file, found, _OWN.__contains__):
        raise template("of a quickemu machine")
    yield _machine(file, found)


def _machine(file: File, found: Assigned) -> Spec:
    settings = found.usable
    first = settings.get("guest_os") or next(iter(settings.values()), None)
    at = first.at if first else file.span(1)
    spec = Spec(file.base.removesuffix(".conf"), at)
    spec.fact("deployment.platform", "qemu", at)
    if guest := settings.get("guest_os"):
        spec.fact("guest.os.family", FAMILIES.get(guest.value), guest.at)
        if guest.value == "macos" and (release := settings.get("macos_release")):
            spec.fact("guest.os.id", MACOS.get(release.value), release.at)
    else:
        spec.unknown("guest.os.family", "`guest_os` is computed")
    for key in ("iso", "img"):
        if medium := settings.get(key):
            spec.clue(medium.value, medium.at)
    if stated := settings.get("arch"):
        spec.fact("guest.arch", arch(stated.value), stated.at)
    if stated or "arch" in found.computed:
        spec.unknown("deployment.mode", "quickemu emulates a CPU that is not its host's")
    else:
        why = "quickemu uses KVM or Apple's Hypervisor framework for the host's own CPU, and insists on VT-x or AMD-V"
        spec.default("deployment.mode", "hw-assisted", why)
    if cores := settings.get("cpu_cores"):
        spec.fact("resources.cpu", cores.value if re.fullmatch("[1-9][0-9]{0,4}", cores.value) else None, cores.at)
    for key, path in (("ram", "resources.memory"), ("disk_size", "resources.disk")):
        if setting := settings.get(key):
            spec.fact(path, _size(setting.value), setting.at)
    for key, path in (("cpu_cores", "resources.cpu"), ("ram", "resources.memory")):
        if path not in spec.facts:
            spec.unknown(path, f"without a plain `{key}` quickemu goes by the host's size")
    _firmware(spec, found)
    if given := settings.get("usb_devices"):
        spec.fact("deployment.hostDevices", [f"usb:{each.lower()}" for each in array(given)] or None, given.at)
    return spec


def _size(text: str) -> str | None:
    """Return a size; quickemu's have a unit, and a number without one is its user's mistake."""
    return None if text.isdecimal() else binary_size(text)


def _firmware(spec: Spec, found: Assigned) -> None:
    boot, secure, tpm = (_unless_empty(found, key) for key in ("boot", "secureboot", "tpm"))
    if boot:
        spec.fact("deployment.firmware.type", FIRMWARES.get(boot.value), boot.at)
    elif "boot" not in found.computed:
        spec.default("deployment.firmware.type", "uefi", 'quickemu boots with EFI unless boot="legacy"')
    if secure:
        spec.fact("deployment.firmware.secureBoot", SWITCH.get(secure.value), secure.at)
    elif "secureboot" not in found.computed:
        spec.default("deployment.firmware.secureBoot", False, 'Secure Boot is off unless secureboot="on"')
    if tpm:
        spec.fact("deployment.firmware.tpm", {"on": "2.0", "off": "none"}.get(tpm.value), tpm.at)
    elif "tpm" not in found.computed:
        spec.default("deployment.firmware.tpm", "none", 'there is no TPM unless tpm="on"')


def _unless_empty(found: Assigned, key: str) -> Setting | None:
    setting = found.usable.get(key)
    return setting if setting and setting.value else None
