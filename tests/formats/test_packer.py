"""Packer's templates, in HCL2 and in the JSON of before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

TEMPLATE = """\
variable "memory" {
  default = 4096
}

locals {
  cpus = 2 * 2
}

source "qemu" "base" {
  accelerator  = "kvm"
  qemu_binary  = "/usr/bin/qemu-system-aarch64"
  machine_type = "virt"
  cpu_model    = "host"
  cpus         = local.cpus
  memory       = var.memory
  disk_size    = "40G"
  net_device   = "virtio-net"
  efi_boot     = true
  vtpm         = true
}

source "hyperv-iso" "base" {
  generation                       = 2
  enable_secure_boot               = true
  enable_virtualization_extensions = true
  cpus                             = 2
  memory                           = 8192
}

build {
  sources = ["qemu.base", "hyperv-iso.base"]
}
"""


def test_the_whole_of_it(look: Look) -> None:
    seen = look("base.pkr.hcl", TEMPLATE)
    assert seen.formats == ("packer",)
    assert seen.names == ["qemu.base", "hyperv-iso.base"]
    assert seen.facts("qemu.base") == {
        "deployment.cpuModel": "host-passthrough",
        "deployment.devices.disk": "virtio",
        "deployment.devices.nic": "virtio",
        "deployment.firmware.tpm": "2.0",
        "deployment.firmware.type": "uefi",
        "deployment.machine": "virt",
        "deployment.mode": "hw-assisted",
        "deployment.platform.id": "kvm",
        "guest.arch": "arm64",
        "resources.cpu": "4.0",
        "resources.disk": "40Gi",
    }
    assert seen.facts("hyperv-iso.base") == {
        "deployment.devices.nic": "synthetic",
        "deployment.firmware.secureBoot": "true",
        "deployment.firmware.tpm": "none",
        "deployment.firmware.type": "uefi",
        "deployment.generation": "2",
        "deployment.platform.id": "hyperv",
        "requirements.nested": "true",
        "resources.cpu": "2.0",
        "resources.memory": "8192Mi",
    }


@pytest.mark.parametrize(
    ("switch", "path", "expected"),
    [
        ('["-m", "2048M"]', "resources.memory", "2048Mi"),
        ('["-m", "size=3G,slots=2"]', "resources.memory", "3Gi"),
        ('["-m", "768"]', "resources.memory", "768Mi"),
        ('["-m", "lots"]', "resources.memory", None),
        ('["-m", "2048"], ["-m", "4096"]', "resources.memory", None),
        ('["-m", "${var.memory}"]', "resources.memory", None),
        ('["-smp", "4,sockets=1"]', "resources.cpu", "4.0"),
        ('["-smp", "cpus=2"]', "resources.cpu", "2.0"),
        ('["-smp", "cores=2"]', "resources.cpu", None),
        ('["-cpu", "host,+vmx"]', "deployment.cpuModel", "host-passthrough"),
        ('["-bios", "/opt/AAVMF/AAVMF_CODE.fd"]', "deployment.firmware.type", "uefi"),
        ('["-bios", "own.bin"]', "deployment.firmware.type", None),
        ('["-machine", "q35,accel=tcg"]', "deployment.machine", "q35"),
        ('["-machine", "q35,accel=tcg"]', "deployment.mode", "emulation"),
        ('["-M", "type=virt,gic-version=max"]', "deployment.machine", "virt"),
        ('["-M", "type=virt,gic-version=max"]', "deployment.platform.id", None),
        ('["-accel", "kvm"]', "deployment.platform.id", "kvm"),
        ('["-accel"]', "deployment.platform.id", None),
        ('["-machine", "accel=kvm:tcg"]', "deployment.mode", None),
    ],
)
def test_switches_of_qemu(look: Look, switch: str, path: str, expected: str | None) -> None:
    text = f'source "qemu" "x" {{\n  accelerator = "hvf"\n  memory = 512\n  qemuargs = [{switch}]\n}}\n'
    seen = look("x.pkr.hcl", text)
    assert seen.facts().get(path) == expected
    assert (path in seen.native().unknowns) == (expected is None)
    assert expected is None or seen.at(path)[0] == 4


def test_variables_of_the_old_json_are_named(look: Look) -> None:
    machine = '{"type": "qemu", "cpus": "{{ user `cores` }}", "memory": "{{env `RAM`}}"}'
    seen = look("x.json", f'{{"variables": {{"cores": "2"}}, "builders": [{machine}]}}')
    assert seen.native().unknowns["resources.cpu"] == "cpus is user `cores`, a variable that a run may set"
    assert seen.native().unknowns["resources.memory"] == "memory is computed"


def test_places_and_what_is_open(look: Look) -> None:
    seen = look("base.pkr.hcl", TEMPLATE)
    assert seen.at("deployment.platform.id", "qemu.base") == (10, 19)
    assert seen.at("resources.cpu", "qemu.base") == (6, 10), "a local is shown where it is written out"
    assert seen.at("requirements.nested", "hyperv-iso.base") == (25, 38)
    assert seen.at("deployment.devices.disk", "qemu.base") == (9, 1)
    qemu = seen.native("qemu.base")
    assert qemu.unknowns["resources.memory"] == "memory is var.memory, a variable that a run may set"
    assert set(qemu.defaults) == {"deployment.devices.disk"}


@pytest.mark.parametrize(
    ("kind", "settings", "path", "expected"),
    [
        ("qemu", "", "deployment.platform.id", None),
        ("qemu", "", "deployment.firmware.type", "bios"),
        ("qemu", 'accelerator = "none"', "deployment.mode", "emulation"),
        ("qemu", 'accelerator = "tcg"', "deployment.platform.id", "qemu"),
        ("qemu", 'accelerator = "hvf"', "deployment.mode", "hw-assisted"),
        ("qemu", 'accelerator = "xen"', "deployment.platform.id", None),
        ("qemu", "accelerator = var.a", "deployment.platform.id", None),
        ("qemu", 'qemuargs = [["-drive", "if=none"]]', "deployment.devices.disk", None),
        ("qemu", 'qemuargs = [["-display", "none"]]', "deployment.devices.disk", "virtio"),
        ("qemu", "qemuargs = var.args", "deployment.devices.disk", None),
        ("qemu", 'firmware = "/usr/share/OVMF/OVMF_CODE.fd"', "deployment.firmware.type", "uefi"),
        ("qemu", 'firmware = "/srv/x.bin"', "deployment.firmware.type", None),
        ("qemu", 'efi_firmware_code = "/x"', "deployment.firmware.type", "uefi"),
        ("qemu", "efi_boot = false", "deployment.firmware.type", "bios"),
        ("qemu", "vtpm = true\nuse_tpm1 = true", "deployment.firmware.tpm", "1.2"),
        ("qemu", "vtpm = false", "deployment.firmware.tpm", "none"),
        ("qemu", "disk_size = 4096", "resources.disk", "4096Mi"),
        ("qemu", 'cpu_model = "EPYC,+svm"', "deployment.cpuModel", "EPYC"),
        ("qemu", "", "deployment.cpuModel", "qemu64"),
        ("qemu", 'qemuargs = [["-cpu", "host"]]', "deployment.cpuModel", "host-passthrough"),
        ("qemu", "qemuargs = var.args", "deployment.cpuModel", None),
        ("qemu", 'qemu_binary = "qemu-system-aarch64"', "deployment.cpuModel", None),
        ("hyperv-iso", "", "deployment.generation", "1"),
        ("hyperv-iso", "", "deployment.firmware.type", "bios"),
        ("hyperv-iso", "generation = var.g", "deployment.firmware.type", None),
        ("hyperv-iso", "enable_secure_boot = true", "deployment.firmware.secureBoot", "false"),
        ("hyperv-iso", "generation = 2\nenable_tpm = true", "deployment.firmware.tpm", "2.0"),
        (
            "hyperv-iso",
            'generation = 2\nenable_secure_boot = true\nsecure_boot_template = "MicrosoftWindows"',
            "deployment.firmware.secureBootTemplate",
            "MicrosoftWindows",
        ),
        ("hyperv-iso", "use_legacy_network_adapter = true", "deployment.devices.nic", "legacy"),
        ("hyperv-vmcx", "", "deployment.generation", None),
        ("parallels-iso", 'guest_os_type = "win-11"', "guest.os.id", "win11"),
        ("parallels-iso", "", "deployment.devices.disk", "sata"),
        ("parallels-pvm", "", "deployment.devices.disk", None),
        ("parallels-iso", 'prlctl = [["set", "{{.Name}}", "--efi-boot", "on"]]', "deployment.firmware.type", "uefi"),
        ("parallels-iso", 'prlctl = [["set", "{{.Name}}", "--nested-virt", "on"]]', "requirements.nested", "true"),
        ("parallels-macvm", "", "guest.os.family", "darwin"),
        ("virtualbox-iso", 'guest_os_type = "Debian_64"', "guest.arch", "amd64"),
        ("virtualbox-iso", 'guest_os_type = "Debian_64"', "deployment.firmware.type", "bios"),
        ("virtualbox-iso", 'guest_os_type = "Windows11_64"', "deployment.firmware.type", None),
        ("virtualbox-iso", 'guest_os_type = "Debian12_arm64"', "deployment.firmware.type", None),
        ("virtualbox-iso", "guest_os_type = var.g", "deployment.firmware.type", None),
        ("virtualbox-iso", 'firmware = "efi"', "deployment.firmware.type", "uefi"),
        ("virtualbox-iso", 'hard_drive_interface = "virtio"', "deployment.devices.disk", "virtio-scsi"),
        ("virtualbox-iso", 'nic_type = "82540EM"', "deployment.devices.nic", "e1000"),
        ("virtualbox-iso", "nested_virt = true", "requirements.nested", "true"),
        ("virtualbox-iso", 'vboxmanage = [["modifyvm", "{{.Name}}", "--firmware", "EFI", "--memory", "2048"]]',
         "deployment.firmware.type", "uefi"),
        ("virtualbox-iso", 'vboxmanage = [["modifyvm", "{{.Name}}", "--firmware", "EFI", "--memory", "2048"]]',
         "resources.memory", "2048Mi"),
        ("virtualbox-iso", 'vboxmanage = [["modifyvm", "{{.Name}}", "--tpm-type", "2.0"]]', "deployment.firmware.tpm",
         "2.0"),
        ("virtualbox-iso", 'vboxmanage = [["storagectl", "x", "--add", "sata"]]', "deployment.devices.disk", None),
        ("virtualbox-iso", "vboxmanage = var.calls", "deployment.firmware.type", None),
        ("virtualbox-ovf", "", "deployment.firmware.type", None),
        ("vmware-iso", "", "deployment.platform.id", None),
        ("vmware-iso", "", "deployment.architecture", "type2"),
        ("vmware-iso", 'remote_type = "esx5"', "deployment.platform.id", "vmware-esxi"),
        ("vmware-iso", 'guest_os_type = "windows9srv-64"', "guest.os.id", "win2k16"),
        ("vmware-iso", 'firmware = "efi-secure"', "deployment.firmware.secureBoot", "true"),
        ("vmware-iso", "version = 9", "deployment.machine", "vmx-09"),
        ("vmware-iso", 'vmx_data = { "vhv.enable" = "TRUE" }', "requirements.nested", "true"),
        ("vmware-iso", 'vmx_data = { "ethernet0.virtualDev" = "vmxnet3" }', "deployment.devices.nic", "vmxnet3"),
        ("vmware-iso", 'vmx_data = { memsize = "4096" }', "resources.memory", "4096Mi"),
        ("vmware-vmx", "", "deployment.firmware.tpm", None),
        ("vsphere-iso", "", "deployment.firmware.type", "bios"),
        ("vsphere-iso", "vTPM = true", "deployment.firmware.tpm", "2.0"),
        ("vsphere-iso", "NestedHV = true", "requirements.nested", "true"),
        ("vsphere-iso", 'disk_controller_type = ["pvscsi"]', "deployment.devices.disk", "pvscsi"),
        ("vsphere-iso", 'disk_controller_type = ["pvscsi", "nvme"]', "deployment.devices.disk", None),
        ("vsphere-iso", "vm_version = 20", "deployment.machine", "vmx-20"),
        ("vsphere-iso", 'network_adapters {\nnetwork_card = "e1000e"\n}', "deployment.devices.nic", "e1000e"),
        ("vsphere-clone", "", "deployment.firmware.type", None),
        ("xenserver-iso", "vm_memory = 4096", "resources.memory", "4096Mi"),
        ("xenserver-iso", "", "deployment.platform.id", "xenserver"),
        ("utm-iso", 'vm_arch = "aarch64"', "guest.arch", "arm64"),
    ],
)  # fmt: skip
def test_one_fact(look: Look, kind: str, settings: str, path: str, expected: str | None) -> None:
    seen = look("x.pkr.hcl", f'source "{kind}" "x" {{\n{settings}\n}}\n')
    assert seen.facts().get(path) == expected
    assert seen.problems == []


PROXMOX = """\
source "proxmox-iso" "web" {
  node            = "pve1"
  os              = "win11"
  cores           = 2
  sockets         = 2
  memory          = 8192
  cpu_type        = "host"
  machine         = "q35"
  bios            = "ovmf"
  scsi_controller = "virtio-scsi-single"
  efi_config {
    efi_storage_pool  = "local-lvm"
    pre_enrolled_keys = true
    efitype           = "4m"
  }
  tpm_config {
    tpm_storage_pool = "local-lvm"
    tpm_version      = "v2.0"
  }
  vga {
    type = "qxl"
  }
  network_adapters {
    bridge = "vmbr0"
    model  = "virtio"
  }
  disks {
    type         = "scsi"
    disk_size    = "64G"
    storage_pool = "local-lvm"
  }
  pci_devices {
    host = "0000:01:00.0"
  }
}
"""


def test_proxmox(look: Look) -> None:
    seen = look("web.pkr.hcl", PROXMOX)
    assert seen.facts() == {
        "deployment.cpuModel": "host-passthrough",
        "deployment.cpuSockets": "2",
        "deployment.firmware.variableStore": "true",
        "deployment.devices.disk": "virtio-scsi",
        "deployment.devices.nic": "virtio",
        "deployment.devices.video": "qxl",
        "deployment.firmware.secureBoot": "true",
        "deployment.firmware.tpm": "2.0",
        "deployment.firmware.type": "uefi",
        "deployment.hostDevices": "0000:01:00.0",
        "deployment.machine": "q35",
        "deployment.mode": "hw-assisted",
        "deployment.platform.id": "proxmox-ve",
        "guest.os.family": "windows",
        "guest.os.oneOf": "win11,win2k22,win2k25",
        "resources.cpu": "4.0",
        "resources.disk": "64Gi",
        "resources.memory": "8192Mi",
    }
    assert seen.at("deployment.devices.disk") == (10, 22)
    assert seen.at("guest.os.family") == (3, 22)
    assert set(seen.native().defaults) == {"deployment.mode"}


def test_proxmox_left_to_its_defaults(look: Look) -> None:
    text = 'source "proxmox" "x" {\n  disks {\n  disk_size = "8G"\n  }\n  network_adapters {\n  bridge = "b"\n  }\n}\n'
    assert look("x.pkr.hcl", text).facts() == {
        "deployment.cpuModel": "kvm64",
        "deployment.devices.disk": "lsi",
        "deployment.devices.nic": "e1000",
        "deployment.firmware.secureBoot": "false",
        "deployment.firmware.tpm": "none",
        "deployment.firmware.type": "bios",
        "deployment.mode": "hw-assisted",
        "deployment.platform.id": "proxmox-ve",
        "resources.cpu": "1.0",
        "resources.disk": "8Gi",
        "resources.memory": "512Mi",
    }
    cloned = look("x.pkr.hcl", 'source "proxmox-clone" "x" {\n  clone_vm = "t"\n  disks {\n  type = "scsi"\n  }\n}\n')
    assert cloned.facts() == {"deployment.platform.id": "proxmox-ve"}


@pytest.mark.parametrize(
    ("settings", "path", "expected"),
    [
        ("disable_kvm = true", "deployment.mode", "emulation"),
        ("disable_kvm = false", "deployment.mode", "hw-assisted"),
        ("disable_kvm = var.k", "deployment.mode", None),
        ('disks {\ntype = "virtio"\n}\ndisks {\ntype = "sata"\n}', "deployment.devices.disk", None),
        ('disks {\ntype = "virtio"\n}\ndisks {\ntype = "virtio"\n}', "deployment.devices.disk", "virtio"),
        ("disks {\n}\nscsi_controller = var.c", "deployment.devices.disk", None),
        ("tpm_config {\n}", "deployment.firmware.tpm", "2.0"),
        ('bios = "ovmf"\nefi_config {\nefitype = "2m"\n}', "deployment.firmware.secureBoot", "false"),
        ('bios = "ovmf"\nefi_config {\nefitype = "4m"\n}', "deployment.firmware.secureBoot", None),
        ('qemu_additional_args = "-cpu max"', "deployment.cpuModel", None),
        ('qemu_additional_args = "-smbios type=0"', "deployment.cpuModel", "kvm64"),
        ("qemu_additional_args = var.a", "deployment.firmware.type", None),
        ('pci_devices {\nmapping = "gpu"\nmdev = "nvidia-63"\n}', "requirements.devices.gpu.mode", "vgpu"),
        ("memory = var.m", "resources.memory", None),
        ('os = "l26"', "guest.os.family", "linux"),
    ],
)
def test_proxmox_one_fact(look: Look, settings: str, path: str, expected: str | None) -> None:
    seen = look("x.pkr.hcl", f'source "proxmox-iso" "x" {{\n{settings}\n}}\n')
    assert seen.facts().get(path) == expected
    assert seen.problems == []


def test_what_a_build_changes_is_open(look: Look) -> None:
    source = 'source "qemu" "x" {\n  memory = 1024\n  cpus = 1\n}\n'
    text = source + 'build {\n  source "qemu.x" {\n    name = "y"\n    memory = 2048\n  }\n}\n'
    seen = look("x.pkr.hcl", text)
    assert "resources.memory" not in seen.facts()
    assert seen.facts()["resources.cpu"] == "1.0"


OLD = """\
{
  "variables": {"memory": "2048"},
  "builders": [
    {"type": "virtualbox-iso", "name": "box", "guest_os_type": "Windows2019_64", "cpus": 2,
     "memory": "{{user `memory`}}", "vboxmanage": [["modifyvm", "{{.Name}}", "--nictype1", "virtio"]]},
    {"type": "vmware-iso", "guest_os_type": "windows2019srv-64", "vmx_data": {"firmware": "efi"}},
    {"type": "amazon-ebs", "instance_type": "t3.large"}
  ]
}
"""


def test_the_older_json(look: Look) -> None:
    seen = look("windows.json", OLD)
    assert seen.formats == ("packer",)
    assert seen.names == ["box", "vmware-iso"]
    facts = seen.facts("box")
    assert facts["guest.os.id"] == "win2k19"
    assert facts["deployment.devices.nic"] == "virtio"
    assert "resources.memory" not in facts
    assert seen.native("box").unknowns["resources.memory"] == "memory is user `memory`, a variable that a run may set"
    assert seen.at("guest.os.id", "box") == (4, 64)
    assert seen.facts("vmware-iso")["deployment.firmware.type"] == "uefi"


def test_a_name_that_is_filled_in_is_no_name(look: Look) -> None:
    seen = look("windows.json", OLD.replace('"name": "box"', '"name": "{{user `os`}}-{{user `arch`}}"'))
    assert seen.names == ["virtualbox-iso", "vmware-iso"]


def test_hcl2_in_json(look: Look) -> None:
    text = '{"source": {"qemu": {"x": {"accelerator": "kvm", "memory": "${var.m}", "cpus": 4}}}}'
    seen = look("x.pkr.json", text)
    assert seen.names == ["qemu.x"]
    assert seen.facts()["resources.cpu"] == "4.0"
    assert "resources.memory" not in seen.facts()


def test_values_of_variables_are_skipped(look: Look) -> None:
    seen = look("debian.pkrvars.hcl", 'os_name = "debian"\n')
    assert seen.formats == ("packer",)
    assert "template" in seen.checked.skipped


def test_a_template_without_a_machine(look: Look) -> None:
    seen = look("variables.pkr.hcl", 'variable "x" {}\n')
    assert (seen.formats, seen.names, seen.checked.skipped) == (("packer",), [], "")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("metadata.hcl", 'integration {\n  name = "x"\n}\n'),
        ("nomad.hcl", 'job "x" {\n  source = "y"\n}\n'),
        ("data.json", '{"builders": [{"name": "x"}]}'),
        ("data.json", '{"builders": [{"type": "qemu"}], "people": []}'),
        ("package.json", '{"name": "x", "source": "y"}'),
    ],
)
def test_other_files_are_not_taken_for_one(look: Look, name: str, text: str) -> None:
    assert "packer" not in look(name, text).formats


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (TEMPLATE.encode()[:300], "VM903"),
        (b'source "qemu" "x" {\n  a = \xff\n}\n', "VM902"),
        (TEMPLATE.encode("utf-16"), None),
        (b'source "qemu" "x" {\n' + b"  a {\n" * 100, "VM904"),
        (b'source "qemu" "x" {\n' + b"".join(b"  a%d = 1\n" % n for n in range(20_000)) + b"}\n", None),
        (b'source "qemu" "x" {\n cpus = [[]]\n memory = {}\n qemuargs = "x"\n accelerator = []\n}\n', None),
        (b'source "vsphere-iso" "x" {\n storage = 1\n network_adapters = [1]\n CPUs = "many"\n}\n', None),
    ],
)
def test_hostile_input(look: Look, data: bytes, code: str | None) -> None:
    seen = look("x.pkr.hcl", data)
    assert seen.checked.crashes == ()
    assert [problem[0] for problem in seen.problems] == ([code] if code else [])


def test_general_rules_report_the_place(look: Look) -> None:
    text = """\
source "vsphere-iso" "w" {
  guest_os_type = "windows11_64Guest"
  firmware      = "bios"
}
source "hyperv-iso" "w" {
  # vmlint: guest.os=win11
  generation = 1
}
"""
    findings = look("x.pkr.hcl", text).found("VM622")
    assert ("VM622", 3, 20) in findings
    assert ("VM622", 7, 16) in findings


def test_hints_and_a_healthy_file(look: Look) -> None:
    seen = look("base.pkr.hcl", "# vmlint: environment=dev\n" + TEMPLATE)
    assert seen.facts("qemu.base")["environment"] == "dev"
    assert seen.found() == []
