"""What /proc/cpuinfo holds, wherever it was copied from."""

from __future__ import annotations

from vmlint.record import NamedTuple
from vmlint.syntax.lines import split_lines


class Cpuinfo(NamedTuple):
    """The processors of a machine."""

    words: dict[str, tuple[str, int]]
    """Each key with its first value, and the line of that."""
    flags: frozenset[str] | None
    """The flags that all processors have."""
    processors: int
    parts: tuple[tuple[str, str], ...] = ()
    """On Arm: of each kind of core, who made it and its part number, each a hexadecimal number."""
    some: bool = False
    """Whether the flags are only some of those that the processors have, as the text ends in their midst."""


def read_cpuinfo(text: str, *, copied: bool = False) -> Cpuinfo:
    """Read the text of /proc/cpuinfo.

    A text that was ``copied`` may be cut off. Of its last line, where that has no end, nothing counts but whole flags;
    and so of flags behind which nothing stands, as the kernel writes more of each processor.
    """
    words: dict[str, tuple[str, int]] = {}
    flags: frozenset[str] | None = None
    processors, implementer = 0, ""
    parts: dict[tuple[str, str], None] = {}
    lines = split_lines(text.rstrip())
    is_excerpt = len(lines) == 1  # one line by itself, as grep prints it
    ended = text.endswith(("\n", "\r")) and lines and (is_excerpt or _key(lines[-1]) not in _FLAGS)
    begun = lines.pop() if copied and lines and not ended else ""
    for number, line in enumerate(lines, 1):
        key, colon, value = line.partition(":")
        key, value = key.strip(), value.strip()
        if colon:
            words.setdefault(key, (value, number))
        if key == "CPU implementer":
            implementer = value.lower()
        elif key == "CPU part":
            parts[implementer, value.lower()] = None
        if key in _FLAGS:
            flags = frozenset(value.split()) & (flags if flags is not None else frozenset(value.split()))
        processors += key == "processor" and bool(colon)
    key, _, value = begun.partition(":")
    some = flags is None and key.strip() in _FLAGS
    if some:
        words.setdefault(key.strip(), (value.strip(), len(lines) + 1))
        flags = frozenset(value.split()[:-1])  # of the last word, a part may be missing
    return Cpuinfo(words, flags, processors, tuple(parts), some)


def _key(line: str) -> str:
    return line.partition(":")[0].strip()


_FLAGS = ("flags", "Features")
MAKERS = {"GenuineIntel": "intel", "AuthenticAMD": "amd", "HygonGenuine": "other", "0x41": "arm", "0x61": "apple"}
"""Who made a processor, by the word of the processor itself."""
FEATURES = {"sev_snp": "sev-snp", "tdx_host_platform": "tdx"}
"""Flags of /proc/cpuinfo -> the feature in a manifest."""
