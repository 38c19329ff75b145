"""Amounts that readers of many formats have in common: sizes as a manifest writes them, and how long a file may be."""

from __future__ import annotations

LONGEST = 1 << 20
"""Characters of a file of settings that is read. A machine's has a few thousand."""


def in_bytes(number: int) -> str | None:
    """Write a number of bytes as a manifest does, exactly; nothing for none."""
    for unit, factor in (("Ti", 2**40), ("Gi", 2**30), ("Mi", 2**20), ("Ki", 2**10)):
        if number >= factor and number % factor == 0:
            return f"{number // factor}{unit}"
    kilobytes, rest = divmod(number, 1000)
    return (f"{kilobytes}.{rest:03}k" if rest else f"{kilobytes}k") if number > 0 else None
