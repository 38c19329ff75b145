"""Telling whether files changed, without reading them: by name, size and time, as Python decides to compile anew."""

from __future__ import annotations

import os
from collections.abc import Iterable

from vmlint.run.entry import digest


def stamps(place: str) -> list[str]:
    """Return name, size and time of a file, or of every file below a folder; nothing where there is none."""
    found = []
    folders = [place]
    while folders:
        try:
            entries = os.scandir(folders.pop())
        except NotADirectoryError:
            return [_stamp(place, os.stat(place))]  # noqa: PTH116
        except OSError:
            continue
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                try:
                    found.append(_stamp(entry.path, entry.stat()))  # of what a link leads to
                except OSError:
                    found.append(entry.path)  # a link that leads nowhere
            elif entry.name != "__pycache__":
                folders.append(entry.path)
    return sorted(found)


def _stamp(path: str, about: os.stat_result) -> str:
    return f"{path} {about.st_size} {about.st_mtime_ns}"


def stamp(places: Iterable[str]) -> str:
    """Return one digest of all files at some places."""
    return digest(*(each.encode("utf-8", "surrogateescape") for place in places for each in stamps(place)))


def database() -> str:
    """Return a digest of libosinfo's database, which has about a thousand files."""
    from vmlint.catalog.osinfo import standard_folders

    return stamp(map(str, standard_folders()))
