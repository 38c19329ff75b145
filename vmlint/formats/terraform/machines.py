"""Terraform's resources that are virtual machines, one function a provider's resource."""

from __future__ import annotations

import re
from collections.abc import Callable

from vmlint.api import Body, Spec, Term

from ..shared.hyperv import GENERATION, generation, of_generation
from ..shared.paths import (
    CPU,
    DISK,
    DISK_SIZE,
    FIRMWARE,
    HOST_DEVICES,
    HOT_ADD,
    MEMORY,
    NIC,
    OS,
    PLATFORM,
    SECURE_BOOT,
    SHARED,
    SOCKETS,
    TEMPLATE,
    TPM,
)
from ..shared.terms import Resource, bytes_, count, firmware, flag, gibibytes, is_computed, mebibytes, plain, word
from ..shared.vmware import hardware_version
from .libvirt import libvirt
from .proxmox import bpg, bpg_clone, telmate

VSPHERE_DISKS = {"pvscsi": "pvscsi", "lsilogic": "lsilogic", "lsilogic-sas": "lsilogic-sas"}
VSPHERE_CARDS = {"vmxnet3": "vmxnet3", "e1000": "e1000", "e1000e": "e1000e", "sriov": "sriov"}

TEMPLATES = {
    "windows 10": "win10", "windows 11": "win11", "windows server 2016": "win2k16", "windows server 2019": "win2k19",
    "windows server 2022": "win2k22", "windows server 2025": "win2k25", "ubuntu focal fossa 20.04": "ubuntu20.04",
    "ubuntu jammy jellyfish 22.04": "ubuntu22.04", "ubuntu noble numbat 24.04": "ubuntu24.04",
    "debian buster 10": "debian10", "debian bullseye 11": "debian11", "debian bookworm 12": "debian12",
    "rocky linux 8": "rocky8", "rocky linux 9": "rocky9", "red hat enterprise linux 7": "rhel7.0",
    "red hat enterprise linux 8": "rhel8.0", "red hat enterprise linux 9": "rhel9.0", "centos 7": "centos7.0",
    "centos stream 8": "centos-stream8", "centos stream 9": "centos-stream9", "almalinux 8": "almalinux8",
    "almalinux 9": "almalinux9", "oracle linux 7": "ol7.0", "oracle linux 8": "ol8.0", "oracle linux 9": "ol9.0",
    "debian jessie 8.0": "debian8", "debian stretch 9.0": "debian9", "ubuntu xenial xerus 16.04": "ubuntu16.04",
    "ubuntu bionic beaver 18.04": "ubuntu18.04",
}  # fmt: skip
"""Templates of XenServer, without the bits in parentheses -> the system that they are for."""


def vsphere(machine: Resource) -> None:
    """Describe a machine of vSphere. One that is cloned has what its template has."""
    spec, body = machine.spec, machine.body
    spec.fact(PLATFORM, "vmware-esxi")
    copied = any(body.parts(each) or body.open_ended(each) for each in ("clone", "ovf_deploy"))
    machine.guest("vmware", "guest_id")
    for drive in body.parts("cdrom"):
        if medium := drive.get("path"):
            spec.clue(medium.text or "", medium.at)
    customized = [options for clone in body.parts("clone") if (options := clone.part("customize"))]
    windows = next((each for options in customized if (each := options.part("windows_options"))), None)
    if windows is not None and not spec.guests:  # vSphere refuses them for a guest that is no Windows
        spec.fact("guest.os.family", "windows", getattr(windows, "at", None))
    if not machine.state(CPU, count, "num_cpus") and not copied:
        spec.default(CPU, "1", "the provider gives a machine one CPU unless num_cpus is set")
    if not machine.state(MEMORY, mebibytes, "memory") and not copied:
        spec.default(MEMORY, "1024Mi", "the provider gives a machine 1 GiB unless memory is set")
    _vsphere_topology(machine, copied)
    machine.state(FIRMWARE, firmware, "firmware")
    machine.state(SECURE_BOOT, flag, "efi_secure_boot_enabled")
    chip = body.part("vtpm")
    if chip is not None:
        version = chip.get("version")
        spec.fact(TPM, "1.2" if version and version.text == "1.2" else "2.0", getattr(chip, "at", None))
    elif not copied and not body.open_ended("vtpm"):
        spec.default(TPM, "none", "a machine has a TPM only with a block vtpm")
    if not copied:
        machine.default(SECURE_BOOT, False, "Secure Boot is off unless efi_secure_boot_enabled is set")
    secured = body.get("vbs_enabled")
    if not secured or secured.flag is False:  # Windows itself uses it: no sign of nested machines
        machine.nested("nested_hv_enabled")
    machine.state("deployment.machine", hardware_version, "hardware_version")
    _vsphere_devices(machine, copied)


def _vsphere_topology(machine: Resource, copied: bool) -> None:
    """State the sockets that the CPUs are in, and what may be added to the machine while it runs."""
    spec, body = machine.spec, machine.body
    cores, cpus = body.get("num_cores_per_socket"), spec.text(CPU)
    each = cores.number if cores and isinstance(cores.number, int) else 0
    if cores and each > 0 and cpus.isdecimal() and int(cpus) % each == 0:
        spec.fact(SOCKETS, str(int(cpus) // each), cores.at)
    elif cores is None and cpus.isdecimal() and not copied:
        spec.default(SOCKETS, cpus, "the provider puts each CPU into a socket unless num_cores_per_socket is set")
    flags = {"cpu": body.get("cpu_hot_add_enabled"), "memory": body.get("memory_hot_add_enabled")}
    added = [(word, term.at) for word, term in flags.items() if term and term.flag]
    spec.entries(HOT_ADD, added)
    if not copied and not any(term and is_computed(term) for term in flags.values()):
        spec.default(HOT_ADD, [], "nothing can be added while it runs unless that is enabled")
    sharing = next((term for disk in body.parts("disk") if (term := disk.get("disk_sharing")) and term.text), None)
    if sharing:
        spec.fact(SHARED, sharing.text == "sharingMultiWriter", sharing.at)


def _vsphere_devices(machine: Resource, copied: bool) -> None:
    spec, body = machine.spec, machine.body
    disks = body.parts("disk")
    kinds = {_text(disk, "controller_type", "scsi") for disk in disks}
    if body.open_ended("disk") or len(kinds) > 1:
        spec.unknown(DISK, "which of the disks is booted, and from where, is not certain")
    elif kinds <= {"scsi"}:
        if not machine.state(DISK, word(VSPHERE_DISKS), "scsi_type") and not copied:
            machine.default(DISK, "pvscsi", "the provider adds a paravirtual controller unless scsi_type is set")
    elif disks:
        machine.state(DISK, word({"sata": "sata", "nvme": "nvme", "ide": "ide"}), "controller_type", within=disks[0])
    if disks and not body.open_ended("disk"):
        machine.state(DISK_SIZE, gibibytes, "size", within=disks[0])
    cards = body.parts("network_interface")
    if cards and not machine.state(NIC, word(VSPHERE_CARDS), "adapter_type", within=cards[0]) and not copied:
        machine.default(NIC, "vmxnet3", "the provider adds a vmxnet3 card unless adapter_type is set")
    handed = [
        function
        for card in cards
        if _text(card, "adapter_type", "") == "sriov" and (function := card.get("physical_function")) and function.text
    ]
    whole = body.get("pci_device_id")
    handed += [each for each in (whole.items if whole else []) if each.text]
    if handed:
        spec.entries(HOST_DEVICES, ((each.text or "", each.at) for each in handed))
    elif whole:
        spec.unknown(HOST_DEVICES, "pci_device_id is computed")
    shared = body.get("shared_pci_device_id")
    if shared and any(each.text for each in shared.items):
        spec.fact("requirements.devices.gpu.mode", "vgpu", shared.at)
    _vsphere_reservation(machine, copied)


def _vsphere_reservation(machine: Resource, copied: bool) -> None:
    """State whether all memory is reserved: as a whole, or by a reservation of the memory's size."""
    body, path = machine.body, "deployment.tuning.lockedMemory"
    locked, reserved, memory = (
        body.get(name) for name in ("memory_reservation_locked_to_max", "memory_reservation", "memory")
    )
    if locked and locked.flag:
        machine.spec.fact(path, value=True, at=locked.at)
    elif reserved and reserved.text and memory and memory.text:
        machine.spec.fact(path, value=reserved.text == memory.text, at=reserved.at)
    elif not reserved and not locked and not copied:
        machine.default(path, False, "the provider reserves no memory unless memory_reservation is set")


def _text(body: Body, name: str, otherwise: str) -> str:
    """Return a text in lower case; the default without one; or a mark that it is computed."""
    term = body.get(name)
    return otherwise if term is None else (term.text or "computed").lower()


def hyperv(machine: Resource) -> None:
    """Describe a machine of Hyper-V."""
    spec, body = machine.spec, machine.body
    spec.fact(PLATFORM, "hyperv")
    if not machine.state(CPU, count, "processor_count"):
        spec.default(CPU, "1", "the provider gives a machine one CPU unless processor_count is set")
    machine.state(MEMORY, bytes_, "memory_startup_bytes")
    if not machine.state(GENERATION, generation, "generation"):
        spec.default(GENERATION, "2", "the provider makes machines of generation 2 by default")
    firmware, processor, cards = body.part("vm_firmware"), body.part("vm_processor"), body.parts("network_adaptors")
    if of_generation(spec):
        if firmware and _text(firmware, "enable_secure_boot", "") != "":
            machine.state(SECURE_BOOT, flag, "enable_secure_boot", within=firmware)
        if firmware:
            machine.state(TEMPLATE, plain, "secure_boot_template", within=firmware)
        spec.unknown(TPM, "the provider has no setting for a TPM")
    if processor:
        machine.nested("expose_virtualization_extensions", within=processor)
    first = body.part("hard_disk_drives")
    if first:  # without a type it is on IDE in some releases of the provider, and on SCSI in others
        machine.state(DISK, word({"ide": "ide", "scsi": "scsi"}), "controller_type", within=first)
    if cards:
        legacy = cards[0].get("is_legacy")
        if legacy and legacy.flag is not False:
            machine.take(NIC, lambda term: "legacy" if term.flag else None, legacy, "is_legacy")
        else:
            spec.default(NIC, "synthetic", "a network card is the synthetic one unless is_legacy is set")


def xenserver(machine: Resource) -> None:
    """Describe a machine of XenServer."""
    spec, body = machine.spec, machine.body
    spec.fact(PLATFORM, "xenserver")
    machine.state(CPU, count, "vcpus")
    machine.state(MEMORY, bytes_, "static_mem_max")
    machine.state(FIRMWARE, word({"bios": "bios", "uefi": "uefi", "uefi_security": "uefi"}), "boot_mode")
    machine.state(SECURE_BOOT, lambda term: term.text == "uefi_security", "boot_mode")
    template = body.get("template_name")
    if template and template.text:
        _template(spec, template)
    elif template:
        spec.unknown(OS, "template_name is computed")


def _template(spec: Spec, named: Term) -> None:
    """State the guest's system by the name of one of the templates of XenServer and XCP-ng."""
    name = (named.text or "").strip().lower()
    base = re.sub(r" \((?:64|32)-bit\)$", "", name)
    spec.fact(OS, TEMPLATES.get(base), named.at)
    if base != name:
        spec.fact("guest.arch", "amd64" if name.endswith("(64-bit)") else "386", named.at)


def xenorchestra(machine: Resource) -> None:
    """Describe a machine that Xen Orchestra makes from a template, which has what is not set here."""
    spec, body = machine.spec, machine.body
    spec.default(PLATFORM, "xcp-ng", "Xen Orchestra is made for XCP-ng; it manages XenServer as well")
    machine.state(CPU, count, "cpus")
    machine.state(MEMORY, bytes_, "memory_max")
    machine.state(FIRMWARE, word({"bios": "bios", "uefi": "uefi"}), "hvm_boot_firmware")
    machine.state(SECURE_BOOT, flag, "secure_boot")
    machine.state("deployment.devices.video", word({"std": "std", "cirrus": "cirrus"}), "vga")
    machine.nested("exp_nested_hvm")
    disks = body.parts("disk")
    if disks:
        machine.state(DISK_SIZE, bytes_, "size", within=disks[0])
    template = body.get("template")
    named = machine.looked_up.get(re.sub(r"^data\.|\.id$", "", template.reference)) if template else None
    spec.unknown(OS, "the template is named by its id, or is not one of XCP-ng's own")
    if named is not None and named.text:
        _template(spec, named)


MACHINES: dict[str, Callable[[Resource], None]] = {
    "vsphere_virtual_machine": vsphere,
    "hyperv_machine_instance": hyperv,
    "xenserver_vm": xenserver,
    "xenorchestra_vm": xenorchestra,
    "proxmox_vm_qemu": telmate,
    "proxmox_virtual_environment_vm": bpg,
    "proxmox_virtual_environment_cloned_vm": bpg_clone,
    "proxmox_cloned_vm": bpg_clone,
    "proxmox_virtual_environment_vm2": bpg_clone,
    "proxmox_vm": bpg_clone,
    "libvirt_domain": libvirt,
}
"""Resource -> what describes it."""
