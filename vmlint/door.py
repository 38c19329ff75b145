"""The one careful door through which files are read that may be a stranger's.

What is opened is a regular file, or a pipe where one is taken. Opening never waits, what was opened is looked at again,
and no more is read than the caller bounds.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from vmlint import limits

_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_AT_ONCE = getattr(os, "O_NONBLOCK", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_BUFFER = 64 * 1024
"""Bytes to ask a pipe for."""
_STANDARD_INPUT = "/dev/stdin"
_OF_A_SHELL = ("/dev/", "/proc/")
"""Where a shell puts the pipe of a command, ``<(...)``."""


class LinkError(OSError):
    """It is a link, and links are not followed here."""


def read_bytes(path: str | Path, *, pipes: bool = False, links: bool = True, most: int = limits.FILE_BYTES) -> bytes:
    """Read a file: ``most`` bytes and one more at most. Raises ``OSError`` with a reason.

    ``pipes``: take a pipe too where a shell makes one; into any other, nobody may ever write. Without ``links``, one is
    no file: :class:`LinkError` is raised.
    """
    if not links and not _NO_LINK and os.path.islink(path):  # noqa: PTH114 - here and below: for each file of a run
        raise LinkError(errno.ELOOP, "it is a link")
    mode = os.stat(path).st_mode  # noqa: PTH116
    pipe = pipes and _is_pipe(path, mode)
    if not stat.S_ISREG(mode) and not pipe:
        raise _no_file(path, mode)  # a device could be endless
    # What became something else meanwhile must not hold up its opening; a pipe waits for who writes into it.
    how = os.O_RDONLY | _BINARY | (0 if pipe else _AT_ONCE) | (0 if links else _NO_LINK)
    try:
        descriptor = os.open(path, how)
    except OSError as error:
        if not links and error.errno in (errno.ELOOP, errno.EMLINK, getattr(errno, "EFTYPE", errno.ELOOP)):
            raise LinkError(errno.ELOOP, "it is a link") from None
        raise
    try:
        about = os.fstat(descriptor)
        if stat.S_ISREG(about.st_mode):
            return _read(descriptor, about.st_size + 1, most)
        if not pipe:
            raise _no_file(path, about.st_mode)
        return _read(descriptor, _BUFFER, most)
    finally:
        os.close(descriptor)


def _is_pipe(path: str | Path, mode: int) -> bool:
    return str(path) == _STANDARD_INPUT or (stat.S_ISFIFO(mode) and str(path).startswith(_OF_A_SHELL))


def _no_file(path: str | Path, mode: int) -> OSError:
    if stat.S_ISDIR(mode):
        try:
            os.listdir(path)
        except OSError as error:
            return error
    return OSError(0, "it is not a regular file")


def _read(descriptor: int, size: int, most: int) -> bytes:
    """Read to the end, ``size`` bytes at once, or to one byte over the bound."""
    left = most + 1
    data = os.read(descriptor, min(left, size))
    if 0 < len(data) + 1 == size:
        return data  # a whole file, which ends where it says
    parts = [data]
    while parts[-1] and (left := left - len(parts[-1])) > 0:
        parts.append(os.read(descriptor, min(left, _BUFFER)))
    return b"".join(parts)
