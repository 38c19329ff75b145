"""Writing a file that was mended: as a whole or not at all, and only over what was read."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from vmlint.project.root import project_root


def write(name: str, before: bytes, after: bytes) -> None:
    """Replace the content of a file by way of a new one beside it, which gets the mode and the owner of the old one.

    Raises ``OSError`` with a sentence: for what cannot be written, for a link that leads out of the project, for a file
    that has other names or is read-only, and where it no longer holds what was read.
    """
    target = _target(name)
    about = target.lstat()
    if not stat.S_ISREG(about.st_mode):
        raise OSError(0, "it is not a regular file")
    if not about.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(target, os.W_OK):
        raise OSError(0, "it is read-only")
    if about.st_nlink > 1:
        raise OSError(0, "it has other names (hard links), which would keep the old content")
    descriptor, beside = tempfile.mkstemp(prefix=f".{target.name[:100]}.", suffix=".tmp", dir=target.parent)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - it is open already
            file.write(after)
            _keep_owner(file.fileno(), about)
            file.flush()
            os.fsync(file.fileno())
        if target.read_bytes() != before:
            raise OSError(0, "it was changed meanwhile")
        os.replace(beside, target)  # noqa: PTH105 - both are names
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)  # noqa: PTH108
        raise
    _sync_folder(target.parent)


def _target(name: str) -> Path:
    """Return what is to be written: the file itself, or the one inside the project to which a link leads."""
    target = Path(os.path.realpath(name))
    if os.path.islink(name) and not target.is_relative_to(project_root(Path(name).parent.resolve())):  # noqa: PTH114
        raise OSError(0, "it is a link that leads out of the project")
    return target


def _keep_owner(descriptor: int, about: os.stat_result) -> None:
    if os.name == "nt":
        return
    own = os.fstat(descriptor)
    if (own.st_uid, own.st_gid) != (about.st_uid, about.st_gid):
        with suppress(OSError):  # only some users may give a file away
            os.fchown(descriptor, about.st_uid, about.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(about.st_mode))


def _sync_folder(folder: Path) -> None:
    """Make sure that the new name survives a failure of the power, where the system can do that."""
    if os.name == "nt":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
