"""The memory of a machine: /proc/meminfo or lines of it, and ``free -b``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import File, Spec, Unreadable, split_lines

from ..shared.amounts import in_bytes
from ..shared.hosts import features

_LINE = re.compile(r"([A-Z]\w*(?:\(\w+\))?):\s+(\d{1,15})(?: kB)?")
_KNOWN = frozenset({"MemTotal", "HugePages_Total", "HugePages_Free"})
_FREE = re.compile(r"\s+total\s+used\s+free\b")
_MEMORY = re.compile(r"Mem:\s+(\d{1,18})\s")


def recognises(file: File) -> bool:
    """Recognise the text by its lines, and by the names of what is read of it."""
    try:
        lines = [line.rstrip() for line in split_lines(file.text[:16_384]) if line.strip()]
    except Unreadable:
        return False
    if lines and _FREE.match(lines[0]):
        return True
    found = [_LINE.fullmatch(line) for line in lines]
    return all(found) and not _KNOWN.isdisjoint(match[1] for match in found if match)


def read(file: File) -> Iterator[Spec]:
    """Yield the machine, which is not named."""
    spec = Spec("", file.span(1))
    spec.part = True
    found: dict[str, tuple[int, int]] = {}
    for number, line in enumerate(file.lines, 1):
        if match := _MEMORY.match(line):
            amount = int(match[1])
            if amount >= _BYTES:  # without -b, it counts in KiB or less
                spec.fact("host.memory", in_bytes(amount), file.span(number))
        elif match := _LINE.fullmatch(line.rstrip()):
            found.setdefault(match[1], (int(match[2]), number))
    if "MemTotal" in found:
        total, number = found["MemTotal"]
        spec.fact("host.memory", f"{total}Ki", file.span(number))
    pages = found.get("HugePages_Total") or found.get("HugePages_Free")
    if pages and found.get("Hugepagesize", (0, 0))[0] == _TWO_MIB:
        features(spec, [(f"kernel.hugepages.2Mi={pages[0]}", file.span(pages[1]))])
    yield spec


_BYTES = 2**26
"""The least memory of a machine that is counted in bytes; 64 TiB counted in KiB are more."""
_TWO_MIB = 2048
"""In kB, as the kernel prints it."""
