"""The files of a machine below a folder: of the one that runs, or of a recorded one."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from vmlint import limits
from vmlint.record import NamedTuple

_CHUNK = 64 * 1024  # the kernel refuses to read megabytes of /proc/sys at once
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # a pipe in a recorded tree must not block the run


class Fact(NamedTuple):
    """One field of the document."""

    path: str
    """Below ``spec``."""
    value: str | bool | int | Sequence[str]
    origin: str


class Root(NamedTuple):
    """The folder below which files are read."""

    folder: Path

    def at(self, path: str) -> Path:
        """Return the path of a file below the root."""
        return self.folder / path.lstrip("/")

    def text(self, path: str) -> str | None:
        """Return the text of a regular file; ``None`` if it cannot be read completely."""
        data = self.data(path)
        return None if data is None else data.decode("utf-8", "replace")

    def data(self, path: str) -> bytes | None:
        """Return the bytes of a regular file; ``None`` if it cannot be read completely."""
        try:
            handle = os.open(self.at(path), os.O_RDONLY | _NO_WAIT)
            with os.fdopen(handle, "rb") as file:
                if not stat.S_ISREG(os.fstat(handle).st_mode):
                    return None
                data = b""
                while len(data) <= limits.HOST_BYTES and (chunk := file.read(_CHUNK)):
                    data += chunk
        except OSError:
            return None
        return None if len(data) > limits.HOST_BYTES else data

    def word(self, path: str) -> str | None:
        """Return the text of a file without surrounding white space."""
        text = self.text(path)
        return None if text is None else text.strip("\0 \t\r\n")

    def names(self, path: str) -> list[str] | None:
        """Return the names in a folder, sorted; ``None`` if it cannot be listed."""
        try:
            return sorted(os.listdir(self.at(path)))
        except OSError:
            return None

    def exists(self, path: str) -> bool:
        """Whether a path exists."""
        return os.path.lexists(self.at(path))

    def is_refused(self, path: str) -> bool:
        """Whether a file is there that only root may read."""
        return self.exists(path) and not os.access(self.at(path), os.R_OK)
