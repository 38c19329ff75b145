"""Which settings the two kinds of Proxmox VE's guests have, and of which kind a file is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from vmlint.api import File, Setting, Skipped

from ..shared.proxmox import CARDS, CONTROLLERS
from .devices import ADDRESS
from .lines import counted, is_off, is_on, number, words

Found = Mapping[str, Setting]

GUESTS = words("other wxp w2k w2k3 w2k8 wvista win7 win8 win10 win11 l24 l26 solaris")
SYSTEMS = words("debian devuan ubuntu centos fedora opensuse archlinux alpine gentoo nixos unmanaged redhat")
MACHINES = words(
    "acpi affinity agent allow-ksm amd-sev arch args audio0 autostart balloon bios boot bootdisk cdrom cicustom"
    " cipassword citype ciupgrade ciuser cores cpu cpulimit cpuunits description digest efidisk0 freeze hookscript"
    " hotplug hugepages intel-tdx ivshmem keephugepages keyboard kvm localtime lock machine memory meta"
    " migrate_downtime migrate_speed name nameserver numa onboot ostype parent protection reboot rng0 runningcpu"
    " runningmachine scsihw searchdomain shares smbios1 smp sockets spice_enhancements sshkeys startdate startup"
    " tablet tags tdf template tpmstate0 vcpus vga vmgenid vmstate vmstatestorage watchdog"
)
"""Settings of virtual machines."""
CONTAINERS = words(
    "arch cmode console cores cpulimit cpuunits debug description entrypoint env features hookscript hostname lock"
    " memory nameserver onboot ostype parent protection rootfs searchdomain startup swap tags template timezone tty"
    " unprivileged"
)
"""Settings of containers."""
_MACHINES_NUMBERED = re.compile(
    r"(?:net|scsi|virtio|sata|ide|hostpci|usb|serial|parallel|unused|numa|ipconfig|virtiofs|efidisk|tpmstate)[0-9]{1,3}"
)
_CONTAINERS_NUMBERED = re.compile(r"(?:net|mp|dev|unused)[0-9]{1,3}")
_VOLUME = re.compile(r"(?:file=)?(?:[A-Za-z][\w.-]*:\S|/dev/|none\b|cdrom\b)")
_BOARD = re.compile(r"(?:type=)?(?:pc|q35|virt|pc-(?:i440fx|q35)-[0-9]+\.[0-9]+(?:\+pve[0-9]+)?)(?:\.pxe)?(?:,|$)")
_CARD = re.compile(r"(?:model=)?([a-z0-9_-]+)(?:=(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2})?(?:,|$)")
ENOUGH, FEW = 4, 3
"""Settings that make a file one of Proxmox VE whatever else is in it, two of them being its alone; and those that make
it look like one, with one that is its alone."""


class Kind(NamedTuple):
    """What a file is of Proxmox VE's."""

    found: Found
    typical: int
    """How many settings only guests of this kind have."""
    sure: bool
    """Whether it is one; else it only looks like one."""

    def settings(self) -> Found:
        """Return its settings. Raises ``Skipped`` where it only looks like a file of Proxmox VE."""
        if self.sure:
            return self.found
        raise Skipped("it looks like a guest of Proxmox VE, but most of its lines are none of its settings")


def machine(file: File) -> Kind | None:
    """Return the settings of a virtual machine; nothing for a file of another kind."""
    own, other = _as_machine(file), _as_container(file)
    return own if own and not (other and _is_container(own, other)) else None


def container(file: File) -> Kind | None:
    """Return the settings of a container; nothing for a file of another kind."""
    own, other = _as_container(file), _as_machine(file)
    return own if own and not (other and not _is_container(other, own)) else None


def _is_container(machine: Kind, container: Kind) -> bool:
    return "rootfs" in container.found and container.typical >= machine.typical


def _as_machine(file: File) -> Kind | None:
    lines = counted(file, _of_machines)
    if lines is None:
        return None
    typical = sum(map(_is_of_a_machine, lines.found.values())) or int(_is_like(lines.found))
    return _kind(file, lines.found, typical, lines.known, lines.others)


def _as_container(file: File) -> Kind | None:
    lines = counted(file, _of_containers)
    if lines is None:
        return None
    typical = sum(map(_is_of_a_container, lines.found.values()))
    return _kind(file, lines.found, typical, lines.known, lines.others)


def _kind(file: File, found: Found, typical: int, known: int, others: int) -> Kind | None:
    """Proxmox VE warns of a line that it cannot read, and goes on: such lines take no file out of sight."""
    if not typical or not known:
        return None
    if others <= known // 4:
        return Kind(found, typical, sure=True)
    if not file.base.endswith(".conf") or known < FEW:
        return None
    return Kind(found, typical, sure=typical >= 2 and known >= ENOUGH)


def _of_machines(key: str) -> bool:
    return key in MACHINES or bool(_MACHINES_NUMBERED.fullmatch(key))


def _of_containers(key: str) -> bool:
    return key in CONTAINERS or bool(_CONTAINERS_NUMBERED.fullmatch(key)) or key.startswith("lxc.")


def _is_like(found: Found) -> bool:
    """Whether it has a machine type, which other tools write too, and numbers under Proxmox VE's names."""
    board = found.get("machine")
    sized = any(number(found.get(key)) for key in ("memory", "cores", "sockets", "vcpus"))
    return board is not None and sized and bool(_BOARD.match(board.value))


def _is_of_a_machine(setting: Setting) -> bool:
    """Whether a setting is one of Proxmox VE's machines alone."""
    key, value = setting.key, setting.value
    if key in ("vmgenid", "runningmachine", "bootdisk"):
        return True
    if key == "smbios1":
        return "=" in value
    if key == "machine":
        return "viommu=" in value and bool(_BOARD.match(value))
    if key == "ostype":
        return value in GUESTS
    if key == "scsihw":
        return value in CONTROLLERS
    if key == "meta":
        return "creation-qemu=" in value
    if key in ("efidisk0", "tpmstate0"):
        return bool(_VOLUME.match(value))
    if re.fullmatch(r"net[0-9]{1,2}", key):
        card = _CARD.match(value)
        return card is not None and card[1] in CARDS
    if re.fullmatch(r"(?:scsi|virtio|sata|ide)[0-9]{1,2}", key):
        return bool(_VOLUME.match(value)) and ("," in value or ":" in value)
    return bool(re.fullmatch(r"hostpci[0-9]{1,2}", key)) and bool(ADDRESS.match(value) or "=" in value)


def _is_of_a_container(setting: Setting) -> bool:
    """Whether a setting is one of Proxmox VE's containers alone."""
    key, value = setting.key, setting.value
    if key == "rootfs":
        return bool(re.match(r"(?:volume=)?(?:[\w.-]+:\S|/)", value))
    if key == "ostype":
        return value in SYSTEMS
    if re.fullmatch(r"net[0-9]{1,2}", key):
        return bool(re.search(r"(?:^|,)name=[a-z]+[0-9]+(?:,|$)", value))
    return key == "unprivileged" and (is_on(value) or is_off(value))
