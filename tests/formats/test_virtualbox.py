"""VirtualBox's settings of a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

OLD = """\
<?xml version="1.0"?>
<VirtualBox xmlns="http://www.innotek.de/VirtualBox-settings" version="1.12-linux">
  <Machine uuid="{1}" name="files" OSType="Windows2022_64" snapshotFolder="Snapshots">
    <Hardware version="2">
      <CPU count="4" hotplug="false">
        <HardwareVirtEx enabled="true"/>
        <NestedHWVirt enabled="true"/>
      </CPU>
      <Memory RAMSize="6144" PageFusion="false"/>
      <Chipset type="ICH9"/>
      <Display controller="VBoxSVGA" VRAMSize="64"/>
      <Network>
        <Adapter slot="1" enabled="true" type="Am79C973"/>
        <Adapter slot="0" enabled="true" type="82540EM"/>
        <Adapter slot="2" enabled="false" type="virtio"/>
      </Network>
    </Hardware>
    <StorageControllers>
      <StorageController name="IDE" type="PIIX4"><AttachedDevice type="DVD" port="1"/></StorageController>
      <StorageController name="SATA" type="AHCI"><AttachedDevice type="HardDisk" port="0"/></StorageController>
    </StorageControllers>
    <Snapshot name="before">
      <Hardware><CPU count="1"/><Memory RAMSize="64"/><Firmware type="EFI"/></Hardware>
    </Snapshot>
  </Machine>
</VirtualBox>
"""

NEW = """\
<?xml version="1.0"?>
<VirtualBox xmlns="http://www.virtualbox.org/" version="1.20-macosx">
  <Machine uuid="{1}" name="lab" OSType="Fedora_arm64">
    <Hardware>
      <CPU/>
      <Memory RAMSize="4096"/>
      <Firmware type="EFI"/>
      <Display controller="QemuRamFB"/>
      <TrustedPlatformModule type="v2_0" location=""/>
      <Network><Adapter slot="0" enabled="true" type="virtio"/></Network>
      <StorageControllers>
        <StorageController name="VirtIO" type="VirtioSCSI"><AttachedDevice type="HardDisk"/></StorageController>
      </StorageControllers>
    </Hardware>
    <Platform architecture="ARM"><CPU count="2"/><arm><CPU/></arm></Platform>
  </Machine>
</VirtualBox>
"""


def test_settings_before_7_1(look: Look) -> None:
    seen = look("files.vbox", OLD)
    assert seen.formats == ("virtualbox",)
    assert seen.facts("files") == {
        "guest.os.id": "win2k22",
        "guest.os.oneOf": "win2k22",
        "guest.arch": "amd64",
        "guest.platform": "windows/amd64",
        "requirements.nested": "true",
        "resources.cpu": "4.0",
        "resources.memory": "6144Mi",
        "deployment.platform.id": "virtualbox",
        "deployment.firmware.type": "bios",
        "deployment.firmware.secureBoot": "false",
        "deployment.firmware.tpm": "none",
        "deployment.devices.disk": "sata",
        "deployment.network.cards": "2",
        "deployment.storage.disks": "1",
        "deployment.storage.onSnapshot": "true",
        "deployment.devices.drives": "ide,sata",
        "deployment.storage.snapshots": "external",
        "deployment.devices.nic": "e1000",
        "deployment.devices.video": "vboxsvga",
    }
    assert seen.native().defaults.keys() == {
        "deployment.firmware.type",
        "deployment.firmware.secureBoot",
        "deployment.firmware.tpm",
    }
    assert seen.at("guest.os.id") == (3, 44)
    assert seen.at("resources.cpu") == (5, 19)
    assert seen.at("requirements.nested") == (7, 32)
    assert seen.at("resources.memory") == (9, 24)
    assert seen.at("deployment.devices.nic") == (14, 48)
    assert seen.at("deployment.devices.disk") == (20, 44)
    assert seen.problems == []


def test_settings_since_7_1(look: Look) -> None:
    seen = look("lab.vbox", NEW)
    assert seen.facts("lab") == {
        "guest.os.family": "linux",
        "guest.arch": "arm64",
        "guest.platform": "linux/arm64",
        "resources.cpu": "2.0",
        "resources.memory": "4096Mi",
        "deployment.platform.id": "virtualbox",
        "deployment.firmware.type": "uefi",
        "deployment.firmware.tpm": "2.0",
        "deployment.devices.disk": "virtio-scsi",
        "deployment.network.cards": "1",
        "deployment.storage.disks": "1",
        "deployment.devices.drives": "virtio-scsi",
        "deployment.storage.snapshots": "",
        "deployment.devices.nic": "virtio",
        "deployment.devices.video": "qemuramfb",
    }
    assert set(seen.native().defaults) == {"deployment.storage.snapshots"}
    assert "deployment.firmware.secureBoot" in seen.native().unknowns
    assert seen.at("guest.arch") == (15, 29)


def test_nesting_of_7_1(look: Look) -> None:
    x86 = '<Platform architecture="x86"><CPU count="2"/><x86><CPU><NestedHWVirt enabled="true"/></CPU></x86></Platform>'
    text = NEW[: NEW.index("    <Platform")] + f"    {x86}\n  </Machine>\n</VirtualBox>\n"
    facts = look("lab.vbox", text.replace("Fedora_arm64", "Fedora_64")).facts()
    assert facts["requirements.nested"] == "true"
    assert facts["guest.arch"] == "amd64"
    off = look("lab.vbox", text.replace('NestedHWVirt enabled="true"', 'NestedHWVirt enabled="false"'))
    assert "requirements.nested" not in off.facts()


@pytest.mark.parametrize(
    ("old", "new", "path", "expected"),
    [
        ('<CPU count="4"', "<CPU", "resources.cpu", "1.0"),
        ('count="4"', 'count="many"', "resources.cpu", None),
        ('RAMSize="6144"', 'RAMSize="x"', "resources.memory", None),
        ('type="82540EM"', 'type="Am79C970A"', "deployment.devices.nic", "pcnet"),
        ('type="82540EM"', 'type="usbnet"', "deployment.devices.nic", None),
        (' type="82540EM"', "", "deployment.devices.nic", "pcnet"),
        ('slot="0"', 'slot="x"', "deployment.devices.nic", "pcnet"),
        ('type="DVD"', 'type="HardDisk"', "deployment.devices.disk", None),
        ('type="AHCI"', 'type="NVMe"', "deployment.devices.disk", "nvme"),
        ('type="AHCI"', 'type="LsiLogicSas"', "deployment.devices.disk", "lsisas1068"),
        ('type="HardDisk"', 'type="Floppy"', "deployment.devices.disk", None),
        ("<Chipset", '<Firmware type="EFI"/><Chipset', "deployment.firmware.type", "uefi"),
        ("<Chipset", '<Firmware type="EFIDUAL"/><Chipset', "deployment.firmware.type", "uefi"),
        ("<Chipset", '<Firmware type="BIOS"/><Chipset', "deployment.firmware.type", "bios"),
        ("<Chipset", '<Firmware type="Else"/><Chipset', "deployment.firmware.type", None),
        ("<Chipset", "<Firmware/><Chipset", "deployment.firmware.type", "bios"),
        ("<Chipset", '<TrustedPlatformModule type="v1_2"/><Chipset', "deployment.firmware.tpm", "1.2"),
        ("<Chipset", '<TrustedPlatformModule type="None"/><Chipset', "deployment.firmware.tpm", "none"),
        ("<Chipset", '<TrustedPlatformModule type="Host"/><Chipset', "deployment.firmware.tpm", None),
        ("Windows2022_64", "Nonsense", "guest.os.id", None),
        ("Windows2022_64", "WindowsXP", "guest.arch", "386"),
    ],
)
def test_single_settings(look: Look, old: str, new: str, path: str, expected: str | None) -> None:
    assert old in OLD
    assert look("files.vbox", OLD.replace(old, new)).facts().get(path) == expected


def test_arm_machines_without_words(look: Look) -> None:
    bare = NEW.replace('<Firmware type="EFI"/>', "").replace('enabled="true" type="virtio"', 'enabled="true"')
    seen = look("lab.vbox", bare)
    assert seen.facts()["deployment.firmware.type"] == "uefi"
    assert "deployment.devices.nic" in seen.native().unknowns


def test_an_encrypted_machine_is_skipped(look: Look) -> None:
    text = (
        '<VirtualBox version="1.19-linux"><MachineEncrypted uuid="{1}" keyId="k">AAAA</MachineEncrypted></VirtualBox>'
    )
    seen = look("secret.vbox", text)
    assert seen.checked.skipped == "its settings are encrypted"


@pytest.mark.parametrize(
    "text",
    [
        '<VirtualBox version="1.12-linux"><Global><MachineRegistry/></Global></VirtualBox>',
        "<Machine name='x'/>",
        "<Envelope><VirtualBox version='1'><Machine name='x'/></VirtualBox></Envelope>",
    ],
)
def test_what_is_no_machine(look: Look, text: str) -> None:
    seen = look("VirtualBox.xml", text)
    assert "virtualbox" not in seen.formats
    assert seen.problems == []


def test_a_machine_without_hardware_or_name(look: Look) -> None:
    seen = look("bare.vbox", "<VirtualBox><Machine/></VirtualBox>")
    assert seen.names == ["bare"]
    assert seen.facts() == {"deployment.platform.id": "virtualbox", "deployment.storage.snapshots": ""}


def test_windows_11_wants_efi_and_a_tpm(look: Look) -> None:
    text = OLD.replace("Windows2022_64", "Windows11_64").replace("<Chipset", '<Firmware type="BIOS"/><Chipset')
    assert look("files.vbox", text).found("VM622") == [("VM622", 10, 23)]
    assert look("files.vbox", text.replace('"BIOS"', '"EFI"')).found("VM622") == [("VM622", 4, 6)]
    fitted = text.replace('<Firmware type="BIOS"/>', '<Firmware type="EFI"/><TrustedPlatformModule type="v2_0"/>')
    assert look("files.vbox", fitted).found("VM622") == []


def test_an_ordinary_machine_is_healthy(look: Look) -> None:
    assert look("lab.vbox", NEW).found() == []


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (OLD[:-80].encode(), "VM903", 23),
        (OLD.replace("files", "süd").encode("latin-1"), "VM902", 3),
        (b"<!DOCTYPE x>" + OLD[22:].encode(), "VM905", 1),
    ],
)
def test_broken_settings(look: Look, data: bytes, code: str, line: int) -> None:
    seen = look("files.vbox", data)
    assert [found[:2] for found in seen.problems] == [(code, line)]
