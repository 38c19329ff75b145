"""Addresses and numbers of the host's devices in libvirt's domains."""

from __future__ import annotations

import re

from vmlint.api import Element

_PCI = (0xFFFF, 0xFF, 0x1F, 7)
"""The highest domain, bus, slot and function."""


def pci(address: Element) -> str:
    """Return a PCI address as a manifest writes it; empty where it is none."""
    parts = numbers(*(address.get(part, "0") for part in ("domain", "bus", "slot", "function")))
    if parts and all(part <= most for part, most in zip(parts, _PCI, strict=True)):
        return "{:04x}:{:02x}:{:02x}.{:x}".format(*parts)
    return ""


def numbers(*texts: str) -> list[int]:
    """Read numbers as C does, hexadecimal after 0x and octal after 0; nothing where a text is not a number."""
    if not all(re.fullmatch(r"0[xX][0-9a-fA-F]{1,8}|0[0-7]{0,8}|[1-9][0-9]{0,8}", text) for text in texts):
        return []
    return [int(text, 8 if re.match(r"0[0-7]", text) else 0) for text in texts]
