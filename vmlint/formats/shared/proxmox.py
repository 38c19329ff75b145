"""Words of Proxmox VE for hardware, and how Terraform's providers and Packer's plugin set them."""

from __future__ import annotations

import re

from vmlint.api import Body, Spec, Term

from .firmware import no_secure_boot_with_bios
from .paths import CACHE, CPU, DISK, FIRMWARE, GPU, HOST_DEVICES, SECURE_BOOT, SOCKETS, VARIABLE_STORE
from .terms import Resource, count, firmware, word

CONTROLLERS = {
    "lsi": "lsi",
    "lsi53c810": "lsi53c810",
    "virtio-scsi-pci": "virtio-scsi",
    "virtio-scsi-single": "virtio-scsi",
    "megasas": "megasas",
    "pvscsi": "pvscsi",
}
"""Value of ``scsihw`` -> controller that the guest sees."""
CARDS = frozenset({
    "virtio", "e1000", "e1000-82540em", "e1000-82544gc", "e1000-82545em", "e1000e", "rtl8139", "ne2k_pci", "ne2k_isa",
    "pcnet", "i82551", "i82557b", "i82559er", "vmxnet3",
})  # fmt: skip
CACHES = frozenset({"none", "writeback", "writethrough", "directsync", "unsafe"})
TPMS = {"v1.2": "1.2", "v2.0": "2.0"}


def card(term: Term) -> str | None:
    """Read the model of a network card."""
    return term.text if term.text in CARDS else None


def cpu_model(term: Term) -> str | None:
    """Read the model of the processor."""
    model = _model(term)
    return "host-passthrough" if model == "host" else model


def _model(term: Term) -> str | None:
    name = (term.text or "").partition(",")[0].removeprefix("cputype=")
    return None if name.startswith("custom-") else name or None


def processors(machine: Resource, within: Body, cores: str = "cores", sockets: str = "sockets") -> None:
    """State the number of CPUs: cores times sockets, each at least one."""
    each, several = within.get(cores), within.get(sockets)
    for term, name in ((each, cores), (several, sockets)):
        if term is not None and count(term) is None:
            machine.take(CPU, count, term, name)
            return
    shown = each or several
    if shown is not None:
        total = int(each.number or 1) if each else 1
        total *= int(several.number or 1) if several else 1
        machine.spec.fact(CPU, str(total), shown.at)
    if several:
        machine.spec.fact(SOCKETS, str(several.number or 1), several.at)


def boot_bus(
    machine: Resource, slot: Term | None, controller: str, standard: str = "", *, copied: bool = False
) -> None:
    """State the bus of a disk by its slot (`scsi0`), and that of a SCSI disk by its controller."""
    spec = machine.spec
    if slot is None:
        return
    bus = re.fullmatch(r"(scsi|virtio|sata|ide)[0-9]{0,2}", slot.text or "")
    if bus is None:
        spec.unknown(DISK, "where the disk is attached is computed")
    elif bus[1] != "scsi":
        spec.fact(DISK, bus[1], slot.at)
    elif not machine.state(DISK, word(CONTROLLERS), controller):
        if copied:
            spec.unknown(DISK, f"without {controller} a clone has the controller of what it is cloned from")
        elif standard:
            spec.default(DISK, standard, f"SCSI disks are on {standard} unless {controller} is set", slot.at)
        else:
            spec.unknown(DISK, f"which controller is the default without {controller} differs between releases")


def firmware_and_keys(machine: Resource, variables: Body | None, names: tuple[str, str]) -> None:
    """State the firmware, and Secure Boot by the variables that it starts with."""
    spec = machine.spec
    machine.state(FIRMWARE, firmware, "bios")
    kind, keys = names
    if spec.text(FIRMWARE) == "uefi" and variables is not None:
        spec.fact(VARIABLE_STORE, value=True, at=getattr(variables, "at", None))
    if spec.text(FIRMWARE) == "bios":
        no_secure_boot_with_bios(spec)
    elif variables is not None:
        size, enrolled = variables.get(kind), variables.get(keys)
        if size and size.text == "2m":
            spec.default(SECURE_BOOT, False, "Secure Boot needs variables of 4m", size.at)
        elif enrolled and size and size.text == "4m" and (enrolled.flag or enrolled.text == "1"):
            spec.fact(SECURE_BOOT, True, enrolled.at)
        else:
            spec.unknown(SECURE_BOOT, "without keys that are enrolled before, the guest decides by its own")


def cache_modes(spec: Spec, disks: list[Body]) -> None:
    """State how the host caches the disks that state it."""
    modes = [mode for disk in disks if (mode := disk.get("cache") or disk.get("cache_mode")) and mode.text in CACHES]
    spec.entries(CACHE, ((mode.text or "", mode.at) for mode in modes))


def handed_devices(machine: Resource, blocks: list[Body], names: tuple[str, ...], usb: list[Body]) -> None:
    """State the host's devices that are passed through; a mediated one is a share of a GPU."""
    spec = machine.spec
    terms = [term for block in blocks for name in names if (term := block.get(name)) and term.text]
    plugged = [term for block in usb if (term := block.get("host") or block.get("mapping")) and term.text]
    for block in blocks:
        share = block.get("mdev")
        if share and share.text:
            spec.fact(GPU, "vgpu", share.at)
    if terms or plugged:
        ports = [(f"usb:{term.text}".lower(), term.at) for term in plugged if term.text != "spice"]
        spec.entries(HOST_DEVICES, [*((term.text or "", term.at) for term in terms), *ports])
    elif blocks:
        spec.unknown(HOST_DEVICES, "the devices are named elsewhere")
