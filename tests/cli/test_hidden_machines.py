"""What an engine says of the machine that a product hides judges the containers in it, and no machine beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Vmlint

HOSTS = Path(__file__).parents[1] / "formats" / "hosts"
HIDDEN = ("docker-desktop-mac", "docker-desktop-windows", "docker-orbstack", "docker-orbstack-old",
          "docker-rancher-desktop", "podman-machine")  # fmt: skip
MACHINES = {
    "Vagrantfile": 'Vagrant.configure("2") do |c|\n  c.vm.box = "bento/ubuntu-24.04"\n'
    '  c.vm.provider "virtualbox" do |v|\n    v.memory = 2048\n  end\nend\n',
    "vm.conf": 'guest_os="linux"\ndisk_img="ubuntu-24.04/disk.qcow2"\niso="ubuntu-24.04/ubuntu-24.04.iso"\n',
    "vm.xml": '<domain type="kvm"><name>vm</name><memory unit="GiB">64</memory><vcpu>64</vcpu>'
    '<os><type arch="x86_64">hvm</type></os><cpu mode="host-passthrough"/></domain>\n',
    "vm.vmx": '.encoding = "UTF-8"\nvirtualHW.version = "21"\nguestOS = "ubuntu-64"\nmemsize = "65536"\n',
    "vm.vmlint.yaml": "apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: vm}\nspec:\n"
    "  guest: {os: win11}\n  deployment: {architecture: type2, platform: virtualbox}\n",
}


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("file", MACHINES)
def test_machines_are_judged_as_if_no_host_was_known(file: str, name: str, vmlint: Vmlint) -> None:
    Path(file).write_text(MACHINES[file])
    Path("info").write_bytes((HOSTS / f"{name}.in").read_bytes())
    alone, beside = (vmlint("check", "--format", "json", *host, file) for host in ((), ("--host", "info")))
    assert beside.stderr == alone.stderr == ""
    found = [json.loads(each.stdout) for each in (alone, beside)]
    assert found[0]["undecided"] == found[1]["undecided"]
    assert found[0]["findings"] == found[1]["findings"]


@pytest.mark.parametrize("name", HIDDEN)
def test_containers_are_judged(name: str, vmlint: Vmlint) -> None:
    Path("info").write_bytes((HOSTS / f"{name}.in").read_bytes())
    Path("compose.yaml").write_text("services:\n  a: {image: debian:13, platform: linux/s390x}\n")
    assert "warning[VM405]" in vmlint("check", "--select", "VM405", "--host", "info", "compose.yaml").stdout


def test_with_a_word_of_the_system_itself_machines_are_judged(vmlint: Vmlint) -> None:
    Path("mac").mkdir()
    Path("mac/info").write_bytes((HOSTS / "docker-desktop-mac.in").read_bytes())
    Path("mac/own.yaml").write_text(
        "apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: docker-desktop}\n"
        "spec: {platform: darwin/arm64, os: {family: darwin}}\n"
    )
    Path("vm.vmlint.yaml").write_text(MACHINES["vm.vmlint.yaml"])
    seen = vmlint("check", "--host", "mac", "vm.vmlint.yaml", "--format", "json")
    assert "host." in json.dumps(json.loads(seen.stdout)["findings"])


def test_devices_that_a_mac_does_not_hand_on(vmlint: Vmlint) -> None:
    Path("info").write_bytes((HOSTS / "docker-desktop-mac.in").read_bytes())
    nodes = ("/dev/dri", "/dev/snd", "/dev/video0", "/dev/kfd", "/dev/net/tun", "/dev/fuse")
    services = "".join(f"  s{at}: {{image: 'x', devices: ['{node}']}}\n" for at, node in enumerate(nodes))
    Path("compose.yaml").write_text(f"services:\n{services}")
    seen = vmlint("check", "--select", "VM006", "--host", "info", "--format", "concise", "compose.yaml")
    told = [node for node in nodes if f"needs {node}" in seen.stdout]
    assert told == ["/dev/dri", "/dev/snd", "/dev/kfd"] or len(seen.stdout.splitlines()) == 4, seen.stdout
