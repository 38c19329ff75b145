"""How addresses of PCI devices are read."""

from __future__ import annotations

import pytest

from vmlint.api import pci_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("0000:3b:00.0", "0000:3b:00.0"),
        ("3B:1f.7", "0000:3b:1f.7"),
        ("10000:1:2.3", "10000:01:02.3"),
        ("3b:20.0", ""),  # a bus has 32 devices
        ("3b:00.8", ""),
        ("3b:00", ""),
        ("10de:2204", ""),
        ("/dev/dri", ""),
        ("", ""),
    ],
)
def test_an_address_is_written_in_full(text: str, address: str) -> None:
    assert pci_address(text) == address
