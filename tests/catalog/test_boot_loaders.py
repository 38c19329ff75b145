"""Guests whose boot loader Secure Boot refuses."""

from __future__ import annotations

import pytest

from vmlint.catalog import Catalog, table

CATALOG = Catalog()


def test_every_word_means_a_guest() -> None:
    words = [word for row in table("boot_loaders").data["unsigned"] for word in row["guests"]]
    assert len(words) == len(set(words))
    lost = [w for w in words if not any(i == w or (w.endswith("*") and i.startswith(w[:-1])) for i in CATALOG.guests)]
    assert lost == []


@pytest.mark.parametrize(
    ("guest", "unsigned"),
    [("debian9", True), ("debian10", False), ("freebsd99.1", True), ("ubuntu12.04", False), ("archlinux", True)],
)
def test_unsigned(guest: str, unsigned: bool) -> None:
    assert CATALOG.boot_loaders.unsigned(guest) is unsigned
