"""Libvirt's domains as Terraform describes them, in the provider's two languages.

Up to 0.8 it had its own words (blocks `disk` and `network_interface`, memory in MiB); since 0.9 it follows the XML
(objects `os` and `devices`, memory in KiB unless `memory_unit` is set).
"""

from __future__ import annotations

from vmlint.api import Body, Term

from ..shared.amounts import in_bytes
from ..shared.firmware import no_secure_boot_with_bios
from ..shared.libvirt import CPU_MODES, NICS, PC_MACHINES, PLATFORMS, UNITS, USUAL_CPU
from ..shared.paths import (
    ARCH,
    BOARD,
    CACHE,
    CPU,
    DISK,
    DRIVES,
    FIRMWARE,
    HOST_DEVICES,
    MEMORY,
    MODE,
    MODEL,
    NIC,
    PLATFORM,
    TPM,
)
from ..shared.terms import Resource, architecture, count, firmware_file, mebibytes, plain, word

OLD = ("disk", "network_interface", "cloudinit", "coreos_ignition", "console", "graphics", "qemu_agent", "firmware")
"""What only the old language has."""
NEW = ("os", "devices", "memory_unit", "features")
BUSES = {"virtio": "virtio", "sata": "sata", "ide": "ide", "usb": "usb", "scsi": ""}
CACHES = frozenset({"none", "writeback", "writethrough", "directsync", "unsafe"})


def libvirt(machine: Resource) -> None:
    """Describe a domain."""
    body = machine.body
    new = any(body.get(name) for name in NEW)
    old = not new and any(body.parts(name) or body.get(name) or body.open_ended(name) for name in OLD)
    _platform(machine, old)
    vcpu = body.get("vcpu")
    machine.state(CPU, count, *(("vcpu", "value") if vcpu and vcpu.body else ("vcpu",)))
    _memory(machine, new, old)
    arch = "type_arch" if new else "arch"
    board = "type_machine" if new else "machine"
    place = (body.part("os") or Body()) if new else body
    machine.state(ARCH, architecture, arch, within=place)
    machine.state(BOARD, plain, board, within=place)
    processor = body.part("cpu")
    if processor is not None:
        machine.state(MODEL, word(CPU_MODES), "mode", within=processor)
    elif _pc64(machine) and not body.open_ended("cpu") and not body.parts("xml"):  # a style sheet may add one
        machine.default(MODEL, USUAL_CPU, f"without a block cpu the domain gets {USUAL_CPU}, QEMU's default for x86-64")
    if new:
        _firmware(machine, place)
        _devices(machine)
    else:
        _old(machine, old)


def _platform(machine: Resource, old: bool) -> None:
    spec, kind = machine.spec, machine.body.get("type")
    if kind is None:
        if old:
            why = "the provider makes domains of type kvm unless type is set"
            spec.default(PLATFORM, "kvm", why)
            spec.default(MODE, "hw-assisted", why)
        else:
            spec.unknown(PLATFORM, "the domain's type is not in the file")
    elif kind.text in PLATFORMS:
        platform, mode = PLATFORMS[kind.text]
        spec.fact(PLATFORM, platform, kind.at)
        if mode:
            spec.fact(MODE, mode, kind.at)
    else:
        machine.take(PLATFORM, lambda _: None, kind, "type")


def _memory(machine: Resource, new: bool, old: bool) -> None:
    """State the memory in the unit of the language, where that is certain."""
    body, path = machine.body, MEMORY
    unit, memory = body.get("memory_unit"), body.get("memory")
    if memory is None:
        return
    if new and (unit is None or (unit.text or "").lower() in UNITS):
        factor = UNITS[(unit.text or "").lower()] if unit else 2**10

        def read(term: Term) -> str | None:
            return in_bytes(term.number * factor) if isinstance(term.number, int) else None

        machine.take(path, read, memory, "memory")
    elif old:
        machine.take(path, mebibytes, memory, "memory")
    else:
        machine.spec.unknown(path, "whether the unit is MiB or KiB depends on the provider's release")


def _firmware(machine: Resource, place: Body) -> None:
    spec = machine.spec
    machine.state(FIRMWARE, word({"efi": "uefi", "bios": "bios"}), "firmware", within=place)
    loader, kind = place.get("loader"), place.get("loader_type")
    if kind and kind.text == "pflash":
        spec.default(FIRMWARE, "uefi", "a loader in flash is UEFI", kind.at)
    elif loader:
        machine.state(FIRMWARE, firmware_file, "loader", within=place)
    elif not place.get("firmware") and _pc(machine):
        machine.default(FIRMWARE, "bios", "a PC starts its BIOS unless firmware or loader is set")
    no_secure_boot_with_bios(spec)


def _pc(machine: Resource) -> bool:
    arch, board = machine.spec.facts.get(ARCH), machine.spec.facts.get(BOARD)
    return bool(arch and arch.value in ("amd64", "386") and (not board or str(board.value).startswith(PC_MACHINES)))


def _pc64(machine: Resource) -> bool:
    """Whether it is a machine of x86-64, made by QEMU as far as the file tells."""
    stated = {path: str(fact.value) for path in (ARCH, PLATFORM) if (fact := machine.spec.facts.get(path))}
    return stated.get(ARCH) == "amd64" and stated.get(PLATFORM, "kvm") in ("kvm", "qemu")


def _devices(machine: Resource) -> None:
    spec, devices = machine.spec, machine.body.part("devices")
    if devices is None:
        return
    _drives(machine, devices)
    disks = [disk for disk in devices.parts("disks") if _word(disk, "device", "disk") == "disk"]
    buses = {_bus(disk) for disk in disks}
    if len(buses) == 1 and not devices.open_ended("disks") and (bus := disks[0].get("target", "bus")):
        machine.take(DISK, lambda term: BUSES.get(term.text or "") or None, bus, "bus")
    elif len(buses) > 1 or devices.open_ended("disks"):
        spec.unknown(DISK, "which of the disks is booted, and from where, is not certain")
    cards = devices.parts("interfaces")
    if cards:
        machine.state(NIC, word(NICS, same=True), "model", "type", within=cards[0])
    chips = devices.parts("tpms")
    if chips:
        version = chips[0].get("backend", "emulator", "version")
        if version and version.text in ("1.2", "2.0"):
            spec.fact(TPM, version.text, version.at)
        else:
            spec.unknown(TPM, "its version is not stated")
    elif not devices.open_ended("tpms"):
        machine.default(TPM, "none", "a domain has no TPM but one that is listed")
    if devices.parts("hostdevs") or devices.open_ended("hostdevs"):
        spec.unknown(HOST_DEVICES, "which of the host's devices are passed through is not read")


def _drives(machine: Resource, devices: Body) -> None:
    """State the buses of all drives where each names its own, and how the host caches them."""
    drives = [disk for disk in devices.parts("disks") if _word(disk, "device", "disk") != "floppy"]
    buses = [disk.get("target", "bus") for disk in drives]
    if buses and not devices.open_ended("disks") and all(bus and bus.text for bus in buses):
        machine.spec.entries(DRIVES, ((bus.text or "", bus.at) for bus in buses if bus))
    modes = [mode for disk in drives if (mode := disk.get("driver", "cache")) and mode.text in CACHES]
    machine.spec.entries(CACHE, ((mode.text or "", mode.at) for mode in modes))
    if drives and not modes and not any(disk.get("driver", "cache") for disk in drives):
        machine.spec.default(CACHE, [], "without cache the host caches a disk as its QEMU does by default")


def _bus(disk: Body) -> str:
    term = disk.get("target", "bus")
    return term.text or "?" if term else "?"


def _word(body: Body, name: str, otherwise: str) -> str:
    term = body.get(name)
    return otherwise if term is None else term.text or ""


def _old(machine: Resource, old: bool) -> None:
    """State what the old language sets, or leaves to the provider."""
    spec, body = machine.spec, machine.body
    machine.state(FIRMWARE, firmware_file, "firmware")
    if not old:
        return
    if not body.get("firmware") and _pc(machine):
        machine.default(FIRMWARE, "bios", "a domain starts its BIOS unless firmware names a file")
    disks, cards = body.parts("disk"), body.parts("network_interface")
    if disks and not body.open_ended("disk"):
        scsi = disks[0].get("scsi")
        if scsi is None or scsi.flag is False:
            machine.default(DISK, "virtio", "the provider attaches disks to virtio unless scsi is set")
        else:
            machine.take(DISK, lambda term: "virtio-scsi" if term.flag else None, scsi, "scsi")
    seed = body.get("cloudinit")
    if seed and not body.parts("xml"):  # a style sheet may put it on another bus
        # The provider attaches the CD of cloud-init to IDE on every machine.
        spec.entries(DRIVES, [*(("virtio", seed.at) for disk in disks if not disk.get("scsi")), ("ide", seed.at)])
    if cards:
        machine.default(NIC, "virtio", "the provider adds network cards of virtio")
    chip = body.part("tpm")
    if chip is not None:
        spec.unknown(TPM, "without a version it is as the host's emulator makes it")
        machine.state(TPM, word({"1.2": "1.2", "2.0": "2.0"}), "backend_version", within=chip)
    elif not body.open_ended("tpm"):
        machine.default(TPM, "none", "a domain has no TPM but one of a block tpm")
