"""What Packer's builders of machines share."""

from __future__ import annotations

from ..shared.paths import CPU, DISK_SIZE, FIRMWARE, MEMORY, SECURE_BOOT
from ..shared.terms import Resource, count, firmware, is_computed, mebibytes


def common(machine: Resource) -> None:
    """State what nearly all builders call by the same name."""
    machine.state(CPU, count, "cpus")
    machine.state(MEMORY, mebibytes, "memory")
    machine.state(DISK_SIZE, mebibytes, "disk_size")


def vmware_firmware(machine: Resource) -> None:
    """State the firmware, of which VMware's builders have three kinds."""
    machine.state(FIRMWARE, firmware, "firmware")
    term = machine.body.get("firmware")
    if term and not is_computed(term) and term.text in ("efi", "efi-secure", "bios"):
        machine.spec.fact(SECURE_BOOT, term.text == "efi-secure", term.at)
