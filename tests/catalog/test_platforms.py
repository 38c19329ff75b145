"""The catalogue of platforms: what every entry states, and that its words are those of the rest of vmlint."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from vmlint.catalog import BUILTIN, Catalog, Platform, data_folder
from vmlint.catalog.records import GUEST_STATUSES
from vmlint.model.kinds import words_of
from vmlint.model.values import Size, Version
from vmlint.model.vocabulary import ModeName

ROOT = Path(__file__).parents[2]
CATALOG = Catalog()
PLATFORMS = list(CATALOG.platforms.values())
TODAY = date.today()

UNBOUND = {
    "docker": "built by its vendor and by distributions for what each of them supports",
    "kata": "its hypervisors differ in the CPUs they know",
    "kubernetes": "an orchestrator: its nodes decide",
    "aks": "an orchestrator: its nodes decide",
    "containerd": "built by its project and by distributions for what each of them supports",
    "cri-o": "built by its project and by distributions for what each of them supports",
    "eks": "an orchestrator: its nodes decide",
    "gke": "an orchestrator: its nodes decide",
    "k3s": "an orchestrator: its nodes decide",
    "kind": "images of nodes can be built for CPUs that have none ready",
    "minikube": "its drivers and its images of nodes differ in the CPUs they know",
    "multipass": "its makers' snap is built for more CPUs than their installers",
    "openshift": "an orchestrator: its nodes decide",
    "podman": "built by distributions for what each of them supports",
    "qemu": "compiles on more or less any CPU",
    "systemd-nspawn": "a part of distributions, on all CPUs that they support",
}
"""Platforms without a list of host CPUs, and why."""

FORMATS = {
    "compose", "kubernetes", "kubevirt", "libvirt", "lima", "lxc", "ovf", "proxmox", "quadlet", "vagrant", "vmx",
    "xl",
}  # fmt: skip
"""Native specifications that describe machines and containers of a platform."""

DEVICES = {
    "disk": {
        "ahci", "ide", "lsilogic", "lsilogic-sas", "nvme", "pvscsi", "sata", "scsi", "synthetic", "usb", "virtio",
        "virtio-blk", "virtio-scsi", "xen-blkfront",
    },
    "nic": {
        "e1000", "e1000-82540em", "e1000-82544gc", "e1000-82545em", "e1000e", "i82551", "i82557b", "i82559er", "legacy",
        "ne2k_isa", "ne2k_pci", "pcnet", "rtl8139", "synthetic", "virtio", "virtio-net", "vmxnet3", "xen-netfront",
    },
    "video": {"cirrus", "stdvga", "virtio"},
}  # fmt: skip
"""Names of virtual devices, as manifests write them below deployment.devices."""

OFFERED_BY_NONE = {("nic", "sriov"), ("nic", "netvsc"), ("video", "vga")}
"""Devices that cases name although no platform's entry lists them: host functions, guest drivers, unsupported ones."""

DRIVERS = {"virtio": "virtio", "vmware": "pvscsi|vmxnet3", "hyperv": "synthetic|scsi", "xen": "xen-"}
"""Driver set -> what the names of its devices begin with."""

each = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.id)


def blocks(data: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mapping below an entry, with its path."""
    if isinstance(data, dict):
        yield path, data
        for key, value in data.items():
            yield from blocks(value, f"{path}.{key}" if path else key)


@each
def test_what_every_platform_states(platform: Platform) -> None:
    assert platform.placement
    assert platform.data["summary"].endswith(".")
    assert platform.has("licence")
    assert platform.has("guest", "foreignArch")
    assert platform.has("liveMigration", "support")
    assert bool(platform.has("host", "arch")) != (platform.id in UNBOUND)
    assert date.fromisoformat(platform.data["checked"]) <= TODAY


@each
def test_modes_are_those_of_the_catalogue(platform: Platform) -> None:
    assert set(platform.modes) <= set(CATALOG.modes) <= set(words_of(ModeName))


@each
def test_modes_that_need_the_cpu_state_it(platform: Platform) -> None:
    if platform.placement == "service":
        return  # a renter does not see the host
    for name in platform.modes:
        if CATALOG.modes[name].needs_hardware_virtualization:
            assert "hardware-virtualization" in platform.requires(name), name


@each
def test_versions_can_be_compared(platform: Platform) -> None:
    for name, facts in platform.modes.items():
        spans = [Version(facts[key]) for key in ("since", "unsupported", "removed") if key in facts]
        assert spans == sorted(spans), name
        assert all(re.match(r"\d", str(facts[key])) for key in ("since", "unsupported", "removed") if key in facts)
    for since in platform.data["host"].get("flags", {}).values():
        assert not since or Version(since)
    for version in platform.data.get("limits", {}).get("byVersion", {}):
        assert Version(version)


@each
def test_listed_guests_exist(platform: Platform) -> None:
    listed = platform.data.get("guest", {}).get("releases", {})
    for lists in (listed, *listed.get("onArch", {}).values()):
        kinds = {kind: lists.get(kind, []) for kind in GUEST_STATUSES}
        named = {kind: {id for item in items for id in matching(item)} for kind, items in kinds.items()}
        assert [item for items in kinds.values() for item in items if not matching(item)] == []
        for one, other in itertools.combinations(GUEST_STATUSES, 2):
            assert not named[one] & named[other], (one, other)
        families = platform.data.get("guest", {}).get("families")
        if families:
            assert {CATALOG.guests[id].family for ids in named.values() for id in ids} <= set(families)
    if listed:
        assert date.fromisoformat(listed["asOf"]) <= TODAY
    for guest in platform.data.get("limits", {}).get("guests", {}):
        assert guest in CATALOG.guests


def matching(item: str) -> list[str]:
    """Return the guests that an item of a list of releases means."""
    if item.endswith("*"):
        return [id for id in CATALOG.guests if id.startswith(item[:-1])]
    return [item] if item in CATALOG.guests else []


@each
def test_every_block_of_facts_has_sources(platform: Platform) -> None:
    without = {"architectures", "lifecycle", "operations"}  # each fact of operation has its own
    for key, value in [*platform.data.items(), *platform.data["operations"].items()]:
        if isinstance(value, dict) and key not in without | {"modes"}:
            assert value["source"], key
    for name, facts in platform.modes.items():
        assert not facts.keys() & {"since", "removed", "unsupported", "note", "discouraged"} or facts["source"], name


@each
def test_notes_are_sentences(platform: Platform) -> None:
    for path, block in blocks(platform.data):
        for key in ("note", "foreignNote"):
            if key in block:
                text = " ".join(block[key].split())
                assert text.endswith("."), path
                assert len(text) < 400, path


@each
def test_device_names_are_those_of_manifests(platform: Platform) -> None:
    devices = platform.data.get("devices", {})
    for way in ("paravirtual", "emulated"):
        for kind, names in devices.get(way, {}).items():
            assert set(names) <= DEVICES[kind], (way, kind)
    for kind in ("disk", "nic"):
        paravirtual = devices.get("paravirtual", {}).get(kind, [])
        assert not set(paravirtual) & set(devices.get("emulated", {}).get(kind, []))
        assert all(re.match(DRIVERS[devices["driver"]], name) for name in paravirtual if name not in ("scsi",))


def test_devices_of_cases_are_known() -> None:
    used = {
        (kind, str(name).lower())
        for document in cases()
        for kind, name in ((document.get("spec") or {}).get("deployment") or {}).get("devices", {}).items()
        if kind in DEVICES
    }
    offered = {
        (kind, name)
        for platform in PLATFORMS
        for way in ("paravirtual", "emulated")
        for kind, names in platform.data.get("devices", {}).get(way, {}).items()
        for name in names
    }
    troublesome = {
        (kind, name)
        for guest in CATALOG.guests.values()
        for kind in DEVICES
        for name in guest.data.get("legacyHardware", {}).get(kind, ())
    }
    not_for_uefi = {
        ("disk", name)
        for platform in PLATFORMS
        for key in ("withoutDriver", "optionalDriver")
        for name in platform.data.get("firmware", {}).get(key, ())
    }
    assert {kind for kind, _ in used} >= {"disk", "nic"}
    assert used <= offered | troublesome | not_for_uefi | OFFERED_BY_NONE


@cache
def cases() -> list[dict[str, Any]]:
    files = sorted((ROOT / "rules").glob("*/vm*.yaml"))
    return [document for file in files for document in yaml.safe_load_all(file.read_text("utf-8")) if document]


@each
def test_successors_and_products_exist(platform: Platform) -> None:
    assert set(platform.data.get("successor", ())) <= set(CATALOG.platforms) - {platform.id}
    assert not platform.has("retired") or platform.has("successor")
    lifecycle = platform.data.get("lifecycle", {})
    cycles = {cycle.cycle for cycle in CATALOG.cycles(lifecycle["product"])} if lifecycle else set()
    assert not lifecycle or {lifecycle.get("defaultCycle")} - {None} <= cycles
    assert not lifecycle or cycles


@each
def test_licences_are_dated_and_not_from_the_future(platform: Platform) -> None:
    licence = platform.fact("licence")
    assert licence["asOf"] <= str(TODAY)
    assert licence["cost"] != "mixed" or licence.get("note")
    for edition in licence.get("editions", {}).values():
        assert edition["cost"] != "mixed" or edition.get("freeFor")


@each
def test_native_specifications_come_from_one_list(platform: Platform) -> None:
    assert set(platform.data.get("specFormats", ())) <= FORMATS


def test_every_native_specification_has_a_platform() -> None:
    assert {name for platform in PLATFORMS for name in platform.data.get("specFormats", ())} == FORMATS


@each
def test_largest_guests_are_amounts(platform: Platform) -> None:
    for _, block in blocks(platform.data.get("limits", {})):
        assert "memory" not in block or Size.parse(block["memory"])
        assert block.get("vcpu", 1) > 0


@each
def test_migration_is_consistent(platform: Platform) -> None:
    migration = platform.fact("liveMigration")
    assert set(migration.get("exceptions", ())) <= {*migration.get("blockedBy", ()), "nic"}
    if migration["support"] == "no":
        assert not migration.get("blockedBy")


@each
def test_firmware_is_consistent(platform: Platform) -> None:
    firmware = platform.data.get("firmware", {})
    if firmware.get("secureBoot"):
        assert "uefi" in firmware["types"]


def test_the_schema_of_platforms_is_of_one_formatting() -> None:
    file = ROOT / "schemas" / "platform.json"
    assert (
        json.dumps(json.loads(file.read_text("utf-8")), indent=2, ensure_ascii=False) == file.read_text("utf-8").strip()
    )


@pytest.mark.parametrize(
    ("provider", "id"),
    [
        ("aws", "aws-ec2"),
        (" Amazon ", "aws-ec2"),
        ("EC2", "aws-ec2"),
        ("azure", "azure-vm"),
        ("hetzner", None),
        ("", None),
    ],
)
def test_service_of_a_provider(provider: str, id: str | None) -> None:
    found = CATALOG.service(provider)
    assert (found.id if found else None) == id


def test_service_of_a_plugin(tmp_path: Path) -> None:
    (tmp_path / "platforms").mkdir()
    about = "cloud: {providers: [mine, aws], bareMetal: bare, source: [judgement]}\n"
    (tmp_path / "platforms" / "mine.yaml").write_text(f"id: mine\n{about}", "utf-8")
    catalog = Catalog((BUILTIN, data_folder(tmp_path, "plugin mine")))
    found = [catalog.service(word) for word in ("mine", "aws")]
    assert [platform.id if platform else None for platform in found] == ["mine", "aws-ec2"]
