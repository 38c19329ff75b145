"""Builds of Windows, and the table of container images that run on them."""

from __future__ import annotations

import pytest

from vmlint.catalog import Catalog, GuestOS
from vmlint.model.values import Version

CATALOG = Catalog()
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
    table = CATALOG.windows_images
    assert set(table) == {*IMAGES, "win10", "win11"}
    for id, host in table.items():
        assert host.id == id
        assert CATALOG.guest(id) is not None
        assert host.process <= host.hyperv <= set(IMAGES)
        assert set(host.since) <= host.hyperv


@pytest.mark.parametrize("host", IMAGES)
def test_a_server_runs_its_own_image_and_older_ones(host: str) -> None:
    table = CATALOG.windows_images[host]
    older = set(IMAGES[: IMAGES.index(host) + 1])
    assert table.hyperv == older
    assert host in table.process
    assert not table.since
    assert not table.same_build
    assert table.same_revision == (host == "win2k16")


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
    table = CATALOG.windows_images[host]
    for image in table.hyperv:
        if image in table.since:
            assert Version(table.since[image]) in {*builds(image)} & {*builds(host)}
        else:
            assert min(builds(image)) <= max(builds(host))
