"""Lima's YAML: little is guaranteed where the file is silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

MACHINE = """\
vmType: vz
os: Linux
arch: aarch64
images:
- location: "https://example.org/debian-12-arm64.qcow2"
  arch: aarch64
cpus: 4
memory: 8GiB
disk: 60GB
mounts:
- location: "~"
- location: /srv/data
  mountPoint: /data
  writable: true
nestedVirtualization: true
"""

INTEL = {"name": "host.yaml", "text": "apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: mac}\nspec: {platform: darwin/amd64}\n"}  # fmt: skip  # noqa: E501


def test_machine(look: Look) -> None:
    seen = look("toolbox.yaml", MACHINE)
    assert seen.formats == ("lima",)
    assert seen.names == ["toolbox"]
    assert seen.facts() == {
        "deployment.firmware.type": "uefi",
        "deployment.image.ref": "https://example.org/debian-12-arm64.qcow2",
        "deployment.mode": "hw-assisted",
        "deployment.mounts": "/srv/data:/data,~:~:ro",
        "deployment.platform.id": "lima",
        "guest.arch": "arm64",
        "guest.os.family": "linux",
        "guest.os.oneOf": "debian12",
        "guest.platform": "linux/arm64",
        "requirements.nested": "true",
        "resources.cpu": "4.0",
        "resources.disk": "60Gi",
        "resources.memory": "8Gi",
    }
    assert seen.at("guest.arch") == (3, 7)
    assert seen.at("resources.memory") == (8, 9)
    assert seen.at("deployment.mode") == (1, 9)
    assert seen.found() == []


def test_foreign_cpu_in_vz(look: Look) -> None:
    seen = look("toolbox.yaml", MACHINE, host=INTEL)
    assert ("VM203", 3, 7) in seen.found()


def test_foreign_cpu_in_qemu(look: Look) -> None:
    seen = look("toolbox.yaml", MACHINE.replace("vmType: vz", "vmType: qemu"), host=INTEL)
    assert seen.found("VM203", "VM605", "VM501") == []
    assert "deployment.mode" in seen.native().unknowns


def test_silence_is_no_default(look: Look) -> None:
    native = look("m.yaml", "images:\n- {location: https://example.org/a.img, arch: x86_64}\n").native()
    assert set(native.defaults) == {"deployment.mode", "deployment.platform.id", "guest.os.family"}
    assert {"guest.arch", "resources.cpu", "resources.memory", "deployment.firmware.type"} <= set(native.unknowns)


def test_another_file_may_set_it(look: Look) -> None:
    seen = look("m.yaml", "base: [template:_images/debian-12, template:_default/mounts]\nmemory: 2GiB\n")
    assert seen.facts() == {"deployment.platform.id": "lima", "resources.memory": "2Gi"}
    assert {"deployment.mode", "guest.arch", "resources.cpu", "guest.os.id"} <= set(seen.native().unknowns)
    assert seen.found() == []


@pytest.mark.parametrize(
    ("text", "firmware"),
    [
        ("vmType: qemu\narch: x86_64\nfirmware: {legacyBIOS: true}\n", "bios"),
        ("vmType: qemu\narch: x86_64\nfirmware: {legacyBIOS: false}\n", "uefi"),
        ("vmType: qemu\nfirmware: {legacyBIOS: true}\n", None),
        ("vmType: qemu\narch: aarch64\nfirmware: {legacyBIOS: true}\n", None),
        ("vmType: vz\nos: Darwin\ncpus: 4\n", None),
        ("vmType: wsl2\ncpus: 4\n", None),
    ],
)
def test_firmware(look: Look, text: str, firmware: str | None) -> None:
    assert look("m.yaml", text).facts().get("deployment.firmware.type") == firmware


@pytest.mark.parametrize(
    "text",
    [
        "minimumLimaVersion: 2.0.0\n",
        "vmType: qemu\ncpus: 2\n",
        "base: template://default\n",
        "base:\n- {url: template:_images/alpine}\n",
        'mounts:\n- location: "~"\n',
        "images:\n- {location: a.img}\nprovision: []\n",
    ],
)
def test_recognised(look: Look, text: str) -> None:
    assert look("m.yaml", text).formats == ("lima",)


@pytest.mark.parametrize(
    "text",
    [
        "images:\n- {name: nginx, newTag: '1.27'}\n",
        "images:\n- {location: a.png}\n- {location: b.png}\n",
        "apiVersion: v1\nkind: Thing\nimages:\n- {location: a.img, arch: x86_64}\n",
        "vmType: Standard_B2s\ncpus: 2\n",
        "vmType: qemu\n",
        "base: template\n",
        "mounts:\n- {source: a}\n",
        "- vmType: vz\n",
    ],
)
def test_other_files(look: Look, text: str) -> None:
    assert "lima" not in look("m.yaml", text).formats


@pytest.mark.parametrize(
    "text",
    [
        "images: {location: x}\nminimumLimaVersion: 2\ncpus: many\nmemory: [1]\nmounts: x\nos: 3\n",
        "vmType: vz\ncpus: -1\nmemory: '{{.Memory}}'\nmounts: [{location: '{{.Dir}}'}, 3, {}]\n",
        "vmType: vz\ncpus: 99999999999999999999999\nmemory: 9\n",
    ],
)
def test_odd_values(look: Look, text: str) -> None:
    seen = look("m.yaml", text)
    assert seen.formats == ("lima",)
    assert seen.checked.crashes == ()
    assert "resources.cpu" not in seen.facts() or seen.facts()["resources.cpu"] != "-1.0"


def test_an_image_without_an_address(look: Look) -> None:
    """Lima uses the first image that fits; one without an address is skipped, and the others still count."""
    seen = look("a.yaml", HEAD_OF_IMAGES + "- arch: aarch64\n- location: https://example.org/a.qcow2\n")
    assert seen.checked.crashes == ()
    assert seen.facts()["deployment.image.ref"] == "https://example.org/a.qcow2"
    assert seen.at("deployment.image.ref") == (5, 13)


HEAD_OF_IMAGES = "vmType: vz\nminimumLimaVersion: 2.0.0\nimages:\n"
