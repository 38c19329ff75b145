"""What a Vagrantfile states about a machine on each provider, one function per provider."""

from __future__ import annotations

import re
from collections.abc import Callable

from vmlint.api import Span

from ..shared.libvirt import CPU_MODES
from ..shared.parallels import prlctl_set
from ..shared.paths import (
    ARCH,
    BOARD,
    CACHE,
    CPU,
    DISK_SIZE,
    DRIVES,
    FIRMWARE,
    MEMORY,
    MODE,
    MODEL,
    NIC,
    PLATFORM,
    VIDEO,
)
from ..shared.terms import (
    Resource,
    architecture,
    count,
    firmware_file,
    flag,
    gibibytes,
    mebibytes,
    plain,
    suffixed,
    word,
)
from ..shared.virtualbox import NICS, modifyvm
from ..shared.vmware import NICS as VMX_NICS
from ..shared.vmware import vmx_lines
from .blocks import Configured

WHY = "the file configures this provider, though `vagrant up --provider` can ask for another"

DRIVERS = {"kvm": ("kvm", "hw-assisted"), "qemu": ("qemu", "emulation")}
BUSES = {"virtio": "virtio", "sata": "sata", "ide": "ide", "usb": "usb"}
CACHES = frozenset({"none", "writeback", "writethrough", "directsync", "unsafe"})


def _common(machine: Resource) -> None:
    machine.state(MEMORY, mebibytes, "memory")
    machine.state(CPU, count, "cpus")


def _virtualbox(machine: Resource, settings: list[Configured], at: Span) -> None:
    machine.spec.default(PLATFORM, "virtualbox", WHY, at)
    _common(machine)
    machine.state(NIC, word(NICS), "default_nic_type")
    for setting in settings:
        if setting.name == "customize":
            modifyvm(machine, setting.words)


def _libvirt(machine: Resource, settings: list[Configured], at: Span) -> None:
    spec, body = machine.spec, machine.body
    driver = body.get("driver")
    if driver is None:
        spec.default(PLATFORM, "kvm", "the provider libvirt takes KVM unless driver is set", at)
        spec.default(MODE, "hw-assisted", "the provider libvirt takes KVM unless driver is set", at)
    elif driver.text in DRIVERS:
        spec.fact(PLATFORM, DRIVERS[driver.text][0], driver.at)
        spec.fact(MODE, DRIVERS[driver.text][1], driver.at)
    else:
        spec.unknown(PLATFORM, "driver is computed, or not kvm or qemu")
    _common(machine)
    machine.state(ARCH, architecture, "machine_arch")
    machine.state(BOARD, plain, "machine_type")
    machine.state(MODEL, word(CPU_MODES), "cpu_mode")
    mode = body.get("cpu_mode")
    if body.get("cpu_model") and (mode is None or mode.text == "custom"):
        spec.unknowns.pop(MODEL, None)
        machine.state(MODEL, plain, "cpu_model")
    machine.nested("nested")
    machine.state(FIRMWARE, firmware_file, "loader")
    machine.state("deployment.firmware.tpm", word({"1.2": "1.2", "2.0": "2.0"}), "tpm_version")
    machine.state("deployment.devices.disk", word(BUSES), "disk_bus")
    machine.state(NIC, plain, "nic_model_type")
    machine.state(VIDEO, plain, "video_type")
    machine.state(DISK_SIZE, lambda term: f"{count(term)}Gi" if count(term) else None, "machine_virtual_size")
    _libvirt_drives(machine, settings)
    pinned = body.get("cpuset")
    if pinned:
        spec.fact("deployment.tuning.cpuPinning", value=True, at=pinned.at)
    for setting in settings:
        if setting.name == "memorybacking" and any(each.text == "hugepages" for each in setting.words):
            spec.fact("deployment.tuning.hugepages", value=True, at=setting.at)
        elif setting.name == "cpuaffinitiy":
            spec.fact("deployment.tuning.cpuPinning", value=True, at=setting.at)
        elif setting.name == "pci":
            spec.unknown("deployment.hostDevices", "which of the host's devices are passed through is not read")


def _libvirt_drives(machine: Resource, settings: list[Configured]) -> None:
    """State the drives, if all of them are in the file: the box's disk, other disks, and CD drives."""
    spec, first = machine.spec, machine.body.get("disk_bus")
    drives = [((first.text if first else "virtio"), first.at if first else spec.at)]
    modes = [term for term in [machine.body.get("volume_cache")] if term]
    for setting in settings:
        kind = setting.named.get("device")
        if setting.name == "disk_driver" and (mode := setting.named.get("cache")):
            modes.append(mode)
        elif setting.name == "storage" and not (kind and kind.text == "floppy"):
            # The provider puts CD drives on IDE and disks on virtio, whatever the machine type is.
            bus = setting.named.get("bus")
            usual = "ide" if kind and kind.text == "cdrom" else "virtio"
            drives.append((bus.text if bus else usual if setting.words else None, bus.at if bus else setting.at))
            modes += [mode for mode in [setting.named.get("cache")] if mode]
    if len(drives) > 1 and all(bus for bus, _ in drives):
        spec.entries(DRIVES, [(bus or "", at) for bus, at in drives])
    spec.entries(CACHE, ((mode.text or "", mode.at) for mode in modes if mode.text in CACHES))
    if DRIVES in spec.facts and not modes:
        spec.default(CACHE, [], "without cache the host caches a disk as its QEMU does by default")


def _hyperv(machine: Resource, settings: list[Configured], at: Span) -> None:  # noqa: ARG001 - as the others
    machine.spec.default(PLATFORM, "hyperv", WHY, at)
    _common(machine)
    machine.nested("enable_virtualization_extensions")
    machine.state("deployment.firmware.secureBoot", flag, "enable_secure_boot")


def _parallels(machine: Resource, settings: list[Configured], at: Span) -> None:
    machine.spec.default(PLATFORM, "parallels", WHY, at)
    _common(machine)
    for setting in settings:
        if setting.name == "customize":
            prlctl_set(machine, setting.words)


def _vmware(platform: str) -> Callable[[Resource, list[Configured], Span], None]:
    def describe(machine: Resource, settings: list[Configured], at: Span) -> None:
        spec = machine.spec
        if platform:
            spec.default(PLATFORM, platform, WHY, at)
        else:
            spec.unknown(PLATFORM, "the provider takes Workstation or Fusion, whichever is installed")
            spec.default("deployment.architecture", "type2", "the provider takes a product for desktops", at)
        _common(machine)
        lines = {each.name.removeprefix("vmx."): each.value for each in settings if each.name.startswith("vmx.")}
        vmx_lines(machine, lines)

    return describe


def _esxi(machine: Resource, settings: list[Configured], at: Span) -> None:  # noqa: ARG001 - as the others
    """State what the plugin for ESXi sets; its first version had the names of a .vmx file."""
    machine.spec.default(PLATFORM, "vmware-esxi", WHY, at)
    machine.guest("vmware", "guest_guestos")
    for name in ("memsize", "guest_memsize"):
        machine.state(MEMORY, mebibytes, name)
    for name in ("numvcpus", "guest_numvcpus"):
        machine.state(CPU, count, name)
    machine.state(NIC, word(VMX_NICS), "guest_nic_type")
    machine.state(DISK_SIZE, gibibytes, "guest_boot_disk_size")


def _lxc(machine: Resource, settings: list[Configured], at: Span) -> None:  # noqa: ARG001 - as the others
    machine.spec.default(PLATFORM, "lxc", WHY, at)


def _qemu(machine: Resource, settings: list[Configured], at: Span) -> None:  # noqa: ARG001 - as the others
    spec, body = machine.spec, machine.body
    spec.default(PLATFORM, "qemu", WHY, at)
    machine.state(MEMORY, suffixed("M"), "memory")
    machine.state(ARCH, architecture, "arch")
    board = body.get("machine")
    if board and board.text:
        name, _, options = board.text.partition(",")
        spec.fact(BOARD, name or None, board.at)
        accelerated = re.search(r"\baccel=(\w+)", options)
        if accelerated:
            spec.fact(MODE, "emulation" if accelerated[1] == "tcg" else "hw-assisted", board.at)
    machine.state(MODEL, lambda term: "host-passthrough" if term.text == "host" else term.text, "cpu")


def _utm(machine: Resource, settings: list[Configured], at: Span) -> None:  # noqa: ARG001 - as the others
    machine.spec.default(PLATFORM, "utm", WHY, at)
    _common(machine)


def _docker(machine: Resource, settings: list[Configured], at: Span) -> None:  # noqa: ARG001 - as the others
    spec = machine.spec
    spec.default(PLATFORM, "docker", WHY, at)
    for path in ("deployment.image.ref", ARCH):  # a box is for machines
        spec.facts.pop(path, None)
        spec.unknowns.pop(path, None)
    spec.guests.clear()
    spec.unknown("guest.os.id", "an image is named or built, and not what is in it")
    if not machine.state("deployment.image.ref", plain, "image"):
        spec.unknown("deployment.image.ref", "the image is built from a Dockerfile")
    machine.state("deployment.privileged", flag, "privileged")


PROVIDERS: dict[str, Callable[[Resource, list[Configured], Span], None]] = {
    "virtualbox": _virtualbox,
    "libvirt": _libvirt,
    "hyperv": _hyperv,
    "parallels": _parallels,
    "vmware_desktop": _vmware(""),
    "vmware_workstation": _vmware("vmware-workstation"),
    "vmware_fusion": _vmware("vmware-fusion"),
    "vmware_esxi": _esxi,
    "lxc": _lxc,
    "qemu": _qemu,
    "utm": _utm,
    "docker": _docker,
}
"""Name of a provider -> what describes a machine on it."""
