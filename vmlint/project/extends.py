"""What a settings file extends: other files of the project, and packs in installed packages.

Nothing is imported, run or downloaded: a package is found, and its file is read.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.project.check import layers
from vmlint.project.layers import base_of
from vmlint.project.root import as_written
from vmlint.project.setting import ConfigError, Setting, where
from vmlint.project.source import Source
from vmlint.project.values import About
from vmlint.words import did_you_mean, nearest

if TYPE_CHECKING:
    from vmlint.project.layers import Layer
    from vmlint.project.rule_words import RuleWords
    from vmlint.project.source import Read

PACK = "package:"
"""How a reference to a file in an installed package begins."""


class Chain:
    """A settings file with all that it extends, read one after the other."""

    def __init__(self, words: RuleWords, read: Read, base: Path) -> None:
        self.words = words
        self.base = base
        """The folder that is meant by the patterns of a file that does not lie in it or above it."""
        self._read = read
        self._count = 0

    def layers(self, source: Source, root: Path | None, way: tuple[Path, ...] = ()) -> list[Layer]:
        """Return the layers of a file, those of what it extends first. Raises ``ConfigError``."""

        way = (*way, source.path.resolve())
        own = layers(source, About(self.words, base_of(source.path.parent, self.base), root))
        extended = [each for each in own[0].settings if each.key == "extends"]
        before: list[Layer] = []
        for setting in extended:
            before += self._extended(setting, source, root, way)
        return [*before, *own]

    def _extended(self, setting: Setting, source: Source, root: Path | None, way: tuple[Path, ...]) -> list[Layer]:
        word = setting.value
        self._count += 1
        if self._count > limits.SETTINGS_FILES:
            raise _fault(setting, f"it extends more than {limits.SETTINGS_FILES} files")
        if len(way) > limits.SETTINGS_DEPTH:
            raise _fault(setting, f"more than {limits.SETTINGS_DEPTH} files extend each other in a row")
        if word.startswith(PACK):
            path, inside = _in_package(word, setting), None
            shown = word
        else:
            path, inside = _beside(word, source, root, setting), root
            shown = as_written(path) if root is not None else _in_pack(word, source)
        if path.resolve() in way:
            names = [as_written(each) for each in (*way[way.index(path.resolve()) :], path.resolve())]
            raise _fault(setting, f"extends leads in a circle: {' to '.join(names)}")
        data = self._read(path)
        if data is None:
            near = nearest(path.name, _names(path.parent))
            hint = f"; {did_you_mean(str(Path(word).with_name(near)))}" if near else ""
            raise _fault(setting, f"extends: there is no file {word!r}{hint}")
        other = Source(path, shown, data)
        if other.table is None:
            raise _fault(setting, f"extends: {word!r} has no [tool.vmlint]")
        return self.layers(other, inside, way)


def _beside(word: str, source: Source, root: Path | None, setting: Setting) -> Path:
    if not word or Path(word).is_absolute():
        raise _fault(setting, f"extends: {word!r} is neither written relative to this file nor {PACK}NAME/FILE")
    path = Path(os.path.normpath(source.path.parent / word))
    inside = root if root is not None else source.path.parent.resolve()
    try:
        leads_out = not path.resolve().is_relative_to(inside)
    except (OSError, RuntimeError):  # the second for circular links
        leads_out = True
    if leads_out:
        whole = f"the project ({inside.name}/)" if root is not None else "its package"
        raise _fault(setting, f"extends: {word!r} leads out of {whole}")
    return path


def _in_pack(word: str, source: Source) -> str:
    return str(Path(source.shown).with_name(word)).replace(os.sep, "/")


def _in_package(word: str, setting: Setting) -> Path:
    """Return the file that ``package:NAME/FILE`` stands for."""
    name, _, file = word.removeprefix(PACK).partition("/")
    steps = file.split("/")
    if not name.isidentifier() or not file or any(step in ("", ".", "..") for step in steps) or "\\" in file:
        raise _fault(setting, f"extends: {word!r} is not written as {PACK}NAME/FILE")
    folders = package_folders(name)
    if not folders:
        raise _fault(setting, f"extends: no package {name!r} is installed beside vmlint")
    paths = [folder.joinpath(*steps) for folder in folders]
    return next((path for path in paths if os.path.isfile(path)), paths[0])  # noqa: PTH113


def package_folders(name: str) -> list[Path]:
    """Return the folders of an installed package; none where there is no such package.

    It is found as an import would find it, but it is not imported, and never looked for in the current folder, where
    anybody's files may lie.
    """
    here = os.path.realpath(os.curdir)
    trusted = [place for place in sys.path if place and os.path.realpath(place) != here]
    spec = PathFinder.find_spec(name, trusted)
    if spec is None:
        others = (finder for finder in sys.meta_path if finder is not PathFinder and _finds_files(finder))
        spec = next((found for finder in others if (found := finder.find_spec(name, None)) is not None), None)
    return [Path(place) for place in (spec.submodule_search_locations if spec else None) or ()]


def _finds_files(finder: object) -> bool:
    """Whether a finder is one of an editable installation: those of Python itself find what has no folder."""
    return hasattr(finder, "find_spec") and getattr(finder, "__module__", "") not in (
        "_frozen_importlib",
        "_frozen_importlib_external",
    )


def _names(folder: Path) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if name.endswith(".toml"))
    except OSError:
        return []


def _fault(setting: Setting, message: str) -> ConfigError:
    return ConfigError(f"{where(setting.place)}: {message}")
