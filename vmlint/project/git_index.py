"""The names in a git index: which files a repository tracks, read without git, which a container may lack or refuse.

The format is that of git's ``Documentation/gitformat-index.txt``, versions 2 to 4, with object names of 20 or 32 bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_HEAD = struct.Struct(">4sLL")
_FLAGS = struct.Struct(">H")
_STAT_BYTES = 40
_EXTENDED = 0x4000
_OBJECT_NAMES = (20, 32)
_IN_TWO_FILES = b"link"
"""The extension of an index of which most names are in another file."""


class IndexUnknownError(Exception):
    """An index that is none, is broken, or is of a kind that is not read here; the text says which."""


def names(index: bytes) -> list[bytes]:
    """Return the names of the tracked files, from the root of the repository. Raises :class:`IndexUnknownError`."""
    if len(index) < _HEAD.size:
        raise IndexUnknownError("the index is cut off")
    magic, version, count = _HEAD.unpack_from(index)
    if magic != b"DIRC" or version not in (2, 3, 4):
        raise IndexUnknownError("the index is of an unknown kind")
    for size in _OBJECT_NAMES:
        try:
            found, end = _entries(index, version, count, size)
            extensions = [*_extensions(index, end, size)]
        except (struct.error, ValueError, IndexError):
            continue  # the object names are longer, or it is broken
        if _IN_TWO_FILES in extensions:
            raise IndexUnknownError("the index is split into two files")
        return found
    raise IndexUnknownError("the index is broken")


def _entries(index: bytes, version: int, count: int, object_name: int) -> tuple[list[bytes], int]:
    """Return the names and where the entries end. Raises ``ValueError``, ``IndexError`` or ``struct.error``."""
    found: list[bytes] = []
    start, name = _HEAD.size, b""
    for _ in range(count):
        at = start + _STAT_BYTES + object_name
        (flags,) = _FLAGS.unpack_from(index, at)
        at += 4 if flags & _EXTENDED and version > 2 else 2
        if version == 4:
            left_out, at = _number(index, at)
            end = index.index(b"\0", at)
            name = name[: len(name) - left_out] + index[at:end]
            start = end + 1
        else:
            end = index.index(b"\0", at)
            name = index[at:end]
            start += (end - start) // 8 * 8 + 8
        length = flags & 0xFFF
        if not name or (length < 0xFFF and length != len(name)):
            raise ValueError("no name is there")
        found.append(name)
    return found, start


def _number(index: bytes, at: int) -> tuple[int, int]:
    """Return a number that is written in seven bits of each byte, and where it ends."""
    octet = index[at]
    value = octet & 0x7F
    while octet & 0x80:
        at += 1
        octet = index[at]
        value = ((value + 1) << 7) | (octet & 0x7F)
    return value, at + 1


def _extensions(index: bytes, at: int, object_name: int) -> Iterator[bytes]:
    """Yield the names of what follows the entries, up to the checksum. Raises ``ValueError`` or ``struct.error``."""
    while at < len(index) - object_name:
        name, size = struct.unpack_from(">4sL", index, at)
        yield name
        at += 8 + size
    if at != len(index) - object_name:
        raise ValueError("it ends elsewhere")
