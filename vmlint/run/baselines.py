"""Which baseline accepts the findings of a file: the one that the settings nearest to it name, or the project's.

A repository of several projects has several: each linted file belongs to one of them, wherever vmlint is run.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vmlint.project.root import BASELINE, as_written, git_root, project_root
from vmlint.project.setting import ConfigError, where

if TYPE_CHECKING:
    from vmlint.project.baseline import Entry
    from vmlint.project.setting import Located, Setting
    from vmlint.run.accept import Known, Names
    from vmlint.run.by_file import ByFile
    from vmlint.run.result import Result


class Place(NamedTuple):
    """Where a baseline is, or is to be."""

    file: Path
    shown: str
    named: bool
    """Whether an option or a setting names it; where not, there need not be one."""
    origin: str = ""
    """Where a setting names it, for messages: ``vmlint.toml:3:12: baseline: ``."""


class Baselines:
    """The baselines of a run, each read when the first file asks for it. Raises ``ConfigError`` for faults of one.

    ``option`` names one for all files; ``whole`` tells whether everything in the project is linted.
    """

    def __init__(self, settings: ByFile, option: str | None, *, whole: bool) -> None:
        self._settings = settings
        self._option = option
        self._whole = whole
        self._places: dict[Located | None, Place] = {}
        self._known: dict[Place, Known | None] = {}
        self._work = project_root(Path.cwd())
        with settings.inside():
            self._root = project_root(Path.cwd())
            self.here = self._place(settings.lookup.folder().one("baseline"))
        """The one of the current folder."""

    def of(self, file: str) -> Place:
        """Return the place of the baseline of a file."""
        return self.here if self._option else self._place(self._settings.config(file).one("baseline"))

    def places(self, files: Iterable[str]) -> list[Place]:
        """Return the places of the baselines of some files, and first that of the current folder, if all is linted."""
        first = [self.here] if self._option or self._whole else []
        return list(dict.fromkeys([*first, *map(self.of, files)]))

    def known(self, place: Place) -> Known | None:
        """Return what a baseline accepts; ``None`` where there is none and need not be."""
        if place not in self._known:
            with self._settings.inside():
                entries = read(place)
            if entries is None and place.named:
                raise missing(place)
            self._known[place] = None if entries is None else self._accepting(entries, place)
        return self._known[place]

    def names(self, place: Place) -> Names:
        """Return how the baseline at a place calls files: by their paths from the root of its repository."""
        from vmlint.run.accept import Names

        root = git_root(place.file.parent) or self._root
        return Names(self._work if root == self._root else root)

    def stage(self, results: Iterable[Result]) -> Iterator[Result]:
        """Accept the findings of each file that its baseline lists. A stage of a run."""
        for result in results:
            known = self.known(self.of(result.file))
            yield known.accepted(result) if known else result

    def mended(self) -> Iterator[Entry]:
        """Yield the entries of all baselines that were read which are known to be needed no more."""
        for known in filter(None, self._known.values()):
            yield from (each for each in known.left() if known.mended(each, whole=self._whole))

    def _accepting(self, entries: Iterable[Entry], place: Place) -> Known:
        from vmlint.run.accept import Known

        return Known(entries, "baseline", self.names(place))

    def _place(self, setting: Setting | None) -> Place:
        """Return the place that an option or a setting names, or else the one in the root of the project."""
        named = setting and setting.value
        if named not in self._places:
            with self._settings.inside():
                self._places[named] = self._found(setting)
        return self._places[named]

    def _found(self, setting: Setting | None) -> Place:
        file = Path(self._option) if self._option else setting.value.path if setting else self._root / BASELINE
        whole = Path(os.path.abspath(file))  # noqa: PTH100 - links are not followed
        origin = f"{where(setting.place)}: baseline: " if setting and not self._option else ""
        place = Place(whole, as_written(file), bool(self._option or setting), origin)
        root = git_root(whole.parent) or self._root
        if not self._option or whole.is_relative_to(root):
            refuse_outside(place, root)
        return place


def refuse_outside(place: Place, root: Path) -> None:
    """Raise ``ConfigError`` for a link that leads out of the project."""
    if not Path(os.path.realpath(place.file)).is_relative_to(root):
        raise ConfigError(f"{place.shown}: it is a link that leads out of the project ({root.name}/)")


def read(place: Place) -> tuple[Entry, ...] | None:
    """Return the entries of a baseline; ``None`` where there is none. Raises ``ConfigError``."""
    if not os.path.lexists(place.file):
        return None
    from vmlint.project import baseline  # imported only where there is one

    try:
        return baseline.read(place.file, place.shown)
    except FileNotFoundError:  # a link that leads nowhere
        return None
    except baseline.BaselineError as error:
        raise ConfigError(str(error)) from None


def missing(place: Place) -> ConfigError:
    """Return the error for a baseline that should be there."""
    return ConfigError(f"{place.origin}{place.shown}: there is no such file; `vmlint baseline write` writes a baseline")
