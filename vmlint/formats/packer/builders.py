"""Packer's builders of machines by name, and those for three kinds of servers: Hyper-V, vSphere, XenServer."""

from __future__ import annotations

from collections.abc import Callable

from vmlint.api import Body, Spec

from ..shared.hyperv import GENERATION, generation, of_generation
from ..shared.paths import (
    BOARD,
    CPU,
    DISK,
    DISK_SIZE,
    FIRMWARE,
    GPU,
    MEMORY,
    NIC,
    PLATFORM,
    SECURE_BOOT,
    TEMPLATE,
    TPM,
)
from ..shared.terms import Resource, count, firmware, flag, mebibytes, plain, word
from ..shared.vmware import chip, hardware_version
from .common import common, vmware_firmware
from .desktop import macos, parallels, utm, virtualbox, vmware
from .proxmox import proxmox
from .qemu import qemu

VSPHERE_DISKS = {
    "pvscsi": "pvscsi", "lsilogic": "lsilogic", "lsilogic-sas": "lsilogic-sas", "nvme": "nvme", "sata": "sata",
}  # fmt: skip

INSTALLED = frozenset({"proxmox"})
"""Builders that install a machine from the start, whose names do not end on ``iso``."""


def describe(spec: Spec, kind: str, body: Body) -> Spec:
    """Describe the machine that a builder makes."""
    BUILDERS[kind](Resource(spec, body), kind not in INSTALLED and kind.rpartition("-")[2] != "iso")
    return spec


def _hyperv(machine: Resource, copied: bool) -> None:
    spec, body = machine.spec, machine.body
    spec.fact(PLATFORM, "hyperv")
    common(machine)
    machine.nested("enable_virtualization_extensions")
    if not machine.state(GENERATION, generation, "generation") and not copied:
        spec.default(GENERATION, "1", "the builder makes machines of generation 1 by default")
    if of_generation(spec):
        if not machine.state(SECURE_BOOT, flag, "enable_secure_boot") and not copied:
            machine.default(SECURE_BOOT, False, "the builder leaves Secure Boot off unless enable_secure_boot is set")
        machine.state(TEMPLATE, plain, "secure_boot_template")
        if not machine.state(TPM, chip, "enable_tpm") and not copied:
            machine.default(TPM, "none", "the builder adds no TPM unless enable_tpm is set")
    legacy = body.get("use_legacy_network_adapter")
    if legacy is not None and legacy.flag is not False:
        machine.take(NIC, lambda _: "legacy", legacy, "use_legacy_network_adapter")
    elif not copied:
        spec.default(NIC, "synthetic", "the network card is the synthetic one unless use_legacy_network_adapter is set")


def _vsphere(machine: Resource, copied: bool) -> None:
    spec, body = machine.spec, machine.body
    spec.fact(PLATFORM, "vmware-esxi")
    machine.guest("vmware", "guest_os_type")
    for name in ("CPUs", "cpus"):
        machine.state(CPU, count, name)
    for name in ("RAM", "ram"):
        machine.state(MEMORY, mebibytes, name)
    for name in ("NestedHV", "nested_hv"):
        machine.nested(name)
    vmware_firmware(machine)
    machine.state(BOARD, hardware_version, "vm_version")
    has_chip = machine.state(TPM, chip, "vTPM")
    controllers = body.get("disk_controller_type")
    if controllers and len(controllers.items) == 1:
        machine.take(DISK, word(VSPHERE_DISKS), controllers.items[0], "disk_controller_type")
    card, disk = body.part("network_adapters"), body.part("storage")
    if card and card.get("network_card"):
        machine.state(
            NIC, word({"vmxnet3": "vmxnet3", "e1000": "e1000", "e1000e": "e1000e"}), "network_card", within=card
        )
    if disk:
        machine.state(DISK_SIZE, mebibytes, "disk_size", within=disk)
    share = body.get("vgpu_profile")
    if share and share.text:
        spec.fact(GPU, "vgpu", share.at)
    if not copied:
        machine.default(FIRMWARE, "bios", "the builder makes machines with a BIOS unless firmware is set")
        machine.default(SECURE_BOOT, False, "Secure Boot is on with firmware = efi-secure alone")
        if not has_chip:
            machine.default(TPM, "none", "the builder adds no TPM unless vTPM is set")


def _xenserver(machine: Resource, copied: bool) -> None:  # noqa: ARG001 - as the others
    spec = machine.spec
    why = "the builder is named after XenServer; it drives XCP-ng as well"
    spec.default(PLATFORM, "xenserver", why)
    machine.state(CPU, count, "vcpus_max")
    machine.state(MEMORY, mebibytes, "vm_memory")
    machine.state(DISK_SIZE, mebibytes, "disk_size")
    machine.state(FIRMWARE, firmware, "firmware")


BUILDERS: dict[str, Callable[[Resource, bool], None]] = {
    "hyperv-iso": _hyperv,
    "hyperv-vmcx": _hyperv,
    "parallels-iso": parallels,
    "parallels-pvm": parallels,
    "parallels-ipsw": macos,
    "parallels-macvm": macos,
    "virtualbox-iso": virtualbox,
    "virtualbox-ovf": virtualbox,
    "virtualbox-vm": virtualbox,
    "vmware-iso": vmware,
    "vmware-vmx": vmware,
    "vsphere-iso": _vsphere,
    "vsphere-clone": _vsphere,
    "xenserver-iso": _xenserver,
    "proxmox": proxmox,
    "proxmox-iso": proxmox,
    "proxmox-clone": proxmox,
    "qemu": qemu,
    "utm-iso": utm,
}
"""Builder -> what describes its machines. The others make no machine, or one of a cloud."""
