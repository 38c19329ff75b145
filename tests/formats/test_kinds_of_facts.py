"""What readers of all formats make of one kind of thing: devices, sockets, disks with a system, clues, odd bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look


class Case(NamedTuple):
    """A small file, and what it must say; ``None`` for a field that must stay open."""

    name: str
    text: str | bytes
    facts: dict[str, str | None]


def domain(devices: str = "", rest: str = "", metadata: str = "") -> str:
    head = "<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><name>m</name>"
    return (
        f"{head}<metadata>{metadata}</metadata><memory unit='GiB'>4</memory><vcpu>4</vcpu>"
        f"<os><type arch='x86_64' machine='q35'>hvm</type></os>{rest}<devices>{devices}</devices></domain>"
    )


def disk(target: str, bus: str, more: str, device: str = "disk", kind: str = "file") -> str:
    return f"<disk type='{kind}' device='{device}'>{more}<target dev='{target}' bus='{bus}'/></disk>"


def osinfo(id: str) -> str:
    return f"<l:libosinfo xmlns:l='http://libosinfo.org/xmlns/libvirt/domain/1.0'><l:os id='{id}'/></l:libosinfo>"


RASD = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData"


def ovf_09(prefix: str) -> str:
    return (
        f'<ovf:Envelope xmlns:ovf="http://www.vmware.com/schema/ovf/1/envelope" ovf:version="0.9" xmlns:{prefix}='
        f'"http://www.w3.org/2001/XMLSchema-instance"><Content {prefix}:type="ovf:VirtualSystem_Type" ovf:id="m">'
        f'<Section {prefix}:type="ovf:VirtualHardwareSection_Type"><Item><rasd:ResourceType xmlns:rasd="{RASD}">4'
        f'</rasd:ResourceType><a:VirtualQuantity xmlns:a="{RASD}">512</a:VirtualQuantity>'
        f'<a:AllocationUnits xmlns:a="{RASD}">'
        "MegaBytes</a:AllocationUnits></Item></Section></Content></ovf:Envelope>"
    )


def ovf(items: str) -> str:
    return (
        f'<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:r="{RASD}" '
        'xmlns:v="http://www.vmware.com/schema/ovf">'
        f'<VirtualSystem id="m"><VirtualHardwareSection>{items}</VirtualHardwareSection></VirtualSystem></Envelope>'
    )


def item(number: int, kind: int, subtype: str, more: str = "") -> str:
    return (
        f"<Item><r:InstanceID>{number}</r:InstanceID><r:ElementName>card {number}</r:ElementName>"
        f"<r:ResourceSubType>{subtype}</r:ResourceSubType><r:ResourceType>{kind}</r:ResourceType>{more}</Item>"
    )


PVE = "ostype: l26\nscsihw: virtio-scsi-pci\nsmbios1: uuid=1\n"
VMX = 'config.version = "8"\nvirtualHW.version = "13"\nguestOS = "{}"\n'
CPUS = "<r:VirtualQuantity>8</r:VirtualQuantity><v:CoresPerSocket>{}</v:CoresPerSocket>"
USB = "<hostdev mode='subsystem' type='usb'><source><vendor id='0x046d'/><product id='0xc016'/></source></hostdev>"
ONE_OF, DISK, SIZE, GPU = "guest.os.oneOf", "deployment.devices.disk", "resources.disk", "requirements.devices.gpu.mode"
GIVEN, SOCKETS, FAMILY, ID = "deployment.hostDevices", "deployment.cpuSockets", "guest.os.family", "guest.os.id"

CASES = [
    # namespaces by what they are bound to
    Case("a.ovf", ovf_09("xsi"), {"resources.memory": "512Mi"}),
    Case("b.ovf", ovf_09("i"), {"resources.memory": "512Mi"}),
    Case("c.ovf", ovf_09("schema-instance"), {"resources.memory": "512Mi"}),
    # bytes: encodings by the names of ICU, IBM, Java and Windows, and bytes that are no text
    *(
        Case(
            f"{name}.vmx",
            (f'.encoding = "{name}"\n' + VMX.format("centos7-64") + 'displayName = "실"\n').encode(codec),
            {ID: "centos7.0"},
        )
        for name, codec in (("windows-949-2000", "cp949"), ("MS949", "cp949"), ("ibm-1363", "cp949"))
    ),
    Case("bad.vmx", VMX.format("centos7-64").encode() + b'displayName = "\xbd\xc7"\nmemsize = "\xff"\n',
         {ID: "centos7.0", "resources.memory": None}),
    Case("a.xml", domain().replace("<name>m", "<name>機").encode("shift_jis").replace(
        b"<domain", b"<?xml version='1.0' encoding='Windows-31J'?><domain", 1), {"resources.cpu": "4.0"}),
    # devices of every bus
    Case("usb.xml", domain(USB), {GIVEN: "usb:046d:c016"}),
    Case("100.conf", PVE + "usb0: host=046d:c016\nusb1: spice\n", {GIVEN: "usb:046d:c016"}),
    Case("101.conf", PVE + "hostpci0: 0000:0a:00\n", {GIVEN: "0000:0a:00.*"}),
    Case("usb.vmx", VMX.format("ubuntu-64") + 'usb.autoConnect.device0 = "vid:046d pid:c016 autoclean:0"\n',
         {GIVEN: "usb:046d:c016"}),
    Case("vgpu.vmx", VMX.format("ubuntu-64") + 'pciPassthru1.present = "TRUE"\npciPassthru1.virtualDev = "vmiop"\n',
         {GPU: "vgpu", GIVEN: None}),
    Case("sriov.vmx", VMX.format("ubuntu-64") + 'ethernet1.present = "TRUE"\nethernet1.virtualDev = "sriov"\n',
         {GIVEN: "sriov:ethernet1", "deployment.devices.nic": "sriov"}),
    Case("gpu.ovf", ovf(item(1, 1, "vmware.pci.passthrough-vmiop")), {GPU: "vgpu"}),
    Case("card.ovf", ovf(item(2, 10, "SriovEthernetCard")), {GIVEN: "sriov:card 2"}),
    Case("pmem.ovf", ovf(item(3, 1, "vmware.nvdimm.device")), {GIVEN: "nvdimm:card 3"}),
    Case("usb.cfg", "name='a'\ntype='hvm'\nmemory=512\nvcpus=1\nusbdevice='host:046d:c016'\non_crash='destroy'\n",
         {GIVEN: "usb:046d:c016"}),
    # disks of the host
    Case("102.conf", PVE + "scsi0: /dev/disk/by-id/wwn-0x5000,size=4T\n", {GIVEN: "/dev/disk/by-id/wwn-0x5000"}),
    Case("103.conf", PVE + "scsi0: /dev/mapper/lun1,size=4T,shared=1\n", {GIVEN: None}),
    Case("raw.xml", domain(disk("vda", "virtio", "<source dev='/dev/nvme0n1'/>", kind="block")),
         {GIVEN: "/dev/nvme0n1"}),
    Case("lv.xml", domain(disk("vda", "virtio", "<source dev='/dev/vg0/root'/>", kind="block")), {GIVEN: None}),
    Case("san.xml", domain(disk("vda", "virtio", "<source dev='/dev/disk/by-path/pci-0-fc-1'/>", kind="block")),
         {GIVEN: None}),
    # the disk that holds the system
    Case("104.conf", PVE + "boot: order=sata0;scsi0\nsata0: l:vm-1,size=256M\nscsi0: l:vm-2,size=500G\n",
         {SIZE: "500Gi", DISK: "virtio-scsi"}),
    Case("105.conf", PVE + "boot: order=sata0\nsata0: l:vm-1,size=3584M\nscsi0: l:vm-2,size=500G\n",
         {SIZE: None, DISK: None}),
    Case("106.conf", PVE + "boot: order=scsi0\nscsi0: l:vm-1,size=32G\nscsi1: l:vm-2,size=2T\n", {SIZE: "32Gi"}),
    Case("oc.xml", domain(
        disk("sda", "sata", "<source file='/v/OpenCore.qcow2'/><boot order='1'/>")
        + disk("vda", "virtio", "<source file='/v/mac.qcow2'/>")), {DISK: "virtio"}),
    # macOS by its System Management Controller
    Case("smc.xml", domain(rest="<qemu:commandline><qemu:arg value='-device'/><qemu:arg value='isa-applesmc,osk=x'/>"
                           "</qemu:commandline>"), {FAMILY: "darwin"}),
    Case("107.conf", PVE + "args: -device isa-applesmc,osk=x -smbios type=2\n", {FAMILY: "darwin"}),
    Case("smc.vmx", VMX.format("other-64") + 'smc.present = "TRUE"\n', {FAMILY: "darwin"}),
    Case("qemu.cfg", '[machine]\n  type = "q35"\n[device "s"]\n  driver = "isa-applesmc"\n'
         '[drive "d"]\n  file = "m.img"\n',
         {FAMILY: "darwin"}),
    # sockets
    Case("topology.xml", domain(rest="<cpu><topology sockets='1' cores='4' threads='1'/></cpu>"), {SOCKETS: "1"}),
    Case("none.xml", domain(), {SOCKETS: "4"}),
    Case("108.conf", PVE + "cores: 4\nsockets: 2\n", {SOCKETS: "2", "resources.cpu": "8.0"}),
    Case("cores.vmx", VMX.format("windows9-64") + 'numvcpus = "8"\ncpuid.coresPerSocket = "4"\n', {SOCKETS: "2"}),
    Case("old.vmx", VMX.format("windows9-64") + 'numvcpus = "4"\n', {SOCKETS: "4"}),
    Case("new.vmx", VMX.format("windows9-64").replace("13", "21") + 'numvcpus = "4"\n', {SOCKETS: None}),
    Case("cores.ovf", ovf(item(1, 3, "", CPUS.format(2))), {SOCKETS: "4"}),
    Case("auto.ovf", ovf(item(1, 3, "", CPUS.format(0))), {SOCKETS: None}),
    # clues complete, agree, or take certainty away
    Case("iso.xml", domain(disk("sda", "sata", "<source file='/i/ubuntu-16.04.4-desktop-amd64.iso'/>", "cdrom")),
         {ONE_OF: "ubuntu16.04", FAMILY: "linux", ID: None}),
    Case("drivers.xml", domain(disk("sda", "sata", "<source file='/i/virtio-win.iso'/>", "cdrom")), {FAMILY: None}),
    Case("two.xml", domain(
        disk("sda", "sata", "<source file='/i/debian-12.5.0-amd64-netinst.iso'/>", "cdrom")
        + disk("sdb", "sata", "<source file='/i/Win10_22H2_English_x64.iso'/>", "cdrom")),
         {FAMILY: None, ONE_OF: None}),
    Case("agree.xml", domain(disk("sda", "sata", "<source file='/i/Win10_22H2_English_x64.iso'/>", "cdrom"),
                             metadata=osinfo("http://microsoft.com/win/10")), {ID: "win10"}),
    Case("differ.xml", domain(disk("sda", "sata", "<source file='/i/Win11_23H2_English_x64.iso'/>", "cdrom"),
                              metadata=osinfo("http://microsoft.com/win/10")), {ID: None, ONE_OF: "win10,win11"}),
    Case("named.xml", domain(metadata=osinfo("http://microsoft.com/win/10")).replace("<name>m", "<name>win11"),
         {ID: None, ONE_OF: "win10,win11"}),
    Case("older.xml", domain(metadata=osinfo("http://microsoft.com/win/11")).replace("<name>m", "<name>win10"),
         {ID: "win11"}),
    Case("109.conf", PVE + "ide2: local:iso/debian-11.7.0-amd64-netinst.iso,media=cdrom\n", {ONE_OF: "debian11"}),
    Case("110.conf", PVE + "ide2: local:iso/Win10_22H2_English_x64.iso,media=cdrom\n", {FAMILY: None}),
    Case("tools.vmx", VMX.format("other3xlinux-64") + "guestInfo.detailed.data = \"distroName='Ubuntu' "
         "distroVersion='18.04' prettyName='Ubuntu 18.04.6 LTS'\"\n", {ONE_OF: "ubuntu18.04"}),
    Case("rhel.vmx", VMX.format("rhel7-64") + "guestInfo.detailed.data = \"distroName='Red Hat Enterprise Linux' "
         "distroVersion='8.10'\"\n", {ID: None, ONE_OF: "rhel7.0,rhel8.10"}),
    Case("nat.vmx", VMX.format("ubuntu-64") + 'ethernet0.connectionType = "nat"\n',
         {"deployment.architecture": "type2"}),
    Case("vm.yaml", "images:\n- location: https://x.org/debian-11-generic-amd64.qcow2\n  arch: x86_64\ncpus: 2\n",
         {ONE_OF: "debian11"}),
    # what formats take where a file is silent
    Case("ct.conf", "arch: amd64\nhostname: a\nostype: debian\nrootfs: l:a\nfeatures: nesting=1\n",
         {"deployment.privileged": "true", "deployment.nesting": "true"}),
    Case("111.conf", PVE + "bios: ovmf\n", {"deployment.firmware.variableStore": "false"}),
    Case("112.conf", "machine: pc,viommu=virtio\n", {"deployment.machine": "pc"}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_a_file_says(look: Look, case: Case) -> None:
    seen = look(case.name, case.text)
    facts = seen.facts()
    assert {path: facts.get(path) for path in case.facts} == case.facts
    assert seen.checked.crashes == ()


PACKER = """\
{"variables": {"iso": "https://example.org/22621.525.220925_CLIENTENTERPRISEEVAL_x64FRE_en-us.iso"},
 "builders": [{"type": "vmware-iso", "guest_os_type": "windows9-64", "iso_url": "{{user `iso`}}"},
              {"type": "virtualbox-iso", "guest_os_type": "Windows2016_64"}]}
"""


def test_builders_that_differ_make_each_other_unsure(look: Look) -> None:
    seen = look("windows.json", PACKER)
    assert ID not in seen.facts("vmware-iso")
    assert seen.facts("vmware-iso")[ONE_OF] == "win10,win11,win2k16"
    assert ID not in seen.facts("virtualbox-iso")
    assert seen.found("VM704") == []


@pytest.mark.parametrize(
    ("medium", "words", "vm704"),
    [
        # No tool had a word for Windows 11 yet: that all say Windows 10 confirms nothing.
        ("22000.194.210913_CLIENTENTERPRISEEVAL_x64FRE_en-us.iso", ("windows9-64", "Windows10_64", "win-10"), 0),
        ("Windows11_InsiderPreview_Client_x64_en-us_22000.iso", ("windows9-64", "Windows10_64", "win-10"), 0),
        ("debian-13.1.0-amd64-netinst.iso", ("debian10-64", "Debian10_64", "debian"), 0),
        ("19045.2006.220908_CLIENTENTERPRISEEVAL_x64FRE_en-us.iso", ("windows9-64", "Windows10_64", "win-10"), 3),
    ],
)
def test_words_that_agree_do_not_outweigh_the_medium(
    look: Look, medium: str, words: tuple[str, str, str], vm704: int
) -> None:
    kinds = ("vmware-iso", "virtualbox-iso", "parallels-iso")
    builders = [
        {"type": kind, "guest_os_type": word, "iso_url": f"https://example.org/{medium}"}
        for kind, word in zip(kinds, words, strict=True)
    ]
    assert len(look("template.json", json.dumps({"builders": builders})).found("VM704")) == vm704


NAMED = """\
<domain type="kvm"><name>{}</name>
<metadata><o:libosinfo xmlns:o="http://libosinfo.org/xmlns/libvirt/domain/1.0"><o:os id="http://{}"/></o:libosinfo>
</metadata><memory>1048576</memory><os><type arch="x86_64" machine="q35">hvm</type></os></domain>
"""


@pytest.mark.parametrize(
    ("name", "system", "told"),
    [
        ("arch", "microsoft.com/win/10", False),  # copied from another machine's definition
        ("fedora-gpu", "microsoft.com/win/7", False),
        ("android", "microsoft.com/win/7", False),
        ("win11", "ubuntu.com/ubuntu/20.04", False),
        ("freebsd14", "debian.org/debian/9", False),
        ("debian", "ubuntu.com/ubuntu/18.04", True),  # of the same family: distributions are guests of one another
        ("win10-games", "microsoft.com/win/10", True),
        ("winterfell", "ubuntu.com/ubuntu/20.04", True),
        ("web", "centos.org/centos/7.0", True),
    ],
)
def test_a_name_of_another_family_takes_the_systems_certainty(look: Look, name: str, system: str, told: bool) -> None:
    assert bool(look("vm.xml", NAMED.format(name, system)).found("VM704")) == told


def test_a_box_holds_what_it_holds_whatever_its_machine_is_called(look: Look) -> None:
    text = 'Vagrant.configure("2") do |config|\n  config.vm.define "windows" do |w|\n    w.vm.box = "ubuntu/focal64"\n'
    assert look("Vagrantfile", text + "  end\nend\n").found("VM704")


@pytest.mark.parametrize(
    ("image", "release"),
    [
        ("mariadb:10.3.32-focal", "Ubuntu 20.04"),
        ("gcr.io/distroless/base-debian10", "Debian 10"),
        ("mcr.microsoft.com/powershell:lts-debian-11", "Debian 11"),
        ("postgres:11-alpine3.11", "Alpine Linux 3.11"),
        ("python:3.9-slim-buster", "Debian 10"),
        ("nvidia/cuda:11.0-devel-centos7", "CentOS 7"),
        ("python:3.13-slim-trixie", ""),
        ("redis:7-alpine", ""),
    ],
)
def test_an_image_names_its_base(look: Look, image: str, release: str) -> None:
    found = [each.message for each in look("compose.yaml", f"services: {{a: {{image: {image}}}}}").checked.diagnostics]
    assert any(release in message for message in found if "base image" in message) == bool(release)
