"""Terraform's resources that are machines or containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vmlint.api import limits

if TYPE_CHECKING:
    from tests.formats.conftest import Look

VSPHERE = """\
resource "vsphere_virtual_machine" "db" {
  count             = 2
  name              = "db-${count.index}"
  guest_id          = "rhel9_64Guest"
  firmware          = "efi"
  num_cpus          = 8
  memory            = 32 * 1024
  scsi_type         = "lsilogic-sas"
  nested_hv_enabled = true
  hardware_version  = 21
  pci_device_id     = ["0000:3b:00.0"]

  network_interface {
    network_id   = data.vsphere_network.lan.id
    adapter_type = "e1000e"
  }

  disk {
    label = "disk0"
    size  = 100
  }

  vtpm {
    version = "2.0"
  }

  memory_reservation_locked_to_max = true
}
"""


def test_vsphere(look: Look) -> None:
    seen = look("main.tf", VSPHERE)
    assert seen.formats == ("terraform",)
    assert seen.names == ["vsphere_virtual_machine.db"]
    assert seen.facts() == {
        "deployment.devices.disk": "lsilogic-sas",
        "deployment.cpuSockets": "8",
        "deployment.hotAdd": "",
        "deployment.devices.nic": "e1000e",
        "deployment.firmware.secureBoot": "false",
        "deployment.firmware.tpm": "2.0",
        "deployment.firmware.type": "uefi",
        "deployment.hostDevices": "0000:3b:00.0",
        "deployment.machine": "vmx-21",
        "deployment.platform.id": "vmware-esxi",
        "deployment.tuning.lockedMemory": "true",
        "guest.arch": "amd64",
        "guest.os.id": "rhel9.0",
        "guest.os.oneOf": "rhel9.0",
        "guest.platform": "linux/amd64",
        "instances": "2",
        "requirements.nested": "true",
        "resources.cpu": "8.0",
        "resources.disk": "100Gi",
        "resources.memory": "32768Mi",
    }
    assert seen.at("guest.os.id") == (4, 24)
    assert seen.at("deployment.devices.nic") == (15, 21)
    assert seen.at("deployment.firmware.tpm") == (23, 3)
    assert set(seen.native().defaults) == {
        "deployment.cpuSockets",
        "deployment.firmware.secureBoot",
        "deployment.hotAdd",
    }


def resource(kind: str, body: str) -> str:
    return f'resource "{kind}" "x" {{\n{body}\n}}\n'


BPG, TELMATE, LIBVIRT = "proxmox_virtual_environment_vm", "proxmox_vm_qemu", "libvirt_domain"
NEW = 'os = {\ntype = "hvm"\n'


@pytest.mark.parametrize(
    ("kind", "body", "path", "expected"),
    [
        ("vsphere_virtual_machine", "", "deployment.devices.disk", "pvscsi"),
        ("vsphere_virtual_machine", "", "deployment.firmware.type", None),
        ("vsphere_virtual_machine", "clone {}", "deployment.devices.disk", None),
        ("vsphere_virtual_machine", 'dynamic "clone" {}', "deployment.firmware.tpm", None),
        ("vsphere_virtual_machine", 'dynamic "vtpm" {}', "deployment.firmware.tpm", None),
        ("vsphere_virtual_machine", "memory = var.memory", "resources.memory", None),
        ("vsphere_virtual_machine", "vbs_enabled = true\nnested_hv_enabled = true", "requirements.nested", None),
        ("vsphere_virtual_machine", 'disk {\ncontroller_type = "nvme"\n}', "deployment.devices.disk", "nvme"),
        ("vsphere_virtual_machine", 'disk {}\ndisk {\ncontroller_type = "nvme"\n}', "deployment.devices.disk", None),
        ("vsphere_virtual_machine", 'dynamic "disk" {}', "deployment.devices.disk", None),
        ("vsphere_virtual_machine", 'shared_pci_device_id = ["grid_a100-4c"]', "requirements.devices.gpu.mode", "vgpu"),
        ("vsphere_virtual_machine", 'network_interface {\nadapter_type = "sriov"\nphysical_function = "3b:00.1"\n}',
         "deployment.hostDevices", "3b:00.1"),
        ("vsphere_virtual_machine", "", "deployment.tuning.lockedMemory", "false"),
        ("vsphere_virtual_machine", "clone {}", "deployment.tuning.lockedMemory", None),
        ("vsphere_virtual_machine", "memory = 8192\nmemory_reservation = 8192", "deployment.tuning.lockedMemory",
         "true"),
        ("vsphere_virtual_machine", "memory = 8192\nmemory_reservation = 4096", "deployment.tuning.lockedMemory",
         "false"),
        ("vsphere_virtual_machine", "count = var.n", "instances", None),
        ("vsphere_virtual_machine", "for_each = var.n", "instances", None),
        ("vsphere_virtual_machine", "", "instances", None),
        ("hyperv_machine_instance", "", "deployment.generation", "2"),
        ("hyperv_machine_instance", "generation = 1", "deployment.firmware.type", "bios"),
        ("hyperv_machine_instance", 'vm_firmware {\nenable_secure_boot = "Off"\n}', "deployment.firmware.secureBoot",
         "false"),
        ("hyperv_machine_instance", 'vm_firmware {\nenable_secure_boot = ""\n}', "deployment.firmware.secureBoot",
         None),
        ("hyperv_machine_instance", "vm_processor {\nexpose_virtualization_extensions = true\n}", "requirements.nested",
         "true"),
        ("hyperv_machine_instance", "network_adaptors {\nis_legacy = true\n}", "deployment.devices.nic", "legacy"),
        ("hyperv_machine_instance", "memory_startup_bytes = 536870912", "resources.memory", "512Mi"),
        ("hyperv_machine_instance", 'hard_disk_drives {\ncontroller_type = "Scsi"\n}', "deployment.devices.disk",
         "scsi"),
        ("hyperv_machine_instance", 'hard_disk_drives {\ncontroller_type = "Ide"\n}', "deployment.devices.disk", "ide"),
        ("hyperv_machine_instance", "hard_disk_drives {\ncontroller_number = 0\n}", "deployment.devices.disk", None),
        ("xenserver_vm", 'template_name = "Windows Server 2022 (64-bit)"', "guest.os.id", "win2k22"),
        ("xenserver_vm", 'template_name = "Windows Server 2022 (64-bit)"', "guest.arch", "amd64"),
        ("xenserver_vm", 'template_name = "my own"', "guest.os.id", None),
        ("xenserver_vm", 'boot_mode = "uefi_security"', "deployment.firmware.secureBoot", "true"),
        ("xenserver_vm", "static_mem_max = 4 * 1024 * 1024 * 1024", "resources.memory", "4Gi"),
        ("xenorchestra_vm", "exp_nested_hvm = true", "requirements.nested", "true"),
        ("xenorchestra_vm", "", "deployment.platform.id", "xcp-ng"),
        ("xenorchestra_vm", 'hvm_boot_firmware = "uefi"', "deployment.firmware.type", "uefi"),
        (BPG, "", "deployment.firmware.type", "bios"),
        (BPG, "", "deployment.mode", "hw-assisted"),
        (BPG, "clone {}", "deployment.firmware.type", None),
        (BPG, "cpu {\ncores = 2\nsockets = 2\n}", "resources.cpu", "4.0"),
        (BPG, "cpu {\ncores = var.c\nsockets = 2\n}", "resources.cpu", None),
        (BPG, 'cpu {\ntype = "host"\n}', "deployment.cpuModel", "host-passthrough"),
        (BPG, 'cpu {\ntype = "custom-x"\n}', "deployment.cpuModel", None),
        (BPG, 'cpu {\narchitecture = "aarch64"\n}', "guest.arch", "arm64"),
        (BPG, 'disk {\ninterface = "scsi0"\n}', "deployment.devices.disk", "virtio-scsi"),
        (BPG, 'scsi_hardware = "pvscsi"\ndisk {\ninterface = "scsi0"\n}', "deployment.devices.disk", "pvscsi"),
        (BPG, 'disk {\ninterface = "sata0"\nsize = 8\n}', "resources.disk", "8Gi"),
        (BPG, 'disk {\ninterface = "sata0"\n}\ndisk {\ninterface = "virtio0"\n}', "deployment.devices.disk", None),
        (BPG, 'network_device {\nmodel = "e1000"\n}', "deployment.devices.nic", "e1000"),
        (BPG, "network_device {}", "deployment.devices.nic", "virtio"),
        (BPG, "tpm_state {}", "deployment.firmware.tpm", "2.0"),
        (BPG, 'tpm_state {\nversion = "v1.2"\n}', "deployment.firmware.tpm", "1.2"),
        (BPG, 'bios = "ovmf"\nefi_disk {\ntype = "4m"\npre_enrolled_keys = true\n}', "deployment.firmware.secureBoot",
         "true"),
        (BPG, 'bios = "ovmf"\nefi_disk {\ntype = "2m"\n}', "deployment.firmware.secureBoot", "false"),
        (BPG, 'hostpci {\nid = "0000:01:00"\n}', "deployment.hostDevices", "0000:01:00"),
        (BPG, 'hostpci {\nmdev = "nvidia-63"\nmapping = "gpu"\n}', "requirements.devices.gpu.mode", "vgpu"),
        (BPG, 'operating_system {\ntype = "win11"\n}', "guest.os.family", "windows"),
        (BPG, 'cpu {\ntype = "host"\n}\nkvm_arguments = "-cpu max"', "deployment.cpuModel", None),
        ("proxmox_cloned_vm", 'network = {\nnet0 = {\nmodel = "e1000"\n}\n}', "deployment.devices.nic", "e1000"),
        ("proxmox_cloned_vm", "memory = { size = 1024 }", "resources.memory", "1024Mi"),
        ("proxmox_cloned_vm", "", "deployment.mode", None),
        (TELMATE, 'cpu = "host"\ncores = 2', "deployment.cpuModel", "host-passthrough"),
        (TELMATE, "cpu {\ncores = 4\n}", "resources.cpu", "4.0"),
        (TELMATE, 'qemu_os = "l26"', "guest.os.family", "linux"),
        (TELMATE, 'os_type = "cloud-init"', "guest.os.family", None),
        (TELMATE, 'disk {\ntype = "virtio"\nsize = "20G"\n}', "deployment.devices.disk", "virtio"),
        (TELMATE, 'disk {\ntype = "virtio"\nsize = "20G"\n}', "resources.disk", "20Gi"),
        (TELMATE, 'scsihw = "virtio-scsi-single"\ndisk {\nslot = "scsi0"\ntype = "disk"\n}', "deployment.devices.disk",
         "virtio-scsi"),
        (TELMATE, "disks {\nvirtio {\nvirtio0 {\ndisk {\nsize = 32\n}\n}\n}\n}", "deployment.devices.disk", "virtio"),
        (TELMATE, "kvm = false", "deployment.mode", "emulation"),
        (TELMATE, 'network {\nmodel = "rtl8139"\n}', "deployment.devices.nic", "rtl8139"),
        (LIBVIRT, "memory = 2048\ndisk {}", "resources.memory", "2048Mi"),
        (LIBVIRT, "memory = 2048", "resources.memory", None),
        (LIBVIRT, f"memory = 2097152\n{NEW}}}", "resources.memory", "2Gi"),
        (LIBVIRT, 'memory = 2\nmemory_unit = "GiB"', "resources.memory", "2Gi"),
        (LIBVIRT, "disk {}", "deployment.platform.id", "kvm"),
        (LIBVIRT, "disk {}", "deployment.devices.disk", "virtio"),
        (LIBVIRT, 'disk {\nscsi = "true"\n}', "deployment.devices.disk", "virtio-scsi"),
        (LIBVIRT, 'cpu {\nmode = "host-passthrough"\n}', "deployment.cpuModel", "host-passthrough"),
        (LIBVIRT, f'type = "qemu"\n{NEW}}}', "deployment.mode", "emulation"),
        (LIBVIRT, f"{NEW}}}", "deployment.platform.id", None),
        (LIBVIRT, f'{NEW}firmware = "efi"\n}}', "deployment.firmware.type", "uefi"),
        (LIBVIRT, f'{NEW}type_arch = "x86_64"\n}}', "deployment.firmware.type", "bios"),
        (LIBVIRT, f'{NEW}type_arch = "aarch64"\n}}', "deployment.firmware.type", None),
        (LIBVIRT, f'{NEW}loader = "/x/OVMF_CODE.fd"\nloader_type = "pflash"\n}}', "deployment.firmware.type", "uefi"),
        (LIBVIRT, "vcpu = { value = 4 }\nos = {}", "resources.cpu", "4.0"),
        (LIBVIRT, 'devices = { interfaces = [{ model = { type = "e1000" } }] }', "deployment.devices.nic", "e1000"),
        (LIBVIRT, 'devices = { disks = [{ device = "cdrom", target = { bus = "sata" } }, '
         '{ target = { bus = "virtio" } }] }', "deployment.devices.disk", "virtio"),
        ("proxmox_virtual_environment_container", "unprivileged = true", "deployment.privileged", "false"),
        ("proxmox_virtual_environment_container", "", "deployment.privileged", "true"),
        ("proxmox_virtual_environment_container", 'mount_point {\nvolume = "/srv"\npath = "/x"\n}', "deployment.mounts",
         "/srv:/x"),
        ("proxmox_virtual_environment_container", 'mount_point {\nvolume = "local-lvm"\n}', "deployment.mounts", ""),
        ("proxmox_virtual_environment_container", "memory {\ndedicated = 1024\n}", "resources.memory", "1024Mi"),
        ("proxmox_lxc", 'rootfs {\nsize = "8G"\n}', "resources.disk", "8Gi"),
        ("proxmox_lxc", "", "deployment.mode", "lxc"),
        ("proxmox_lxc", "", "guest.os.family", "linux"),
        ("proxmox_lxc", 'ostemplate = "store:vztmpl/ubuntu-22.04-standard_22.04-1_amd64.tar.zst"', "guest.os.id",
         "ubuntu22.04"),
        ("proxmox_lxc", 'ostemplate = "store:vztmpl/ubuntu-22.04-standard_22.04-1_amd64.tar.zst"', "guest.arch",
         "amd64"),
        ("proxmox_lxc", 'arch = "arm64"\nostemplate = "x:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst"', "guest.arch",
         "arm64"),
        ("proxmox_lxc", 'ostemplate = "x:vztmpl/centos-7-default_20190926_amd64.tar.xz"', "guest.os.id", "centos7.0"),
        ("proxmox_lxc", 'ostemplate = "x:vztmpl/centos-9-stream-default_20240828_amd64.tar.xz"', "guest.os.id",
         "centos-stream9"),
        ("proxmox_lxc", 'ostemplate = "x:vztmpl/of-our-own-2_amd64.tar.zst"', "guest.os.id", None),
        ("proxmox_virtual_environment_container",
         'operating_system {\ntemplate_file_id = "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst"\n}',
         "guest.os.id", "debian13"),
        ("proxmox_virtual_environment_container", "operating_system {\ntemplate_file_id = var.t\n}", "guest.os.id",
         None),
        ("incus_instance", "", "deployment.mode", "lxc"),
        ("incus_instance", 'type = "virtual-machine"', "deployment.mode", "hw-assisted"),
        ("incus_instance", "type = var.t", "deployment.mode", None),
        ("incus_instance", 'image = "images:debian/12"', "guest.os.id", "debian12"),
        ("incus_instance", 'image = "images:centos/9-Stream/cloud"', "guest.os.id", "centos-stream9"),
        ("incus_instance", 'image = "images:opensuse/15.6"', "guest.os.id", "opensuse15.6"),
        ("incus_instance", 'image = "images:oracle/9"', "guest.os.id", "ol9.0"),
        ("incus_instance", 'image = "local:web/9"', "guest.os.id", None),
        ("lxd_instance", 'image = "ubuntu:18.04"', "guest.os.id", "ubuntu18.04"),
        ("lxd_instance", 'image = "ubuntu-daily:jammy/arm64"', "guest.os.id", "ubuntu22.04"),
        ("lxd_instance", 'image = "ubuntu-minimal:noble"', "guest.os.id", "ubuntu24.04"),
        ("lxd_instance", 'image = "18.04"', "guest.os.id", None),
        ("incus_instance", 'config = {\n"security.privileged" = true\n}', "deployment.privileged", "true"),
        ("incus_instance", 'config = {\n"security.privileged" = ("true")\n}', "deployment.privileged", "true"),
        ("incus_instance", 'config = {\n"security.privileged" = "${"true"}"\n}', "deployment.privileged", "true"),
        ("incus_instance", 'config = {\n("security.privileged") = true\n}', "deployment.privileged", "true"),
        ("incus_instance", 'config = {\n"security.${"privileged"}" = true\n}', "deployment.privileged", "true"),
        ("incus_instance", 'profiles = []\nconfig = {\n"${var.x}" = true\n}', "deployment.privileged", None),
        ("incus_instance", "profiles = []\nconfig = {\n(var.x) = true\n}", "deployment.privileged", None),
        ("incus_instance", "profiles = []\nconfig = {\n(local.unset) = true\n}", "deployment.privileged", None),
        ("incus_instance", 'profiles = []\nconfig = {\n"$${x}" = true\n}', "deployment.privileged", "false"),
        ("incus_instance", "profiles = []\nconfig = {\n(true) = true\n}", "deployment.privileged", "false"),
        ("incus_instance", 'config = {\n"limits.memory" = "2GiB"\n}', "resources.memory", "2Gi"),
        ("incus_instance", 'device {\ntype = "disk"\nproperties = { source = "/srv", path = "/x" }\n}',
         "deployment.mounts", "/srv:/x"),
        ("incus_instance", 'device {\ntype = "disk"\nproperties = { source = "/s", path = "/x", readonly = "true" }\n}',
         "deployment.mounts", "/s:/x:ro"),
        ("incus_instance", 'device {\ntype = "gpu"\n}', "requirements.devices.gpu.mode", "shared"),
        ("lxd_instance", 'type = "virtual-machine"\ndevice {\ntype = "gpu"\nproperties = { pci = "01:00.0" }\n}',
         "deployment.hostDevices", "01:00.0"),
        ("lxd_instance", 'type = "virtual-machine"\ndevice {\ntype = "gpu"\nproperties = { gputype = "mdev" }\n}',
         "requirements.devices.gpu.mode", "vgpu"),
        ("incus_instance", 'device {\ntype = "unix-char"\nproperties = { source = "/dev/ttyUSB0" }\n}',
         "deployment.hostDevices", "/dev/ttyUSB0"),
        ("incus_instance", 'device {\ntype = "unix-char"\nproperties = { source = var.stick }\n}',
         "deployment.hostDevices", None),
        ("incus_instance", 'config = {\n"linux.sysctl.net.ipv4.ip_forward" = 1\n}', "deployment.sysctls",
         "net.ipv4.ip_forward=1"),
        ("incus_instance", 'config = {\n"security.syscalls.intercept.mknod" = true\n}', "deployment.granted", "mknod"),
        ("incus_instance", 'config = {\n"linux.sysctl.vm.swappiness" = var.s\n}', "deployment.sysctls", None),
        ("incus_instance", "profiles = []", "deployment.privileged", "false"),
        ("incus_instance", "profiles = []\nconfig = var.c", "deployment.privileged", None),
        ("incus_instance", "profiles = [\"x\"]", "deployment.privileged", None),
        ("incus_instance", "profiles = []", "deployment.mounts", ""),
        ("lxd_instance", 'limits = { cpu = 2 }', "resources.cpu", "2.0"),
        (LIBVIRT, 'arch = "x86_64"', "deployment.cpuModel", "qemu64"),
        (LIBVIRT, 'arch = "x86_64"\ncpu {\nmode = "host-model"\n}', "deployment.cpuModel", "host-model"),
        (LIBVIRT, 'arch = "x86_64"\nxml {\nxslt = file("x.xsl")\n}', "deployment.cpuModel", None),
        (LIBVIRT, 'arch = "x86_64"\ndynamic "cpu" {\nfor_each = var.x\n}', "deployment.cpuModel", None),
        (LIBVIRT, 'vcpu = 2', "deployment.cpuModel", None),
        (LIBVIRT, 'cloudinit = "x"\ndisk {\nvolume_id = "y"\n}', "deployment.devices.drives", "ide,virtio"),
        (LIBVIRT, 'cloudinit = "x"\nxml {\nxslt = file("x.xsl")\n}', "deployment.devices.drives", None),
        ("lxd_profile", 'config = {\n"security.privileged" = "true"\n}', "deployment.privileged", "true"),
        ("lxd_profile", 'config = {\n"security.nesting" = "true"\n}', "deployment.mode", "lxc"),
        ("lxd_profile", 'config = {\n"security.nesting" = "false"\n}', "deployment.mode", None),
        ("incus_profile", 'config = {\n"security.secureboot" = false\n}', "deployment.mode", "hw-assisted"),
        ("incus_profile", 'config = {\n"limits.memory" = "2GiB"\n}', "resources.memory", "2Gi"),
        ("incus_profile", 'device {\ntype = "disk"\nproperties = { source = "/srv", path = "/x" }\n}',
         "deployment.mounts", "/srv:/x"),
    ],
)  # fmt: skip
def test_one_fact(look: Look, kind: str, body: str, path: str, expected: str | None) -> None:
    seen = look("main.tf", resource(kind, body))
    assert seen.facts().get(path) == expected
    assert seen.problems == []


def test_a_label_that_is_no_word(look: Look) -> None:
    """Terraform refuses the name, but the kind of resource is clear."""
    seen = look("main.tf", 'resource "xenorchestra_vm" "Game Server" {\n  cpus = 2\n}\n')
    assert seen.facts()["resources.cpu"] == "2.0"


ORCHESTRA = """\
data "xenorchestra_template" "web" {
  name_label = %s
}

resource "xenorchestra_vm" "web" {
  template = %s
}
"""


@pytest.mark.parametrize(
    ("name", "template", "id"),
    [
        ('"Debian Bookworm 12"', "data.xenorchestra_template.web.id", "debian12"),
        ('"Windows Server 2022 (64-bit)"', "data.xenorchestra_template.web.id", "win2k22"),
        ('"AlmaLinux 9"', "data.xenorchestra_template.web.id", "almalinux9"),
        ('"our web"', "data.xenorchestra_template.web.id", None),
        ("var.name", "data.xenorchestra_template.web.id", None),
        ('"Debian Bookworm 12"', "data.xenorchestra_template.other.id", None),
        ('"Debian Bookworm 12"', '"6d7ad5f2-0c2f-4b1f-9c33-1d0d2a0a4a5e"', None),
    ],
)
def test_a_template_that_a_data_source_looks_up(look: Look, name: str, template: str, id: str | None) -> None:
    seen = look("main.tf", ORCHESTRA % (name, template))
    assert seen.facts().get("guest.os.id") == id
    if id:
        assert seen.at("guest.os.id") == (2, 17)
    else:
        assert seen.native().unknowns["guest.os.id"]


def test_a_clone_keeps_its_controller(look: Look) -> None:
    seen = look("main.tf", resource(BPG, 'clone {\nvm_id = 9\n}\ndisk {\ninterface = "scsi0"\n}'))
    assert seen.native().unknowns["deployment.devices.disk"].endswith("of what it is cloned from")


SETTING = '"security.privileged" = '


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ('(local.key) = "true"', "true"),
        ('"security.${local.what}" = local.on', "true"),
        ('"${local.of}.${local.what}" = "${ local.on }"', "true"),
        ('"security.${local.what}${local.nothing}" = true', "true"),
        (f"{SETTING}false\n(local.key) = true", "true"),
        (f"(local.key) = true\n{SETTING}false", "false"),
        (f'{SETTING}"${{local.half}}e"', "true"),
        (f'{SETTING}"${{local.half}}${{var.x}}"', None),
        ('"security.${local.list}" = true', None),
        ('"security.${~ local.what ~}" = true', None),
        ('"security.${local.chain}" = true', None),
    ],
)
def test_texts_that_locals_complete(look: Look, config: str, expected: str | None) -> None:
    values = 'what = "privileged"\nof = "security"\nhalf = "tru"\non = true\nnothing = ""\nlist = []'
    values += '\nkey = "${local.of}.privileged"'
    machine = f'resource "incus_instance" "a" {{\nimage = "images:debian/12"\nconfig = {{\n{config}\n}}\n}}\n'
    seen = look("main.tf", f'{machine}locals {{\n{values}\nchain = "${{local.key}}"\n}}\n')
    assert seen.facts().get("deployment.privileged") == expected


def test_references_to_a_large_object_are_bounded(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HCL_FOLLOWED", 50)
    local = "locals {\nall = {\n" + "".join(f'"user.{number}" = 1\n' for number in range(20)) + "}\n}\n"
    machines = "".join(f'resource "incus_instance" "m{number}" {{\nconfig = local.all\n}}\n' for number in range(2))
    assert look("main.tf", local).checked.diagnostics == ()
    assert [each.code for each in look("main.tf", local + machines * 9).checked.diagnostics] == ["VM904"]


def test_locals_and_variables(look: Look) -> None:
    text = "locals {\n  cpus = 4\n}\n" + resource(
        "vsphere_virtual_machine", "  num_cpus = local.cpus\n  memory = var.memory\n  firmware = data.x.y.firmware"
    )
    seen = look("main.tf", text)
    assert seen.facts()["resources.cpu"] == "4.0"
    assert seen.at("resources.cpu") == (2, 10)
    assert seen.native().unknowns["resources.memory"] == "memory is var.memory, a variable that a run may set"
    assert seen.native().unknowns["deployment.firmware.type"] == "firmware is data.x.y.firmware, which is set elsewhere"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("notes.tf", "This is no configuration.\n"),
        ("x.py", "resource = 1\n"),
        ("README.md", resource("vsphere_virtual_machine", "")),
        ("x.tftpl", resource("vsphere_virtual_machine", "")),
        ("x.hcl", resource("aws_instance", "")),
        ("main.json", '{"resource": {"vsphere_virtual_machine": {"x": {}}}}'),
        ("main.tf.json", '{"name": "x"}'),
    ],
)
def test_other_files_are_not_taken_for_one(look: Look, name: str, text: str) -> None:
    assert "terraform" not in look(name, text).formats


def test_a_configuration_without_a_machine(look: Look) -> None:
    seen = look("providers.tf", 'provider "aws" {}\nresource "aws_instance" "x" {\n  bad = [\n}\n')
    assert (seen.formats, seen.names, seen.problems) == (("terraform",), [], [])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (VSPHERE.encode()[:200], "VM903"),
        (b'resource "libvirt_domain" "x" {\n a = \xff\n}\n', "VM902"),
        (VSPHERE.encode("utf-16"), None),
        (b'resource "libvirt_domain" "x" {\n' + b" a {\n" * 100, "VM904"),
        (b"".join(b'resource "libvirt_domain" "x%d" {\n}\n' % n for n in range(2_000)), None),
        (
            resource("libvirt_domain", "os = 1\ndevices = [1]\nmemory = {}\nvcpu = []\ncpu = {}\ntype = 3").encode(),
            None,
        ),
        (resource(BPG, "cpu = 1\nmemory = [[]]\ndisk = {}\nhostpci {}\nefi_disk = true\nvga {}").encode(), None),
        (resource(TELMATE, "disks = 1\ndisk {}\nnetwork = {}\ncpu = []\ncores = 1.5").encode(), None),
        (resource("incus_instance", "config = 1\nimage = []\ndevice {}\nlimits = true").encode(), None),
        (resource("hyperv_machine_instance", "generation = 1.5\nvm_firmware = 1").encode(), None),
        (resource("xenserver_vm", "template_name = 1\nboot_mode = []").encode(), None),
    ],
)
def test_hostile_input(look: Look, data: bytes, code: str | None) -> None:
    seen = look("main.tf", data)
    assert seen.checked.crashes == ()
    assert [problem[0] for problem in seen.problems] == ([code] if code else [])


def test_general_rules_report_the_place(look: Look) -> None:
    text = """\
# vmlint: requirements.mobility.liveMigration=required
resource "vsphere_virtual_machine" "w" {
  guest_id      = "windows11_64Guest"
  firmware      = "bios"
  num_cpus      = 2
  memory        = 8192
  pci_device_id = ["0000:3b:00.0"]
}
"""
    findings = look("main.tf", text).found()
    assert ("VM622", 4, 20) in findings
    assert ("VM611", 7, 21) in findings


def test_a_healthy_file(look: Look) -> None:
    text = VSPHERE.replace('"lsilogic-sas"', '"pvscsi"').replace('"e1000e"', '"vmxnet3"')
    assert look("main.tf", text).found() == []
