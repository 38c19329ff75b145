"""What /proc/cpuinfo holds, wherever it was copied from."""

from __future__ import annotations

from vmlint.record import NamedTuple


class Cpuinfo(NamedTuple):
    """The processors of a machine."""

    words: dict[str, tuple[str, int]]
    """Each key with its first value, and the line of that."""
    flags: frozenset[str] | None
    """The flags that all processors have."""
    processors: int
    parts: tuple[tuple[str, str], ...] = ()
    """On Arm: of each kind of core, who made it and its part number, each a hexadecimal number."""


def read_cpuinfo(text: str) -> Cpuinfo:
    """Read the text of /proc/cpuinfo."""
    words: dict[str, tuple[str, int]] = {}
    flags: frozenset[str] | None = None
    processors, implementer = 0, ""
    parts: dict[tuple[str, str], None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        key, colon, value = line.partition(":")
        key, value = key.strip(), value.strip()
        if colon:
            words.setdefault(key, (value, number))
        if key == "CPU implementer":
            implementer = value.lower()
        elif key == "CPU part":
            parts[implementer, value.lower()] = None
        if key in ("flags", "Features"):
            flags = frozenset(value.split()) & (flags if flags is not None else frozenset(value.split()))
        processors += key == "processor" and bool(colon)
    return Cpuinfo(words, flags, processors, tuple(parts))


MAKERS = {"GenuineIntel": "intel", "AuthenticAMD": "amd", "HygonGenuine": "other", "0x41": "arm", "0x61": "apple"}
"""Who made a processor, by the word of the processor itself."""
FEATURES = {"sev_snp": "sev-snp", "tdx_host_platform": "tdx"}
"""Flags of /proc/cpuinfo -> the feature in a manifest."""
