"""What Packer's builders of machines share."""

from __future__ import annotations

from ..shared.terms import FIRMWARES, Machine, count, is_computed, mebibytes, word

TYPE, SECURE_BOOT, TPM = "deployment.firmware.type", "deployment.firmware.secureBoot", "deployment.firmware.tpm"


def common(machine: Machine) -> None:
    """State what nearly all builders name alike."""
    machine.state("resources.cpu", count, "cpus")
    machine.state("resources.memory", mebibytes, "memory")
    machine.state("resources.disk", mebibytes, "disk_size")


def vmware_firmware(machine: Machine) -> None:
    """State the firmware, of which VMware's builders have three kinds."""
    machine.state(TYPE, word(FIRMWARES), "firmware")
    term = machine.body.get("firmware")
    if term and not is_computed(term) and term.text in ("efi", "efi-secure", "bios"):
        machine.spec.fact(SECURE_BOOT, term.text == "efi-secure", term.at)
