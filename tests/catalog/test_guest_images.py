"""Base images: the data, and what the names of images tell."""

from __future__ import annotations

import re
from datetime import date

import pytest

from vmlint.catalog import Catalog, table
from vmlint.findings.unknown import Unknown
from vmlint.model.derive import DERIVATIONS
from vmlint.model.paths import assign, derivation_of, value_at
from vmlint.model.workload import Workload
from vmlint.reading.schemas import validator

CATALOG = Catalog()
DATA = table("guest_images").data


def test_data_fit_their_schema() -> None:
    assert [error.message for error in validator("guest_images").iter_errors(DATA)] == []


def test_sources_exist() -> None:
    assert {source for entry in DATA["images"].values() for source in entry["source"]} <= set(CATALOG.sources)


def test_no_repository_stands_twice() -> None:
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


def made(**facts: str) -> Workload:
    workload = Workload(CATALOG, DERIVATIONS, date(2026, 11, 22))
    for path, text in facts.items():
        assign(workload, path.replace("__", "."), text)
    return workload


def test_guest_follows_from_the_image() -> None:
    workload = made(deployment__image__ref="mcr.microsoft.com/windows/servercore:ltsc2022")
    assert value_at(workload, "guest.os.id") == "win2k22"
    assert value_at(workload, "guest.os.family") == "windows"
    assert value_at(workload, "guest.arch") == "amd64"
    assert derivation_of(workload, "guest.os.family")


def test_family_alone_follows_from_a_tag_that_moves() -> None:
    workload = made(deployment__image__ref="mcr.microsoft.com/windows/servercore:latest")
    assert value_at(workload, "guest.os.family") == "windows"
    with pytest.raises(Unknown, match=r"guest\.os\.id"):
        value_at(workload, "guest.os.id")


def test_what_is_stated_counts_before_the_image() -> None:
    workload = made(guest__os__id="debian13", deployment__image__ref="debian:12")
    assert value_at(workload, "guest.os.id") == "debian13"
    told = made(guest__platform="windows/amd64", deployment__image__ref="debian:latest")
    assert value_at(told, "guest.os.family") == "windows"


def test_nothing_follows_from_the_image_of_an_application() -> None:
    workload = made(deployment__image__ref="postgres:15")
    for path in ("guest.os.id", "guest.os.family"):
        with pytest.raises(Unknown, match=r"guest\.os\.id"):
            value_at(workload, path)
