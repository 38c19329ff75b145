"""Firmware by the names that tools have for it, and what follows from it."""

from __future__ import annotations

from vmlint.api import Spec

from .paths import FIRMWARE, SECURE_BOOT

FIRMWARES = {
    "bios": "bios", "seabios": "bios", "rombios": "bios", "efi": "uefi", "efi-secure": "uefi", "efi32": "uefi",
    "efi64": "uefi", "efidual": "uefi", "uefi": "uefi", "ovmf": "uefi",
}  # fmt: skip

_UEFI_FILES = ("ovmf", "aavmf", "edk2", "uefi", "_efi")


def is_uefi_file(path: str | None) -> bool:
    """Whether the name of a firmware's file shows that it holds UEFI."""
    return any(part in (path or "").lower() for part in _UEFI_FILES)


def no_secure_boot_with_bios(spec: Spec) -> None:
    """State that Secure Boot is off where the firmware stated so far is a BIOS."""
    if spec.text(FIRMWARE) == "bios" and SECURE_BOOT not in spec.unknowns:
        spec.default(SECURE_BOOT, False, "a BIOS has no Secure Boot", spec.facts[FIRMWARE].at)
