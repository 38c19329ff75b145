"""What a move asks beside the rules, through the command: by files of other tools and by manifests."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from vmlint.advice.concern import KINDS, UNSETTLED
from vmlint.catalog import Catalog, table
from vmlint.catalog.moves import moves
from vmlint.model.paths import field_exists, fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Vmlint

ROOT = Path(__file__).parents[2]
MACHINE = """\
config.version = "8"
virtualHW.version = "19"
displayName = "box"
guestOS = "GUEST"
memsize = "4096"
firmware = "FIRMWARE"
scsi0.present = "TRUE"
scsi0.virtualDev = "lsisas1068"
scsi0:0.present = "TRUE"
scsi0:0.fileName = "a.vmdk"
ethernet0.present = "TRUE"
ethernet0.virtualDev = "vmxnet3"
"""


def vmx(*lines: str, guest: str = "debian12-64", firmware: str = "bios", name: str = "box") -> str:
    text = MACHINE.replace("GUEST", guest).replace("FIRMWARE", firmware).replace('"box"', f'"{name}"')
    return text + "".join(f"{line}\n" for line in lines)


def moved(vmlint: Vmlint, text: str, target: str, file: str = "box.vmx") -> dict[str, Any]:
    Path(file).write_text(text, "utf-8")
    seen = vmlint("check", "--on", target, "--format", "json", file)
    (found,) = json.loads(seen.stdout)["whatIf"]["workloads"]
    return found  # type: ignore[no-any-return]


def ids(found: dict[str, Any], *kinds: str) -> set[str]:
    return {each["id"] for each in found["concerns"] if not kinds or each["kind"] in kinds}


def said(found: dict[str, Any], id: str) -> str:
    (text,) = [each["text"] for each in found["concerns"] if each["id"] == id]
    return str(text)


def test_a_machine_that_fits_runs(vmlint: Vmlint) -> None:
    found = moved(vmlint, vmx(), "proxmox-ve")
    assert (found["verdict"], found["breaks"], found["needs"][0]["path"][:5]) == ("runs", [], "host.")
    assert ids(found, *UNSETTLED) == set()
    assert found["changes"] == {
        "deployment.platform": "proxmox-ve",
        "deployment.devices.disk": "virtio",
        "deployment.devices.nic": "virtio",
    }
    assert found["keeps"] == {"deployment.firmware.type": "bios"}


@pytest.mark.parametrize(
    ("lines", "id"),
    [
        (('scsi0:0.deviceType = "rawDisk"',), "raw-disk"),
        (('scsi0.sharedBus = "physical"',), "shared-disk"),
        (('scsi0:0.sharing = "multi-writer"',), "shared-disk"),
        (('scsi0:0.mode = "independent-persistent"',), "independent-disk"),
        (('scsi0:0.fileName = "a-000002.vmdk"',), "snapshots"),
        (('pciPassthru0.present = "TRUE"',), "pci-device"),
        (('pciPassthru0.present = "TRUE"', 'pciPassthru0.virtualDev = "vmiop"'), "vgpu"),
        (('pciPassthru0.present = "TRUE"', 'pciPassthru0.virtualDev = "dvx"'), "dvx-device"),
        (('ethernet1.present = "TRUE"', 'ethernet1.virtualDev = "sriov"'), "sriov-card"),
        (('usb:0.present = "TRUE"', 'usb:0.deviceType = "host"'), "host-usb"),
        (('vtpm.present = "TRUE"',), "tpm"),
        (('encryption.keySafe = "vmware:key/list/x"',), "encrypted"),
        (('checkpoint.vmState = "a.vmss"',), "suspended"),
    ],
)
@pytest.mark.parametrize("target", ["proxmox-ve", "kubevirt", "hyperv", "xcp-ng"])
def test_what_has_to_be_settled_first(vmlint: Vmlint, lines: tuple[str, ...], id: str, target: str) -> None:
    found = moved(vmlint, vmx(*lines), target)
    assert id in ids(found, *UNSETTLED)
    assert found["verdict"] != "runs"


@pytest.mark.parametrize(
    ("line", "id"),
    [
        ('vcpu.hotadd = "TRUE"', "hot-add"),
        ('numa.nodeAffinity = "1"', "numa"),
        ('sched.cpu.affinity = "0,1"', "cpu-pinning"),
        ('disk.EnableUUID = "TRUE"', "serial-numbers"),
        ('serial0.present = "TRUE"', "serial-port"),
        ('parallel0.present = "TRUE"', "parallel-port"),
        ('floppy0.present = "TRUE"', "floppy"),
        ('sound.present = "TRUE"', "sound"),
        ('ehci.present = "TRUE"', "usb-controller"),
        ('sharedFolder0.present = "TRUE"', "shared-folder"),
        ('sched.mem.pin = "TRUE"', "reserved-memory"),
        ('ethernet0.address = "00:50:56:00:00:01"', "macs"),
    ],
)
def test_what_is_lost_or_set_anew_decides_nothing(vmlint: Vmlint, line: str, id: str) -> None:
    found = moved(vmlint, vmx(line), "proxmox-ve")
    assert id in ids(found, "lost", "after")
    assert found["verdict"] == "runs"
    assert id not in ids(moved(vmlint, vmx(), "proxmox-ve"))


def test_tools_are_removed_before_and_an_agent_comes_after(vmlint: Vmlint) -> None:
    there = moved(vmlint, vmx(), "proxmox-ve")
    assert {"remove-tools", "change-tracking", "install-agent"} <= ids(there, "advice", "after")
    tracked = vmx('ctkEnabled = "TRUE"', 'scsi0:0.ctkEnabled = "TRUE"')
    assert "change-tracking" not in ids(moved(vmlint, tracked, "proxmox-ve"))
    at_a_desk = moved(vmlint, vmx('ethernet0.connectionType = "nat"'), "proxmox-ve")
    assert "change-tracking" not in ids(at_a_desk)
    assert ids(moved(vmlint, vmx(), "vmware-esxi")) & {"remove-tools", "change-tracking"} == set()


@pytest.mark.parametrize("firmware", ["bios", "efi"])
def test_the_firmware_makes_the_generation_and_its_disk(vmlint: Vmlint, firmware: str) -> None:
    changes = moved(vmlint, vmx(firmware=firmware), "hyperv")["changes"]
    old = firmware == "bios"
    assert changes["deployment.generation"] == ("1" if old else "2")
    assert changes["deployment.devices.disk"] == ("ide" if old else "synthetic")


@pytest.mark.parametrize(
    ("guest", "target", "disk", "nic"),
    [
        ("windows2019srv-64", "proxmox-ve", "ide", "e1000e"),
        ("windows7-64", "proxmox-ve", "ide", "e1000"),
        ("windows2019srv-64", "kubevirt", "sata", "e1000e"),
        ("windows2019srv-64", "hyperv", "ide", "synthetic"),
        ("winxppro", "proxmox-ve", "ide", "rtl8139"),
        ("winxppro", "kubevirt", "sata", "rtl8139"),
        ("rhel9-64", "proxmox-ve", "virtio", "virtio"),
    ],
)
def test_a_guest_begins_with_devices_that_it_knows(
    vmlint: Vmlint, guest: str, target: str, disk: str, nic: str
) -> None:
    changes = moved(vmlint, vmx(guest=guest), target)["changes"]
    assert changes["deployment.devices.disk"] == disk
    assert changes["deployment.devices.nic"] == nic


@pytest.mark.parametrize(
    ("guest", "target", "id"),
    [
        ("windows2019srv-64", "proxmox-ve", "windows-drivers"),
        ("windows2019srv-64", "hyperv", "windows-controller"),
        ("windows2019srv-64", "xcp-ng", "windows-controller"),
        ("winnetstandard", "kubevirt", "disk-driver"),
        ("rhel9-64", "proxmox-ve", "initramfs"),
        ("rhel9-64", "xcp-ng", "initramfs"),
        ("otherlinux-64", "proxmox-ve", "linux-drivers"),
        ("freebsd13-64", "proxmox-ve", "disk-names"),
        ("solaris11-64", "proxmox-ve", "disk-driver"),
    ],
)
def test_what_a_guest_needs_to_start(vmlint: Vmlint, guest: str, target: str, id: str) -> None:
    found = moved(vmlint, vmx(guest=guest), target)
    assert id in ids(found, *UNSETTLED)


def test_drivers_that_are_installed_are_used(vmlint: Vmlint) -> None:
    found = moved(vmlint, "# vmlint: guest.drivers=[virtio-win]\n" + vmx(guest="windows2019srv-64"), "proxmox-ve")
    assert found["changes"]["deployment.devices.disk"] == "virtio"
    assert "windows-drivers" not in ids(found)


def test_what_is_called_otherwise_there_is_no_change(vmlint: Vmlint) -> None:
    domain = """\
<domain type='kvm'><name>box</name><memory unit='GiB'>4</memory><vcpu>2</vcpu>
  <os><type arch='x86_64' machine='pc-q35-9.2'>hvm</type></os>
  <devices>
    <controller type='scsi' index='0' model='virtio-scsi'/>
    <disk type='file' device='disk'><source file='/a.qcow2'/><target dev='sda' bus='scsi'/></disk>
    <interface type='network'><model type='virtio-net-pci'/></interface>
  </devices>
</domain>
"""
    found = moved(vmlint, domain, "kubevirt", "box.xml")
    assert set(found["changes"]) == {"deployment.platform", "deployment.cpuModel"}
    assert found["verdict"] == "runs"  # the devices are the same, so its system does not matter
    elsewhere = moved(vmlint, domain, "hyperv", "box.xml")
    assert elsewhere["changes"]["deployment.devices.nic"] == "synthetic"
    assert elsewhere["changes"]["deployment.devices.disk"] == "ide"
    assert elsewhere["verdict"] == "runs if"


def disks(number: int) -> list[str]:
    slots = [(bus, unit) for bus in range(1, 5) for unit in range(1, 16)][: number - 1]
    return [
        line
        for bus, unit in slots
        for line in (
            f'scsi{bus}.virtualDev = "lsisas1068"',
            f'scsi{bus}:{unit}.present = "TRUE"',
            f'scsi{bus}:{unit}.fileName = "d{bus}-{unit}.vmdk"',
        )
    ]


@pytest.mark.parametrize(
    ("number", "target", "disk", "kind"),
    [
        (16, "proxmox-ve", "virtio", None),
        (17, "proxmox-ve", "virtio-scsi", None),
        (32, "proxmox-ve", "virtio", "choose"),
        (58, "proxmox-ve", "virtio", "breaks"),
        (58, "kubevirt", "virtio", None),
        (5, "hyperv", "ide", "choose"),
    ],
)
def test_number_of_disks(vmlint: Vmlint, number: int, target: str, disk: str, kind: str | None) -> None:
    found = moved(vmlint, vmx(*disks(number)), target)
    assert found["changes"]["deployment.devices.disk"] == disk
    assert [each["kind"] for each in found["concerns"] if each["id"] == "disks"] == ([kind] if kind else [])
    assert (found["verdict"] == "breaks") is (kind == "breaks")


def test_number_of_cards(vmlint: Vmlint) -> None:
    lines = [f'ethernet{card}.present = "TRUE"' for card in range(1, 13)]
    found = moved(vmlint, vmx(*lines), "hyperv")
    assert said(found, "cards") == "it has 13 network cards, and Microsoft Hyper-V gives a machine 12"
    assert found["verdict"] == "breaks"
    assert "cards" not in ids(moved(vmlint, vmx(*lines, firmware="efi"), "hyperv"))


def test_a_large_disk(vmlint: Vmlint) -> None:
    machine = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: box}
spec:
  guest: {os: debian12, platform: linux/amd64}
  resources: {disk: SIZE}
  deployment: {platform: vmware-esxi, firmware: {type: bios}, devices: {disk: pvscsi, nic: vmxnet3}}
"""
    assert "disk-size" not in ids(moved(vmlint, machine.replace("SIZE", "2Ti"), "xcp-ng", "a.yaml"))
    assert "disk-size" in ids(moved(vmlint, machine.replace("SIZE", "3Ti"), "xcp-ng", "a.yaml"), "choose")


@pytest.mark.parametrize(
    ("name", "target", "fits"),
    [
        ("shop-db", "kubevirt", True),
        ("Shop", "kubevirt", False),
        ("Shop", "proxmox-ve", True),
        ("shop.example.org", "proxmox-ve", True),
        ("shop.example.org", "kubevirt", False),
        ("Shop DB", "proxmox-ve", False),
        ("Shop DB", "hyperv", True),
        ("a" * 64, "kubevirt", False),
    ],
)
def test_names(vmlint: Vmlint, name: str, target: str, fits: bool) -> None:
    assert ("name" in ids(moved(vmlint, vmx(name=name), target))) is not fits


@pytest.mark.parametrize(
    ("text", "id"),
    [
        (vmx().replace('guestOS = "debian12-64"\n', ""), "guest"),
        (vmx().replace('scsi0.virtualDev = "lsisas1068"\n', ""), "disk"),
        (vmx().replace('ethernet0.virtualDev = "vmxnet3"\n', ""), "nic"),
        (vmx().replace("scsi0:0", "scsi0:x"), "nothing"),
        (vmx().replace('"bios"', '"${FIRMWARE}"'), "firmware"),
    ],
)
def test_what_the_file_leaves_open_is_named(vmlint: Vmlint, text: str, id: str) -> None:
    found = moved(vmlint, text, "proxmox-ve")
    assert id in ids(found, "open", "choose")
    assert found["verdict"] == "runs if"


@pytest.mark.parametrize(
    ("devices", "id"),
    [
        (
            "<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host0'/></source></hostdev>",
            "host-device",
        ),
        ("<tpm model='tpm-tis'><backend type='passthrough'><device path='/dev/tpm0'/></backend></tpm>", "host-tpm"),
        ("<disk type='block' device='lun'><source dev='/dev/mapper/m'/><target dev='sdb' bus='scsi'/></disk>", "lun"),
        ("<memory model='nvdimm'><source><path>/a</path></source></memory>", "persistent-memory"),
        ("<shmem name='a'/>", "shared-memory"),
    ],
)
def test_devices_of_a_domain(vmlint: Vmlint, devices: str, id: str) -> None:
    domain = f"""\
<domain type='kvm'><name>box</name><memory unit='GiB'>4</memory><vcpu>2</vcpu>
  <os><type arch='x86_64' machine='pc-q35-9.2'>hvm</type></os>
  <devices>
    <disk type='file' device='disk'><source file='/a.qcow2'/><target dev='vda' bus='virtio'/></disk>
    {devices}
  </devices>
</domain>
"""
    found = moved(vmlint, domain, "proxmox-ve", "box.xml")
    assert id in ids(found, "choose")
    assert found["verdict"] == "runs if"


def test_containers_have_no_such_concerns(vmlint: Vmlint) -> None:
    spec = "services:\n  web:\n    image: nginx:1.27\n"
    assert moved(vmlint, spec, "podman", "compose.yaml")["concerns"] == []


def test_what_all_machines_share_is_told_once(vmlint: Vmlint) -> None:
    for name in ("a", "b"):
        Path(f"{name}.vmx").write_text(vmx(name=name), "utf-8")
    screen = vmlint("check", "--on", "proxmox-ve", "a.vmx", "b.vmx").stdout
    assert screen.count("install the QEMU guest agent") == 1
    assert screen.index("for all of them:") < screen.index("install the QEMU guest agent") < screen.index("a.vmx")


def test_no_condition_is_a_code_of_a_rule(vmlint: Vmlint) -> None:
    Path("box.vmx").write_text(vmx(guest="rhel9-64", firmware="efi"), "utf-8")
    for target in ("proxmox-ve", "kubevirt", "hyperv", "xcp-ng"):
        screen = vmlint("check", "--on", target, "box.vmx").stdout
        assert not re.search(r"(?:choose|check|before|not judged): .*VM[0-9]{3}", screen)
        assert "satisfies" not in screen


DOMAIN = """\
<domain type='kvm'><name>box</name><memory unit='GiB'>4</memory><vcpu>2</vcpu>
  <os><type arch='x86_64' machine='pc-q35-9.2'>hvm</type>BOOT</os>
  <features><acpi/></features>
  <devices>
    <disk type='file' device='disk'><source file='/a.qcow2'/><target dev='vda' bus='virtio'/></disk>
    DEVICES
  </devices>
  MORE
</domain>
"""
FLOPPY = "<disk device='floppy'><source file='/f.img'/><target dev='fda'/></disk>"
CD = "<disk device='cdrom'><source file='/a.iso'/><target dev='sda' bus='sata'/></disk>"
CARD = "<interface type='network'><source network='a'/><model type='virtio'/>ORDER</interface>"


def of_libvirt(vmlint: Vmlint, devices: str = "", boot: str = "", more: str = "") -> dict[str, Any]:
    text = DOMAIN.replace("DEVICES", devices).replace("BOOT", boot).replace("MORE", more).replace("ORDER", "")
    return moved(vmlint, text, "proxmox-ve", "box.xml")


@pytest.mark.parametrize(
    ("first", "devices", "id"),
    [
        ("fd", FLOPPY, "boot-floppy"),
        ("cdrom", CD, "boot-cd"),
        ("network", CARD, "boot-network"),
        ("hd", FLOPPY + CD + CARD, None),
        ("fd", FLOPPY.replace("<source file='/f.img'/>", ""), None),
        ("cdrom", CD.replace("<source file='/a.iso'/>", ""), None),
        ("network", "", None),
    ],
)
def test_what_a_domain_starts_from(vmlint: Vmlint, first: str, devices: str, id: str | None) -> None:
    found = of_libvirt(vmlint, devices, f"<boot dev='{first}'/><boot dev='hd'/>")
    assert {each for each in ids(found) if each.startswith("boot-")} == ({id} if id else set())
    assert found["verdict"] == ("runs if" if id else "runs")


def test_a_boot_order_without_its_disk(vmlint: Vmlint) -> None:
    assert "boot-nothing" in ids(of_libvirt(vmlint, boot="<boot dev='cdrom'/>"), "check")


def test_a_system_of_32_bits_that_was_installed_for_uefi(vmlint: Vmlint) -> None:
    found = moved(vmlint, vmx(guest="windows8", firmware="efi"), "xcp-ng")
    assert "narrow-firmware" in ids(found, "check")
    assert "boot-entries-windows" not in ids(found)
    assert "narrow-firmware" not in ids(moved(vmlint, vmx(guest="windows8-64", firmware="efi"), "xcp-ng"))


def test_a_port_of_the_host_is_a_device_of_it(vmlint: Vmlint) -> None:
    port = "<serial type='dev'><source path='/dev/ttyS0'/></serial>"
    assert {"host-device", "serial-port"} <= ids(of_libvirt(vmlint, port))
    lines = ('serial0.present = "TRUE"', 'serial0.fileType = "device"', 'serial0.fileName = "/dev/ttyS0"')
    assert {"host-device", "serial-port"} <= ids(moved(vmlint, vmx(*lines), "proxmox-ve"))


def test_numbers_of_devices_go_before_the_kinds_of_devices(vmlint: Vmlint) -> None:
    card = CARD.replace("ORDER", "<boot order='1'/>")
    assert "boot-network" in ids(of_libvirt(vmlint, card, "<boot dev='hd'/>"), "check")


@pytest.mark.parametrize(
    ("devices", "id"),
    [
        (
            "<disk type='network'><source protocol='rbd' name='p/i'/><target dev='vdb' bus='virtio'/></disk>",
            "remote-disk",
        ),
        ("<disk type='block'><source dev='/dev/mapper/mpatha'/><target dev='vdb' bus='virtio'/></disk>", "remote-disk"),
        (
            "<disk type='vhostuser'><source type='unix' path='/s'/><target dev='vdb' bus='virtio'/></disk>",
            "host-service",
        ),
        ("<interface type='vhostuser'><model type='virtio'/></interface>", "host-service"),
        ("<interface type='client'><model type='virtio'/></interface>", "machine-link"),
        ("<input type='passthrough' bus='virtio'><source evdev='/dev/input/event1'/></input>", "host-input"),
        ("<disk><source file='/b'/><target dev='vdb' bus='virtio'/><transient/></disk>", "fresh-disk"),
        (
            "<disk><source file='/b'/><target dev='vdb' bus='virtio'/><blockio logical_block_size='4096'/></disk>",
            "block-size",
        ),
        ("<disk><source file='/b'/><target dev='vdb' bus='virtio'/><mirror file='/c'/></disk>", "block-job"),
        (
            "<disk type='block' device='lun'><source dev='/dev/x'><reservations managed='yes'/></source>"
            "<target dev='sdb' bus='scsi'/></disk>",
            "shared-disk",
        ),
        ("<disk><source file='/b'/><target dev='sdb' bus='usb'/></disk>", "other-disks"),
        (CARD + "<interface type='network'><model type='usb-net'/></interface>", "other-cards"),
        ("<iommu model='intel'/>", "unread"),
        ("<disk type='dir'><source dir='/b'/><target dev='vdb' bus='virtio'/></disk>", "unread"),
    ],
)
def test_what_of_a_domain_has_to_be_settled(vmlint: Vmlint, devices: str, id: str) -> None:
    found = of_libvirt(vmlint, devices)
    assert id in ids(found, *UNSETTLED)
    assert found["verdict"] == "runs if"


@pytest.mark.parametrize(
    ("devices", "more", "id"),
    [
        ("<interface type='network'><model type='virtio'/><filterref filter='x'/></interface>", "", "network-filter"),
        ("<channel type='unix'><target type='virtio' name='org.a.b'/></channel>", "", "host-channel"),
        ("", "<sysinfo type='smbios'/>", "smbios"),
        ("", "<cputune><shares>1</shares></cputune>", "cpu-limits"),
        ("", "<clock offset='localtime'/>", "clock"),
        ("", "<genid/>", "generation-id"),
        (CARD, "", "networks"),
    ],
)
def test_what_of_a_domain_is_set_anew(vmlint: Vmlint, devices: str, more: str, id: str) -> None:
    found = of_libvirt(vmlint, devices, more=more)
    assert id in ids(found, "lost", "after")
    assert found["verdict"] == "runs"
    assert id not in ids(of_libvirt(vmlint))


def test_what_was_not_read_is_named(vmlint: Vmlint) -> None:
    found = of_libvirt(vmlint, "<crypto model='virtio'/>", more="<keywrap/>")
    assert said(found, "unread").startswith("what the file says of crypto and keywrap was not judged")


def test_a_domain_that_ran_when_it_was_written(vmlint: Vmlint) -> None:
    text = DOMAIN.replace("DEVICES", "").replace("BOOT", "").replace("MORE", "")
    found = moved(vmlint, text.replace("type='kvm'", "type='kvm' id='7'"), "proxmox-ve", "box.xml")
    assert ("running" in ids(found, "advice"), found["verdict"]) == (True, "runs")


@pytest.mark.parametrize(
    ("lines", "id"),
    [
        (('bios.bootOrder = "ethernet0,hdd"',), "boot-network"),
        (
            ('bios.bootOrder = "floppy,hdd"', 'floppy0.present = "TRUE"', 'floppy0.fileType = "file"'),
            "boot-floppy",
        ),
        (
            ('bios.bootOrder = "cdrom,hdd"', 'ide1:0.present = "TRUE"', 'ide1:0.deviceType = "cdrom-image"'),
            "boot-cd",
        ),
        (('disk.locking = "FALSE"',), "shared-disk"),
        (('guestinfo.userdata = "eA=="',), "start-settings"),
        (('scsi0:1.present = "TRUE"', 'scsi0:1.deviceType = "scsi-passthru"'), "unread"),
        (('frobnicator0.present = "TRUE"',), "unread"),
    ],
)
def test_what_of_a_vmx_has_to_be_settled(vmlint: Vmlint, lines: tuple[str, ...], id: str) -> None:
    found = moved(vmlint, vmx(*lines), "proxmox-ve")
    assert id in ids(found, *UNSETTLED)
    assert found["verdict"] == "runs if"


KUBEVIRT = """\
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata: {name: box}
spec:
  template:
    spec:
      architecture: amd64
      domain:
        firmware: {bootloader: {bios: {}}}
        devices:
          disks:
          - {name: root, disk: {bus: virtio}}
          DISKS
          interfaces: [CARDS]
      networks: [{name: a, pod: {}}]
      volumes:
      - {name: root, persistentVolumeClaim: {claimName: root}}
      VOLUMES
"""


def of_kubevirt(vmlint: Vmlint, disk: str = "", volume: str = "", cards: int = 1) -> dict[str, Any]:
    listed = ", ".join(f"{{name: n{card}, model: virtio, masquerade: {{}}}}" for card in range(cards))
    text = KUBEVIRT.replace("CARDS", listed)
    return moved(vmlint, text.replace("DISKS", disk).replace("VOLUMES", volume), "proxmox-ve", "box.yaml")


@pytest.mark.parametrize(
    ("disk", "volume", "id"),
    [
        ("- {name: x, cdrom: {}, bootOrder: 1}", "- {name: x, persistentVolumeClaim: {claimName: x}}", "boot-cd"),
        ("- {name: x, disk: {bus: virtio}}", "- {name: x, cloudInitNoCloud: {userData: x}}", "start-settings"),
        ("- {name: x, disk: {bus: virtio}}", "- {name: x, emptyDisk: {capacity: 1Gi}}", "fresh-disk"),
        ("- {name: x, lun: {bus: scsi}}", "- {name: x, persistentVolumeClaim: {claimName: x}}", "lun"),
        ("- {name: x, disk: {bus: usb}}", "- {name: x, persistentVolumeClaim: {claimName: x}}", "other-disks"),
        ("- {name: x, disk: {bus: virtio}}", "- {name: x, floppyDisk: {a: b}}", "unread"),
    ],
)
def test_what_of_a_kubevirt_machine_has_to_be_settled(vmlint: Vmlint, disk: str, volume: str, id: str) -> None:
    assert of_kubevirt(vmlint)["verdict"] == "runs"
    assert id in ids(of_kubevirt(vmlint, disk, volume), *UNSETTLED)


def test_disks_and_cards_of_kubevirt_are_counted(vmlint: Vmlint) -> None:
    disk = "\n          ".join(f"- {{name: d{one}, disk: {{bus: virtio}}}}" for one in range(16))
    volume = "\n      ".join(f"- {{name: d{one}, persistentVolumeClaim: {{claimName: d{one}}}}}" for one in range(16))
    assert said(of_kubevirt(vmlint, disk, volume), "disks") == (
        "where its other disks go: Proxmox Virtual Environment has room for 16 of 17 on virtio"
    )
    assert of_kubevirt(vmlint, cards=33)["verdict"] == "breaks"


def test_what_an_appliance_takes_at_its_start(vmlint: Vmlint) -> None:
    """Its properties reach it by VMware's way, which no other platform has."""
    text = """\
<Envelope xmlns="http://schemas.dmtf.org/ovf/envelope/1" xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1"
  xmlns:rasd="http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData">
  <VirtualSystem ovf:id="box">
    <ProductSection><Property ovf:key="ip" ovf:type="string"/></ProductSection>
    <VirtualHardwareSection ovf:transport="com.vmware.guestInfo">
      <Item><rasd:InstanceID>1</rasd:InstanceID><rasd:ResourceType>3</rasd:ResourceType>
        <rasd:VirtualQuantity>2</rasd:VirtualQuantity></Item>
      <Item><rasd:InstanceID>2</rasd:InstanceID><rasd:ResourceType>1</rasd:ResourceType>
        <rasd:ResourceSubType>vmware.frobnicator</rasd:ResourceSubType></Item>
      <Item><rasd:InstanceID>3</rasd:InstanceID><rasd:ResourceType>5</rasd:ResourceType></Item>
      <Item><rasd:InstanceID>4</rasd:InstanceID><rasd:ResourceType>17</rasd:ResourceType>
        <rasd:Parent>3</rasd:Parent></Item>
    </VirtualHardwareSection>
  </VirtualSystem>
</Envelope>
"""
    found = moved(vmlint, text, "proxmox-ve", "box.ovf")
    assert {"start-settings", "unread"} <= ids(found, *UNSETTLED)
    assert "vmware.frobnicator (ResourceType 1)" in said(found, "unread")


def test_a_container_with_a_system_of_its_own_is_not_judged_whole(vmlint: Vmlint) -> None:
    text = """\
<domain type='lxc'><name>box</name><memory unit='MiB'>512</memory><os><type>exe</type><init>/sbin/init</init></os>
  <devices><filesystem type='mount'><source dir='/srv/box'/><target dir='/'/></filesystem></devices>
</domain>
"""
    found = moved(vmlint, text, "proxmox-ve", "box.xml")
    assert (ids(found), found["verdict"]) == ({"container-root"}, "runs if")


def test_conditions_on_the_new_hosts_are_told_in_words(vmlint: Vmlint) -> None:
    Path("box.vmx").write_text(vmx(guest="rhel9-64"), "utf-8")
    for target in ("proxmox-ve", "kubevirt", "hyperv", "xcp-ng", "virtualbox"):
        screen = vmlint("check", "--on", target, "box.vmx").stdout
        assert "as long as, on the new hosts," in screen
        assert "- their CPU " in screen
        assert not re.search(r"(?:host|guest|deployment)\.[a-z]", screen)


# What the catalogue says


def paths() -> Iterator[str]:
    for row in moves().concerns:
        yield from row.when
        yield from row.when_not
    yield from table("moves").data["asked"]


def test_rows_speak_of_fields() -> None:
    assert [path for path in paths() if not field_exists(path)] == []
    ids = [row.id for row in moves().concerns]
    assert len(ids) == len(set(ids))
    assert {row.kind for row in moves().concerns} <= set(KINDS)
    assert {other for row in moves().concerns for other in row.without} <= set(ids)


def test_guests_and_devices_are_known() -> None:
    catalog = Catalog()
    for block in table("moves").data["guests"].values():
        for word in block["guests"]:
            known = (
                any(id.startswith(word[:-1]) for id in catalog.guests) if word.endswith("*") else word in catalog.guests
            )
            assert known, word
    for platform in catalog.platforms.values():
        for device, model in platform.data.get("arrival", {}).get("first", {}).items():
            offered = platform.data["devices"].get("emulated", {}).get(device, [model])
            assert model in offered, platform.id


MOVES_ALONG = {
    "deployment.architecture", "deployment.mode", "deployment.platform", "deployment.cpuFlags", "deployment.cpuSockets",
    "deployment.cpuModel", "deployment.machine", "deployment.generation", "deployment.firmware",
    "deployment.devices.disk", "deployment.devices.nic", "deployment.devices.video", "deployment.placement",
    "deployment.devices.disks", "deployment.devices.nics",
    "deployment.overcommit", "deployment.network.exposure", "deployment.storage.disks",
    "deployment.network.cards",
}  # fmt: skip
"""Fields that the change to another platform sets, that rules judge there, or that limits are compared with."""
OF_THE_PLATFORM = {
    "deployment.xen", "deployment.storage.accessMode", "deployment.storage.cache", "deployment.storage.formats",
    "deployment.storage.snapshots", "deployment.network.binding", "deployment.network.drivers",
    "deployment.clusterDevices",
}  # fmt: skip
"""Fields that say something of today's platform or its storage alone, and nothing of the machine's disk or guest."""
OF_CONTAINERS = {
    "deployment.image", "deployment.otherImages", "deployment.runtimeClass", "deployment.runtimeHandler",
    "deployment.kernelFamily", "deployment.privileged", "deployment.hostProcess", "deployment.unconfined",
    "deployment.nesting", "deployment.capabilities", "deployment.exceptions", "deployment.hostNamespaces",
    "deployment.seccompProfile", "deployment.granted", "deployment.sysctls", "deployment.ulimits",
    "deployment.sharedMemory", "deployment.command", "deployment.environment", "deployment.mounts",
}  # fmt: skip


def test_each_field_of_a_deployment_is_judged_or_known_not_to_matter() -> None:
    told = {*paths(), *MOVES_ALONG, *OF_THE_PLATFORM, *OF_CONTAINERS}
    left = [
        path
        for path, field in fields().items()
        if path.startswith("deployment.")
        and field.group is None
        and not any(path == other or path.startswith(f"{other}.") for other in told)
    ]
    assert left == []


def test_the_page_names_every_concern() -> None:
    page = (ROOT / "docs" / "moving.md").read_text("utf-8")
    sources = [*(ROOT / "vmlint" / "advice").glob("*.py")]
    pattern = re.compile(r'Concern\(\s*"([a-z-]+)"')
    known = {row.id for row in moves().concerns} | {
        id for file in sources for id in pattern.findall(file.read_text("utf-8"))
    }
    assert {id for id in known if f"`{id}`" not in page} == set()
    assert len(known) > 60
