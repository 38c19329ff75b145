"""Platforms that are known by name only."""

from __future__ import annotations

import pytest

from vmlint.catalog import Catalog, table

CATALOG = Catalog()
NAMES = table("platform_names").data["platforms"]


def test_no_word_has_two_meanings() -> None:
    words = [word for id, facts in NAMES.items() for word in (id, *facts.get("aliases", ()))]
    assert len(words) == len(set(words))
    assert [word for word in words if CATALOG.platform_id(word) or word != word.lower()] == []


def test_the_nearest_have_entries() -> None:
    assert {facts["near"] for facts in NAMES.values() if "near" in facts} <= set(CATALOG.platforms)


@pytest.mark.parametrize(
    ("word", "name", "near"),
    [
        ("waydroid", "Waydroid", "lxc"),
        ("Singularity", "Apptainer", ""),
        ("z/vm", "IBM z/VM", ""),
        ("vcf", "VMware Cloud Foundation", "vmware-esxi"),
    ],
)
def test_known_by_name(word: str, name: str, near: str) -> None:
    found = CATALOG.known_name(word)
    assert found is not None
    assert (found.name, found.near) == (name, near)


def test_nothing_else_is_known() -> None:
    assert CATALOG.known_name("waydroidx") is None
    assert CATALOG.known_name("kvm") is None
