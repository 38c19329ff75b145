"""Lines of a .vmx file that Packer's templates and Vagrantfiles add to a machine of VMware's products for desktops."""

from __future__ import annotations

from collections.abc import Mapping

from vmlint.api import Term

from .hcl_words import FIRMWARES, Machine, count, flag, mebibytes, word
from .vmx import NICS, SCSI

TPM = "deployment.firmware.tpm"


def chip(term: Term) -> str | None:
    """Read whether there is a TPM."""
    return {True: "2.0", False: "none"}.get(bool(flag(term))) if flag(term) is not None else None


LINES = (
    ("memsize", "resources.memory", mebibytes),
    ("numvcpus", "resources.cpu", count),
    ("firmware", "deployment.firmware.type", word(FIRMWARES)),
    ("uefi.secureboot.enabled", "deployment.firmware.secureBoot", flag),
    ("vtpm.present", TPM, chip),
    ("managedvm.autoaddvtpm", TPM, lambda term: "2.0" if term.text == "software" else None),
    ("scsi0.virtualdev", "deployment.devices.disk", word(SCSI)),
    ("ethernet0.virtualdev", "deployment.devices.nic", word(NICS)),
)
"""Key, field, and how the value is read."""


def vmx_lines(machine: Machine, lines: Mapping[str, Term]) -> None:
    """State what lines say; their keys are in lower case."""
    for key, path, read in LINES:
        if key in lines:
            machine.take(path, read, lines[key], key)
    nested = lines.get("vhv.enable")
    if nested and flag(nested):
        machine.spec.fact("requirements.nested", value=True, at=nested.at)
