"""Packer's builders of machines, one function a product: which setting gives which fact, and what is so without it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from vmlint.api import Body, Spec, Term

from .hcl_words import (
    FIRMWARES,
    Machine,
    count,
    firmware_file,
    flag,
    is_computed,
    mebibytes,
    plain,
    suffixed,
    word,
)
from .vboxmanage import OPTIONS, OSTYPES, changes
from .vmx import NICS as VMX_NICS
from .vmx import SCSI
from .vmx_lines import chip, vmx_lines

TYPE, SECURE_BOOT, TPM = "deployment.firmware.type", "deployment.firmware.secureBoot", "deployment.firmware.tpm"
DISK, NIC = "deployment.devices.disk", "deployment.devices.nic"
PLATFORM = "deployment.platform.id"

ACCELERATORS = {
    "kvm": ("kvm", "hw-assisted"), "tcg": ("qemu", "emulation"), "none": ("qemu", "emulation"),
    "hvf": ("qemu", "hw-assisted"), "whpx": ("qemu", "hw-assisted"), "hax": ("qemu", "hw-assisted"),
}  # fmt: skip
"""Accelerator of QEMU -> platform and mode."""
BINARIES = {"x86_64": "amd64", "aarch64": "arm64", "i386": "386", "riscv64": "riscv64", "s390x": "s390x", "ppc64": "ppc64le"}  # fmt: skip
"""End of the name of QEMU's program -> CPU architecture that it makes."""
QEMU_DISKS = {"ide": "ide", "sata": "sata", "scsi": "scsi", "virtio": "virtio", "virtio-scsi": "virtio-scsi"}
QEMU_NICS = {"virtio": "virtio", "virtio-net": "virtio", "virtio-net-pci": "virtio"}
VBOX_DISKS = {"ide": "ide", "sata": "sata", "scsi": "lsilogic", "pcie": "nvme", "virtio": "virtio-scsi"}
VBOX_NICS = {
    "82540em": "e1000", "82543gc": "e1000", "82545em": "e1000", "am79c970a": "pcnet", "am79c973": "pcnet",
    "am79c960": "pcnet", "virtio": "virtio",
}  # fmt: skip
VSPHERE_DISKS = {"pvscsi": "pvscsi", "lsilogic": "lsilogic", "lsilogic-sas": "lsilogic-sas", "nvme": "nvme", "sata": "sata"}  # fmt: skip

QEMU_SWITCHES = {
    "-machine": ("deployment.machine", PLATFORM, "deployment.mode"),
    "-accel": (PLATFORM, "deployment.mode"),
    "-enable-kvm": (PLATFORM, "deployment.mode"),
    "-cpu": ("deployment.cpuModel",),
    "-smp": ("resources.cpu",),
    "-m": ("resources.memory",),
    "-bios": (TYPE,),
    "-pflash": (TYPE,),
    "-drive": (DISK, TYPE),
    "-device": (DISK, NIC),
    "-netdev": (NIC,),
    "-net": (NIC,),
    "-nic": (NIC,),
    "-tpmdev": (TPM,),
}
"""Switch in `qemuargs` -> what it overrides."""


def describe(spec: Spec, kind: str, body: Body) -> Spec:
    """Describe the machine that a builder makes."""
    BUILDERS[kind](Machine(spec, body), kind.rpartition("-")[2] != "iso")
    return spec


def _common(machine: Machine) -> None:
    machine.state("resources.cpu", count, "cpus")
    machine.state("resources.memory", mebibytes, "memory")
    machine.state("resources.disk", mebibytes, "disk_size")


def _hyperv(machine: Machine, copied: bool) -> None:
    spec, body = machine.spec, machine.body
    spec.fact(PLATFORM, "hyperv")
    _common(machine)
    machine.nested("enable_virtualization_extensions")
    if not machine.state("deployment.generation", _generation, "generation") and not copied:
        spec.default("deployment.generation", "1", "the builder makes machines of generation 1 unless it is told")
    generation = spec.facts.get("deployment.generation")
    if generation and generation.value == "1":
        why = "a machine of generation 1 has a BIOS, and neither Secure Boot nor a TPM"
        spec.default(TYPE, "bios", why, generation.at)
        spec.default(SECURE_BOOT, False, why, generation.at)
        spec.default(TPM, "none", why, generation.at)
    elif generation:
        spec.default(TYPE, "uefi", "a machine of generation 2 has UEFI", generation.at)
        if not machine.state(SECURE_BOOT, flag, "enable_secure_boot") and not copied:
            machine.default(SECURE_BOOT, False, "the builder leaves Secure Boot off unless enable_secure_boot is set")
        if not machine.state(TPM, chip, "enable_tpm") and not copied:
            machine.default(TPM, "none", "the builder adds no TPM unless enable_tpm is set")
    legacy = body.get("use_legacy_network_adapter")
    if legacy is not None and legacy.flag is not False:
        machine.take(NIC, lambda _: "legacy", legacy, "use_legacy_network_adapter")
    elif not copied:
        spec.default(NIC, "synthetic", "the network card is the synthetic one unless use_legacy_network_adapter is set")


def _generation(term: Term) -> str | None:
    return str(term.number) if term.number in (1, 2) else None


def _parallels(machine: Machine, copied: bool) -> None:
    spec, body = machine.spec, machine.body
    spec.fact(PLATFORM, "parallels")
    _common(machine)
    machine.guest("parallels", "guest_os_type")
    machine.state(DISK, word({"sata": "sata", "ide": "ide", "scsi": "scsi"}), "hard_drive_interface")
    if not copied:
        machine.default(
            DISK, "sata", "the builder attaches the disk to SATA unless hard_drive_interface says otherwise"
        )
    for words in _calls(body, "prlctl"):
        for option, value in zip(words[2::2], words[3::2], strict=False):
            if option.text == "--nested-virt" and value.text == "on":
                spec.fact("requirements.nested", value=True, at=value.at)
            elif option.text == "--efi-boot":
                machine.take(TYPE, word({"on": "uefi", "off": "bios"}), value, "--efi-boot")
            elif option.text in ("--memsize", "--cpus"):
                path, read = ("resources.memory", mebibytes) if option.text == "--memsize" else ("resources.cpu", count)
                machine.take(path, read, value, option.text)


def _macos(machine: Machine, copied: bool) -> None:  # noqa: ARG001 - as the others
    machine.spec.fact(PLATFORM, "parallels")
    _common(machine)
    why = "the builder is for macOS on Apple silicon"
    machine.spec.default("guest.os.family", "darwin", why)
    machine.spec.default("guest.arch", "arm64", why)


def _virtualbox(machine: Machine, copied: bool) -> None:
    spec, body = machine.spec, machine.body
    spec.fact(PLATFORM, "virtualbox")
    _common(machine)
    machine.guest("virtualbox", "guest_os_type")
    machine.nested("nested_virt")
    machine.state(TYPE, word(FIRMWARES), "firmware")
    machine.state(DISK, word(VBOX_DISKS), "hard_drive_interface")
    machine.state(NIC, word(VBOX_NICS), "nic_type")
    touched: set[str | None] = {each.text for words in _calls(body, "vboxmanage") for each in words[:1]}
    for words in _calls(body, "vboxmanage"):
        for change in changes((each.text, each) for each in words):
            if change.option in OSTYPES and change.value.text and not is_computed(change.value):
                spec.guest("virtualbox", change.value.text, change.value.at)
                spec.guests.insert(0, spec.guests.pop())  # the last word is the one that counts
            elif change.option in OPTIONS:
                path, read = OPTIONS[change.option]
                _option(machine, path, read, change.value, change.option)
    storage = touched & {"storagectl", "storageattach"}
    if storage:
        spec.facts.pop(DISK, None)
        spec.unknown(DISK, "vboxmanage changes the controllers")
    if body.get("vboxmanage") is not None and not _calls(body, "vboxmanage"):
        for path in (TYPE, TPM, NIC, DISK):
            spec.facts.pop(path, None)
            spec.unknown(path, "vboxmanage is computed")
    if copied:
        return
    machine.default(DISK, "ide", "the builder attaches the disk to IDE unless hard_drive_interface says otherwise")
    arm = any("arm64" in each.word.lower() for each in spec.guests) or "armv8" in _text(body, "chipset")
    if not arm:
        machine.default(TYPE, "bios", "the builder makes machines with a BIOS unless it is told otherwise")
    if spec.facts.get(TYPE, ("",))[0] == "bios":
        machine.default(SECURE_BOOT, False, "a BIOS has no Secure Boot")
    if body.get("guest_os_type") is None or not body.get("vboxmanage"):
        machine.default(TPM, "none", "the builder adds no TPM unless vboxmanage does")


def _option(machine: Machine, path: str, read: Callable[[str], str | bool | None], term: Term, name: str) -> None:
    if path == "requirements.nested":
        if term.text and read(term.text):
            machine.spec.fact(path, value=True, at=term.at)
        return
    machine.take(path, lambda each: read(each.text or ""), term, name)


def _calls(body: Body, name: str) -> list[list[Term]]:
    """Return the calls of a tool that a template lists: lists of words."""
    term = body.get(name)
    return [each.items for each in term.items if each.kind == "list"] if term else []


def _text(body: Body, name: str) -> str:
    term = body.get(name)
    return (term.text or "").lower() if term else ""


def _vmware(machine: Machine, copied: bool) -> None:
    spec, body = machine.spec, machine.body
    remote = body.get("remote_type")
    if remote and remote.text and remote.text.startswith("esx"):
        spec.fact(PLATFORM, "vmware-esxi", remote.at)
    elif remote:
        spec.unknown(PLATFORM, "remote_type decides between ESXi and a product for desktops")
    else:
        spec.unknown(PLATFORM, "the builder takes Workstation or Fusion, whichever is installed")
        spec.default("deployment.architecture", "type2", "without remote_type the builder takes a product for desktops")
        spec.default("deployment.mode", "hw-assisted", "VMware's products run a guest on the CPU's own virtualization")
    _common(machine)
    machine.guest("vmware", "guest_os_type")
    machine.nested("vhv_enabled")
    machine.state("deployment.machine", lambda term: f"vmx-{count(term)!s:0>2}" if count(term) else None, "version")
    _vmware_firmware(machine)
    machine.state(DISK, word({**SCSI, "sata": "sata", "ide": "ide", "nvme": "nvme"}), "disk_adapter_type")
    machine.state(NIC, word(VMX_NICS), "network_adapter_type")
    _vmx_data(machine)
    if not copied and not _open_vmx(body):
        machine.default(TPM, "none", "the builder adds no TPM")


def _open_vmx(body: Body) -> bool:
    """Tell whether lines of the .vmx file come from where they cannot be seen."""
    data = body.get("vmx_data")
    return body.get("vmx_template_path") is not None or (data is not None and data.body is None)


def _vmware_firmware(machine: Machine) -> None:
    machine.state(TYPE, word(FIRMWARES), "firmware")
    term = machine.body.get("firmware")
    if term and not is_computed(term) and term.text in ("efi", "efi-secure", "bios"):
        machine.spec.fact(SECURE_BOOT, term.text == "efi-secure", term.at)


def _vmx_data(machine: Machine) -> None:
    """Take the lines that a template adds to the .vmx file; keys are as there, in any case."""
    data = machine.body.get("vmx_data")
    if data is None or data.body is None:
        return
    vmx_lines(machine, {key.lower(): term.settled for key, term in data.body.terms.items()})


def _vsphere(machine: Machine, copied: bool) -> None:
    spec, body = machine.spec, machine.body
    spec.fact(PLATFORM, "vmware-esxi")
    machine.guest("vmware", "guest_os_type")
    for name in ("CPUs", "cpus"):
        machine.state("resources.cpu", count, name)
    for name in ("RAM", "ram"):
        machine.state("resources.memory", mebibytes, name)
    for name in ("NestedHV", "nested_hv"):
        machine.nested(name)
    _vmware_firmware(machine)
    machine.state("deployment.machine", lambda term: f"vmx-{count(term)!s:0>2}" if count(term) else None, "vm_version")
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
        machine.state("resources.disk", mebibytes, "disk_size", within=disk)
    share = body.get("vgpu_profile")
    if share and share.text:
        spec.fact("requirements.devices.gpu.mode", "vgpu", share.at)
    if not copied:
        machine.default(TYPE, "bios", "the builder makes machines with a BIOS unless firmware says otherwise")
        machine.default(SECURE_BOOT, False, "Secure Boot is on with firmware = efi-secure alone")
        if not has_chip:
            machine.default(TPM, "none", "the builder adds no TPM unless vTPM is set")


def _xenserver(machine: Machine, copied: bool) -> None:  # noqa: ARG001 - as the others
    spec = machine.spec
    why = "the builder is named after XenServer; it drives XCP-ng as well"
    spec.default(PLATFORM, "xenserver", why)
    machine.state("resources.cpu", count, "vcpus_max")
    machine.state("resources.memory", mebibytes, "vm_memory")
    machine.state("resources.disk", mebibytes, "disk_size")
    machine.state(TYPE, word(FIRMWARES), "firmware")


def _qemu(machine: Machine, copied: bool) -> None:  # noqa: ARG001 - as the others
    spec, body = machine.spec, machine.body
    _accelerator(machine)
    _common(machine)
    machine.state("resources.disk", suffixed("M"), "disk_size")
    arch = _binary(machine)
    machine.state("deployment.machine", plain, "machine_type")
    machine.state("deployment.cpuModel", _cpu_model, "cpu_model")
    machine.state(DISK, word(QEMU_DISKS), "disk_interface")
    machine.state(NIC, word(QEMU_NICS, same=True), "net_device")
    _qemu_firmware(machine)
    switches = _switches(body)
    if switches is None:
        switches = set(QEMU_SWITCHES)
    for switch in switches & QEMU_SWITCHES.keys():
        for path in QEMU_SWITCHES[switch]:
            spec.facts.pop(path, None)
            spec.unknown(path, f"qemuargs hands QEMU a {switch} of its own")
    machine.default(DISK, "virtio", "the builder attaches the disk to virtio unless disk_interface says otherwise")
    machine.default(NIC, "virtio", "the builder takes virtio-net unless net_device says otherwise")
    if arch == "amd64":
        machine.default(TYPE, "bios", "the builder starts QEMU's BIOS unless it is told otherwise")
    if spec.facts.get(TYPE, ("",))[0] == "bios":
        machine.default(SECURE_BOOT, False, "a BIOS has no Secure Boot")
    machine.default(TPM, "none", "the builder adds no TPM unless vtpm is set")


def _cpu_model(term: Term) -> str | None:
    name = (term.text or "").partition(",")[0]
    return "host-passthrough" if name == "host" else name or None


def _accelerator(machine: Machine) -> None:
    spec, chosen = machine.spec, machine.body.get("accelerator")
    if chosen is None:
        spec.unknown(PLATFORM, "without accelerator the builder takes KVM where it is, and emulates elsewhere")
    elif is_computed(chosen) or chosen.text not in ACCELERATORS:
        spec.unknown(PLATFORM, "which accelerator is taken is not in the file")
    else:
        platform, mode = ACCELERATORS[chosen.text]
        spec.fact(PLATFORM, platform, chosen.at)
        spec.fact("deployment.mode", mode, chosen.at)


def _binary(machine: Machine) -> str | None:
    """State the CPU that QEMU's program makes."""
    spec, program = machine.spec, machine.body.get("qemu_binary")
    if program is None:
        why = "the builder starts qemu-system-x86_64 unless qemu_binary names another program"
        spec.default("guest.arch", "amd64", why)
        return "amd64"
    text = "" if is_computed(program) else (program.text or "")
    arch = next((arch for end, arch in BINARIES.items() if text.removesuffix(".exe").endswith(f"-{end}")), None)
    if arch:
        spec.fact("guest.arch", arch, program.at)
    else:
        spec.unknown("guest.arch", "qemu_binary does not tell the CPU")
    return arch


def _qemu_firmware(machine: Machine) -> None:
    spec, body = machine.spec, machine.body
    boot, file = body.get("efi_boot"), body.get("firmware")
    code = body.get("efi_firmware_code") or body.get("efi_firmware_vars")
    if boot and boot.flag is not False:
        machine.take(TYPE, lambda term: "uefi" if term.flag else None, boot, "efi_boot")
    elif code:
        spec.default(TYPE, "uefi", "files with UEFI firmware are given", code.at)
    elif file:
        machine.take(TYPE, firmware_file, file, "firmware")
    wanted, old = body.get("vtpm"), body.get("use_tpm1")
    if wanted and wanted.flag is not False:
        machine.take(TPM, lambda term: ("1.2" if old and old.flag else "2.0") if term.flag else None, wanted, "vtpm")


def _switches(body: Body) -> set[str] | None:
    """Return the switches that `qemuargs` overrides; nothing where some cannot be seen."""
    term = body.get("qemuargs")
    if term is None:
        return set()
    if term.computed or any(each.computed for each in term.items):
        return None
    return {f"-{(words[0].text or '').lstrip('-')}" for words in (each.items for each in term.items) if words}


def _utm(machine: Machine, copied: bool) -> None:  # noqa: ARG001 - as the others
    machine.spec.fact(PLATFORM, "utm")
    _common(machine)
    machine.state("guest.arch", word({"aarch64": "arm64", "x86_64": "amd64"}), "vm_arch")


def _of(
    names: Iterable[str], describe_it: Callable[[Machine, bool], None]
) -> dict[str, Callable[[Machine, bool], None]]:
    return dict.fromkeys(names, describe_it)


BUILDERS: dict[str, Callable[[Machine, bool], None]] = {
    **_of(("hyperv-iso", "hyperv-vmcx"), _hyperv),
    **_of(("parallels-iso", "parallels-pvm"), _parallels),
    **_of(("parallels-ipsw", "parallels-macvm"), _macos),
    **_of(("virtualbox-iso", "virtualbox-ovf", "virtualbox-vm"), _virtualbox),
    **_of(("vmware-iso", "vmware-vmx"), _vmware),
    **_of(("vsphere-iso", "vsphere-clone"), _vsphere),
    **_of(("xenserver-iso",), _xenserver),
    **_of(("qemu",), _qemu),
    **_of(("utm-iso",), _utm),
}
"""Builder -> what describes its machines. The others make no machine, or one of a cloud."""
