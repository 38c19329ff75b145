"""The baselines of a run, each read once.

A repository of several projects has several: each linted file belongs to one of them, wherever vmlint is run.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from vmlint.project.baseline_file import Place, missing, place_for, read
from vmlint.project.root import project_of

if TYPE_CHECKING:
    from pathlib import Path

    from vmlint.project.baseline import Entry
    from vmlint.run.accept import Known
    from vmlint.run.by_file import ByFile
    from vmlint.run.result import Result


class Baselines:
    """The baseline of each file, read when the first file asks for it. Raises ``ConfigError`` for faults of one.

    ``paths`` are the files and folders that are named. ``option`` names one baseline for all files. ``rules`` and
    ``mends`` are those of :func:`vmlint.project.baseline_file.read`.
    """

    def __init__(
        self,
        settings: ByFile,
        paths: Sequence[str] = (),
        option: str | None = None,
        *,
        rules: Mapping[str, str] = MappingProxyType({}),
        mends: bool = False,
    ) -> None:
        self._settings = settings
        self._paths = paths
        self._option = option
        self._rules = rules
        self._mends = mends
        self._places: dict[str, Place] = {}
        self._roots: dict[Path, Path] = {}
        """By the files of baselines: the projects in the work tree, also where another revision has the baseline."""
        self._entries: dict[Path, tuple[Entry, ...] | None] = {}
        self._known: dict[Path, Known | None] = {}

    @functools.cached_property
    def named(self) -> list[Place]:
        """The places of the baselines of the files and folders that are named; those of the current folder if none."""
        folders = [path if os.path.isdir(path) else _folder(path) for path in self._paths]  # noqa: PTH112
        return [self._in(folder) for folder in folders or [""]]

    def of(self, file: str) -> Place:
        """Return the place of the baseline of a file."""
        return self.named[0] if self._option else self._in(_folder(file))

    def places(self, files: Iterable[str]) -> list[Place]:
        """Return the places of the baselines of what is named, and of some files."""
        return list(dict.fromkeys([*([self.named[0]] if self._option else self.named), *map(self.of, files)]))

    def known(self, place: Place) -> Known | None:
        """Return what a baseline accepts in the run; ``None`` where there is none and need not be."""
        if place.file not in self._known:
            self._known[place.file] = self.anew(place)
        return self._known[place.file]

    def anew(self, place: Place) -> Known | None:
        """Return the same before any finding was accepted."""
        if place.file not in self._entries:
            with self._settings.inside():
                self._entries[place.file] = read(place, self._rules, mends=self._mends)
        entries = self._entries[place.file]
        if entries is None:
            if place.named:
                raise missing(place)
            return None
        from vmlint.run.accept import Known, Names

        return Known(entries, "baseline", Names(), self._roots[place.file], rules=self._rules)

    @property
    def every(self) -> list[Known]:
        """What the baselines that were read accept."""
        return [known for known in self._known.values() if known is not None]

    def stage(self, results: Iterable[Result]) -> Iterator[Result]:
        """Accept the findings of each file that its baseline lists. A stage of a run."""
        for result in results:
            known = self.known(self.of(result.file))
            yield known.judged(result) if known is not None else result

    def _in(self, folder: str) -> Place:
        """Return the place of the baseline of the files in a folder."""
        if folder not in self._places:
            moved = self._settings.moved(folder)
            with self._settings.inside():
                setting = self._settings.lookup.folder(moved).one("baseline")
                place = place_for(moved, setting, self._option)
            self._roots.setdefault(place.file, project_of(folder))
            self._places[folder] = place
        return self._places[folder]


def _folder(file: str) -> str:
    """Return the folder in which a file lies: for a link, that of the file it leads to."""
    return os.path.dirname(os.path.realpath(file) if os.path.islink(file) else file)  # noqa: PTH114, PTH120
