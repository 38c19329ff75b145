"""Reading the list of ``--files-from``: names of files, one a line, or each ended by NUL as ``git diff -z`` does."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from vmlint import limits
from vmlint.cli import UsageError
from vmlint.cli.say import say
from vmlint.door import read_bytes
from vmlint.inert import visible
from vmlint.report.screen import file_name, real_name
from vmlint.words import reason

STDIN = "-"


def read(name: str) -> list[str]:
    """Return the names in a list, ``-`` for that on standard input. They are files, and are taken as they stand.

    Raises :class:`~vmlint.cli.UsageError`, which names the line.
    """
    shown = "standard input" if name == STDIN else visible(name)
    try:
        data = _bytes(name)
    except OSError as error:
        raise UsageError(f"--files-from {shown}: cannot be read: {reason(error)}") from None
    if len(data) > limits.LIST_BYTES:
        raise UsageError(f"--files-from {shown}: it is larger than {limits.LIST_BYTES // 2**20} MiB")
    return [*_names(data, shown)]


def _bytes(name: str) -> bytes:
    if name == STDIN:
        return sys.stdin.buffer.read(limits.LIST_BYTES + 1)
    return read_bytes(name, pipes=True, most=limits.LIST_BYTES)


def _names(data: bytes, shown: str) -> Iterator[str]:
    ended_by_nul = b"\0" in data
    entries = data.split(b"\0") if ended_by_nul else _lines(data.removeprefix(b"\xef\xbb\xbf"))
    for number, entry in enumerate(entries, 1):
        if not entry:
            continue
        where = f"--files-from {shown}: {'entry' if ended_by_nul else 'line'} {number}"
        if len(entry) > limits.NAME_BYTES:
            raise UsageError(f"{where}: the name of a file is at most {limits.NAME_BYTES} bytes long")
        name = os.fsdecode(entry)
        if os.path.isdir(name):  # noqa: PTH112 - says no where it may not be looked at
            if own := _listed_by_git(name):
                say(f"skipped {real_name(name)}: {own}")
                continue
            raise UsageError(f"{where}: {file_name(name)} is a folder; list files, or name the folder as an argument")
        yield f"./{name}" if name == STDIN else name


def _lines(data: bytes) -> list[bytes]:
    """Return the lines of a list. Names can hold anything but a line feed; of Windows, each line ends with two."""
    lines = data.removesuffix(b"\n").split(b"\n")
    return [line.removesuffix(b"\r") for line in lines] if all(each.endswith(b"\r") for each in lines) else lines


def _listed_by_git(folder: str) -> str:
    """Return what a folder is that ``git ls-files`` lists like a file; empty for any other."""
    if Path(folder).is_symlink():
        return "a link to a folder, which is not followed"
    return "a repository of its own" if (Path(folder) / ".git").exists() else ""
