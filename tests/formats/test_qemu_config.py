"""QEMU's own files of options: what is read of them, and which files are not recognised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

MACHINE = """\
[name]
  guest = "kiosk"

[machine]
  type = "q35"
  accel = "kvm"

[memory]
  size = "2G"

[smp-opts]
  cpus = "2"

[overcommit]
  mem-lock = "on"

[drive "firmware"]
  file = "/usr/share/OVMF/OVMF_CODE.fd"   # CHANGE ME
  if = "pflash"

[device "scsi"]
  driver = "virtio-scsi-pci"

[device "cd"]
  driver = "scsi-cd"
  bus = "scsi.0"
  bootindex = "1"

[device "disk1"]
  driver = "scsi-hd"
  bus = "scsi.0"
  bootindex = "2"

[device "disk2"]
  driver = "ide-hd"
  bootindex = "3"

[device "net"]
  driver = "e1000"
  netdev = "hostnet"

[device "gpu"]
  driver = "vfio-pci"
  host = "0000:01:00.0"

[device "video"]
  driver = "qxl-vga"
"""


def test_a_machine(look: Look) -> None:
    seen = look("kiosk.cfg", MACHINE)
    assert seen.formats == ("qemu-config",)
    assert seen.facts("kiosk") == {
        "deployment.devices.disk": "virtio-scsi",
        "deployment.devices.nic": "e1000",
        "deployment.devices.video": "qxl",
        "deployment.firmware.type": "uefi",
        "deployment.firmware.variableStore": "true",
        "deployment.hostDevices": "0000:01:00.0",
        "deployment.machine": "q35",
        "deployment.mode": "hw-assisted",
        "deployment.platform.id": "kvm",
        "deployment.tuning.lockedMemory": "true",
        "resources.cpu": "2.0",
        "resources.memory": "2Gi",
    }
    assert seen.at("deployment.mode") == (6, 12)
    assert seen.at("deployment.devices.nic") == (39, 13)
    assert seen.found() == []


BASE = '[drive "d"]\n  file = "a.qcow2"\n'


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('[accel]\naccel = "tcg"', {"deployment.platform.id": "qemu", "deployment.mode": "emulation"}),
        ('[accel]\naccel = "hvf"', {"deployment.platform.id": "qemu", "deployment.mode": "hw-assisted"}),
        ('[machine]\ntype = "pc"\n[device "a"]\ndriver = "ide-hd"', {"deployment.devices.disk": "ide"}),
        ('[machine]\ntype = "pc-q35-9.2"\n[device "a"]\ndriver = "ide-hd"', {"deployment.devices.disk": "sata"}),
        ('[device "a"]\ndriver = "virtio-blk-pci"', {"deployment.devices.disk": "virtio-blk"}),
        ('[memory]\nsize = "1024"\n[device "a"]\ndriver = "VGA"', {"resources.memory": "1024Mi"}),
        ('[machine]\ntype = "q35"\n[smp-opts]\ncores = "4"\nthreads = "2"', {"resources.cpu": "8.0"}),
        ('[machine]\ntype = "q35"\n[smp-opts]\nmaxcpus = "6"\nsockets = "2"', {"resources.cpu": "6.0"}),
        ('[device "a"]\ndriver = "tpm-crb"', {"deployment.firmware.tpm": "2.0"}),
    ],
)
def test_settings(look: Look, lines: str, expected: dict[str, str]) -> None:
    facts = look("a.cfg", f"{BASE}{lines}\n").facts()
    assert expected.items() <= facts.items(), facts


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        ('[machine]\ntype = "q35"', "deployment.mode"),
        ('[machine]\naccel = "kvm:tcg"', "deployment.mode"),
        ('[machine]\ntype = "q35"', "deployment.firmware.type"),
    ],
)
def test_what_the_command_line_may_set_is_unknown(look: Look, lines: str, missing: str) -> None:
    seen = look("a.cfg", f"{BASE}{lines}\n")
    assert missing not in seen.facts()
    assert seen.native().unknowns[missing]


def test_an_accelerator_that_the_command_line_names_is_not_asked_for(look: Look) -> None:
    text = f'{BASE}[machine]\ntype = "q35"\n'
    assert look("a.cfg", text).found() == []
    hints = "# vmlint: guest.platform=linux/amd64\n# vmlint: host.platform=linux/amd64\n"
    assert look("a.cfg", f"{hints}{text}").found("VM501") == [("VM501", 4, 11)]  # vmlint assumes one, and reports that


def test_rules_report_the_line(look: Look) -> None:
    text = f'{BASE}[machine]\ntype = "q35"\naccel = "kvm"\n[device "n"]\ndriver = "rtl8139"\n'
    assert ("VM311", 7, 11) in look("a.cfg", f"{text}# vmlint: guest.os.id=debian12\n").found()


OTHERS = {
    "setup.cfg": "[metadata]\nname = a\n[options]\npackages = find:\n",
    "config.cfg": '[remote "origin"]\n\turl = "x"\n[branch "main"]\n\tmerge = "y"\n',
    "mopidy.conf": '[audio]\nmixer = "x"\n[machine]\ntype = "q35"\n',
    "pyproject.cfg": '[machine]\ntype = "q35"\n',
    "usb.cfg": '[device "ehci"]\n  driver = "ich9-usb-ehci1"\n  addr = "1d.7"\n',
    "smb.conf": "[global]\nworkgroup = HOME\n",
    "unquoted.cfg": '[device "a"]\ndriver = e1000\n[drive "b"]\nfile = x\n',
}


@pytest.mark.parametrize("name", OTHERS)
def test_files_of_other_tools_are_not_taken_for_machines(look: Look, name: str) -> None:
    assert look(name, OTHERS[name]).formats == ()


def test_templates_and_hostile_files(look: Look) -> None:
    seen = look("a.cfg", f'{BASE}[machine]\ntype = "${{MACHINE}}"\naccel = "kvm"\n')
    assert "template" in seen.checked.skipped
    assert look("a.cfg", BASE.encode() + b'[machine]\ntype = "\xff"\n').formats == ("qemu-config",)
    assert look("a.cfg", f'{BASE}[device "a"]\ndriver = "\n[machine]\naccel\n').checked.crashes == ()
    assert look("a.cfg", '[device "a"]\n driver = "scsi-hd"\n bootindex = "1"\n' * 4_000 + BASE).checked.crashes == ()
