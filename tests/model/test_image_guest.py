"""What follows from the image of a container: its system, where the image is a distribution's own base image."""

from __future__ import annotations

from datetime import date

import pytest

from vmlint.catalog import Catalog
from vmlint.findings.unknown import Unknown
from vmlint.model.derive import DERIVATIONS
from vmlint.model.paths import assign, derivation_of, value_at
from vmlint.model.workload import Workload

CATALOG = Catalog()


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
    stated = made(guest__platform="windows/amd64", deployment__image__ref="debian:latest")
    assert value_at(stated, "guest.os.family") == "windows"


def test_nothing_follows_from_the_image_of_an_application() -> None:
    workload = made(deployment__image__ref="postgres:15")
    for path in ("guest.os.id", "guest.os.family"):
        with pytest.raises(Unknown, match=r"guest\.os\.id"):
            value_at(workload, path)
