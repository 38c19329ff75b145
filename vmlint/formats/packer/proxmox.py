"""Packer's builders for Proxmox VE: `proxmox-iso` and `proxmox-clone`."""

from __future__ import annotations

from vmlint.api import Term

from ..shared.firmware import no_secure_boot_with_bios
from ..shared.paths import BOARD, CPU, DISK, DISK_SIZE, FIRMWARE, MEMORY, MODE, MODEL, NIC, PLATFORM, TPM, VIDEO
from ..shared.proxmox import TPMS, boot_bus, cache_modes, card, cpu_model, firmware_and_keys, handed_devices, processors
from ..shared.terms import Resource, is_computed, mebibytes, plain, suffixed, word


def proxmox(machine: Resource, copied: bool) -> None:
    """Describe a machine of Proxmox VE. A clone has the rest from its source."""
    spec, body = machine.spec, machine.body
    spec.fact(PLATFORM, "proxmox-ve")
    _mode(machine, copied)
    machine.guest("proxmox", "os")
    machine.state(MEMORY, mebibytes, "memory")
    processors(machine, body)
    machine.state(MODEL, cpu_model, "cpu_type")
    machine.state(BOARD, plain, "machine")
    firmware_and_keys(machine, body.part("efi_config"), ("efitype", "pre_enrolled_keys"))
    chip, video, cards = body.part("tpm_config"), body.part("vga"), body.parts("network_adapters")
    if chip is not None and not machine.state(TPM, word(TPMS), "tpm_version", within=chip):
        spec.default(TPM, "2.0", "a TPM is of version 2.0 unless tpm_version is set")
    if video is not None:
        machine.state(VIDEO, plain, "type", within=video)
    if cards and not machine.state(NIC, card, "model", within=cards[0]):
        spec.default(NIC, "e1000", "a network card is an e1000 unless model is set")
    handed_devices(machine, body.parts("pci_devices"), ("host", "mapping"), [])
    cache_modes(spec, body.parts("disks"))
    _boot_disk(machine, copied)
    _arguments(machine)
    if not copied:
        _defaults(machine)


def _mode(machine: Resource, copied: bool) -> None:
    spec, disabled = machine.spec, machine.body.get("disable_kvm")
    if disabled is None:
        if not copied:
            spec.default(MODE, "hw-assisted", "a machine runs on KVM unless disable_kvm is set")
    elif disabled.flag:
        spec.fact(MODE, "emulation", disabled.at)
        spec.fact("deployment.architecture", "full-virtualization", disabled.at)
    else:
        machine.take(MODE, _unless_disabled, disabled, "disable_kvm")


def _unless_disabled(term: Term) -> str | None:
    return "hw-assisted" if term.flag is False else None


def _boot_disk(machine: Resource, copied: bool) -> None:
    """State the bus of the disks if all have the same; which one it boots from is not certain."""
    spec, body = machine.spec, machine.body
    disks = body.parts("disks")
    buses = {kind.text if (kind := disk.get("type")) else "scsi" for disk in disks}
    if not disks:
        return
    if len(buses) > 1 or body.open_ended("disks"):
        spec.unknown(DISK, "which of the disks is booted is not certain")
        return
    controller = body.get("scsi_controller")
    kind = disks[0].get("type") or Term("text", "scsi", controller.at if controller else spec.at)
    boot_bus(machine, kind, "scsi_controller", "lsi", copied=copied)
    machine.state(DISK_SIZE, suffixed("G"), "disk_size", within=disks[0])


def _arguments(machine: Resource) -> None:
    """Leave open what additional arguments to QEMU may change."""
    given = machine.body.get("qemu_additional_args")
    if given is None:
        return
    words = None if is_computed(given) else (given.text or "").split()
    for path, switches in ((MODEL, {"-cpu"}), (BOARD, {"-machine", "-M"}), (FIRMWARE, {"-bios", "-pflash"})):
        if words is None or switches & set(words):
            machine.spec.facts.pop(path, None)
            machine.spec.unknown(path, "qemu_additional_args may set it")


def _defaults(machine: Resource) -> None:
    """State what the builder gives a machine that is installed from the start."""
    spec, body = machine.spec, machine.body
    machine.default(MEMORY, "512Mi", "the builder's default")
    machine.default(CPU, "1", "the builder's default")
    machine.default(MODEL, "kvm64", "the builder's default, where cpu_type is not set")
    machine.default(FIRMWARE, "bios", "a machine boots from SeaBIOS unless bios = ovmf")
    no_secure_boot_with_bios(spec)
    if not body.open_ended("tpm_config"):
        machine.default(TPM, "none", "a machine has a TPM only with a block tpm_config")
