"""The typed records over the catalogue's data files."""

from __future__ import annotations

import pytest

from vmlint.catalog import Catalog, GuestOS, Platform

RELEASES = {
    "supported": ["win2k22", "win1*", "debian12"],
    "works": ["debian*"],
    "unsupported": ["win*", "win2k*", "windows-7"],
    "fails": ["win95", "debian1*"],
}
TOY = Platform("toy", {"guest": {"releases": RELEASES}})


@pytest.mark.parametrize(
    ("id", "status"),
    [
        ("win2k22", "supported"),  # the release itself counts before every prefix
        ("win95", "fails"),
        ("win98", "unsupported"),
        ("win2k", "unsupported"),  # the prefix may be the whole id
        ("win11", "supported"),  # the longer prefix counts
        ("debian12", "supported"),
        ("debian13", "fails"),
        ("debian9", "works"),
        ("win7", "unsupported"),
        ("freebsd14.0", None),
        ("twin95", None),
    ],
)
def test_status_of_a_guest(id: str, status: str | None) -> None:
    assert TOY.guest_status(GuestOS(id, {})) == status


def test_the_gravest_of_two_equal_words_counts() -> None:
    platform = Platform("toy", {"guest": {"releases": {"supported": ["win7", "win9*"], "fails": ["win7", "win9*"]}}})
    assert {platform.guest_status(GuestOS(id, {})) for id in ("win7", "win95")} == {"fails"}


def test_status_between_those_of_a_list_and_of_nobody() -> None:
    lists = {"deprecated": ["rhel6*"], "works": ["rhel*"], "tested": ["rhel9*"]}
    platform = Platform("toy", {"guest": {"releases": lists}})
    assert [platform.guest_status(GuestOS(id, {})) for id in ("rhel6.10", "rhel9", "rhel8.1")] == [
        "deprecated",
        "tested",
        "works",
    ]


def test_status_of_a_guest_by_its_cpu() -> None:
    """Lists for a CPU architecture hold in place of the others, not beside them."""
    lists = {"works": ["macos12", "debian*"], "onArch": {"arm64": {"unsupported": ["macos*"]}}}
    platform = Platform("toy", {"guest": {"releases": lists}})
    guests = [GuestOS(id, {}) for id in ("macos12", "debian12")]
    assert [platform.guest_status(guest) for guest in guests] == ["works", "works"]
    assert [platform.guest_status(guest, "amd64") for guest in guests] == ["works", "works"]
    assert [platform.guest_status(guest, "arm64") for guest in guests] == ["unsupported", None]


def test_status_by_another_spelling() -> None:
    releases = {"unsupported": ["windows-7"]}
    platform = Platform("toy", {"guest": {"releases": releases}})
    catalog = Catalog()
    for word in ("win7", "windows-7", "Windows7"):
        guest = catalog.guest(word)
        assert guest is not None
        assert platform.guest_status(guest) == "unsupported"


@pytest.mark.parametrize("data", [{}, {"guest": {}}, {"guest": {"releases": {"asOf": "2026-11-22"}}}])
def test_status_without_a_list(data: dict[str, object]) -> None:
    assert Platform("toy", data).guest_status(GuestOS("win7", {})) is None
