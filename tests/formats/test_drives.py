"""The drives of a machine in several formats: their controllers, their caches, and what rules say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

DRIVES, CACHE = "deployment.devices.drives", "deployment.storage.cache"


class Case(NamedTuple):
    """A file, the drives and caches that it must state, and the rules of drives that must speak."""

    name: str
    text: str
    drives: str | None = None
    cache: str | None = None
    codes: tuple[str, ...] = ()


INCUS = """\
name: a
type: virtual-machine
profiles: []
config: {limits.cpu: "2"}
devices:
  root: {type: disk, path: /, pool: default}
  data: {type: disk, pool: default, source: data, io.bus: nvme%s}
  share: {type: disk, source: /srv, path: /srv}
"""
TERRAFORM_INCUS = """\
resource "incus_instance" "a" {
  name  = "a"
  image = "images:debian/13"
  type  = "%s"
  device {
    name = "root"
    type = "disk"
    properties = { path = "/", pool = "default", "io.cache" = "%s" }
  }
}
"""
TERRAFORM = """\
resource "libvirt_domain" "a" {
  name   = "a"
  type   = "kvm"
  memory = 2
  memory_unit = "GiB"
  os = { type = "hvm", type_arch = "x86_64", type_machine = "q35" }
  devices = {
    disks = [
      { source = { file = { file = "/a.qcow2" } }, target = { dev = "vda", bus = "virtio" }%s },
      { device = "cdrom", source = { file = { file = "/a.iso" } }, target = { dev = "sda", bus = %s } },
    ]
  }
}
"""
VAGRANT = """\
Vagrant.configure("2") do |config|
  config.vm.box = "debian/trixie64"
  config.vm.provider :libvirt do |libvirt|
    libvirt.machine_type = "q35"
%s
  end
end
"""
CD, DISK = "    libvirt.storage :file, :device => :cdrom, :path => '/a.iso'", "    libvirt.storage :file, size: '20G'"
PACKER = 'source "qemu" "a" {{\n  accelerator = "kvm"\n  machine_type = "{}"\n  disk_interface = "ide"\n}}\n'
XL = """\
name = "a"
type = "%s"
memory = 2048
vcpus = 2
disk = ["/a.img,raw,%s,rw", "file:/a.iso,%s:cdrom,r"]
vif = ["bridge=xenbr0"]
"""
PARALLELS = """\
<ParallelsVirtualMachine><Identification><VmName>a</VmName></Identification><Hardware>
<CdRom id="0"><Enabled>%s</Enabled><InterfaceType>0</InterfaceType></CdRom>
<Hdd id="0"><Enabled>1</Enabled><InterfaceType>%s</InterfaceType></Hdd>
</Hardware></ParallelsVirtualMachine>
"""
BHYVE = """\
loader="uefi"
cpu=2
memory=2G
network0_type="virtio-net"
disk0_type="nvme"
disk0_name="disk0.img"
disk1_type="ahci-cd"
disk1_name="/a.iso"
"""

CASES = [
    Case("a.yaml", INCUS % "", "nvme,scsi-virtio", ""),
    Case("b.yaml", INCUS % ", io.cache: writeback", "nvme,scsi-virtio", "writeback"),
    Case("c.yaml", INCUS % ", io.cache: unsafe", "nvme,scsi-virtio", "unsafe", ("VM817",)),
    Case("d.yaml", (INCUS % ", io.cache: unsafe").replace("profiles: []", "profiles: [default]"), None, "unsafe",
         ("VM817",)),
    Case("e.yaml", (INCUS % "").replace("virtual-machine", "container")),
    Case("incus.tf", TERRAFORM_INCUS % ("virtual-machine", "none"), None, "none"),
    Case("incus.tf", TERRAFORM_INCUS % ("virtual-machine", "unsafe"), None, "unsafe", ("VM817",)),
    Case("incus.tf", TERRAFORM_INCUS % ("container", "unsafe")),
    Case("main.tf", TERRAFORM % ("", '"sata"'), "sata,virtio", ""),
    Case("main.tf", TERRAFORM % ("", '"ide"'), "ide,virtio", "", ("VM807",)),
    Case("main.tf", TERRAFORM % ("", "var.bus"), None, ""),
    Case("main.tf", TERRAFORM % (', driver = { cache = "unsafe" }', '"sata"'), "sata,virtio", "unsafe", ("VM817",)),
    Case("main.tf", TERRAFORM % (", driver = { cache = var.mode }", '"sata"'), "sata,virtio"),
    Case("Vagrantfile", VAGRANT % ""),
    Case("Vagrantfile", VAGRANT % CD, "ide,virtio", "", ("VM807",)),
    Case("Vagrantfile", VAGRANT % f"{CD}, :bus => 'sata'", "sata,virtio", ""),
    Case("Vagrantfile", VAGRANT % f"{CD}, bus: 'sata'", "sata,virtio", ""),
    Case("Vagrantfile", VAGRANT % f"{CD} if ENV['CD']"),
    Case("Vagrantfile", VAGRANT % DISK, "virtio,virtio", ""),
    Case("Vagrantfile", VAGRANT % f"{DISK}, cache: 'unsafe'", "virtio,virtio", "unsafe", ("VM817",)),
    Case("Vagrantfile", VAGRANT % "    libvirt.disk_driver :cache => 'unsafe'", None, "unsafe", ("VM817",)),
    Case("Vagrantfile", VAGRANT % "    libvirt.volume_cache = 'none'", None, "none"),
    Case("a.cfg", XL % ("pv", "xvda", "xvdb"), "xen-blkfront,xen-blkfront", ""),
    Case("a.cfg", XL % ("hvm", "xvda", "hdc"), "ide,xen-blkfront", ""),
    Case("a.cfg", XL % ("hvm", "sda", "hdc"), "ide,scsi", ""),
    Case("config.pvs", PARALLELS % ("1", "2"), "ide,sata"),
    Case("config.pvs", PARALLELS % ("0", "3"), "nvme"),
    Case("config.pvs", PARALLELS % ("1", "9")),
    Case("a.conf", BHYVE, "ahci,nvme", ""),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[f"{number}-{case.name}" for number, case in enumerate(CASES)])
def test_drives(look: Look, case: Case) -> None:
    seen = look(case.name, case.text)
    facts = seen.facts()
    assert (facts.get(DRIVES), facts.get(CACHE)) == (case.drives, case.cache)
    found = [each.code for each in seen.checked.diagnostics if each.code in ("VM807", "VM817")]
    assert tuple(found) == case.codes
    assert seen.checked.crashes == ()


@pytest.mark.parametrize(("machine", "bus", "flagged"), [("q35", "sata", 0), ("pc", "ide", 0), ("virt", "ide", 1)])
def test_qemu_itself_has_sata_on_newer_machines(look: Look, machine: str, bus: str, flagged: int) -> None:
    """Packer starts QEMU without libvirt, and `if=ide` means the SATA controller of q35."""
    seen = look("a.pkr.hcl", PACKER.format(machine))
    assert seen.facts()["deployment.devices.disk"] == bus
    assert len(seen.found("VM807")) == flagged
