"""Versions of virtual hardware."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from vmlint.catalog import Catalog, table
from vmlint.catalog.machine_types import Removal, Versioned
from vmlint.catalog.standing import numbers

TYPES = Catalog().machine_types


@pytest.mark.parametrize(
    ("machine", "read"),
    [
        ("pc-q35-9.2", Versioned("pc-q35", "9.2")),
        ("PC-I440FX-4.2+pve0", Versioned("pc-i440fx", "4.2")),
        ("pc-q35-4.1+pve2.pxe", Versioned("pc-q35", "4.1")),
        ("pc-1.3", Versioned("pc", "1.3")),
        ("s390-ccw-virtio-2.8", Versioned("s390-ccw-virtio", "2.8")),
        ("q35", None),
        ("pc-q35-rhel9.6.0", None),
        ("pc-i440fx-noble", None),
        ("vmx-20", None),
    ],
)
def test_names_of_versioned_types(machine: str, read: Versioned | None) -> None:
    assert TYPES.versioned(machine) == read


@pytest.mark.parametrize(
    ("machine", "removal"),
    [
        (Versioned("pc", "1.0"), Removal("6.0", "2021-04")),
        (Versioned("pc-i440fx", "1.7"), Removal("8.2", "2023-12")),
        (Versioned("pc-i440fx", "2.0"), Removal("9.1", "2024-09")),
        (Versioned("pc-i440fx", "2.4"), Removal("10.1", "2025-08")),
        (Versioned("pc-q35", "2.0"), Removal("5.2", "2020-12")),
        (Versioned("virt", "4.2"), Removal("10.2", "2025-12")),
        (Versioned("pseries", "5.0"), Removal("11.0", "2026-04")),
        (Versioned("pc-q35", "5.2"), None),
        (Versioned("pc-q35", "10.0"), None),
    ],
)
def test_since_when_a_type_is_gone(machine: Versioned, removal: Removal | None) -> None:
    assert TYPES.removal(machine) == removal


def test_later_releases_remove_newer_types() -> None:
    rows = table("machine_types").data["qemu"]["removed"]
    for family in table("machine_types").data["qemu"]["families"]:
        own = [row for row in rows if family in row.get("families", [family])]
        for earlier, later in itertools.pairwise(own):
            assert numbers(earlier["release"]) < numbers(later["release"])
            assert numbers(earlier["upTo"]) < numbers(later["upTo"])
            assert date.fromisoformat(f"{earlier['month']}-01") < date.fromisoformat(f"{later['month']}-01")


@pytest.mark.parametrize(
    ("platform", "version", "host", "qemu"),
    [
        ("qemu", "10.1.2", "", "10.1.2"),
        ("qemu", "", "debian12", "7.2"),
        ("kvm", "", "debian13", "10.0"),
        ("kvm", "10.1", "", ""),  # libvirt's version or QEMU's: nobody knows
        ("proxmox-ve", "9.2.4", "debian13", "11.0"),
        ("proxmox-ve", "9", "", ""),
        ("proxmox-ve", "", "debian13", ""),
        ("", "", "", ""),
    ],
)
def test_the_qemu_of_a_host(platform: str, version: str, host: str, qemu: str) -> None:
    assert TYPES.qemu_of(platform, version, host) == qemu


@pytest.mark.parametrize(
    ("platform", "machine", "first"),
    [
        ("vmware-esxi", "vmx-21", "8.0U2"),
        ("vmware-esxi", "vmx-16", "7.0"),
        ("vmware-esxi", "VMX-07", "4.0"),
        ("vmware-esxi", "vmx-23", ""),
        ("vmware-workstation", "vmx-09", "9.0"),
        ("vmware-workstation", "vmx-21", ""),
        ("kvm", "vmx-21", ""),
    ],
)
def test_the_first_release_that_runs_hardware(platform: str, machine: str, first: str) -> None:
    hardware = TYPES.hardware(machine)
    assert hardware is not None
    assert TYPES.first_with(platform, hardware) == first


def test_other_machines_have_no_hardware_version() -> None:
    assert [TYPES.hardware(machine) for machine in ("q35", "vmx", "vmx-", "pc-i440fx-9.2")] == [None] * 4


def test_releases_of_a_product_rise_with_its_hardware() -> None:
    products = {name: known for name, known in table("machine_types").data["vmware"].items() if name != "source"}
    for known in products.values():
        for (older, first), (newer, later) in itertools.pairwise(known.items()):
            assert int(older) < int(newer)
            assert numbers(first) <= numbers(later)
    assert max(int(number) for known in products.values() for number in known) == TYPES.newest_hardware
