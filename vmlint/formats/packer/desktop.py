"""Packer's builders for desktops: VirtualBox, VMware's products, Parallels, UTM."""

from __future__ import annotations

from vmlint.api import Body, Term

from ..shared.firmware import no_secure_boot_with_bios
from ..shared.parallels import prlctl_set
from ..shared.paths import ARCH, BOARD, DISK, FIRMWARE, MODE, NIC, PLATFORM, TPM
from ..shared.terms import Resource, firmware, is_computed, word
from ..shared.virtualbox import NICS as VBOX_NICS
from ..shared.virtualbox import modifyvm
from ..shared.vmware import NICS as VMX_NICS
from ..shared.vmware import SCSI, hardware_version, vmx_lines
from .common import common, vmware_firmware

VBOX_DISKS = {"ide": "ide", "sata": "sata", "scsi": "lsilogic", "pcie": "nvme", "virtio": "virtio-scsi"}


OF_TODAY = ("windows11", "windows2022", "windows2025", "macos")
"""Prefixes of the guest types for which newer releases of VirtualBox choose UEFI or a TPM themselves."""


def parallels(machine: Resource, copied: bool) -> None:
    """Describe a machine of Parallels."""
    spec, body = machine.spec, machine.body
    spec.fact(PLATFORM, "parallels")
    common(machine)
    machine.guest("parallels", "guest_os_type")
    machine.state(DISK, word({"sata": "sata", "ide": "ide", "scsi": "scsi"}), "hard_drive_interface")
    if not copied:
        machine.default(DISK, "sata", "the builder attaches the disk to SATA unless hard_drive_interface is set")
    for words in _calls(body, "prlctl"):
        prlctl_set(machine, words)
    tools = body.get("parallels_tools_flavor")
    if tools and (tools.text or "").endswith("-arm"):
        # Such a machine runs on Apple silicon, where it boots from EFI whatever --efi-boot says.
        spec.fact(ARCH, "arm64", tools.at)
        spec.facts.pop(FIRMWARE, None)
        spec.default(FIRMWARE, "uefi", "Arm machines have no other firmware", tools.at)


def macos(machine: Resource, copied: bool) -> None:  # noqa: ARG001 - as the others
    """Describe a macOS machine of Parallels."""
    machine.spec.fact(PLATFORM, "parallels")
    common(machine)
    why = "the builder is for macOS on Apple silicon"
    machine.spec.default("guest.os.family", "darwin", why)
    machine.spec.default(ARCH, "arm64", why)


def virtualbox(machine: Resource, copied: bool) -> None:
    """Describe a machine of VirtualBox."""
    spec, body = machine.spec, machine.body
    spec.fact(PLATFORM, "virtualbox")
    common(machine)
    machine.guest("virtualbox", "guest_os_type")
    machine.nested("nested_virt")
    machine.state(FIRMWARE, firmware, "firmware")
    machine.state(DISK, word(VBOX_DISKS), "hard_drive_interface")
    machine.state(NIC, word(VBOX_NICS), "nic_type")
    touched: set[str | None] = {each.text for words in _calls(body, "vboxmanage") for each in words[:1]}
    for words in _calls(body, "vboxmanage"):
        system = modifyvm(machine, words)
        if system and system.text and not is_computed(system):
            spec.guest("virtualbox", system.text, system.at)
            spec.guests.insert(0, spec.guests.pop())  # the last value counts
    storage = touched & {"storagectl", "storageattach"}
    if storage:
        spec.facts.pop(DISK, None)
        spec.unknown(DISK, "vboxmanage changes the controllers")
    if body.get("vboxmanage") is not None and not _calls(body, "vboxmanage"):
        for path in (FIRMWARE, TPM, NIC, DISK):
            spec.facts.pop(path, None)
            spec.unknown(path, "vboxmanage is computed")
    if copied:
        return
    machine.default(DISK, "ide", "the builder attaches the disk to IDE unless hard_drive_interface is set")
    system = body.get("guest_os_type")
    if any(each.word.lower().startswith(OF_TODAY) or "arm64" in each.word.lower() for each in spec.guests) or (
        system is not None and is_computed(system)
    ):
        spec.unknowns.setdefault(FIRMWARE, "what VirtualBox gives such a guest by default differs between releases")
    else:
        machine.default(FIRMWARE, "bios", "VirtualBox gives such a guest a BIOS by default")
        machine.default(TPM, "none", "VirtualBox gives such a guest no TPM by default")
    no_secure_boot_with_bios(spec)


def _calls(body: Body, name: str) -> list[list[Term]]:
    """Return the calls of a tool that a template lists: lists of words."""
    term = body.get(name)
    return [each.items for each in term.items if each.kind == "list"] if term else []


def vmware(machine: Resource, copied: bool) -> None:
    """Describe a machine of Workstation, Fusion or ESXi."""
    spec, body = machine.spec, machine.body
    remote = body.get("remote_type")
    if remote and remote.text and remote.text.startswith("esx"):
        spec.fact(PLATFORM, "vmware-esxi", remote.at)
    elif remote:
        spec.unknown(PLATFORM, "remote_type decides between ESXi and a product for desktops")
    else:
        spec.unknown(PLATFORM, "the builder takes Workstation or Fusion, whichever is installed")
        spec.default("deployment.architecture", "type2", "without remote_type the builder takes a product for desktops")
        spec.default(MODE, "hw-assisted", "VMware's products run a guest on the CPU's own virtualization")
    common(machine)
    machine.guest("vmware", "guest_os_type")
    machine.nested("vhv_enabled")
    machine.state(BOARD, hardware_version, "version")
    vmware_firmware(machine)
    machine.state(DISK, word({**SCSI, "sata": "sata", "ide": "ide", "nvme": "nvme"}), "disk_adapter_type")
    machine.state(NIC, word(VMX_NICS), "network_adapter_type")
    _vmx_data(machine)
    if not copied and not _open_vmx(body):
        machine.default(TPM, "none", "the builder adds no TPM")


def _open_vmx(body: Body) -> bool:
    """Whether lines of the .vmx file come from another file, or are computed."""
    data = body.get("vmx_data")
    return body.get("vmx_template_path") is not None or (data is not None and data.body is None)


def _vmx_data(machine: Resource) -> None:
    """Take the lines that a template adds to the .vmx file; keys are as there, in any case."""
    data = machine.body.get("vmx_data")
    if data is None or data.body is None:
        return
    vmx_lines(machine, {key.lower(): term for key, term in data.body.values})


def utm(machine: Resource, copied: bool) -> None:  # noqa: ARG001 - as the others
    """Describe a machine of UTM."""
    machine.spec.fact(PLATFORM, "utm")
    common(machine)
    machine.state(ARCH, word({"aarch64": "arm64", "x86_64": "amd64"}), "vm_arch")
