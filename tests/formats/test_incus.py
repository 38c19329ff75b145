"""YAML of Incus and LXD: instances, profiles, preseeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

CONTAINER = """\
architecture: x86_64
config:
  image.os: Debian
  image.release: bookworm
  limits.cpu: 0-2,5
  limits.memory: 512MB
  security.privileged: "true"
devices:
  data:
    path: /data
    readonly: "true"
    source: /srv/data
    type: disk
  card:
    type: gpu
  root: {path: /, pool: default, size: 20GiB, type: disk}
profiles: []
type: container
name: web
"""

MACHINE = """\
name: desktop
type: virtual-machine
architecture: aarch64
config: {limits.cpu: "2", limits.memory.hugepages: "true"}
expanded_config:
  image.os: Windows
  limits.cpu: "4"
  limits.memory: 25%
  security.secureboot: "false"
expanded_devices:
  card: {type: gpu, gputype: physical, pci: "0000:01:00.0"}
  nvme: {type: pci, address: "0000:02:00.0"}
  chip: {type: tpm}
  root: {path: /, pool: default, type: disk, io.bus: nvme}
profiles: [default, windows]
"""


def test_container(look: Look) -> None:
    seen = look("web.yaml", CONTAINER)
    assert seen.formats == ("incus",)
    assert seen.names == ["web"]
    assert seen.facts() == {
        "deployment.mode": "lxc",
        "deployment.mounts": "/srv/data:/data:ro",
        "deployment.nesting": "false",
        "deployment.platform.id": "incus",
        "deployment.privileged": "true",
        "deployment.tuning.cpuPinning": "true",
        "guest.arch": "amd64",
        "guest.os.id": "debian12",
        "guest.platform": "linux/amd64",
        "requirements.devices.gpu.mode": "shared",
        "resources.cpu": "4.0",
        "resources.disk": "20Gi",
        "resources.memory": "512M",
    }
    assert seen.at("guest.os.id") == (4, 18)
    assert seen.at("deployment.mounts") == (12, 13)
    assert seen.found("VM407") == [("VM407", 7, 24)]


def test_machine(look: Look) -> None:
    seen = look("desktop.yaml", MACHINE)
    assert seen.facts() == {
        "deployment.devices.disk": "nvme",
        "deployment.devices.drives": "nvme",
        "deployment.storage.cache": "",
        "deployment.firmware.secureBoot": "false",
        "deployment.firmware.tpm": "2.0",
        "deployment.firmware.type": "uefi",
        "deployment.hostDevices": "0000:01:00.0,0000:02:00.0",
        "deployment.mode": "hw-assisted",
        "deployment.platform.id": "incus",
        "guest.arch": "arm64",
        "guest.os.family": "windows",
        "guest.platform": "windows/arm64",
        "requirements.devices.gpu.mode": "passthrough",
        "deployment.tuning.hugepages": "true",
        "resources.cpu": "2.0",
    }
    assert "resources.memory" in seen.native().unknowns


def test_defaults_of_a_machine_without_profiles(look: Look) -> None:
    native = look("m.yaml", "type: virtual-machine\nconfig: {boot.autostart: 'true'}\nprofiles: []\n").native()
    workload = native.workload
    assert workload.resources.cpu == 1
    assert str(workload.resources.memory) == "1Gi"
    assert workload.deployment.firmware.type == "uefi"
    assert workload.deployment.firmware.secure_boot
    assert workload.deployment.firmware.tpm == "none"
    assert "deployment.firmware.tpm" in native.defaults


def test_a_profile_may_set_it(look: Look) -> None:
    native = look("m.yaml", "type: virtual-machine\nconfig: {boot.autostart: 'true'}\nprofiles: [default]\n").native()
    assert {"resources.cpu", "resources.memory", "deployment.firmware.type", "deployment.firmware.tpm"} <= set(
        native.unknowns
    )


@pytest.mark.parametrize(
    ("option", "mode"),
    [
        ("security.nesting: 'true'", "lxc"),
        ("raw.lxc: lxc.apparmor.profile=unconfined", "lxc"),
        ("image.type: squashfs", "lxc"),
        ("image.type: disk-kvm.img", "hw-assisted"),
        ("security.csm: 'true'", "hw-assisted"),
        ("security.secureboot: 'false'", "hw-assisted"),
        ("security.nesting: 'false'", None),
        ("image.type: disk1.img", "hw-assisted"),
        ("limits.cpu: '2'", None),
    ],
)
def test_mode(look: Look, option: str, mode: str | None) -> None:
    assert look("m.yaml", f"config:\n  {option}\n").facts().get("deployment.mode") == mode


@pytest.mark.parametrize(
    ("device", "mode", "handed"),
    [
        ("{type: unix-char, source: /dev/ttyACM0, path: /dev/modem}", "lxc", "/dev/ttyACM0"),
        ("{type: unix-block, path: /dev/sdx}", "lxc", "/dev/sdx"),
        ("{type: unix-hotplug, vendorid: '1a2b'}", "lxc", None),
        ("{type: pci, address: '0000:03:00.0'}", "hw-assisted", "0000:03:00.0"),
        ("{type: usb, vendorid: '1a2b'}", None, None),
    ],
)
def test_a_device_that_only_one_kind_has(look: Look, device: str, mode: str | None, handed: str | None) -> None:
    facts = look("stick.yaml", f"name: stick\ndevices:\n  one: {device}\n").facts()
    assert (facts.get("deployment.mode"), facts.get("deployment.hostDevices")) == (mode, handed)


def test_preseed(look: Look) -> None:
    text = """\
config: {}
networks: [{name: incusbr0, type: bridge, config: {ipv4.address: auto}}]
storage_pools: [{name: default, driver: zfs}]
profiles:
- name: default
  config: {}
  devices:
    root: {path: /, pool: default, type: disk}
- name: builder
  config: {security.privileged: "true"}
"""
    seen = look("preseed.yaml", text)
    assert seen.names == ["default", "builder"]
    assert seen.facts("default") == {"deployment.platform.id": "incus"}
    assert seen.found("VM407") == [("VM407", 10, 33)]


def test_list_of_instances(look: Look) -> None:
    assert look("list.yaml", f"- {MACHINE.rstrip()}".replace("\n", "\n  ") + "\n").names == ["desktop"]


@pytest.mark.parametrize(
    "text",
    [
        "config: {ipv4.address: auto, ipv6.address: none}\nname: incusbr0\ntype: bridge\n",
        "config: {features.images: 'true', limits.cpu: '20'}\nname: team\n",
        "architecture: x86_64\nproperties: {os: Debian}\n",
        "#cloud-config\npackages: [git]\n",
        "config: {source: /dev/sdb}\ndriver: zfs\nname: default\n",
        "config: {size: 20GiB}\nname: volume\n",
        "config: [limits.cpu]\ndevices: 3\n",
        "devices:\n  web: {type: server}\n",
        "apiVersion: v1\nkind: ConfigMap\nconfig: {limits.cpu: '2'}\n",
        "type: lifecycle\nmetadata: {action: x}\n",
    ],
)
def test_other_files(look: Look, text: str) -> None:
    assert "incus" not in look("m.yaml", text).formats


@pytest.mark.parametrize(
    "config",
    [
        "{limits.cpu: '5-', limits.memory: x}",
        "{limits.cpu: '9-1', limits.memory: '99999999999999999999GiB'}",
        "{limits.cpu: '0-0', limits.memory: '1048576'}",
        "{limits.cpu: [1], limits.memory: {a: b}, image.os: [x]}",
        "{limits.cpu: '${CPUS}', image.os: ''}",
    ],
)
def test_odd_values(look: Look, config: str) -> None:
    seen = look("m.yaml", f"config: {config}\ndevices: {{a: {{}}, b: x, c: {{type: disk, source: /a}}}}\n")
    assert seen.formats == ("incus",)
    assert seen.checked.crashes == ()
    assert "resources.cpu" not in seen.facts() or seen.facts()["resources.cpu"] == "1.0"


@pytest.mark.parametrize(
    ("options", "system"),
    [
        ("{image.os: Centos, image.release: 9-Stream}", "centos-stream9"),
        ("{image.os: Opensuse, image.release: '15.6'}", "opensuse15.6"),
        ("{image.os: Opensuse, image.release: tumbleweed}", "linux"),
        ("{image.os: Ubuntu, image.release: noble}", "ubuntu24.04"),
        ("{image.os: Archlinux, image.release: current}", "linux"),
        ("{image.os: Windows, image.release: '2022'}", "windows"),
        ("{image.os: Windows Server 2022}", "windows"),
        ("{image.os: Ours, image.release: '1'}", None),
    ],
)
def test_what_an_image_holds(look: Look, options: str, system: str | None) -> None:
    facts = look("m.yaml", f"name: m\ntype: virtual-machine\nconfig: {options}\ndevices: {{}}\n").facts()
    assert facts.get("guest.os.id", facts.get("guest.os.family")) == system


@pytest.mark.parametrize(
    ("options", "path", "expected"),
    [
        ("{linux.sysctl.net.ipv4.ip_forward: '1'}", "deployment.sysctls", "net.ipv4.ip_forward=1"),
        (
            "{limits.kernel.nofile: '65536:70000', limits.kernel.memlock: unlimited}",
            "deployment.ulimits",
            "memlock=-1,nofile=65536",
        ),
        (
            "{security.syscalls.intercept.mknod: 'true', security.syscalls.intercept.mount.allowed: 'ext4, xfs', "
            "security.syscalls.intercept.setxattr: 'false'}",
            "deployment.granted",
            "mknod,mount=ext4,mount=xfs",
        ),
        ("{raw.seccomp: 'reject_force_umount'}", "deployment.seccompProfile", "raw.seccomp"),
        ("{linux.sysctl.vm.swappiness: '${S}', raw.idmap: x}", "deployment.sysctls", None),
    ],
)
def test_what_a_container_is_given(look: Look, options: str, path: str, expected: str | None) -> None:
    facts = look("m.yaml", f"name: m\ntype: container\nconfig: {options}\ndevices: {{}}\n").facts()
    assert facts.get(path) == expected
