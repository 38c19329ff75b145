"""The files that describe hosts: one, or those of a folder and of the folders in it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from vmlint import limits
from vmlint.door import read_bytes
from vmlint.reading.file import File, read_stdin

MACHINE = "<this machine>"
"""The name of what this machine says of itself."""
_BESIDE = (".", "readme", "license")
"""How the names of files begin that describe no host, in lower case."""


def host_files(path: Path, shown: str) -> tuple[File, ...]:
    """Return a file, or the files of a folder in the order of their names. ``-`` is standard input.

    Raises ``OSError``, or ``ValueError`` with a sentence.
    """
    if shown == "-":
        return (alone("<stdin>", read_stdin()),)
    if not path.is_dir():
        # A shell hands over what a command prints as a pipe here; of any other pipe, nobody may write into it.
        return (alone(shown, read_bytes(path, pipes=shown.startswith(("/dev/", "/proc/")))),)
    found: list[File] = []
    left = limits.HOST_FILES_BYTES
    for name in _names(path, ""):
        if len(found) == limits.HOST_FILES:
            raise ValueError(f"the folder holds more than {limits.HOST_FILES} files")
        file = File(os.path.join(shown, name), read_bytes(path / name))  # noqa: PTH118
        left -= len(file.data)
        if left < 0:
            raise ValueError(f"the files of the folder are larger than {limits.HOST_FILES_BYTES // 2**20} MiB together")
        found.append(file)
    if not found:
        raise ValueError("the folder holds no files that may describe a host")
    return tuple(found)


def alone(name: str, data: bytes) -> File:
    """Return a file that was named itself. What does not name its machine is a machine of its own there."""
    file = File(name, data)
    file.alone = True
    return file


def together(several: Iterable[tuple[File, ...]]) -> tuple[File, ...]:
    """Return the files of all that was named. Raises ``ValueError`` for one that is named twice, or for too many."""
    files = [file for each in several for file in each]
    twice = next((name for name, times in Counter(_place(file) for file in files).items() if times > 1), None)
    if twice is not None:
        raise ValueError(f"{next(file.name for file in files if _place(file) == twice)} is named twice")
    if len(files) > limits.HOST_FILES:
        raise ValueError(f"these are more than {limits.HOST_FILES} files")
    if sum(len(file.data) for file in files) > limits.HOST_FILES_BYTES:
        raise ValueError(f"these files are larger than {limits.HOST_FILES_BYTES // 2**20} MiB together")
    return tuple(files)


def _place(file: File) -> str:
    return file.name if file.name.startswith("<") else os.path.realpath(file.name)


def _names(folder: Path, inside: str, depth: int = 1) -> Iterator[str]:
    """Yield the names of the files below a folder. Links are not followed: they could lead out of it."""
    with os.scandir(folder / inside) as entries:
        listed = sorted(entries, key=lambda entry: entry.name)
    for entry in listed:
        if entry.name.lower().startswith(_BESIDE) or entry.is_symlink():
            continue
        name = os.path.join(inside, entry.name)  # noqa: PTH118
        if entry.is_file(follow_symlinks=False):
            yield name
        elif entry.is_dir(follow_symlinks=False):
            if depth == limits.HOST_DEPTH:
                raise ValueError(f"{name}: folders are nested deeper than {limits.HOST_DEPTH}")
            yield from _names(folder, name, depth + 1)
