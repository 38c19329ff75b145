"""Links that lead out of a project: a stranger who adds one must not make vmlint read, or show, what lies there."""

from __future__ import annotations

import os
from pathlib import Path

from vmlint.project.root import marked_root, whole_root


def way_out(path: str) -> Path | None:
    """Return the folder that a path leaves by a link on its way; ``None`` where it leaves none.

    A link of a project has to stay in that project, and one below the current folder in that folder. What lies outside
    of both, such as ``/tmp`` on some systems, is the machine's own.
    """
    here = Path(os.path.realpath(os.curdir))
    real = str(here)
    for step in _steps(path):
        link = os.path.join(real, step)  # noqa: PTH118 - ".." is taken as the system does
        if not os.path.islink(link):  # noqa: PTH114
            real = os.path.normpath(link)
            continue
        target = os.path.realpath(link)
        root = _root(Path(real), here)
        if root is not None and not Path(target).is_relative_to(root):
            return root
        real = target
    return None


class WaysOut:
    """The same for the folders of many files, each of which is looked at once."""

    def __init__(self) -> None:
        self._known: dict[str, Path | None] = {"": None}

    def of_folder(self, path: str) -> Path | None:
        """Return the folder that the path of another one leaves by a link on its way."""
        way = []
        here = path
        while here not in self._known:
            around, name = os.path.split(here)
            if name in ("", os.curdir, os.pardir):
                self._known[here] = way_out(here)
                break
            way.append(here)
            here = around
        for each in reversed(way):
            left = self._known[os.path.dirname(each)]  # noqa: PTH120
            is_link = left is None and os.path.islink(each)  # noqa: PTH114
            self._known[each] = way_out(each) if is_link else left
        return self._known[path]


def _steps(path: str) -> list[str]:
    drive, rest = os.path.splitdrive(path)
    first = [drive + os.sep] if rest.startswith((os.sep, "/")) else [drive] if drive else []
    steps = rest.replace("/", os.sep).split(os.sep)  # noqa: PTH206 - ".." must stay
    return [*first, *(step for step in steps if step not in ("", os.curdir))]


def _root(folder: Path, here: Path) -> Path | None:
    """Return the folder in which a link of a folder has to stay; ``None`` where it may lead anywhere."""
    root = whole_root(folder)
    if root != folder or marked_root(folder) is not None:
        return root
    return here if folder.is_relative_to(here) else None
