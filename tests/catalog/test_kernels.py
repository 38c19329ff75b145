"""Vendors that carry newer features into their kernels."""

from __future__ import annotations

import pytest

from vmlint.catalog import Catalog

CATALOG = Catalog()


@pytest.mark.parametrize(
    ("version", "system", "carries"),
    [
        ("5.14.0-427.13.1.el9_4.x86_64", None, True),
        ("4.18.0", "rhel8.6", True),
        ("3.10.0-1160.el7.x86_64", "centos7.0", False),
        ("5.15.0-206.153.7.el9uek.x86_64", "ol9.4", True),
        ("6.4.0-150700.53-default", None, True),
        ("6.4.0", "sle15sp7", True),
        ("3.0.101", "sles11sp4", False),
        ("6.1.132-147.221.amzn2023.x86_64", None, True),
        ("6.8.12-9-pve", None, True),
        ("5.15.0-150-generic", "ubuntu22.04", True),
        ("6.1.0-18-amd64", "debian12", None),
        ("6.6.0", "oldish9", None),
        ("6.6.0", None, None),
    ],
)
def test_vendor(version: str, system: str | None, carries: bool | None) -> None:
    vendor = CATALOG.kernel_vendor(version, system)
    assert (vendor and vendor.carries_into(version)) == carries
