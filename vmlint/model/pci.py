"""Addresses of PCI devices in one spelling, since every tool writes them a little differently."""

from __future__ import annotations

import re

_ADDRESS = r"(?i)(?:([0-9a-f]{1,8}):)?([0-9a-f]{1,2}):([0-9a-f]{1,2})\.([0-7*])"


def pci_address(text: str) -> str:
    """Return an address as ``0000:01:00.0``: domain, bus, device and function in hexadecimal digits.

    The domain may be left out, since nearly every host has only 0. A ``*`` in place of the function means all of them.
    Any other text gives the empty string, also ``10de:2204``, which is a vendor and a product.
    """
    match = re.fullmatch(_ADDRESS, text)
    if match is None:
        return ""
    domain, bus, device = (int(part or "0", 16) for part in match.groups()[:3])
    return f"{domain:04x}:{bus:02x}:{device:02x}.{match[4]}" if device < 32 else ""
