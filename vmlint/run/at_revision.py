"""The settings of each file as another revision has them, so that a change cannot loosen what it is judged by."""

from __future__ import annotations

import functools
import os
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.run.by_file import ByFile
from vmlint.run.files_then import FilesThen

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import date

    from vmlint.extend.plugins import Installed
    from vmlint.project.lookup import Lookup
    from vmlint.project.revision import Revision
    from vmlint.project.setting import Config
    from vmlint.run.grants import Grants
    from vmlint.run.settings import Settings


class AtRevision(ByFile):
    """The settings of each file, found in the folder of a revision.

    That folder has the same files at the same places, so they are looked for from ``there``, the folder in it that
    stands for the current one. Every name in a message is then what it is in the work tree. It holds nothing that could
    be imported. ``grants`` are the waivers of files that count.
    """

    of_revision = True

    def __init__(
        self,
        installed: Installed,
        lookup: Lookup,
        today: date,
        *,
        waive: bool,
        revision: Revision,
        there: Path,
        grants: Grants,
    ) -> None:
        super().__init__(installed, lookup, today, waive=waive)
        self._revision = revision
        self._there = there
        self._grants = grants
        self._earlier = FilesThen(revision, there)
        self._folder = functools.cache(self._folder_of)

    def __call__(self, name: str) -> Settings:
        """Return what holds for a file. Raises ``ConfigError``."""
        held = self.config(name)
        with self.inside():
            return self.of(held)

    def config(self, name: str) -> Config:
        """Return what the revision's settings say for a file. Raises ``ConfigError``."""
        folder, base = os.path.split(name)
        moved = os.path.join(self._folder(folder), base)  # noqa: PTH118 - for each file
        with self.inside():
            return super().config(moved)

    @property
    def here(self) -> Settings:
        """What holds in the current folder. Raises ``ConfigError``."""
        with self.inside():
            return super().here

    @property
    def renamed(self) -> dict[str, str]:
        """The files whose waivers count since they had them under another name, each with that name."""
        return {new: old for new, old in self._grants.renames.items() if old in self._grants.files}

    def moved(self, folder: str) -> str:
        """Return the folder that stands for one of the run."""
        return self._folder(folder)

    def inside(self) -> AbstractContextManager[None]:
        """Work in the revision's folder meanwhile."""
        return chdir(self._there)

    def ignores(self, folder: Path) -> Path:
        """Return the ``.gitignore`` of a folder that counts: the revision's."""
        return Path(self._folder(str(folder)), ".gitignore")

    def left_out(self, folder: str, name: str, *, is_folder: bool) -> str:
        """Return where the settings say that an entry of a folder is not linted; empty where it is."""
        if unknown := self.untracked(folder, name, is_folder=is_folder):
            return unknown
        moved = self._folder(folder)
        with self.inside():
            return self.lookup.left_out(moved, name, is_folder=is_folder)

    def _folder_of(self, folder: str) -> str:
        """Return where a folder of the work tree is in the revision; as it is where it is not in the repository."""
        return str(self._revision.here(folder or os.curdir) or folder)

    def _settings(self, held: Config) -> Settings:
        made = super()._settings(held)
        context = made.context._replace(earlier=(*made.context.earlier, self._earlier))
        return made._replace(grants=self._grants, context=context)
