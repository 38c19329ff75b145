"""The files that describe hosts: one, or those of a folder and of the folders in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from vmlint import limits
from vmlint.reading.file import File, read_bytes, read_stdin

_BESIDE = (".", "readme", "license")
"""How the names of files begin that describe no host, in lower case."""


def host_files(path: Path, shown: str) -> tuple[File, ...]:
    """Return a file, or the files of a folder in the order of their names. ``-`` is standard input.

    Raises ``OSError``, or ``ValueError`` with a sentence.
    """
    if shown == "-":
        return (File("<stdin>", read_stdin()),)
    if not path.is_dir():
        return (File(shown, read_bytes(path)),)
    found: list[File] = []
    left = limits.HOST_FILES_BYTES
    for name in _names(path, ""):
        if len(found) == limits.HOST_FILES:
            raise ValueError(f"the folder holds more than {limits.HOST_FILES} files")
        file = File(os.path.join(shown, name), read_bytes(path / name, pipes=False))  # noqa: PTH118
        left -= len(file.data)
        if left < 0:
            raise ValueError(f"the files of the folder are larger than {limits.HOST_FILES_BYTES // 2**20} MiB together")
        found.append(file)
    if not found:
        raise ValueError("the folder holds no files that may describe a host")
    return tuple(found)


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
