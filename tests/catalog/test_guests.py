"""Guests: what every entry has to have, and the spellings that people write."""

from __future__ import annotations

from datetime import date

import pytest

from vmlint.catalog import Catalog, GuestOS
from vmlint.catalog.osinfo import Database
from vmlint.reading.schemas import schema

CATALOG = Catalog(database=Database(()))
ARCHITECTURES = {
    "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64",
    "s390x",
}  # fmt: skip
"""Words of OCI, which are Go's."""


@pytest.mark.parametrize("guest", CATALOG.guests.values(), ids=lambda guest: guest.id)
def test_every_guest(guest: GuestOS) -> None:
    assert guest.family in schema("guest")["properties"]["family"]["enum"]
    assert guest.data["source"]
    assert guest.name != guest.id
    assert guest.known
    assert set(guest.data.get("arch", ())) <= ARCHITECTURES
    if "released" in guest.data:
        assert date.fromisoformat(guest.data["released"]) < date.fromisoformat("2027-01-01")
    firmware = guest.data.get("firmware", {})
    assert set(firmware.get("needs", {}).get("type", "").split()) <= set(firmware.get("types", ()))


def test_every_spelling_means_a_guest() -> None:
    assert {id for id in CATALOG.guests.words.values() if id not in CATALOG.guests} == set()


def test_a_release_is_newer_than_the_one_before() -> None:
    ids = ("win2k12", "win2k12r2", "win2k16", "win2k19", "win2k22", "win2k25")
    days = [CATALOG.guests[id].data["released"] for id in ids]
    assert days == sorted(days)


@pytest.mark.parametrize(
    ("word", "id"),
    [
        ("Windows-Server-2022", "win2k22"), ("ws2019", "win2k19"), ("windows11", "win11"), ("windows.10", "win10"),
        ("windows-server-2012-r2", "win2k12r2"), ("w2k", "win2k"), ("nt4", "winnt4.0"), ("wxp", "winxp"),
        ("bookworm", "debian12"), ("debian:13", "debian13"), ("debian-11", "debian11"), ("debianbullseye", "debian11"),
        ("ubuntu-24.04", "ubuntu24.04"), ("ubuntu2204", "ubuntu22.04"), ("jammy", "ubuntu22.04"),
        ("ubuntunoble", "ubuntu24.04"), ("rhel9", "rhel9.0"), ("rhel-8", "rhel8.0"), ("rhel.10", "rhel10.0"),
        ("ubi9", "rhel9.0"), ("centos7", "centos7.0"),
        ("centos-9", "centos-stream9"), ("alma9", "almalinux9"), ("rockylinux:9", "rocky9"), ("oraclelinux8", "ol8.0"),
        ("sles15sp5", "sle15sp5"), ("sles-15", "sle15"), ("sle16", "sles16.0"), ("leap15.6", "opensuse15.6"),
        ("tumbleweed", "opensusetumbleweed"), ("f43", "fedora43"), ("fcos", "fedora-coreos-stable"),
        ("alpine3.22", "alpinelinux3.22"),
        ("al2023", "amazonlinux2023"), ("amzn2", "amazonlinux2"), ("photonos5", "photon5"), ("arch", "archlinux"),
        ("nixos", "nixos-unknown"), ("freebsd-14.3", "freebsd14.3"), ("openbsd-7.7", "openbsd7.7"),
        ("netbsd10", "netbsd10.0"),
        ("macos-sonoma", "macos14"), ("catalina", "macosx10.15"), ("osx10.11", "macosx10.11"), ("dos6.22", "msdos6.22"),
        ("os2", "os2warp4.5"), ("solaris11.4", "solaris11"), ("omniosce", "omnios"), ("mirage", "mirageos"),
    ],
)  # fmt: skip
def test_spellings(word: str, id: str) -> None:
    found = CATALOG.guest(word)
    assert found is not None
    assert (found.id, CATALOG.guest_id(word)) == (id, id)


@pytest.mark.parametrize(
    ("id", "keys", "fact"),
    [
        ("win11", ("firmware", "needs"), {"type": "uefi", "secureBoot": True, "tpm": "2.0"}),
        ("debian12", ("firmware", "types"), ["bios", "uefi"]),
        ("msdos6.22", ("firmware", "types"), ["bios"]),
        ("openbsd7.7", ("drivers", "builtin"), ["virtio", "vmware", "hyperv", "xen"]),
        ("netbsd9.3", ("drivers", "builtin"), ["virtio", "hyperv"]),
        ("sle15sp4", ("kernel", "version"), "5.14"),
        ("ubuntu26.04", ("kernel", "version"), "7.0"),
        ("macosx10.14", ("arch",), ["amd64"]),
        ("macos15", ("arch",), ["amd64", "arm64"]),
        ("talos", ("minimum", "memory"), "1Gi"),
        ("rhel9.4", ("released",), "2024-04-30"),
    ],
)
def test_facts(id: str, keys: tuple[str, ...], fact: object) -> None:
    assert CATALOG.guests[id].fact(*keys) == fact


@pytest.mark.parametrize(
    ("word", "id"),
    [
        ("Windows 10", "win10"),
        ("windows server 2022", "win2k22"),
        ("Debian 12", "debian12"),
        ("Debian 12 (Bookworm)", "debian12"),
        ("Ubuntu 22.04", "ubuntu22.04"),
        ("Ubuntu 22.04 LTS", "ubuntu22.04"),
        ("Rocky Linux 9", "rocky9"),
        ("Windows 12", None),
        ("Debian", "debian"),
    ],
)
def test_a_guest_is_understood_by_its_name(word: str, id: str | None) -> None:
    found = Catalog().guest(word)
    assert (found.id if found and found.known else None) == (id if id != "debian" else None)
    if id and " " in word:
        assert Catalog().guest_id(word) == id


@pytest.mark.parametrize(
    ("word", "id", "name", "cycle"),
    [
        ("centos7.9", "centos7.0", "CentOS 7.9", "7"),
        ("rhel9.99", "rhel9.0", "Red Hat Enterprise Linux 9.99", "9"),
        ("debian-12.5", "debian12", "Debian 12 (Bookworm)", "12"),
        ("ubuntu18.04.6", "ubuntu18.04", "Ubuntu 18.04.6", "18.04"),
        ("macos15.3", "macos15", "macOS 15.3", "15"),
        ("win10-22h2", "win10", "Windows 10", "10-22h2"),
        ("win10-ltsc-2021", "win10", "Windows 10", "10-21h2-e-lts"),
        ("win10-embedded", "win10", "Windows 10", None),  # an edition may have dates of its own
        ("debian12-cloud", "debian12", "Debian 12 (Bookworm)", "12"),
    ],
)
def test_an_id_is_read_as_the_entry_that_it_extends(word: str, id: str, name: str, cycle: str | None) -> None:
    found = CATALOG.guest(word)
    assert found is not None
    assert (found.id, found.name, found.known) == (id, name, True)
    assert found.data.get("lifecycle", {}).get("cycle") == cycle
    assert CATALOG.guest_id(word) is None
    assert CATALOG.guests.own(word) is None


@pytest.mark.parametrize("word", ["opensuse15.9", "debian99.1", "foo9.1", "sles12sp9"])
def test_a_release_of_its_own_is_not_read_as_another_one(word: str) -> None:
    found = CATALOG.guest(word)
    assert found is None or not found.known


@pytest.mark.parametrize(
    ("word", "id"),
    [
        ("opensuse-leap15.6", "opensuse15.6"),
        ("win2k8-r2", "win2k8r2"),
        ("sles15-sp6", "sle15sp6"),
        ("debian_12", "debian12"),
    ],
)
def test_hyphens_may_stand_elsewhere(word: str, id: str) -> None:
    assert CATALOG.guest_id(word) == id
