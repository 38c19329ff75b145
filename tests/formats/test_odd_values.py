"""What several readers once misread: digits of other scripts, sizes without units, shared words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.formats.test_ova import DESCRIPTOR, archive
from tests.formats.test_ovf import envelope, hardware, item, quantity, system

if TYPE_CHECKING:
    from tests.formats.conftest import Look

BOX = 'Vagrant.configure("2") do |config|\n  config.vm.box = "b"\n  config.vm.provider "%s" do |v|\n%s\n  end\nend\n'
QEMU = 'source "qemu" "m" {\n  iso_url = "x"\n%s\n}\n'
PROXMOX = 'resource "proxmox_%s" "m" {\n  target_node = "a"\n%s\n}\n'
KUBEVIRT = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: m}
spec:
  template:
    metadata: {%s}
    spec: {domain: {devices: {}}}
"""
INCUS = "type: virtual-machine\nname: m\nprofiles: [default]\nconfig: {%s}\nexpanded_config: {%s}\n"
VMX = 'config.version = "8"\nvirtualHW.version = "19"\nguestOS = "debian12-64"\n%s\n'
MEMORY, DISK, CPU = "resources.memory", "resources.disk", "resources.cpu"


@pytest.mark.parametrize(
    ("name", "text", "path"),
    [
        ("a.tf", PROXMOX % ("vm_qemu", '  disk {\n    size = "²G"\n    type = "disk"\n  }'), DISK),
        ("a.tf", PROXMOX % ("lxc", '  rootfs {\n    storage = "s"\n    size = "²G"\n  }'), DISK),
        ("a.pkr.hcl", QEMU % '  disk_size = "²G"', DISK),
        ("Vagrantfile", BOX % ("qemu", '    v.memory = "²"'), MEMORY),
        ("Vagrantfile", BOX % ("virtualbox", '    v.customize ["modifyvm", :id, "--memory", "²"]'), MEMORY),
        ("100.conf", "memory: ²\nostype: l26\n", MEMORY),
        ("100.conf", "memory: 64\nostype: l26\ncores: ²\n", CPU),
        ("100.conf", "memory: 64\nostype: l26\nscsi0: local:vm-1,size=²G\n", DISK),
        ("101.conf", "arch: amd64\nostype: debian\nrootfs: local:vm-1,size=²G\ncores: 1\n", DISK),
        ("101.conf", "arch: amd64\nostype: debian\nrootfs: local:vm-1\ncores: ²\n", CPU),
        ("m.vmx", VMX % 'memsize = "²"', MEMORY),
        ("m.vmx", VMX % 'numvcpus = "²"', CPU),
        ("m.vmx", VMX % 'ethernet².present = "TRUE"\nethernet².virtualDev = "e1000"', "deployment.devices.nic"),
        ("m.ovf", envelope(system(hardware(item(3, 1, quantity("²"))))), CPU),
        ("m.ovf", envelope(system(hardware(item(4, 1, quantity("²", "byte * 2^20"))))), MEMORY),
        ("m.yaml", INCUS % ("limits.memory: ²GiB", "limits.memory: ²GiB"), MEMORY),
        ("m.yaml", INCUS % ("limits.cpu: '²'", "limits.cpu: 0-²"), CPU),
    ],
)
def test_digits_of_other_kinds(look: Look, name: str, text: str, path: str) -> None:
    seen = look(name, text)
    assert seen.checked.crashes == ()
    assert len(seen.natives) == 1
    assert path not in seen.facts()
    assert seen.problems == []


def test_colima(look: Look) -> None:
    own = "cpu: 2\ndisk: 100\nmemory: 4\nruntime: docker\nvmType: vz\nmounts: []\n"
    assert look("colima.yaml", own).formats == ()


def test_lima_size_without_unit(look: Look) -> None:
    facts = look("m.yaml", "vmType: vz\nmounts: []\nmemory: 4\ndisk: 100\n").facts()
    assert not facts.keys() & {MEMORY, DISK}


@pytest.mark.parametrize(
    ("word", "id"),
    [
        ('labels: {os.template.kubevirt.io/windows11: "true"}', "win11"),
        ('labels: {os.template.kubevirt.io/win2k22: "true"}', "win2k22"),
        ("annotations: {vm.kubevirt.io/os: windows11}", "win11"),
        ("annotations: {vm.kubevirt.io/os: rhel9}", "rhel9.0"),
        ('annotations: {vm.kubevirt.io/os: windows10}, labels: {os.template.kubevirt.io/win11: "true"}', "win11"),
        ("annotations: {vm.kubevirt.io/os: centos-stream9}", "centos-stream9"),
        ("annotations: {vm.kubevirt.io/os: windows2022}", "win2k22"),
        ("annotations: {vm.kubevirt.io/os: win8.1}", "win8.1"),
        ("labels: {kubevirt.io/os: winvista}", "winvista"),
        ("labels: {kubevirt.io/os: win2k12r2}", "win2k12r2"),
        ('labels: {os.template.kubevirt.io/rhel8.1: "true"}', "rhel8.0"),
        ('labels: {os.template.kubevirt.io/centos7.0: "true"}', "centos7.0"),
    ],
)
def test_systems_of_kubevirt(look: Look, word: str, id: str) -> None:
    seen = look("m.yaml", KUBEVIRT % word)
    assert seen.facts()["guest.os.id"] == id
    assert seen.found("VM706") == []


@pytest.mark.parametrize(
    ("word", "family"),
    [
        ("annotations: {vm.kubevirt.io/os: windows}", "windows"),
        ("annotations: {vm.kubevirt.io/os: windows2k12}", "windows"),  # R2 as well
        ("annotations: {vm.kubevirt.io/os: opensuse}", "linux"),
        ('labels: {os.template.kubevirt.io/fedora29: "true"}', "linux"),  # it means "Fedora 27 or higher"
        ('labels: {os.template.kubevirt.io/fedora28: "true", os.template.kubevirt.io/fedora29: "true"}', None),
        ("annotations: {vm.kubevirt.io/os: ours}", None),
    ],
)
def test_systems_of_kubevirt_without_a_release(look: Look, word: str, family: str | None) -> None:
    facts = look("m.yaml", KUBEVIRT % word).facts()
    assert "guest.os.id" not in facts
    assert facts.get("guest.os.family") == family


def test_many_machines_of_vagrant(look: Look) -> None:
    providers = "".join(f'  config.vm.provider "p{number}"\n' for number in range(40))
    machines = "".join(f'  config.vm.define "m{number}"\n' for number in range(40))
    seen = look("Vagrantfile", f'Vagrant.configure("2") do |config|\n{providers}{machines}end\n')
    assert [(each.code, "1600" in each.message) for each in seen.checked.diagnostics] == [("VM904", True)]


def test_own_options_of_incus(look: Look) -> None:
    facts = look("m.yaml", INCUS % ("limits.memory: 4GiB, security.csm: 'true'", "limits.memory: 1GiB")).facts()
    assert facts[MEMORY] == "4Gi"
    assert facts["deployment.firmware.secureBoot"] == "false"


def test_vgpu_of_proxmox(look: Look) -> None:
    facts = look("100.conf", "ostype: l26\nmemory: 64\nhostpci1: 0000:01:00.0,mdev=nvidia-63\n").facts()
    assert facts["requirements.devices.gpu.mode"] == "vgpu"
    assert "deployment.hostDevices" not in facts


@pytest.mark.parametrize(("text", "formats"), [("name: x\ndescription: y\nmachine: q35\n", ()),
                                               ("memory: 512\nmachine: q35\n", ("proxmox",))])  # fmt: skip
def test_words_that_others_share(look: Look, text: str, formats: tuple[str, ...]) -> None:
    assert look("m.conf", text).formats == formats


def test_member_behind_the_descriptor(look: Look) -> None:
    seen = look("m.ova", archive(("m.ovf", DESCRIPTOR), ("../../x.vmdk", b"x")))
    assert [code for code, *_ in seen.problems] == ["VM903"]
    assert not seen.natives


@pytest.mark.parametrize(
    ("name", "text", "formats"),
    [
        ("list.yaml", "services:\n  a: {image: nginx}\n", ("compose",)),
        ("list.yaml", "services:\n  a: {image: nginx}\n  b: nginx\n", ()),
        ("my-compose.yaml", "services:\n  a: {image: nginx}\n", ("compose",)),
        ("list.yaml", "services:\n  a: {image: nginx, ports: ['80']}\n", ("compose",)),
    ],
)
def test_lists_of_images(look: Look, name: str, text: str, formats: tuple[str, ...]) -> None:
    assert look(name, text).formats == formats
