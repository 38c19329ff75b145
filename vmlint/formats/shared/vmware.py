"""Words of VMware, and the lines of a .vmx file that Packer's templates and Vagrantfiles add to a machine."""

from __future__ import annotations

from collections.abc import Mapping

from vmlint.api import Term

from .terms import FIRMWARES, Machine, count, flag, mebibytes, word

NICS = {
    "vlance": "pcnet", "vmxnet": "vmxnet", "vmxnet2": "vmxnet2", "vmxnet3": "vmxnet3", "e1000": "e1000",
    "e1000e": "e1000e",
}  # fmt: skip
SCSI = {"pvscsi": "pvscsi", "lsilogic": "lsilogic", "lsisas1068": "lsilogic-sas", "buslogic": "buslogic"}

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
