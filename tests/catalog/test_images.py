"""Images: which system is in a base image, and which Windows runs which images of Windows containers."""

from __future__ import annotations

import re

import pytest

from vmlint.catalog import Catalog, GuestOS, table
from vmlint.model.values import Version

CATALOG = Catalog()
DATA = table("guest_images").data


def test_no_repository_is_listed_twice() -> None:
    names = [name for entry in DATA["images"].values() for name in entry["repositories"]]
    assert len(names) == len(set(names))
    assert [name for name in names if name.startswith(tuple(f"{mirror}/" for mirror in DATA["mirrors"]))] == []


def test_plain_words_are_guests_of_the_family() -> None:
    for entry in DATA["images"].values():
        for beginning, word in entry.get("tags", {}).items():
            re.compile(beginning)
            guest = CATALOG.guest(word)
            assert "{}" in word or (guest and guest.known and guest.family == entry["family"]), word


@pytest.mark.parametrize(
    ("reference", "id"),
    [
        ("ubuntu:24.04", "ubuntu24.04"),
        ("ubuntu:noble-20240423", "ubuntu24.04"),
        ("debian:bookworm-slim", "debian12"),
        ("debian:12.13-slim", "debian12"),
        ("docker.io/library/debian:12", "debian12"),
        ("arm64v8/alpine:3.12", "alpinelinux3.12"),
        ("docker.io/i386/debian:12", "debian12"),
        ("public.ecr.aws/docker/library/debian:11@sha256:0a1b", "debian11"),
        ("alpine:3.20.3", "alpinelinux3.20"),
        ("registry.access.redhat.com/ubi9/ubi:9.4-1214.1729773476", "rhel9.4"),
        ("registry.access.redhat.com/ubi9-minimal", "rhel9.0"),
        ("redhat/ubi10:latest", "rhel10.0"),
        ("mcr.microsoft.com/windows/servercore:ltsc2022-amd64", "win2k22"),
        ("mcr.microsoft.com/windows/servercore:10.0.20348.1850", "win2k22"),
        ("mcr.microsoft.com/windows/nanoserver:ltsc2025", "win2k25"),
        ("rockylinux:9.3-minimal", "rocky9"),
        ("almalinux:9", "almalinux9"),
        ("quay.io/centos/centos:stream9", "centos-stream9"),
        ("centos:centos7.9.2009", "centos7.0"),
        ("fedora:41", "fedora41"),
        ("amazonlinux:2023.6.20241031.0", "amazonlinux2023"),
        ("amazonlinux:2", "amazonlinux2"),
        ("opensuse/leap:15.6", "opensuse15.6"),
        ("registry.suse.com/bci/bci-base:15.6.47.5.15", "sle15sp6"),
        ("oraclelinux:8.10", "ol8.10"),
        ("oraclelinux:9-slim", "ol9.0"),
        ("photon:5.0-20241117", "photon5"),
        (" Debian:12 ", "debian12"),
        ("alpine:3.12.0", "alpinelinux3.12"),
        ("fedora:30", "fedora30"),
        ("opensuse/leap:15.4", "opensuse15.4"),
        ("centos:6", "centos6.0"),
        ("centos:6.9", "centos6.0"),
        ("centos:6.10", "centos6.10"),
        ("centos:5.11", "centos5.0"),
        ("registry.access.redhat.com/ubi7/ubi:7.9-1445", "rhel7.9"),
        ("registry.access.redhat.com/ubi7-minimal", "rhel7.0"),
        ("debian:squeeze", "debian6"),
        ("ubuntu:12.04", "ubuntu12.04"),
        ("ubuntu:hirsute-20220113", "ubuntu21.04"),
    ],
)
def test_base_image_of_a_release(reference: str, id: str) -> None:
    found = CATALOG.image_guest(reference)
    assert found is not None
    assert found.id == id
    guest = CATALOG.guest(id)
    assert guest is not None
    assert found.family == guest.family


@pytest.mark.parametrize(
    ("reference", "family"),
    [
        ("ubuntu", "linux"),
        ("ubuntu:latest", "linux"),
        ("ubuntu:${VERSION}", "linux"),
        ("ubuntu:24.041", "linux"),
        ("ubuntu@sha256:0a1b", "linux"),
        ("debian:stable-slim", "linux"),
        ("alpine:3", "linux"),
        ("fedora:99", "linux"),
        ("amazonlinux:2018.03", "linux"),
        ("archlinux:base-20250420.0.338771", "linux"),
        ("mcr.microsoft.com/windows/nanoserver:1809", "windows"),
        ("mcr.microsoft.com/windows:ltsc2019", "windows"),
    ],
)
def test_base_image_of_an_unknown_release(reference: str, family: str) -> None:
    assert CATALOG.image_guest(reference) == (family, None)


@pytest.mark.parametrize(
    "reference",
    ["postgres:15", "localhost:5000/ubuntu:24.04", "example.com/debian:12", "bitnami/debian:12", "${BASE}", "", ":"],
)
def test_any_other_image(reference: str) -> None:
    assert CATALOG.image_guest(reference) is None


IMAGES = ("win2k16", "win2k19", "win2k22", "win2k25")


def builds(id: str) -> list[Version]:
    guest = CATALOG.guest(id)
    assert guest is not None
    return [Version(build) for build in guest.fact("builds")]


@pytest.mark.parametrize(
    ("version", "ids"),
    [
        ("10.0.20348", ["win2k22"]),
        ("10.0.20348.2340", ["win2k22"]),
        (" 10.0.20348 ", ["win2k22"]),
        ("10.0.14393", ["win10", "win2k16"]),
        ("10.0.17763.1", ["win10", "win2k19"]),
        ("10.0.26100.1742", ["win11", "win2k25"]),
        ("10.0.19045.5011", ["win10"]),
        ("10.0.22631", ["win11"]),
        ("10.0.25398", []),
        ("10.0.2034", []),
        ("10.0.20348.1.2", []),
        ("20348", []),
        ("22.04", []),
        ("24H2", []),
        ("", []),
    ],
)
def test_releases_of_a_build(version: str, ids: list[str]) -> None:
    assert sorted(release.id for release in CATALOG.releases_of_build(version)) == ids


def test_releases_of_a_build_include_local_ones() -> None:
    local = GuestOS("winfarm", {"family": "windows", "builds": ["10.0.20348"]})
    assert sorted(release.id for release in Catalog(local=[local]).releases_of_build("10.0.20348.1")) == [
        "win2k22",
        "winfarm",
    ]


def test_table_of_images() -> None:
    hosts = CATALOG.windows_images
    assert set(hosts) == {*IMAGES, "win10", "win11"}
    for id, host in hosts.items():
        assert host.id == id
        assert CATALOG.guest(id) is not None
        assert host.process <= host.hyperv <= set(IMAGES)
        assert set(host.since) <= host.hyperv


@pytest.mark.parametrize("host", IMAGES)
def test_a_server_runs_its_own_image_and_older_ones(host: str) -> None:
    images = CATALOG.windows_images[host]
    older = set(IMAGES[: IMAGES.index(host) + 1])
    assert images.hyperv == older
    assert host in images.process
    assert not images.since
    assert not images.same_build
    assert images.same_revision == (host == "win2k16")


def test_only_one_server_shares_its_kernel_with_an_older_image() -> None:
    process = {host: sorted(CATALOG.windows_images[host].process) for host in IMAGES}
    assert process == {
        "win2k16": ["win2k16"],
        "win2k19": ["win2k19"],
        "win2k22": ["win2k22"],
        "win2k25": ["win2k22", "win2k25"],
    }


def test_clients() -> None:
    ten, eleven = CATALOG.windows_images["win10"], CATALOG.windows_images["win11"]
    assert (set(ten.process), set(ten.hyperv)) == (set(), {"win2k16", "win2k19"})
    assert (ten.same_build, ten.same_revision) == (True, False)
    assert (set(eleven.process), set(eleven.hyperv)) == ({"win2k22", "win2k25"}, set(IMAGES))
    assert (eleven.same_build, eleven.same_revision) == (False, False)
    assert (ten.since, eleven.since) == ({"win2k19": "10.0.17763"}, {"win2k25": "10.0.26100"})


@pytest.mark.parametrize("host", ["win10", "win11"])
def test_a_client_runs_no_image_that_is_newer_than_itself(host: str) -> None:
    images = CATALOG.windows_images[host]
    for image in images.hyperv:
        if image in images.since:
            assert Version(images.since[image]) in {*builds(image)} & {*builds(host)}
        else:
            assert min(builds(image)) <= max(builds(host))
