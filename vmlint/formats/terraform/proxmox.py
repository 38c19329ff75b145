"""Virtual machines of Proxmox VE as Terraform's two providers describe them: Telmate's, and bpg's."""

from __future__ import annotations

from vmlint.api import Body, Term

from ..shared.firmware import no_secure_boot_with_bios
from ..shared.paths import (
    ARCH,
    BOARD,
    CPU,
    DISK,
    DISK_SIZE,
    FIRMWARE,
    MEMORY,
    MODE,
    MODEL,
    NIC,
    PLATFORM,
    SOCKETS,
    TPM,
    VARIABLE_STORE,
    VIDEO,
)
from ..shared.proxmox import (
    CONTROLLERS,
    TPMS,
    boot_bus,
    cache_modes,
    card,
    cpu_model,
    firmware_and_keys,
    handed_devices,
    processors,
)
from ..shared.terms import Resource, architecture, count, gibibytes, mebibytes, plain, suffixed, word

BUSES = ("scsi", "virtio", "sata", "ide")


def _platform(machine: Resource, copied: bool) -> None:
    spec = machine.spec
    spec.fact(PLATFORM, "proxmox-ve")
    accelerated = machine.body.get("kvm")
    if accelerated is None:
        if not copied:
            spec.default(MODE, "hw-assisted", "a machine runs on KVM by default")
    elif accelerated.flag is False:
        spec.fact(MODE, "emulation", accelerated.at)
        spec.fact("deployment.architecture", "full-virtualization", accelerated.at)
    else:
        machine.take(MODE, lambda term: "hw-assisted" if term.flag else None, accelerated, "kvm")


def telmate(machine: Resource) -> None:
    """Describe Telmate's machine, in the spelling of version 2 or 3 of the provider."""
    body = machine.body
    copied = body.get("clone") is not None or body.get("clone_id") is not None
    _platform(machine, copied)
    machine.guest("proxmox", "qemu_os")
    if medium := body.get("iso"):
        machine.spec.clue(medium.text or "", medium.at)
    machine.state(MEMORY, mebibytes, "memory")
    machine.state(BOARD, plain, "machine")
    processor = body.part("cpu")
    processors(machine, body if processor is None else processor)
    if processor is not None:
        machine.state(MODEL, cpu_model, "type", within=processor)
    else:
        machine.state(MODEL, cpu_model, "cpu_type" if body.get("cpu_type") else "cpu")
    firmware_and_keys(machine, body.part("efidisk"), ("efitype", "pre_enrolled_keys"))
    cards, disks = body.parts("network"), body.parts("disk")
    if cards:
        machine.state(NIC, card, "model", within=cards[0])
    _telmate_disk(machine, [disk for disk in disks if not _is_medium(disk.get("type"))])
    handed_devices(
        machine,
        [*body.parts("hostpci"), *body.parts("pci")],
        ("host", "raw_id", "mapping", "mapping_id"),
        body.parts("usb"),
    )
    cache_modes(machine.spec, disks)


def _is_medium(kind: Term | None) -> bool:
    return kind is not None and kind.text in ("cdrom", "cloudinit")


def _telmate_disk(machine: Resource, disks: list[Body]) -> None:
    body = machine.body
    if disks:
        first = disks[0]
        slot = first.get("slot")
        bus = slot if slot and not count(slot) and slot.text != "0" else first.get("type")
        boot_bus(machine, bus, "scsihw")
        machine.state(DISK_SIZE, suffixed("G"), "size", within=first)
        return
    nested = body.part("disks")
    found = [
        (bus, slot, disk)
        for bus in BUSES
        for group in (nested.parts(bus) if nested else [])
        if isinstance(group, Body)
        for slot in getattr(group, "blocks", [])
        for disk in slot.parts("disk")
    ]
    if found and len({kind for kind, _, _ in found}) == 1:
        kind, place, disk = found[0]
        if kind != "scsi":
            machine.spec.fact(DISK, kind, place.at)
        elif not machine.state(DISK, word(CONTROLLERS), "scsihw"):
            machine.spec.unknown(DISK, "which controller is the default without scsihw differs between releases")
        machine.state(DISK_SIZE, suffixed("G"), "size", within=disk)


def bpg(machine: Resource) -> None:
    """Describe bpg's machine. One that is cloned has what its template has."""
    spec, body = machine.spec, machine.body
    copied = bool(body.parts("clone")) or body.open_ended("clone")
    _bpg(machine, copied)
    if copied:
        return
    why = "the provider's default"
    if body.part("cpu") is None and not body.open_ended("cpu"):
        spec.default(CPU, "1", why)
        spec.default(SOCKETS, 1, why)
    if spec.text(FIRMWARE) == "uefi" and body.part("efi_disk") is None and not body.open_ended("efi_disk"):
        spec.default(VARIABLE_STORE, False, "without efi_disk UEFI's variables are in a temporary file")
    if body.part("memory") is None and not body.open_ended("memory"):
        spec.default(MEMORY, "512Mi", why)
    machine.default(FIRMWARE, "bios", "a machine boots from SeaBIOS unless bios = ovmf")
    no_secure_boot_with_bios(spec)
    if not body.open_ended("tpm_state"):
        machine.default(TPM, "none", "a machine has a TPM only with a block tpm_state")
    if body.parts("network_device"):
        machine.default(NIC, "virtio", "a network card is of virtio unless model is set")


def bpg_clone(machine: Resource) -> None:
    """Describe the newer resources, whose defaults are the template's or the server's."""
    _bpg(machine, copied=True)


def _bpg(machine: Resource, copied: bool) -> None:
    spec, body = machine.spec, machine.body
    _platform(machine, copied)
    system = body.part("operating_system")
    if system is not None:
        machine_guest = system.get("type")
        if machine_guest and machine_guest.text:
            spec.guest("proxmox", machine_guest.text, machine_guest.at)
    processor, memory, chip = body.part("cpu"), body.part("memory"), body.part("tpm_state")
    if processor is not None:
        processors(machine, processor)
        machine.state(MODEL, cpu_model, "type", within=processor)
        machine.state(ARCH, architecture, "architecture", within=processor)
    if memory is not None:
        machine.state(MEMORY, mebibytes, "dedicated", within=memory)
        machine.state(MEMORY, mebibytes, "size", within=memory)
        pages = memory.get("hugepages")
        if pages and pages.text:
            spec.fact("deployment.tuning.hugepages", value=True, at=pages.at)
    machine.state(BOARD, plain, "machine")
    firmware_and_keys(machine, body.part("efi_disk"), ("type", "pre_enrolled_keys"))
    if chip is not None and not machine.state(TPM, word(TPMS), "version", within=chip):
        spec.default(TPM, "2.0", "a TPM is of version 2.0 unless version is set")
    _bpg_devices(machine, copied)
    if body.get("kvm_arguments"):
        spec.facts.pop(MODEL, None)
        spec.unknown(MODEL, "kvm_arguments may give QEMU another CPU")


def _bpg_devices(machine: Resource, copied: bool) -> None:
    body = machine.body
    cards, disks = body.parts("network_device"), body.parts("disk")
    if cards:
        machine.state(NIC, card, "model", within=cards[0])
    machine.state(NIC, card, "network", "net0", "model")
    buses = {((slot.text if (slot := disk.get("interface")) else "") or "?").rstrip("0123456789") for disk in disks}
    if len(buses) == 1 and not body.open_ended("disk"):
        boot_bus(machine, disks[0].get("interface"), "scsi_hardware", "virtio-scsi", copied=copied)
        machine.state(DISK_SIZE, gibibytes, "size", within=disks[0])
    elif disks:
        machine.spec.unknown(DISK, "which of the disks is booted, and from where, is not certain")
    for block in (*disks, *body.parts("cdrom")):
        for name in ("file_id", "import_from"):
            if medium := block.get(name):
                machine.spec.clue(medium.text or "", medium.at)
    video = body.part("vga")
    if video is not None:
        machine.state(VIDEO, plain, "type", within=video)
    handed_devices(machine, body.parts("hostpci"), ("id", "mapping"), body.parts("usb"))
    cache_modes(machine.spec, disks)
