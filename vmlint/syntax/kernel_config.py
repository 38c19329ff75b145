"""The options that a Linux kernel was built with: /boot/config-…, or /proc/config.gz as it is."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Set

from vmlint import limits
from vmlint.findings.place import Span
from vmlint.findings.problem import Problem, Unreadable
from vmlint.patterns import lazy_pattern

_LINE = lazy_pattern(r"^(?:CONFIG_(\w+)=(.*)|# CONFIG_(\w+) is not set)$")
_START = Span(1, 1, 1, 2)
GZIP = b"\x1f\x8b"
"""How a packed file begins."""


def unpacked(data: bytes) -> str:
    """Return the text of a packed file. Raises ``Unreadable`` where it is broken, cut off or too large."""
    unpacking = zlib.decompressobj(wbits=31)
    try:
        text = unpacking.decompress(data, limits.HOST_BYTES + 1)
    except zlib.error as error:
        raise Unreadable(Problem("VM902", f"it cannot be unpacked: {error}", _START)) from None
    if len(text) > limits.HOST_BYTES:
        raise Unreadable(Problem("VM904", f"it unpacks to more than {limits.HOST_BYTES // 2**20} MiB", _START))
    if not unpacking.eof:
        raise Unreadable(Problem("VM902", "it is cut off: the end of the packed file is missing", _START))
    return text.decode("utf-8", "replace")


def is_whole(text: str) -> bool:
    """Whether a configuration is complete, so that what it does not name is not set.

    Kernels write these menus last, in one order or the other; newer ones mark where a menu ends. What was cut off, an
    extract and a file of wishes (``defconfig``) lack them.
    """
    if not text.endswith("\n"):
        return False
    lines = {*text.replace("\r", "").split("\n")}
    if any(line.startswith("# end of ") for line in lines):
        return "# end of Kernel hacking" in lines
    return {"# Kernel hacking", "# Library routines"} <= lines


def read_kernel_config(text: str, wanted: Set[str]) -> Iterator[tuple[str, str, int]]:
    """Yield the wanted options: name, value, line.

    One that a whole configuration does not name is not set, and has line one. Of others, nothing is said.
    """
    found: dict[str, tuple[str, int]] = {}
    whole = is_whole(text)
    lines = text.split("\n")
    for number, line in enumerate(lines if whole else lines[:-1], 1):  # a last line without its end may be cut off
        match = _LINE.match(line.rstrip("\r"))
        if match is not None and (name := match[1] or match[3]) in wanted:
            found[name] = (match[2].strip('"') if match[1] else "n"), number
    for name in sorted(wanted if whole else found):
        yield name, *found.get(name, ("n", 1))
