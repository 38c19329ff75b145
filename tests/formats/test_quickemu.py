"""Machines of quickemu: what is read of their files, and which files are not recognised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

MACHINE = """\
#!/usr/bin/quickemu --vm
guest_os="windows"
disk_img="windows-11/disk.qcow2"
iso="windows-11/win11.iso"
fixed_iso="windows-11/virtio-win.iso"
disk_size="64G"
ram="8G"
cpu_cores="4"
secureboot="on"
tpm="on"
usb_devices=("046d:082d" "046d:085e")
"""


def test_a_machine(look: Look) -> None:
    seen = look("windows-11.conf", MACHINE)
    assert seen.formats == ("quickemu",)
    assert seen.facts("windows-11") == {
        "deployment.firmware.secureBoot": "true",
        "deployment.firmware.tpm": "2.0",
        "deployment.firmware.type": "uefi",
        "deployment.hostDevices": "usb:046d:082d,usb:046d:085e",
        "deployment.mode": "hw-assisted",
        "deployment.platform.id": "qemu",
        "guest.os.family": "windows",
        "guest.os.oneOf": "win11",
        "resources.cpu": "4.0",
        "resources.disk": "64Gi",
        "resources.memory": "8Gi",
    }
    assert seen.at("resources.memory") == (7, 6)
    assert seen.at("deployment.firmware.tpm") == (10, 6)
    assert seen.found() == []


BASE = 'disk_img="a/disk.qcow2"\n'


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('guest_os="linux"', {"deployment.firmware.type": "uefi", "deployment.firmware.tpm": "none"}),
        ('guest_os="linux"', {"deployment.firmware.secureBoot": "false", "guest.os.family": "linux"}),
        ('guest_os="freedos"\nboot="legacy"', {"deployment.firmware.type": "bios", "guest.os.family": "dos"}),
        ('guest_os="macos"\nmacos_release="sonoma"', {"guest.os.id": "macos14"}),
        ('guest_os="macos"\nmacos_release="catalina"', {"guest.os.id": "macosx10.15"}),
        ('guest_os="linux"\narch="aarch64"', {"guest.arch": "arm64"}),
    ],
)
def test_settings(look: Look, lines: str, expected: dict[str, str]) -> None:
    facts = look("a.conf", f"{BASE}{lines}\n").facts()
    assert expected.items() <= facts.items(), facts


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        ("", "resources.memory"),
        ('ram="$(free -g)"', "resources.memory"),
        ('arch="aarch64"', "deployment.mode"),
    ],
)
def test_what_depends_on_the_host_is_unknown(look: Look, lines: str, missing: str) -> None:
    seen = look("a.conf", f'{BASE}guest_os="linux"\n{lines}\n')
    assert missing not in seen.facts()
    assert seen.native().unknowns[missing]


def test_rules_report_the_line(look: Look) -> None:
    seen = look("a.conf", f'{BASE}guest_os="windows"\nboot="legacy"\n# vmlint: guest.os.id=win11\n')
    assert ("VM622", 3, 7) in seen.found()
    seen = look("a.conf", f'{BASE}guest_os="macos"\nmacos_release="catalina"\n')
    assert ("VM704", 3, 16) in seen.found()


OTHERS = {
    "app.conf": 'guest_os="linux"\n',
    "disk.conf": 'disk_img="a.qcow2"\nram="4G"\n',
    "my.conf": '[guest]\nguest_os="linux"\ndisk_img="x"\n[other]\na=1\nb=2\n[more]\nc=3\nd=4\n',
    "run.sh": 'disk_img="a"\nguest_os="linux"\nset -e\nqemu-img create a\nfor a in b; do\necho\ndone\nexit\n',
}


@pytest.mark.parametrize("name", OTHERS)
def test_files_of_other_tools_are_not_taken_for_machines(look: Look, name: str) -> None:
    assert look(name, OTHERS[name]).formats == ()


def test_templates_and_hostile_files(look: Look) -> None:
    assert "template" in look("a.conf", f'{BASE}guest_os="{{{{ os }}}}"\n').checked.skipped
    assert look("a.conf", BASE.encode() + b'guest_os="\xff"\n').formats == ("quickemu",)
    odd = look("a.conf", f'{BASE}guest_os="linux\nusb_devices=(\nram="x"\ncpu_cores=\ntpm="maybe"\nboot="odd"\n')
    assert odd.checked.crashes == ()
    assert look("a.conf", BASE + 'guest_os="linux"\nusb_devices=(' + "(" * 100_000).checked.crashes == ()
