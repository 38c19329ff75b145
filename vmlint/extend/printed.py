"""What a plugin prints: it goes to standard error, with its name, since machines read standard output."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO

from vmlint import limits
from vmlint.inert import visible

_ERRORS = 2
"""The number of standard error."""


class Printed:
    """The standard output of one plugin."""

    def __init__(self, owner: str) -> None:
        self._lines = _Lines(owner)
        self._stream = self._lines.stream()

    @contextmanager
    def apart(self, *, first: bool) -> Iterator[None]:
        """Keep what is printed meanwhile away from standard output.

        In the ``first`` thread, that holds for what is written past Python, too, as by other programs.
        """
        out, err = sys.stdout, sys.stderr
        if self._stream.closed:
            self._stream = self._lines.stream()
        self._lines.to, sys.stdout = err, self._stream
        kept = _without_output() if first else None
        try:
            yield
        finally:
            with suppress(ValueError, OSError):  # the plugin closed it
                self._stream.flush()
            self._lines.end()
            sys.stdout, sys.stderr = out, err
            if kept is not None:
                os.dup2(kept, 1)
                os.close(kept)


def _without_output() -> int | None:
    """Make standard output the same as standard error; return what it was, ``None`` where one of them is closed."""
    try:
        kept = os.dup(1)
    except OSError:
        return None
    try:
        os.dup2(_ERRORS, 1)
    except OSError:
        os.close(kept)
        return None
    return kept


class _Lines:
    """Bytes, of which each line becomes a remark."""

    to: TextIO

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._rest = b""
        self._shown = 0

    def stream(self) -> TextIO:
        """Return a text stream that writes here."""
        return io.TextIOWrapper(io.BufferedWriter(_Door(self)), "utf-8", "backslashreplace", newline="\n")

    def add(self, data: bytes) -> None:
        """Take some bytes."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines[: max(limits.PLUGIN_LINES + 1 - self._shown, 0)]:
            self._shown += 1
            shown = visible(line.decode("utf-8", "replace"))
            said = f"prints: {shown}" if self._shown <= limits.PLUGIN_LINES else "prints more; the rest is left out"
            with suppress(ValueError, OSError):
                self.to.write(f"vmlint: {self._owner} {said}\n")

    def end(self) -> None:
        """End the last line."""
        if self._rest:
            self.add(b"\n")


class _Door(io.RawIOBase):
    """The file behind the stream. Whoever closes it closes nothing else."""

    def __init__(self, lines: _Lines) -> None:
        self._lines = lines

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return _ERRORS

    def write(self, data: Any) -> int:
        self._lines.add(bytes(data))
        return len(data)
