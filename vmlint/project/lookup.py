"""Which settings hold for a file: those of the nearest settings file in its folder or above, up to the project's root.

What was found for a folder is kept, so a run over many files reads each settings file once.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.project.places import RealPaths
from vmlint.project.root import OWN, SHARED, as_written, project_root, whole_root
from vmlint.project.setting import Config, ConfigError, Setting, where
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vmlint.lint.rule import Rule
    from vmlint.project.layers import Covers, Layer
    from vmlint.project.source import Read, Source

NOTHING = Config()


class _Found(NamedTuple):
    """What a settings file says, with all that it extends."""

    file: str
    layers: tuple[Layer, ...]


class _Folder(NamedTuple):
    """What holds in a folder."""

    path: str
    plain: Config
    """What holds for its files where no layer is about some of them only."""
    layers: tuple[Layer, ...]
    """All layers, where some are about some files only; else none."""
    left_out: str
    """Where the pattern stands that leaves the folder out; empty where none does."""
    exclusions: tuple[tuple[Covers, Setting], ...] = ()
    """The patterns of what its settings leave out, the last one first."""


class Lookup:
    """Finds the settings of files, in which ``rules`` are named.

    ``over`` are layers that lie over every settings file: of the environment and of the command line. ``named`` is a
    settings file for all files, in place of those that would be found. ``isolated`` looks for none.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        *,
        over: Sequence[Layer] = (),
        named: Path | None = None,
        isolated: bool = False,
        read: Read | None = None,
    ) -> None:
        self._rules = rules
        self._over = tuple(over)
        self._read = read
        self._folders: dict[str, _Folder] = {}
        """By their real paths."""
        self._places = RealPaths()
        self._shown: dict[str, _Folder] = {}
        """By the names that the user has for them."""
        self._held: dict[tuple[Layer, ...], Config] = {}
        self._chosen: set[Layer] = set()
        self._alone = isolated
        self._named = None if named is None else self._of_named(named)

    def config(self, name: str) -> Config:
        """Return what holds for a file. Raises :class:`~vmlint.project.source.ConfigError`."""
        if os.path.islink(name):  # noqa: PTH114 - a link belongs to where its file lies
            name = os.path.realpath(name)
        above, base = os.path.split(name)
        folder = self._in(above)
        if not folder.layers:
            return folder.plain
        path = os.path.join(folder.path, base)  # noqa: PTH118
        chosen = tuple(each for each in folder.layers if each.covers is None or path in each.covers)
        self._chosen.update(chosen)
        if chosen not in self._held:
            self._held[chosen] = _config(folder.plain.file, chosen)
        return self._held[chosen]

    def idle(self) -> Iterator[Setting]:
        """Yield a setting of each layer that is about some files, and about none of those that were asked for."""
        for folder in {id(each.layers): each for each in self._folders.values()}.values():
            for layer in folder.layers:
                if layer.covers is not None and layer.settings and layer not in self._chosen:
                    self._chosen.add(layer)
                    yield layer.settings[0]

    def folder(self, name: str = "") -> Config:
        """Return what holds in a folder, the current one by default, whatever the name of a file."""
        return self._in(name).plain

    def says(self, key: str) -> bool:
        """Whether any settings that were found so far set a key."""
        return any(each.plain.one(key) for each in self._folders.values())

    def left_out(self, folder: str, name: str, *, is_folder: bool) -> str:
        """Return where the pattern stands that leaves out an entry of a folder; empty where none does.

        Without a name it is about the folder itself.
        """
        held = self._in(folder)
        return held.left_out or (_excluded(held, name, is_folder=is_folder) if name and held.exclusions else "")

    def _in(self, shown: str) -> _Folder:
        if shown not in self._shown:
            self._shown[shown] = self._folder(self._places.folder(shown))
        return self._shown[shown]

    def _folder(self, path: str) -> _Folder:
        """Return what holds in a folder by its real path: what it says itself, or else what holds in the one above."""
        way = []
        while path not in self._folders:
            way.append(path)
            above = os.path.dirname(path)  # noqa: PTH120
            if above == path or self._named or self._alone or os.path.lexists(os.path.join(path, ".git")):  # noqa: PTH118
                self._folders[path] = self._made(path, None)
                break
            path = above
        for each in reversed(way):
            if each not in self._folders:
                self._folders[each] = self._made(each, self._folders[os.path.dirname(each)])  # noqa: PTH120
        return self._folders[way[0] if way else path]

    def _made(self, path: str, above: _Folder | None) -> _Folder:
        found = self._named or (None if self._alone else self._own(path))
        left_out = ""
        if above is not None:
            base = os.path.basename(path)  # noqa: PTH119
            left_out = above.left_out or (_excluded(above, base, is_folder=True) if above.exclusions else "")
            if found is None:
                return above._replace(path=path, left_out=left_out)
        if found is None and not self._over:
            return _Folder(path, NOTHING, (), left_out)
        layers = (*(found.layers if found else ()), *self._over)
        everywhere = tuple(each for each in layers if each.covers is None)
        plain = _config(found.file if found else "", everywhere)
        return _Folder(
            path, plain, () if len(everywhere) == len(layers) else layers, left_out, tuple(_exclusions(plain))
        )

    def _own(self, folder: str) -> _Found | None:
        """Return what the settings file of a folder says; ``None`` where it has none."""
        own = Path(folder, OWN)
        data = self._bytes(own)
        if data is not None:
            return self._found(_source(own, data), own.parent)
        shared = own.with_name(SHARED)
        data = self._bytes(shared) if self._read is not None or os.path.isfile(shared) else None  # noqa: PTH113 - no says one that may not be looked at
        if data is None:
            return None
        if b"vmlint" not in data and b"tool.vm" not in data:
            return None
        source = _source(shared, data)
        source.refuse_misspelt()
        return self._found(source, own.parent) if source.table is not None else None

    def _bytes(self, file: Path) -> bytes | None:
        """Return the bytes of a settings file; ``None`` where there is none."""
        if self._read is not None:
            return self._read(file)
        if not os.path.lexists(file):
            return None
        from vmlint.project.source import read_here  # imported only where there is a settings file

        return read_here(file)

    def _of_named(self, file: Path) -> _Found:
        data = self._bytes(file)
        if data is None:
            raise ConfigError(f"{file}: there is no such file")
        source = _source(file.absolute(), data)
        if source.table is None:
            raise ConfigError(f"{file}: it has no [tool.vmlint]")
        return self._found(source, Path.cwd())

    def _found(self, source: Source, base: Path) -> _Found:
        folder = source.path.parent.resolve()
        from vmlint.project.rule_words import RuleWords

        words = RuleWords(self._rules)
        if "extends" in (source.table or ()):
            from vmlint.project.extends import Chain

            chain = Chain(words, self._bytes, base.resolve())
            return _Found(source.shown, tuple(chain.layers(source, whole_root(folder))))
        from vmlint.project.check import layers
        from vmlint.project.layers import base_of
        from vmlint.project.values import About

        about = About(words, base_of(folder, base.resolve()), whole_root(folder))
        return _Found(source.shown, tuple(layers(source, about)))


def _source(file: Path, data: bytes) -> Source:
    """Return what a settings file holds. Of one that a link brings in from elsewhere, not even its faults are told."""
    from vmlint.project.source import Source

    root = project_root(file.parent.resolve())
    if not file.resolve().is_relative_to(root):
        raise ConfigError(f"{as_written(file)}: it is a link that leads out of the project ({root.name}/)")
    return Source(file, as_written(file), data)


def _config(file: str, layers: Sequence[Layer]) -> Config:
    from vmlint.project.layers import laid

    return Config(file, laid(layers)) if layers else NOTHING


def _exclusions(held: Config) -> Iterator[tuple[Covers, Setting]]:
    for setting in reversed(held.settings):
        if setting.key == "exclude":
            yield setting.value.covers, setting


def _excluded(held: _Folder, name: str, *, is_folder: bool) -> str:
    """Return where the pattern stands that leaves out an entry of a folder, of which no folder above is left out."""
    path = os.path.join(held.path, name)  # noqa: PTH118
    for covers, setting in held.exclusions:
        decides = covers.decides(path, is_folder=is_folder)
        if decides is not None:
            return where(setting.place) if decides else ""
    return ""
