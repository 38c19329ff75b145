"""Vendors whose kernels keep an old number and gain newer features."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from vmlint.record import NamedTuple


class KernelVendor(NamedTuple):
    """A vendor that carries newer features into its kernels."""

    name: str
    ids: tuple[str, ...]
    """Beginnings of guest ids, each followed by a version."""
    marks: tuple[str, ...]
    """What stands in the version of its kernels."""
    releases: tuple[str, ...]
    """The kernel releases that gain features; all if there are none."""

    def carries_into(self, version: str) -> bool:
        """Whether a kernel of this vendor, by what ``uname -r`` prints, may have features of later releases."""
        return not self.releases or any(re.match(rf"{re.escape(each)}(?![0-9])", version) for each in self.releases)


def read_vendors(document: Mapping[str, Any]) -> tuple[KernelVendor, ...]:
    """Return the vendors of ``kernels.yaml``."""
    return tuple(
        KernelVendor(each["name"], tuple(each["ids"]), tuple(each["marks"]), tuple(each.get("releases", ())))
        for each in document["vendors"].values()
    )


def find_vendor(vendors: tuple[KernelVendor, ...], version: str, system: str | None) -> KernelVendor | None:
    """Return the vendor of a kernel, by its version or else by the id of the system that runs on it."""
    marked = (vendor for vendor in vendors if any(mark in version for mark in vendor.marks))
    named = (vendor for vendor in vendors if system and _names(vendor, system))
    return next(marked, None) or next(named, None)


def _names(vendor: KernelVendor, system: str) -> bool:
    return any(re.match(rf"{re.escape(beginning)}[0-9]", system) for beginning in vendor.ids)
