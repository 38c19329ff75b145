"""OVA: an OVF descriptor and what belongs to it in one tar archive. Nothing is ever unpacked.

The headers are read one after the other until the descriptor, which is first by the standard.
Lines and columns of what is found are those of the descriptor, which is what findings show and where hints are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from vmlint.api import File, Problem, Skipped, Span, Spec, Unreadable, limits

from . import descriptor

CANNOT_KNOW = descriptor.CANNOT_KNOW

BLOCK = 512
MAGIC = slice(257, 262)

REGULAR, LONG_NAME, EXTENDED = b"0\0" + b"7", b"L", b"x"
_PAX_PATH = re.compile(rb"^\d{1,6} path=([^\n]{1,4096})\n", re.MULTILINE)


class LeadsOut(Unreadable):
    """A member would be unpacked outside of its folder."""


class Member(NamedTuple):
    """A member of the archive, from its header."""

    name: str
    kind: bytes
    start: int
    size: int


def recognises(file: File) -> bool:
    """Recognise an OVA by the header of a tar archive and its file name; `read` checks its members."""
    return file.data[MAGIC] == b"ustar" and file.base.lower().endswith(".ova")


def read(file: File) -> Iterator[Spec]:
    """Yield the workloads of the descriptor."""
    members = _members(file.data)
    for member in members:
        if not member.name.lower().endswith(".ovf"):
            continue
        if member.kind not in REGULAR:
            raise Skipped(f"its descriptor {member.name} is no ordinary file of the archive")
        if len(file.data) < member.start + member.size:
            raise _broken(f"the archive ends within its descriptor {member.name}")
        inner = File(file.name, file.data[member.start : member.start + member.size])
        if not descriptor.recognises(inner):
            raise _broken(f"the member {member.name} is no OVF descriptor")
        _walk(members)
        file.shown = inner
        yield from descriptor.read(inner)
        return
    raise Skipped("no OVF descriptor comes before the rest of the archive")


def _walk(members: Iterator[Member]) -> None:
    """Look at the names of what follows the descriptor. Damage there does not affect the descriptor."""
    try:
        for _ in members:
            pass
    except LeadsOut:
        raise
    except Unreadable:
        return


def _broken(message: str) -> Unreadable:
    return Unreadable(Problem("VM903", message, Span(1, 1, 1, 2)))


def _members(data: bytes) -> Iterator[Member]:
    """Yield the members of a tar archive, as far as the bytes go."""
    offset, longer = 0, ""
    for _ in range(limits.ARCHIVE_MEMBERS):
        header = data[offset : offset + BLOCK]
        if len(header) < BLOCK or not header.strip(b"\0"):
            return
        size = _number(header[124:136])
        if size is None or not _sums_up(header):
            raise _broken("the archive is damaged: a header's checksum or size is wrong")
        kind, start = header[156:157], offset + BLOCK
        offset = start + (size + BLOCK - 1) // BLOCK * BLOCK
        if kind in (LONG_NAME, EXTENDED):
            longer = _longer(kind, data[start : start + min(size, limits.ARCHIVE_NAME)]) or longer
            continue
        name, longer = longer or _name(header), ""
        if _leads_out(name):
            what = f"the archive's member {name[:100]!r} would be unpacked outside of its folder"
            raise LeadsOut(Problem("VM903", what, Span(1, 1, 1, 2)))
        yield Member(name, kind, start, size)


def _number(field: bytes) -> int | None:
    """Read a number of a header: octal digits, or bytes after a mark where it is too large for those."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b"\0 ")
    return int(digits or b"0", 8) if re.fullmatch(rb"[0-7]*", digits) else None


def _sums_up(header: bytes) -> bool:
    stated = _number(header[148:156])
    return stated == sum(header[:148]) + sum(header[156:]) + 8 * ord(" ")


def _name(header: bytes) -> str:
    name, before = header[:100].split(b"\0")[0], header[345:500].split(b"\0")[0]
    posix = header[257:263] == b"ustar\0"
    return (before + b"/" + name if before and posix else name).decode("utf-8", "replace")


def _longer(kind: bytes, data: bytes) -> str:
    """Return the name that an extra member before the real one gives it."""
    if kind == LONG_NAME:
        return data.split(b"\0")[0].decode("utf-8", "replace")
    path = _PAX_PATH.search(data)
    return path[1].decode("utf-8", "replace") if path else ""


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name) is not None
