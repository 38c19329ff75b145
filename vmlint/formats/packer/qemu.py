"""Packer's builder `qemu`: the accelerator decides between KVM and emulation, and `qemuargs` may change anything."""

from __future__ import annotations

import re

from vmlint.api import Body, Term

from ..shared.firmware import no_secure_boot_with_bios
from ..shared.libvirt import USUAL_CPU
from ..shared.paths import ARCH, BOARD, CPU, DISK, DISK_SIZE, FIRMWARE, MEMORY, MODE, MODEL, NIC, PLATFORM, TPM
from ..shared.terms import Resource, count, firmware_file, is_computed, plain, suffixed, word
from .common import common

ACCELERATORS = {
    "kvm": ("kvm", "hw-assisted"), "tcg": ("qemu", "emulation"), "none": ("qemu", "emulation"),
    "hvf": ("qemu", "hw-assisted"), "whpx": ("qemu", "hw-assisted"), "hax": ("qemu", "hw-assisted"),
}  # fmt: skip
"""Accelerator of QEMU -> platform and mode."""
BINARIES = {
    "x86_64": "amd64", "aarch64": "arm64", "i386": "386", "riscv64": "riscv64", "s390x": "s390x", "ppc64": "ppc64le",
}  # fmt: skip
"""End of the name of QEMU's program -> CPU architecture that it makes."""
QEMU_DISKS = {"ide": "ide", "sata": "sata", "scsi": "scsi", "virtio": "virtio", "virtio-scsi": "virtio-scsi"}
QEMU_NICS = {"virtio": "virtio", "virtio-net": "virtio", "virtio-net-pci": "virtio"}

SATA_MACHINES = ("q35", "pc-q35")
"""Machine types with a SATA controller in place of IDE."""

QEMU_SWITCHES = {
    "-machine": (BOARD, PLATFORM, MODE),
    "-M": (BOARD, PLATFORM, MODE),
    "-accel": (PLATFORM, MODE),
    "-enable-kvm": (PLATFORM, MODE),
    "-cpu": (MODEL,),
    "-smp": (CPU,),
    "-m": (MEMORY,),
    "-bios": (FIRMWARE,),
    "-pflash": (FIRMWARE,),
    "-drive": (DISK, FIRMWARE),
    "-device": (DISK, NIC),
    "-netdev": (NIC,),
    "-net": (NIC,),
    "-nic": (NIC,),
    "-tpmdev": (TPM,),
}
"""Switch in `qemuargs` -> what it overrides."""


def qemu(machine: Resource, copied: bool) -> None:  # noqa: ARG001 - as the others
    """Describe a machine of QEMU."""
    spec, body = machine.spec, machine.body
    _accelerator(machine)
    common(machine)
    machine.state(DISK_SIZE, suffixed("M"), "disk_size")
    arch = _binary(machine)
    machine.state(BOARD, plain, "machine_type")
    machine.state(MODEL, _cpu_model, "cpu_model")
    machine.state(DISK, word(QEMU_DISKS), "disk_interface")
    machine.state(NIC, word(QEMU_NICS, same=True), "net_device")
    _qemu_firmware(machine)
    switches = _switches(body)
    for switch in QEMU_SWITCHES if switches is None else switches:
        for path in QEMU_SWITCHES.get(switch, ()):
            spec.facts.pop(path, None)
            spec.unknown(path, f"qemuargs gives QEMU another {switch}")
    for switch, value in (switches or {}).items():
        if value:
            for path, stated in _switch_facts(switch, value).items():
                spec.unknowns.pop(path, None)
                spec.fact(path, stated, value.at)
    if spec.text(DISK) == "ide" and spec.text(BOARD).startswith(SATA_MACHINES):
        why = "QEMU puts a drive with if=ide on the SATA controller of such a machine"
        spec.default(DISK, "sata", why, spec.facts.pop(DISK).at)
    machine.default(DISK, "virtio", "the builder attaches the disk to virtio unless disk_interface is set")
    machine.default(NIC, "virtio", "the builder takes virtio-net unless net_device is set")
    if arch == "amd64":
        machine.default(FIRMWARE, "bios", "the builder starts QEMU's BIOS by default")
        machine.default(MODEL, USUAL_CPU, f"without cpu_model QEMU takes {USUAL_CPU} for x86-64")
    no_secure_boot_with_bios(spec)
    machine.default(TPM, "none", "the builder adds no TPM unless vtpm is set")


def _cpu_model(term: Term) -> str | None:
    name = (term.text or "").partition(",")[0]
    return "host-passthrough" if name == "host" else name or None


def _accelerator(machine: Resource) -> None:
    spec, chosen = machine.spec, machine.body.get("accelerator")
    if chosen is None:
        spec.unknown(PLATFORM, "without accelerator the builder takes KVM where it is, and emulates elsewhere")
    elif is_computed(chosen) or chosen.text not in ACCELERATORS:
        spec.unknown(PLATFORM, "which accelerator is taken is not in the file")
    else:
        platform, mode = ACCELERATORS[chosen.text]
        spec.fact(PLATFORM, platform, chosen.at)
        spec.fact(MODE, mode, chosen.at)


def _binary(machine: Resource) -> str | None:
    """State the CPU that QEMU's program makes."""
    spec, program = machine.spec, machine.body.get("qemu_binary")
    if program is None:
        why = "the builder starts qemu-system-x86_64 unless qemu_binary names another program"
        spec.default(ARCH, "amd64", why)
        return "amd64"
    text = "" if is_computed(program) else (program.text or "")
    arch = next((arch for end, arch in BINARIES.items() if text.removesuffix(".exe").endswith(f"-{end}")), None)
    if arch:
        spec.fact(ARCH, arch, program.at)
    else:
        spec.unknown(ARCH, "qemu_binary does not name the CPU")
    return arch


def _qemu_firmware(machine: Resource) -> None:
    spec, body = machine.spec, machine.body
    boot, file = body.get("efi_boot"), body.get("firmware")
    code = body.get("efi_firmware_code") or body.get("efi_firmware_vars")
    if boot and boot.flag is not False:
        machine.take(FIRMWARE, lambda term: "uefi" if term.flag else None, boot, "efi_boot")
    elif code:
        spec.default(FIRMWARE, "uefi", "files with UEFI firmware are given", code.at)
    elif file:
        machine.take(FIRMWARE, firmware_file, file, "firmware")
    wanted, old = body.get("vtpm"), body.get("use_tpm1")
    if wanted and wanted.flag is not False:
        machine.take(TPM, lambda term: ("1.2" if old and old.flag else "2.0") if term.flag else None, wanted, "vtpm")


def _switches(body: Body) -> dict[str, Term | None] | None:
    """Return the switches that `qemuargs` overrides, with their values; nothing where some are computed."""
    term = body.get("qemuargs")
    if term is None:
        return {}
    if term.computed or any(each.computed for each in term.items):
        return None
    found: dict[str, Term | None] = {}
    for words in (each.items for each in term.items if each.items):
        switch = f"-{(words[0].text or '').lstrip('-')}"
        found[switch] = words[1] if len(words) == 2 and switch not in found and not is_computed(words[1]) else None
    return found


def _switch_facts(switch: str, value: Term) -> dict[str, str]:
    """Read a switch of QEMU that is given once: ``-m 2G``, ``-smp cpus=4``, ``-machine q35,accel=kvm``."""
    text = str(value.value) if value.kind in ("text", "number") else ""
    first, _, rest = text.partition(",")
    given = dict(word.partition("=")[::2] for word in rest.split(",") if word)
    key, equals, own = first.partition("=")
    given[key if equals else ""] = own if equals else first
    accelerator = {"-machine": given.get("accel"), "-M": given.get("accel"), "-accel": given.get("")}.get(switch)
    platform, mode = ACCELERATORS.get(accelerator or "", (None, None))
    known: dict[str, dict[str, str | bool | None]] = {
        "-m": {MEMORY: suffixed("M")(_text(given.get("", given.get("size")), value))},
        "-smp": {CPU: count(_text(given.get("", given.get("cpus")), value))},
        "-cpu": {MODEL: _cpu_model(_text(text, value))},
        "-bios": {FIRMWARE: firmware_file(value)},
        "-machine": {BOARD: given.get("", given.get("type"))},
    }
    stated = known.get(switch.replace("-M", "-machine"), {}) | {PLATFORM: platform, MODE: mode}
    return {path: str(word) for path, word in stated.items() if word}


def _text(word: str | None, value: Term) -> Term:
    """Return a word out of a value as a value; a number where it is one."""
    number = re.fullmatch("[1-9][0-9]{0,8}", word or "")
    return Term("number", int(word or ""), value.at) if number else Term("text", word or "", value.at)
