"""The files of another revision, each found by the name that it has now."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.door import read_bytes
from vmlint.reading.file import File
from vmlint.run.files import folder_of, inside_project

if TYPE_CHECKING:
    from vmlint.project.revision import Revision


class FilesThen:
    """The files of a revision. One that was renamed since is found by its bytes, where only one has them."""

    def __init__(self, revision: Revision, there: Path) -> None:
        """``there`` is the folder of the revision that stands for the current one."""
        self.revision = revision.name
        self._files = revision
        self._there = there
        self._known: dict[str, File | None] = {}

    def file(self, name: str) -> File | None:
        """Return a file of the present revision as it was there; ``None`` where it was not."""
        if name not in self._known:
            self._known[name] = self._file(name)
        return self._known[name]

    def refer(self, name: str, reference: str) -> File:
        """Return the file of the revision to which one of its files refers, by its name in the work tree.

        Raises ``OSError``, or ``ValueError`` with a sentence.
        """
        moved = os.path.relpath(self._files.here(folder_of(name)) or folder_of(name), self._there)
        target = inside_project(os.path.join(self._there, moved, "-"), reference)  # noqa: PTH118
        then = self._files.read(target)
        if then is None:
            raise ValueError(f"{self.revision} has no such file")
        return File(os.path.relpath(target, self._there), then)

    def _file(self, name: str) -> File | None:
        folder, base = os.path.split(name)
        place = self._files.here(folder or os.curdir)
        if place is None:
            return None
        data = self._files.read(place / base)
        if data is None:
            try:
                data = self._files.renamed(read_bytes(name))
            except OSError:
                return None
        return None if data is None else File(name, data)
