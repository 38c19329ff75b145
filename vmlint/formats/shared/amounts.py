"""Amounts that many formats write in the same way: sizes of memory and disks, lists of CPUs."""

from __future__ import annotations

import re

_BINARY = re.compile(r"([0-9]{1,20}(?:\.[0-9]{1,9})?) ?([kmgtp]?)(?:i?b)?", re.IGNORECASE)
_CPUS = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")


def in_bytes(number: int) -> str | None:
    """Return a number of bytes as a manifest writes it, exactly; nothing for none."""
    for unit, factor in (("Ti", 2**40), ("Gi", 2**30), ("Mi", 2**20), ("Ki", 2**10)):
        if number >= factor and number % factor == 0:
            return f"{number // factor}{unit}"
    kilobytes, rest = divmod(number, 1000)
    return (f"{kilobytes}.{rest:03}k" if rest else f"{kilobytes}k") if number > 0 else None


def binary_size(text: str | None, bare: str = "") -> str | None:
    """Return a size as a manifest writes it: ``512m``, ``4 GiB``. Every unit is a power of two, in every spelling.

    ``bare`` is the unit of a number without one: ``M``, or bytes where it is empty. An invalid size gives nothing.
    """
    match = _BINARY.fullmatch(text.strip()) if text else None
    if match is None or not float(match[1]):
        return None
    unit = (match[2] or bare).upper()
    return f"{match[1]}{unit}i" if unit else in_bytes(int(float(match[1])) if "." in match[1] else int(match[1]))


def listed_cpus(text: str) -> int | None:
    """Return how many CPUs a list such as ``1,2,5-7`` names."""
    count = 0
    for part in text.replace(" ", "").split(","):
        match = _CPUS.fullmatch(part)
        if match is None or int(match[2] or match[1]) < int(match[1]):
            return None
        count += int(match[2] or match[1]) - int(match[1]) + 1
    return count


_FACTORS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15} | {
    f"{unit}i": 2 ** (10 * power) for power, unit in enumerate("KMGTP", 1)
}
_WRITTEN = re.compile(r"([0-9]{1,20})(?:\.([0-9]{1,9}))?(k|[MGTP]|[KMGTP]i)?")


def bytes_of(text: str | None) -> int | None:
    """Return the bytes of a size as a manifest writes it: ``256Mi``."""
    match = _WRITTEN.fullmatch(text or "")
    if match is None:
        return None
    part = match[2] or ""
    return int(int(match[1] + part) * _FACTORS[match[3] or ""] // 10 ** len(part))
