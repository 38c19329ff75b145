"""A product of the desktop is not offered for a device that it hands to none, or that the host itself lacks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Vmlint

MANIFEST = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {{name: web}}
spec:
  guest: {{os: debian12, platform: linux/{arch}}}
  requirements: {{features: [{need}]}}
  host: {{platform: {host}, os: {{family: {family}}}, virtualized: false, {facts}}}
"""
HOSTS = {
    "linux": ("linux/amd64", "devices: [/dev/null], gpu: {vendor: none}"),
    "darwin": ("darwin/arm64", "memory: 32Gi"),
}
NEVER = {
    ("linux", "device.usb"): {"lima", "docker-desktop", "colima", "kvm", "virtualbox", "podman"},
    ("linux", "device.serial"): {"lima", "docker-desktop", "colima", "kvm", "virtualbox", "podman"},
    ("linux", "gpu.driver.nvidia"): {"lima", "docker-desktop", "colima", "kvm", "virtualbox"},
    ("darwin", "device.usb"): {"lima", "colima", "rancher-desktop", "apple-container", "podman-machine", "podman"},
    ("darwin", "device.serial"): {"lima", "colima", "rancher-desktop", "apple-container", "podman-machine", "podman"},
    ("darwin", "gpu.driver.nvidia"): {"lima", "docker-desktop", "colima", "orbstack", "apple-container"},
    ("darwin", "device.kvm"): {"docker-desktop"},
}
"""Products that are offered in no way: those of the system, for a device."""


@pytest.mark.parametrize(("family", "need"), NEVER, ids=lambda each: str(each))
def test_what_is_never_offered(family: str, need: str, vmlint: Vmlint) -> None:
    host, facts = HOSTS[family]
    text = MANIFEST.format(need=need, family=family, host=host, arch=host.partition("/")[2], facts=facts)
    Path("web.vmlint.yaml").write_text(text)
    seen = vmlint("suggest", "web.vmlint.yaml", "--all", "--format", "json")
    offered = {each["platform"] for each in json.loads(seen.stdout)["workloads"][0]["fitting"]}
    assert offered & NEVER[family, need] == set()


@pytest.mark.parametrize(
    ("platform", "need", "message"),
    [
        (
            "lima, architecture: type2",
            "device.usb",
            "the workload needs USB devices, and Lima does not hand it to its machines",
        ),
        ("lima, architecture: type2", "gpu.driver.nvidia>=550", "and Lima does not hand it to its machines"),
        ("apple-container", "device.serial", "and Apple container does not pass it on"),
        ("colima", "device.usb", "and Colima does not pass it on"),
        ("rancher-desktop", "device.serial", "and Rancher Desktop does not pass it on"),
        ("docker-desktop", "device.kvm", "and Docker Desktop does not pass it on"),
    ],
)
def test_what_is_chosen_on_a_mac(platform: str, need: str, message: str, vmlint: Vmlint) -> None:
    host, facts = HOSTS["darwin"]
    text = MANIFEST.format(need=f'"{need}"', family="darwin", host=host, arch="arm64", facts=facts)
    Path("web.vmlint.yaml").write_text(f"{text}  deployment: {{platform: {platform}}}\n")
    assert message in vmlint("check", "--select", "VM006", "web.vmlint.yaml").stdout


def test_a_device_that_the_host_has_reaches_a_machine(vmlint: Vmlint) -> None:
    facts = "devices: [/dev/bus/usb/001]"
    text = MANIFEST.format(need="device.usb", family="linux", host="linux/amd64", arch="amd64", facts=facts)
    Path("web.vmlint.yaml").write_text(f"{text}  deployment: {{platform: kvm}}\n")
    assert vmlint("check", "--select", "VM006", "web.vmlint.yaml").status == 0
