"""Parallels' settings of a machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

DESK = """\
<?xml version="1.0" encoding="UTF-8"?>
<ParallelsVirtualMachine schemaVersion="1.0" dyn_lists="VirtualAppliance 0">
   <AppVersion>20.1.0-55732</AppVersion>
   <Identification dyn_lists="">
      <VmName>desk</VmName>
   </Identification>
   <Settings dyn_lists="">
      <General dyn_lists="PrevOsNumber">
         <OsType>8</OsType>
         <OsNumber>2067</OsNumber>
      </General>
      <Startup dyn_lists="">
         <Bios dyn_lists="">
            <EfiEnabled>5</EfiEnabled>
            <EfiSecureBoot>1</EfiSecureBoot>
         </Bios>
      </Startup>
   </Settings>
   <Hardware dyn_lists="">
      <Cpu dyn_lists="">
         <Number>4</Number>
         <Mode>0</Mode>
         <Type>1</Type>
         <AutoCountEnabled>0</AutoCountEnabled>
         <VirtualizedHV>1</VirtualizedHV>
      </Cpu>
      <Memory dyn_lists="">
         <RAM>8192</RAM>
         <RamAutoSizeEnabled>0</RamAutoSizeEnabled>
      </Memory>
      <Hdd id="0">
         <Enabled>0</Enabled>
         <InterfaceType>0</InterfaceType>
         <Size>1</Size>
      </Hdd>
      <Hdd id="1">
         <Enabled>1</Enabled>
         <InterfaceType>2</InterfaceType>
         <Size>262144</Size>
      </Hdd>
      <NetworkAdapter id="0">
         <Enabled>1</Enabled>
         <AdapterType>3</AdapterType>
      </NetworkAdapter>
      <TpmChip dyn_lists="">
         <Type>1</Type>
      </TpmChip>
   </Hardware>
</ParallelsVirtualMachine>
"""


def test_a_machine(look: Look) -> None:
    seen = look("config.pvs", DESK)
    assert seen.formats == ("parallels",)
    assert seen.facts("desk") == {
        "guest.os.id": "win11",
        "guest.os.oneOf": "win11",
        "guest.arch": "arm64",
        "guest.platform": "windows/arm64",
        "requirements.nested": "true",
        "resources.cpu": "4.0",
        "resources.memory": "8192Mi",
        "resources.disk": "262144Mi",
        "deployment.platform.id": "parallels",
        "deployment.mode": "hw-assisted",
        "deployment.firmware.type": "uefi",
        "deployment.firmware.secureBoot": "true",
        "deployment.devices.disk": "sata",
        "deployment.devices.drives": "sata",
        "deployment.devices.nic": "virtio",
    }
    assert seen.native().defaults.keys() == {"deployment.mode"}
    assert "deployment.firmware.tpm" in seen.native().unknowns
    assert seen.at("guest.os.id") == (10, 20)
    assert seen.at("deployment.firmware.type") == (14, 25)
    assert seen.at("resources.cpu") == (21, 18)
    assert seen.at("deployment.devices.disk") == (38, 25)
    assert seen.at("deployment.devices.nic") == (43, 23)
    assert seen.problems == []


@pytest.mark.parametrize(
    ("kind", "number", "path", "expected"),
    [
        (8, 2063, "guest.os.id", "win10"),
        (8, 2064, "guest.os.id", "win2k16"),
        (8, 2055, "guest.os.id", "winxp"),
        (8, 2066, "guest.os.family", "windows"),
        (8, 2303, "guest.os.family", "windows"),
        (9, 2314, "guest.os.family", "linux"),
        (9, 2323, "guest.os.id", "rhel7.0"),
        (9, 2399, "guest.os.family", "linux"),
        (7, 1795, "guest.os.family", "darwin"),
        (7, 1793, "guest.os.id", "macosx10.4"),
        (10, 2566, "guest.os.family", "freebsd"),
        (10, 2567, "guest.os.family", None),  # NetBSD has FreeBSD's type
        (12, 3073, "guest.os.id", "msdos6.22"),
        (14, 3587, "guest.os.id", "solaris11"),
        (255, 65535, "guest.os.family", None),
        (1, 311, "guest.os.family", None),
        (8, 2314, "guest.os.family", None),  # the two contradict each other
    ],
)
def test_systems(look: Look, kind: int, number: int, path: str, expected: str | None) -> None:
    text = DESK.replace("<OsType>8<", f"<OsType>{kind}<").replace(">2067<", f">{number}<")
    assert look("config.pvs", text).facts().get(path) == expected


def test_a_type_without_a_number(look: Look) -> None:
    text = DESK.replace("<OsNumber>2067</OsNumber>", "")
    assert look("config.pvs", text).facts()["guest.os.family"] == "windows"


X86 = DESK.replace("<Type>1</Type>\n         <Auto", "<Type>0</Type>\n         <Auto").replace(
    "<EfiEnabled>5<", "<EfiEnabled>0<"
)


@pytest.mark.parametrize(
    ("old", "new", "path", "expected"),
    [
        ("", "", "deployment.firmware.type", "bios"),
        ("", "", "deployment.mode", "hw-assisted"),
        ("", "", "guest.arch", None),
        ("<Mode>0<", "<Mode>1<", "guest.arch", "amd64"),
        ("<EfiEnabled>0<", "<EfiEnabled>1<", "deployment.mode", None),
        ("<EfiEnabled>0<", "<EfiEnabled>1<", "deployment.firmware.type", "uefi"),
        ("<EfiEnabled>0<", "<EfiEnabled>9<", "deployment.firmware.type", None),
        ("<EfiSecureBoot>1<", "<EfiSecureBoot>0<", "deployment.firmware.secureBoot", "false"),
        ("<EfiSecureBoot>1<", "<EfiSecureBoot>2<", "deployment.firmware.secureBoot", "false"),
        ("<TpmChip dyn_lists=\"\">\n         <Type>1<", "<TpmChip>\n<Type>0<", "deployment.firmware.tpm", "none"),
        ("<VirtualizedHV>1<", "<VirtualizedHV>0<", "requirements.nested", None),
        ("<AutoCountEnabled>0<", "<AutoCountEnabled>1<", "resources.cpu", None),
        ("<RamAutoSizeEnabled>0<", "<RamAutoSizeEnabled>1<", "resources.memory", None),
        ("<RAM>8192<", "<RAM>0<", "resources.memory", None),
        ("<RAM>8192<", "<RAM>${RAM}<", "resources.memory", None),
        ("<InterfaceType>2<", "<InterfaceType>3<", "deployment.devices.disk", "nvme"),
        ("<InterfaceType>2<", "<InterfaceType>255<", "deployment.devices.disk", None),
        ("<AdapterType>3<", "<AdapterType>2<", "deployment.devices.nic", "e1000"),
        ("<AdapterType>3<", "<AdapterType>9<", "deployment.devices.nic", None),
    ],
)  # fmt: skip
def test_single_settings_of_an_x86_machine(look: Look, old: str, new: str, path: str, expected: str | None) -> None:
    assert old in X86
    assert look("config.pvs", X86.replace(old, new)).facts().get(path) == expected


def test_a_machine_of_virtuozzo_is_not_parallels_desktop(look: Look) -> None:
    seen = look("config.pvs", DESK.replace("ParallelsVirtualMachine", "VirtuozzoVirtualMachine"))
    assert "deployment.platform.id" not in seen.facts()
    assert "deployment.platform" in seen.native().unknowns


def test_a_machine_without_a_name_is_called_like_its_bundle(look: Look) -> None:
    text = DESK.replace("<VmName>desk</VmName>", "")
    assert look("machines/Lab 1.pvm/config.pvs", text).names == ["Lab 1"]
    assert look("office.pvs", text).names == ["office"]


def test_an_empty_machine(look: Look) -> None:
    assert look("config.pvs", "<ParallelsVirtualMachine/>").facts() == {"deployment.platform.id": "parallels"}


def test_what_is_no_machine(look: Look) -> None:
    for text in ("<Parallels_disk_image/>", "<ParallelsVirtualMachines/>"):
        seen = look("config.pvs", text)
        assert seen.formats == ()
        assert seen.problems == []
    assert look("a.xml", "a <ParallelsVirtualMachine> in words").formats == ()


def test_windows_11_wants_a_tpm(look: Look) -> None:
    text = DESK.replace('<TpmChip dyn_lists="">\n         <Type>1<', '<TpmChip dyn_lists="">\n         <Type>0<')
    assert look("config.pvs", text).found("VM622") == [("VM622", 46, 16)]
    assert look("config.pvs", DESK).found("VM622") == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (DESK[:-40].encode(), "VM903"),
        (b"<!DOCTYPE x>" + DESK[39:].encode(), "VM905"),
        (DESK.replace("desk", "süd").encode("latin-1"), "VM902"),
    ],
)
def test_broken_settings(look: Look, data: bytes, code: str) -> None:
    assert [found[0] for found in look("config.pvs", data).problems] == [code]
