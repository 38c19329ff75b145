"""``vmlint check --on PLATFORM`` as a command: what would break and change, per machine and in total."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Vmlint

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "report.json").read_text("utf-8"))
WHAT_IF = {"$ref": "#/$defs/WhatIf", "$defs": SCHEMA["$defs"]}

FLEET = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: erp}
spec:
  guest: {os: win2k22, platform: windows/amd64}
  deployment:
    platform: vmware-esxi@7.0
    firmware: {type: uefi, secureBoot: true, tpm: "2.0"}
    devices: {disk: pvscsi, nic: vmxnet3}
---
apiVersion: vmlint/v1
kind: Workload
metadata: {name: web}
spec:
  guest: {os: debian13, platform: linux/amd64}
  deployment:
    platform: vmware-esxi@7.0
    firmware: {type: bios}
    devices: {disk: pvscsi, nic: e1000}
---
apiVersion: vmlint/v1
kind: Workload
metadata: {name: old}
spec:
  guest: {os: win2k25, platform: windows/amd64}
  requirements: {nested: true}
  deployment: {platform: vmware-esxi@8.0}
---
apiVersion: vmlint/v1
kind: Workload
metadata: {name: box}
spec:
  guest: {platform: linux/amd64}
  deployment: {platform: docker, architecture: container}
"""


@pytest.fixture(autouse=True)
def fleet(vmlint: Vmlint) -> None:
    Path("fleet.yaml").write_text(FLEET, "utf-8")


def asked(vmlint: Vmlint, target: str) -> dict[str, Any]:
    seen = vmlint("check", "--on", target, "--format", "json", "fleet.yaml")
    found = json.loads(seen.stdout)
    jsonschema.validate(found, WHAT_IF)
    return {each["workload"]: each for each in found["whatIf"]["workloads"]}


def test_table(vmlint: Vmlint, golden: Callable[[str, str], None]) -> None:
    seen = vmlint("check", "--on", "xcp-ng@8.3", "fleet.yaml")
    golden("check/what-if.txt", seen.stdout)
    assert (seen.status, seen.stderr) == (1, "")


def test_what_belongs_to_the_platform_is_replaced_by_its_counterpart(vmlint: Vmlint) -> None:
    found = asked(vmlint, "proxmox-ve@9")
    assert found["web"]["changes"]["deployment.devices.disk"] == "virtio"
    assert "deployment.devices.nic" not in found["web"]["changes"]  # e1000 is emulated here and there
    assert found["web"]["changes"]["deployment.platform.version"] == "9"
    assert found["web"]["verdict"] == "runs"


def test_what_belongs_to_the_machine_stays(vmlint: Vmlint) -> None:
    found = asked(vmlint, "proxmox-ve@9")
    assert found["erp"]["keeps"] == {
        "deployment.firmware.type": "uefi",
        "deployment.firmware.secureBoot": "true",
        "deployment.firmware.tpm": "2.0",
    }
    assert not any(path.startswith("deployment.firmware.") for path in found["erp"]["changes"])
    assert found["erp"]["verdict"] == "runs if"


def test_firmware_that_the_target_lacks_breaks_the_machine(vmlint: Vmlint) -> None:
    assert [found["code"] for found in asked(vmlint, "bhyve")["web"]["breaks"]] == ["VM622"]
    assert [found["code"] for found in asked(vmlint, "bhyve")["erp"]["breaks"]] == []
    assert asked(vmlint, "firecracker")["erp"]["verdict"] == "cannot"


def test_present_faults_that_would_be_gone(vmlint: Vmlint) -> None:
    assert [gone["code"] for gone in asked(vmlint, "proxmox-ve@9")["web"]["gone"]] == ["VM701"]


def test_an_image_does_not_become_a_machine(vmlint: Vmlint) -> None:
    found = asked(vmlint, "hyperv@2025")
    assert (found["box"]["verdict"], found["box"]["changes"]) == ("cannot", {})
    assert asked(vmlint, "kubernetes@1.36")["web"]["verdict"] == "cannot"
    assert asked(vmlint, "kubernetes@1.36")["box"]["verdict"] == "runs"


def test_an_ended_release_is_reported(vmlint: Vmlint) -> None:
    (box,) = (asked(vmlint, "docker@27")[name] for name in ("box",))
    assert [warned["code"] for warned in box["warns"]] == ["VM701"]


def test_unknown_platform(vmlint: Vmlint) -> None:
    seen = vmlint("check", "--on", "proxmux", "fleet.yaml")
    assert seen.status == 2
    assert "there is no platform 'proxmux'; did you mean `proxmox-ve`?" in seen.stderr


@pytest.mark.parametrize(
    ("target", "near"), [("proxmox-ve@99", "proxmox-ve@9"), ("esxi@70", "vmware-esxi@7.0"), ("docker@290", "docker@29")]
)
def test_a_version_that_there_is_not(vmlint: Vmlint, target: str, near: str) -> None:
    seen = vmlint("check", "--on", target, "fleet.yaml")
    assert seen.status == 2
    assert f"did you mean `{near}`?" in seen.stderr


def test_exit_status(vmlint: Vmlint) -> None:
    Path("one.yaml").write_text(FLEET.split("---\n")[1], "utf-8")
    assert vmlint("check", "--on", "proxmox-ve@9", "one.yaml").status == 0
    assert vmlint("check", "--on", "kubernetes", "one.yaml").status == 1
    Path("none.yaml").write_text("a: b\n", "utf-8")
    assert vmlint("check", "--on", "kvm", "none.yaml").status == 3
    Path("bad.yaml").write_text("apiVersion: vmlint/v1\nkind: Workload\nmetadata: {}\nspec: {kind: x}\n", "utf-8")
    seen = vmlint("check", "--on", "kvm", "bad.yaml", "one.yaml")
    assert seen.status == 1
    assert seen.stdout.startswith("error[VM910]")


def _moved(vmlint: Vmlint, platform: str, spec: str) -> str:
    Path("one.yaml").write_text(
        f"apiVersion: vmlint/v1\nkind: Workload\nmetadata: {{name: desk}}\nspec:\n{spec}", "utf-8"
    )
    return " ".join(vmlint("check", "--on", platform, "one.yaml").stdout.split())


@pytest.mark.parametrize("platform", ["xcp-ng@8.3", "hyperv", "proxmox-ve"])
def test_a_release_needs_elsewhere_what_it_needs_at_home(vmlint: Vmlint, platform: str) -> None:
    desk = "  guest: {os: win11}\n  deployment: {platform: kvm, machine: q35, firmware: {type: bios}}\n"
    screen = _moved(vmlint, platform, desk)
    assert "breaks desk" in screen
    assert "VM622 Windows 11 needs UEFI firmware" in screen


def test_a_fault_of_today_is_called_so(vmlint: Vmlint, golden: Callable[[str, str], None]) -> None:
    """One machine lacks today what its guest needs. The other fails only there."""
    machine = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: desk}
spec:
  guest: {os: win11}
  deployment: {platform: kvm, machine: q35, firmware: {type: bios}}
"""
    board = machine.replace("desk", "board").replace("win11", "debian12") + "  host: {platform: linux/arm64}\n"
    Path("fleet.yaml").write_text(f"{machine}---\n{board}", "utf-8")
    golden("check/what-if-today.txt", vmlint("check", "--on", "xcp-ng@8.3", "fleet.yaml").stdout)


def test_an_unstated_firmware_has_to_be_chosen(vmlint: Vmlint) -> None:
    spec = "  guest: {os: win2k22}\n  deployment: {platform: kvm}\n"
    assert "choose: generation 1 with its disk on IDE if it was installed for BIOS" in _moved(vmlint, "hyperv", spec)
    assert "choose: the firmware that it was installed for" in _moved(vmlint, "proxmox-ve", spec)


def test_unrequested_secure_boot_is_not_a_condition(vmlint: Vmlint) -> None:
    assert "secureBoot" not in _moved(vmlint, "kubevirt", "  guest: {os: debian12}\n  deployment: {platform: kvm}\n")


XP = """\
  guest: {os: winxp, platform: windows/386}
  deployment: {platform: vmware-esxi, firmware: {tpm: none}, devices: {disk: buslogic, nic: e1000}}
"""
ARM = """\
  guest: {platform: linux/arm64}
  host: {platform: linux/amd64}
  deployment: {platform: kvm}
"""
BOOTS = """\
  guest: {os: win2k8r2}
  deployment: {platform: vmware-esxi, firmware: {type: FIRMWARE}}
"""


@pytest.mark.parametrize(
    ("platform", "disk", "says"),
    [
        ("proxmox-ve", "ide", "check: that it starts from ide, a controller that it has not had"),
        ("kubevirt", "sata", "before: give it a driver for a disk on sata first: it has none"),
    ],
)
def test_a_guest_without_drivers_gets_an_emulated_device(vmlint: Vmlint, platform: str, disk: str, says: str) -> None:
    """Windows XP has none for virtio, so the machine that it gets there is one with a disk that it may see."""
    screen = _moved(vmlint, platform, XP)
    assert says in screen
    assert f"devices.disk: {disk}" in screen
    assert "as today: devices.nic: e1000" in screen


def test_what_runs_on_the_cpu_is_not_emulated_there(vmlint: Vmlint) -> None:
    assert "emulation" not in _moved(vmlint, "proxmox-ve", XP)
    assert "mode: emulation" in _moved(vmlint, "proxmox-ve", ARM)  # nothing else will do


@pytest.mark.parametrize(("firmware", "breaks"), [("bios", False), ("uefi", True)])
def test_firmware_makes_the_generation(vmlint: Vmlint, firmware: str, breaks: bool) -> None:
    screen = _moved(vmlint, "hyperv", BOOTS.replace("FIRMWARE", firmware))
    assert ("VM822" in screen) is breaks
    assert ("breaks desk" in screen) is breaks
    assert "generation is" not in screen


@pytest.mark.parametrize("platform", ["proxmox-ve", "kvm", "vmware-esxi"])
def test_a_microvm_with_disks_becomes_a_machine(vmlint: Vmlint, platform: str) -> None:
    spec = "  guest: {os: debian12, platform: linux/amd64}\n  deployment: {platform: firecracker}\n"
    assert "architecture: type1" in _moved(vmlint, platform, spec)


def test_an_image_stays_a_container(vmlint: Vmlint) -> None:
    spec = "  guest: {platform: linux/amd64}\n  deployment: {platform: firecracker, image: 'alpine:3.22'}\n"
    assert "cannot desk" in _moved(vmlint, "kvm", spec)
    assert "runs desk" in _moved(vmlint, "podman", spec)


def test_only_what_changes_is_reported(vmlint: Vmlint) -> None:
    spec = """\
  guest: {os: debian12, platform: linux/amd64}
  deployment:
    platform: kvm
    devices: {disk: virtio, nic: e1000, video: qxl}
    hostDevices: ["0000:3b:00.0"]
"""
    screen = _moved(vmlint, "proxmox-ve", spec)
    assert "changes: platform: proxmox-ve choose anew: devices.video" in screen
    assert "choose: 0000:3b:00.0 is a device of the old host" in screen


def test_an_invalid_version(vmlint: Vmlint) -> None:
    seen = vmlint("check", "--on", "xcp-ng@junk", "fleet.yaml")
    assert (seen.status, seen.stdout) == (2, "")
    assert seen.stderr == "vmlint check: error: --on xcp-ng@junk: expected a version such as 6.1, 8.0U2 or 10.0.20348\n"
