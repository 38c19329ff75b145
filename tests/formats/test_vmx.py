"""VMware's .vmx files: what is read, what is a default, what stays open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

MACHINE = """\
.encoding = "UTF-8"
config.version = "8"
virtualHW.version = "20"
displayName = "ledger |22db|22"
guestOS = "debian12-64"
numvcpus = "4"
MemSize = "8192"
firmware = "efi"
uefi.secureBoot.enabled = "TRUE"
vtpm.present = "TRUE"
vhv.enable = "TRUE"
sched.cpu.affinity = "0,1,2,3"
sched.mem.pin = "TRUE"
sched.mem.lpage.enable1GPage = "TRUE"
scsi0.present = "TRUE"
scsi0.virtualDev = "pvscsi"
scsi0:0.present = "TRUE"
scsi0:0.fileName = "/vmfs/volumes/ds1/ledger/ledger.vmdk"
sata0:0.present = "TRUE"
sata0:0.deviceType = "cdrom-image"
sata0:0.fileName = "/vmfs/volumes/ds1/debian.iso"
ethernet1.present = "TRUE"
ethernet1.virtualDev = "e1000"
ethernet0.present = "TRUE"
ethernet0.virtualDev = "vmxnet3"
pciPassthru0.present = "TRUE"
pciPassthru0.id = "00000:065:00.0"
pciPassthru1.present = "TRUE"
pciPassthru1.vendorId = "0x10de"
pciPassthru1.deviceId = "0x20f1"
pciPassthru2.present = "FALSE"
pciPassthru*.present = "TRUE"
"""

SMALL = """\
config.version = "8"
virtualHW.version = "8"
guestOS = "debian12-64"
"""


def test_machine(look: Look) -> None:
    seen = look("ledger.vmx", MACHINE)
    assert seen.formats == ("vmx",)
    assert seen.names == ['ledger "db"']
    assert seen.facts() == {
        "deployment.devices.disk": "pvscsi",
        "deployment.devices.disks": "pvscsi",
        "deployment.devices.nics": "e1000,vmxnet3",
        "deployment.devices.drives": "pvscsi,sata",
        "deployment.hotAdd": "",
        "deployment.storage.shared": "false",
        "deployment.storage.snapshots": "",
        "deployment.storage.independent": "false",
        "deployment.storage.changeTracking": "false",
        "deployment.storage.disks": "1",
        "deployment.storage.onSnapshot": "false",
        "deployment.network.cards": "2",
        "deployment.devices.others": "cd-image",
        "deployment.devices.nic": "vmxnet3",
        "deployment.firmware.secureBoot": "true",
        "deployment.firmware.tpm": "2.0",
        "deployment.firmware.type": "uefi",
        "deployment.hostDevices": "0000:41:00.0,10de:20f1",
        "deployment.machine": "vmx-20",
        "deployment.mode": "hw-assisted",
        "deployment.platform.id": "vmware-esxi",
        "deployment.tuning.cpuPinning": "true",
        "deployment.tuning.hugepages": "true",
        "deployment.tuning.lockedMemory": "true",
        "guest.arch": "amd64",
        "guest.os.id": "debian12",
        "guest.os.oneOf": "debian12",
        "guest.platform": "linux/amd64",
        "requirements.nested": "true",
        "resources.cpu": "4.0",
        "resources.memory": "8192Mi",
    }
    assert seen.at("guest.os.id") == (5, 12)
    assert seen.at("resources.memory") == (7, 12)
    assert seen.at("deployment.devices.disk") == (16, 21)
    assert seen.at("deployment.devices.nic") == (25, 25)
    assert seen.at("deployment.hostDevices") == (27, 20)


def test_defaults_and_what_stays_open(look: Look) -> None:
    native = look("small.vmx", SMALL).native()
    assert native.workload.name == "small"
    assert set(native.defaults) == {
        "deployment.firmware.secureBoot",
        "deployment.cpuSockets",
        "deployment.hotAdd",
        "deployment.tuning.lockedMemory",
        "deployment.firmware.tpm",
        "deployment.firmware.type",
        "deployment.mode",
        "deployment.network.cards",
        "deployment.storage.changeTracking",
        "deployment.storage.disks",
        "resources.cpu",
    }
    assert native.workload.deployment.firmware.type == "bios"
    assert native.workload.deployment.firmware.tpm == "none"
    assert {"deployment.platform.id", "resources.memory", "resources.disk"} <= set(native.unknowns)


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ('managedVM.autoAddVTPM = "software"', "deployment.firmware.tpm"),
        ('firmware = "${FIRMWARE}"', "deployment.firmware.type"),
        ('guestOS = "arm-debian12-64"', "deployment.firmware.type"),
        ('ethernet0.present = "TRUE"', "deployment.devices.nic"),
        ('scsi0:0.present = "TRUE"\nscsi0:0.fileName = "a.vmdk"', "deployment.devices.disk"),
        (
            'sata0:0.present = "TRUE"\nsata0:0.fileName = "a.vmdk"\nide0:0.present = "TRUE"\nide0:0.fileName = "b.vmdk"',  # noqa: E501
            "deployment.devices.disk",
        ),
        ('memsize = "{{ memory }}"', "resources.memory"),
        ('numvcpus = "$(nproc)"', "resources.cpu"),
    ],
)
def test_unknown(look: Look, lines: str, field: str) -> None:
    seen = look("m.vmx", SMALL + lines + "\n")
    assert field in seen.native().unknowns
    assert field not in seen.facts()


@pytest.mark.parametrize(
    ("lines", "model"),
    [
        ('scsi1.virtualDev = "lsisas1068"\nscsi1:0.present = "TRUE"\nscsi1:0.fileName = "a.vmdk"', "lsilogic-sas"),
        ('nvme0:0.present = "TRUE"\nnvme0:0.fileName = "a.VMDK"', "nvme"),
        ('ide0:0.present = "TRUE"\nide0:0.deviceType = "ata-hardDisk"\nide0:0.fileName = "{{n}}.vmdk"', "ide"),
        ('ide0:0.present = "TRUE"\nide0:0.fileName = "a.vmdk"\nide1:0.present = "TRUE"\nide1:0.fileName = "auto detect"', "ide"),  # noqa: E501
        ('sata0:0.present = "FALSE"\nsata0:0.fileName = "a.vmdk"', None),
    ],
)  # fmt: skip
def test_disks(look: Look, lines: str, model: str | None) -> None:
    assert look("m.vmx", SMALL + lines).facts().get("deployment.devices.disk") == model


def test_a_disk_that_snapshots_leave_out(look: Look) -> None:
    disk = 'nvme0:0.present = "TRUE"\nnvme0:0.fileName = "a.vmdk"\n'
    for line, apart in (("", "false"), ('nvme0:0.mode = "independent-persistent"\n', "true")):
        assert look("m.vmx", SMALL + disk + line).facts()["deployment.storage.independent"] == apart


def test_no_platform_by_product_compatibility(look: Look) -> None:
    seen = look("m.vmx", SMALL + 'virtualHW.productCompatibility = "hosted"\n')
    assert "deployment.platform.id" not in seen.facts()


def test_share_of_a_gpu(look: Look) -> None:
    facts = look("m.vmx", SMALL + 'pciPassthru0.present = "TRUE"\npciPassthru0.vgpu = "grid_a40-8q"\n').facts()
    assert facts["requirements.devices.gpu.mode"] == "vgpu"
    assert "deployment.hostDevices" not in facts


def test_findings_have_places(look: Look) -> None:
    text = MACHINE.replace("debian12-64", "windows11-64").replace('"TRUE"\nvhv', '"FALSE"\nvhv').replace("8192", "2048")
    seen = look("desktop.vmx", text)
    assert seen.found("VM622", "VM614") == [("VM614", 7, 12), ("VM622", 10, 17)]


def test_emulated_card_beside_its_driver(look: Look) -> None:
    hint = "# vmlint: requirements.performance.class=high\n"
    seen = look("m.vmx", MACHINE.replace("vmxnet3", "e1000e") + hint)
    assert seen.found("VM311") == [("VM311", 25, 25)]


def test_a_machine_without_platform_is_judged_as_a_machine(look: Look) -> None:
    text = SMALL.replace("debian12-64", "winXPPro") + 'firmware = "efi"\n'
    assert look("xp.vmx", text).found("VM504") == [("VM504", 4, 13)]


def test_healthy(look: Look) -> None:
    text = "\n".join(line for line in MACHINE.splitlines() if "pciPassthru" not in line and "vhv" not in line)
    assert look("ledger.vmx", text).found() == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("notes.txt", 'displayName = "ledger"\n'),
        ("app.conf", 'port = "8080"\nname = "web"\n'),
        ("empty.vmx", ""),
        ("machine.vmxf", "<Foundry><VM/></Foundry>"),
    ],
)
def test_other_files(look: Look, name: str, text: str) -> None:
    assert "vmx" not in look(name, text).formats


def test_recognised_by_content(look: Look) -> None:
    assert look("machine.txt", SMALL).formats == ("vmx",)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (SMALL + '{% if big %}\nmemsize = "8192"\n{% endif %}\n', "template"),
        (SMALL + '<% if big %>\nmemsize = "8192"\n', "template"),
        (SMALL + '{{ if .Big }}\nmemsize = "8192"\n{{ end }}\n', "template"),
        ('.encoding = "UTF-8"\ndisplayName = "x"\nencryption.keySafe = "x"\nencryption.data = "AAAA"\n', "encrypted"),
    ],
)
def test_skipped(look: Look, text: str, reason: str) -> None:
    seen = look("m.vmx", text)
    assert reason in seen.checked.skipped
    assert not seen.natives


def test_declared_encoding(look: Look) -> None:
    text = '.encoding = "windows-1252"\n' + SMALL + 'displayName = "Büro"\nmemsize = "512"\n'
    seen = look("m.vmx", text.encode("cp1252"))
    assert seen.names == ["Büro"]
    assert seen.at("resources.memory") == (6, 12)
    assert not seen.problems


@pytest.mark.parametrize(
    "data",
    [
        b'\x00\x01config.version = "8"\n' * 1000,
        SMALL.encode() + b"\xff\xfe\xfa",
        ('scsi0:0.present = "TRUE"\n' * 50_000).encode(),
        ("x" * 2_000_000 + ' = "1"\n' + SMALL).encode(),
        (SMALL + 'displayName = "' + "|" * 1_000_000 + '"\n').encode(),
        (SMALL + 'memsize = "' + "9" * 400 + '"\n').encode(),
        (SMALL + 'numvcpus = "').encode(),
    ],
)
def test_hostile(look: Look, data: bytes) -> None:
    assert look("m.vmx", data).checked.crashes == ()
