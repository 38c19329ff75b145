"""Words of VMware, and the lines of a .vmx file that Packer's templates and Vagrantfiles add to a machine."""

from __future__ import annotations

import re
from collections.abc import Mapping

from vmlint.api import Term

from .paths import CPU, DISK, FIRMWARE, MEMORY, NESTED, NIC, SECURE_BOOT, TPM
from .terms import Resource, count, firmware, flag, mebibytes, word

NICS = {
    "vlance": "pcnet", "vmxnet": "vmxnet", "vmxnet2": "vmxnet2", "vmxnet3": "vmxnet3", "e1000": "e1000",
    "e1000e": "e1000e", "sriov": "sriov",
}  # fmt: skip
SCSI = {"pvscsi": "pvscsi", "lsilogic": "lsilogic", "lsisas1068": "lsilogic-sas", "buslogic": "buslogic"}


_DISTRIBUTIONS = {
    "ubuntu": "ubuntu{}.{}", "debian gnu/linux": "debian{}", "red hat enterprise linux": "rhel{}.{}",
    "centos linux": "centos{}", "centos stream": "centos-stream{}", "rocky linux": "rocky{}",
    "almalinux": "almalinux{}", "fedora": "fedora{}", "fedora linux": "fedora{}", "sles": "sles{}sp{}",
    "opensuse leap": "opensuse{}.{}", "oracle linux server": "ol{}.{}", "photon os": "photon{}",
    "alpine linux": "alpinelinux{}.{}",
}  # fmt: skip
"""Name of a distribution in what VMware Tools tell -> id of its releases, with the parts of the version."""
_WINDOWS = re.compile(r"(?:microsoft )?windows (server )?([0-9]{1,4}(?:\.1)?(?: r2)?)\b")
_TOLD = re.compile(r"(\w{1,40})='([^']{0,200})'")


def tools_guest(told: str) -> str:
    """Return the id of the system in VMware Tools' ``guestInfo.detailed.data``; empty where that names no release."""
    found = dict(_TOLD.findall(told[:2000]))
    word = _DISTRIBUTIONS.get(found.get("distroName", "").lower(), "")
    parts = [*found.get("distroVersion", "").split("."), "", ""]
    if word.count("{}") == 2 and not parts[1]:
        return ""
    windows = _WINDOWS.match(found.get("prettyName", "").lower())
    if windows:
        release = windows[2].replace(" ", "")
        return f"win2k{release.removeprefix('20')}" if windows[1] else f"win{release}"
    return word.format(*parts) if word and parts[0] else ""


def hardware_version(term: Term) -> str | None:
    """Read the version of a machine's hardware: 13 is ``vmx-13``."""
    return f"vmx-{count(term)!s:0>2}" if count(term) else None


def chip(term: Term) -> str | None:
    """Read whether there is a TPM."""
    on = flag(term)
    return None if on is None else "2.0" if on else "none"


LINES = (
    ("memsize", MEMORY, mebibytes),
    ("numvcpus", CPU, count),
    ("firmware", FIRMWARE, firmware),
    ("uefi.secureboot.enabled", SECURE_BOOT, flag),
    ("vtpm.present", TPM, chip),
    ("managedvm.autoaddvtpm", TPM, lambda term: "2.0" if term.text == "software" else None),
    ("scsi0.virtualdev", DISK, word(SCSI)),
    ("ethernet0.virtualdev", NIC, word(NICS)),
)
"""Key, field, and how the value is read."""


def vmx_lines(machine: Resource, lines: Mapping[str, Term]) -> None:
    """State the facts of lines, whose keys are in lower case."""
    for key, path, read in LINES:
        if key in lines:
            machine.take(path, read, lines[key], key)
    nested = lines.get("vhv.enable")
    if nested and flag(nested):
        machine.spec.fact(NESTED, value=True, at=nested.at)
