"""Firecracker's configuration files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.formats.conftest import Look

MACHINE: dict[str, Any] = {
    "boot-source": {"kernel_image_path": "vmlinux", "boot_args": "console=ttyS0"},
    "drives": [{"drive_id": "rootfs", "path_on_host": "root.ext4", "is_root_device": True, "is_read_only": False}],
    "machine-config": {"vcpu_count": 2, "mem_size_mib": 1024, "huge_pages": "2M"},
    "network-interfaces": [{"iface_id": "eth0", "host_dev_name": "tap0"}],
}


def written(**changes: object) -> str:
    return json.dumps({**MACHINE, **{key.replace("_", "-"): value for key, value in changes.items()}}, indent=2)


def test_machine(look: Look) -> None:
    seen = look("thumbnails.json", written())
    assert seen.formats == ("firecracker",)
    assert seen.names == ["thumbnails"]
    assert seen.facts() == {
        "deployment.devices.disk": "virtio",
        "deployment.devices.nic": "virtio",
        "deployment.platform.id": "firecracker",
        "deployment.tuning.hugepages": "true",
        "resources.cpu": "2.0",
        "resources.memory": "1024Mi",
    }
    assert seen.at("resources.cpu") == (15, 19)
    assert seen.found() == []
    assert {"guest.os.id", "guest.arch"} <= set(seen.native().unknowns)


def test_without_machine_config(look: Look) -> None:
    native = look("m.json", written(machine_config=None)).native()
    assert native.workload.resources.cpu == 1
    assert str(native.workload.resources.memory) == "128Mi"
    assert {"resources.cpu", "resources.memory", "deployment.tuning.hugepages"} <= set(native.defaults)


def test_size_that_is_missing(look: Look) -> None:
    facts = look("m.json", written(machine_config={"vcpu_count": 2, "huge_pages": "None"})).facts()
    assert "resources.memory" not in facts
    assert facts["deployment.tuning.hugepages"] == "false"


def test_cpu_template(look: Look) -> None:
    config = {**MACHINE["machine-config"], "cpu_template": "T2"}
    assert "deployment.cpuModel" in look("m.json", written(machine_config=config)).native().unknowns
    config["cpu_template"] = "None"
    assert "deployment.cpuModel" not in look("m.json", written(machine_config=config)).native().unknowns


def test_too_many_cpus(look: Look) -> None:
    seen = look("m.json", written(machine_config={"vcpu_count": 33, "mem_size_mib": 1024}))
    assert seen.found() == [("VM615", 15, 19)]
    assert look("m.json", written(machine_config={"vcpu_count": 32, "mem_size_mib": 1024})).found() == []


@pytest.mark.parametrize(
    "text",
    [
        '{"cpuid_modifiers": [], "machine-config": {}}',
        '{"boot-source": {"kernel_image_path": "vmlinux"}}',
        '{"boot-source": "vmlinux", "drives": []}',
        '["boot-source", {"kernel_image_path": "a"}]',
    ],
)
def test_other_files(look: Look, text: str) -> None:
    seen = look("m.json", text)
    assert seen.formats == ()
    assert seen.checked.crashes == ()


@pytest.mark.parametrize(
    "config",
    [[], "two", {"vcpu_count": "x", "mem_size_mib": {}}, {"vcpu_count": True}, {"vcpu_count": 10**30}, {"mem_size_mib": -1}],  # noqa: E501
)  # fmt: skip
def test_odd_values(look: Look, config: object) -> None:
    seen = look("m.json", written(machine_config=config, drives="x", network_interfaces={}))
    assert seen.formats == ("firecracker",)
    assert seen.checked.crashes == ()


def test_a_broken_microvm_is_told_with_its_place(look: Look) -> None:
    seen = look("a.json", '{"boot-source": {"kernel_image_path": "vmlinux"}, "drives": [')
    assert [(each.code, each.place.line) for each in seen.checked.diagnostics] == [("VM903", 1)]
