"""Real paths of many files: with one look for each, where those around it are known.

Asking the system for each anew takes time by the square of the depth, and folders can lie in each other very deep.
"""

from __future__ import annotations

import os


class RealPaths:
    """Finds real paths, and remembers those of folders. Never raises."""

    def __init__(self) -> None:
        self._folders: dict[str, str] = {}

    def __call__(self, path: str) -> str:
        """Return the absolute path of a file, existing or not, with links resolved."""
        folder, name = os.path.split(path)
        return _below(self.folder(folder), name) if _is_plain(name) else os.path.realpath(path)

    def folder(self, path: str) -> str:
        """Return the same of a folder, which is remembered."""
        way = []
        here = path
        while here not in self._folders:
            around, name = os.path.split(here)
            if not _is_plain(name):
                self._folders[here] = os.path.realpath(here or os.curdir)
                break
            way.append(here)
            here = around
        for each in reversed(way):
            around, name = os.path.split(each)
            self._folders[each] = _below(self._folders[around], name)
        return self._folders[path]


def _is_plain(name: str) -> bool:
    return name not in ("", os.curdir, os.pardir)


def _below(folder: str, name: str) -> str:
    place = os.path.join(folder, name)  # noqa: PTH118 - here and below: for each file
    return os.path.realpath(place) if os.path.islink(place) else place  # noqa: PTH114
