"""Guests of vm-bhyve: what is read of their files, and which files are not recognised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

GUEST = """\
# a file server
loader="grub"
cpu=2
memory=4G
network0_type="e1000"
network0_switch="public"
disk0_type="ahci-hd"
disk0_name="disk0.img"
grub_run0="linux /vmlinuz root=/dev/vda1"   # the kernel
wired_memory="yes"
passthru0="4/0/0"
passthru1="12/10/1"
"""


def test_a_guest(look: Look) -> None:
    seen = look("files.conf", GUEST)
    assert seen.formats == ("vm-bhyve",)
    assert seen.facts("files") == {
        "deployment.devices.disk": "ahci",
        "deployment.devices.drives": "ahci",
        "deployment.storage.cache": "",
        "deployment.devices.nic": "e1000",
        "deployment.hostDevices": "0000:04:00.0,0000:0c:0a.1",
        "deployment.platform.id": "bhyve",
        "deployment.tuning.lockedMemory": "true",
        "guest.os.family": "linux",
        "resources.cpu": "2.0",
        "resources.memory": "4Gi",
    }
    assert seen.at("resources.memory") == (4, 8)
    assert seen.at("deployment.devices.nic") == (5, 16)
    assert seen.at("guest.os.family") == (9, 12)


BASE = 'disk0_type="virtio-blk"\ndisk0_name="disk0"\nnetwork0_type="virtio-net"\nnetwork0_switch="public"\n'


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('loader="uefi"', {"deployment.firmware.type": "uefi"}),
        ('loader="uefi-csm"', {"deployment.firmware.type": "bios"}),
        ('loader="bhyveload"', {"guest.os.family": "freebsd"}),
        ('guest="windows"\nuefi="yes"', {"guest.os.family": "windows", "deployment.firmware.type": "uefi"}),
        ('guest="generic"\nuefi="csm"', {"deployment.firmware.type": "bios"}),
        ('guest="ubuntu"\nuefi="no"', {"guest.os.family": "linux"}),
        ('grub_run0="kopenbsd -h com0 -r sd0a /bsd"', {"guest.os.family": "openbsd"}),
        ("memory=512", {"resources.memory": "512Mi"}),
        ("memory=512MB", {"resources.memory": "512Mi"}),
    ],
)
def test_settings(look: Look, lines: str, expected: dict[str, str]) -> None:
    facts = look("a.conf", f"{BASE}{lines}\n").facts()
    assert expected.items() <= facts.items(), facts


def test_what_a_shell_computes_is_unknown(look: Look) -> None:
    facts = look("a.conf", f'{BASE}memory="${{size}}"\ncpu=$(nproc)\nloader="uefi"\n').facts()
    assert not facts.keys() & {"resources.memory", "resources.cpu"}


def test_a_healthy_guest_passes_and_a_slow_one_is_reported(look: Look) -> None:
    assert look("a.conf", f'{BASE}loader="grub"\ngrub_run0="linux /vmlinuz"\ncpu=1\nmemory=1G\n').found() == []
    slow = look("a.conf", f"{GUEST}# vmlint: guest.os.id=debian12\n# vmlint: requirements.performance.class=high\n")
    assert [entry[1:] for entry in slow.found("VM311")] == [(5, 16), (7, 13)]


OTHERS = {
    "rc.conf": 'hostname="a"\nsshd_enable="YES"\nloader="x"\n',
    "loader.conf": 'vmm_load="YES"\nif_bridge_load="YES"\n',
    "app.conf": 'cpu=1\nmemory=512M\nloader="grub"\n',
    "my.cnf": "[mysqld]\ndisk0_type=x\n",
    "bhyve_config.conf": "cpus=2\nmemory.size=1G\npci.0.3.0.device=virtio-blk\n",
    "disks.conf": 'disk0_type="ssd"\ndisk0_name="a"\nnetwork0_type="wifi"\n',
}


@pytest.mark.parametrize("name", OTHERS)
def test_files_of_other_tools_are_not_taken_for_guests(look: Look, name: str) -> None:
    assert look(name, OTHERS[name]).formats == ()


def test_templates_and_hostile_files(look: Look) -> None:
    assert "template" in look("a.conf", f'{BASE}loader="uefi"\nmemory="{{{{ memory }}}}"\n').checked.skipped
    assert look("a.conf", BASE.encode() + b'name="\xff"\n').formats == ("vm-bhyve",)
    assert look("a.conf", f'{BASE}loader="uefi\npassthru0="x"\nmemory=\ncpu="a lot"\n').checked.crashes == ()
    assert look("a.conf", BASE + 'loader="uefi"\n' + 'passthru1="1/0/0"\n' * 10_000).checked.crashes == ()


def test_a_hint_of_another_family_than_the_loader_boots(look: Look) -> None:
    text = "# vmlint: guest.os=win11\n" + BASE + 'loader="bhyveload"\n'
    seen = look("a.conf", text)
    assert seen.found("VM916") == [("VM916", 1, 11)]
    assert seen.facts()["guest.os.family"] == "freebsd"
    assert "guest.os.id" not in seen.facts()
    fitting = look("a.conf", text.replace("win11", "freebsd14.3"))
    assert fitting.found("VM916") == []
    assert fitting.facts()["guest.os.id"] == "freebsd14.3"


def test_a_remark_behind_a_hint_is_not_part_of_it(look: Look) -> None:
    seen = look("a.conf", "# vmlint: requirements.nested=true  # for the lab\n" + BASE + 'loader="grub"\n')
    assert seen.found("VM916") == []
    assert seen.facts()["requirements.nested"] == "true"
