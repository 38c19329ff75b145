"""The settings of each file as another revision has them, so that a change cannot loosen what it is judged by."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.run.by_file import ByFile

if TYPE_CHECKING:
    from vmlint.project.revision import Revision
    from vmlint.project.setting import Config
    from vmlint.run.grants import Grants
    from vmlint.run.settings import Settings


class AtRevision(ByFile):
    """The settings of each file, found in the revision's folder.

    That folder has the same files at the same places, so they are looked for from the folder in it which stands for the
    current one. Every name in a message is then what it is in the work tree.
    """

    revision: Revision
    grants: Grants | None = None
    """The waivers that count, beside those of the settings; ``None`` for all."""

    def __call__(self, name: str) -> Settings:
        """Return what holds for a file. Raises ``ConfigError``."""
        with inside(self.revision):
            return super().__call__(self._there(name))

    @property
    def here(self) -> Settings:
        """What holds in the current folder. Raises ``ConfigError``."""
        with inside(self.revision):
            return super().here

    def left_out(self, folder: str, name: str, *, is_folder: bool) -> str:
        """Return where the settings say that an entry of a folder is not linted; empty where it is."""
        with inside(self.revision):
            return super().left_out(self._there(folder), name, is_folder=is_folder)

    def ignores(self, folder: Path) -> Path:
        """Return the ``.gitignore`` of a folder that counts: the revision's."""
        return (self.revision.here(folder) or folder) / ".gitignore"

    def _there(self, name: str) -> str:
        place = self.revision.here(name) if os.path.isabs(name) else None  # noqa: PTH117 - called for each file
        return str(place) if place else name

    def _settings(self, held: Config) -> Settings:
        return super()._settings(held)._replace(grants=self.grants)


@contextmanager
def inside(revision: Revision) -> Iterator[None]:
    """Work in the folder of a revision that stands for the current one. It holds nothing that could be imported."""
    place = revision.here(Path.cwd())
    assert place is not None  # noqa: S101 - the repository is the one around the current folder
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with chdir(place):
        yield
