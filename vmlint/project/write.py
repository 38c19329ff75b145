"""Writing a file as a whole: a reader sees the old file or the new one, and never a part."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path


def write_whole(file: str | Path, parts: Iterable[bytes], just_before: Callable[[], None] | None = None) -> None:
    """Replace a file at once, or make it, by way of a new one beside it. Raises ``OSError``.

    Mode and owner stay. A link stays a link, and what it leads to is replaced. ``just_before`` is called when all is
    written and nothing is replaced yet; what it raises leaves the file as it is.
    """
    target = Path(os.path.realpath(file))
    about = _old(target)
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", suffix=".tmp", dir=target.parent)
    new = Path(name)
    try:
        with open(descriptor, "wb") as stream:  # noqa: PTH123 - it is open already
            for part in parts:
                stream.write(part)
            stream.flush()
            os.fsync(stream.fileno())
        if about is not None:
            _keep_owner(new, about)
        new.chmod(stat.S_IMODE(about.st_mode) if about is not None else 0o666 & ~_umask())
        if just_before is not None:
            just_before()
        new.replace(target)
    except BaseException:
        with suppress(OSError):
            new.unlink()
        raise
    _sync(target.parent)


def _old(target: Path) -> os.stat_result | None:
    """Return what is known of a file, ``None`` for a new one. Raises ``OSError`` where it must not be replaced."""
    try:
        about = target.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(about.st_mode):
        raise OSError(0, "it is not a regular file")
    if not about.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(target, os.W_OK):
        raise OSError(0, "it is read-only")
    return about


def _keep_owner(new: Path, about: os.stat_result) -> None:
    if os.name != "nt" and (about.st_uid, about.st_gid) != (os.geteuid(), os.getegid()):
        with suppress(OSError):  # only some users may give a file away
            os.chown(new, about.st_uid, about.st_gid)


def _umask() -> int:
    """Return the permissions that new files do not get. The system tells it only when it is set."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _sync(folder: Path) -> None:
    """Make sure that the new name survives a failure of the power, where the system can do that."""
    if os.name == "nt":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
