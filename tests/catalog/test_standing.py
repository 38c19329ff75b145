"""Whether a release exists, by the pace of its product: on the data that ship, and on invented ones."""

from __future__ import annotations

from datetime import date

import pytest

from vmlint.catalog import Catalog
from vmlint.catalog.osinfo import Database
from vmlint.catalog.standing import Known, standing

CATALOG = Catalog(database=Database(()))
TODAY = date(2026, 11, 22)
YEARLY = [Known(str(number), date(2014 + number, 6, 1)) for number in range(1, 13)]
"""Release 12 of 2026 is the newest."""


@pytest.mark.parametrize(
    ("product", "version", "kind", "nearest"),
    [
        ("vmware-esxi", "70", "none", "7.0"),
        ("vmware-esxi", "8.0U3e", "known", "8.0"),
        ("vmware-esxi", "6.6", "none", "6.5"),
        ("proxmox-ve", "99", "none", "9"),
        ("docker-engine", "290", "none", "29"),
        ("docker-engine", "1.13", "older", None),
        ("kubernetes", "1.370", "none", None),
        ("kubernetes", "1", "known", None),
        ("windows-server", "2012R2", "known", None),
        ("windows-server", "2023", "none", "2022"),
        ("windows-server", "2028", "newer", None),
        ("freebsd", "14", "known", None),
        ("freebsd", "14.99", "none", None),
        ("virtualbox", "72", "none", "7.2"),
        ("virtualbox", "latest", "known", None),
    ],
)
def test_releases_of_products(product: str, version: str, kind: str, nearest: str | None) -> None:
    found = CATALOG.standing(product, version, TODAY)
    assert (found.kind, nearest in (None, found.nearest)) == (kind, True), found


@pytest.mark.parametrize(
    ("word", "kind", "nearest"),
    [
        ("debian99", "none", "debian9"),
        ("macos18", "none", "macos15"),
        ("win9", "none", "win8.1"),
        ("win2k99", "none", "win2k25"),
        ("win2k28", "newer", "win2k8"),
        ("ubuntu24.07", "none", "ubuntu24.04"),
        ("ubuntu24.4", "known", "ubuntu24.04"),
        ("sle15sp9", "newer", "sle15sp7"),
    ],
)
def test_releases_of_guests(word: str, kind: str, nearest: str) -> None:
    found = CATALOG.guest_standing(word, TODAY)
    assert found is not None
    assert (found.kind, found.nearest) == (kind, nearest)


@pytest.mark.parametrize("word", ["debian12", "debian10.13", "debian", "ubuntu64Guest", "golden-image-v7", "gentoo99"])
def test_what_is_understood_or_has_no_dates_is_not_judged(word: str) -> None:
    assert CATALOG.guest_standing(word, TODAY) is None


@pytest.mark.parametrize(
    ("version", "today", "kind"),
    [
        ("14", date(2026, 6, 2), "newer"),
        ("15", date(2026, 6, 2), "none"),
        ("15", date(2027, 6, 2), "newer"),  # a year later one more may be out
        ("0", date(2026, 6, 2), "older"),
        ("12.5", date(2026, 6, 2), "known"),
    ],
)
def test_data_that_age_allow_for_more(version: str, today: date, kind: str) -> None:
    assert standing(YEARLY, version, today).kind == kind
    assert standing(YEARLY[::-1], version, today).kind == kind


def test_releases_without_dates_count_by_their_numbers() -> None:
    undated = [Known("3.0", None), Known("3.1", None)]
    assert standing(undated, "3.3", TODAY).kind == "newer"
    assert standing(undated, "3.9", TODAY) == ("none", "3.1", "3.1")
