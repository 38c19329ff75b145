"""Writing a file as a whole: a reader sees the old file or the new one, and never a part."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path


def write_whole(file: Path, data: bytes) -> None:
    """Replace a file at once, or make it; what may be done with it stays. Raises ``OSError``.

    A link stays a link, and what it leads to is replaced.
    """
    target = Path(os.path.realpath(file))
    mode = _mode(target)
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _mode(target: Path) -> int:
    """Return what may be done with a file, or with a new one. Raises ``OSError`` where it must not be replaced."""
    try:
        about = target.stat()
    except FileNotFoundError:
        return 0o666 & ~_umask()
    if not stat.S_ISREG(about.st_mode):
        raise OSError(0, "it is not a regular file")
    if not os.access(target, os.W_OK):
        raise PermissionError(0, "it is write-protected")
    return stat.S_IMODE(about.st_mode)


def _umask() -> int:
    """Return the permissions that new files do not get. The system tells it only when it is set."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
