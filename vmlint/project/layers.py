"""Layers of settings, laid over each other.

A layer is what one source says: a settings file, one of its overrides, the environment, or the command line. The order
of layers is in ``docs/configuration.md``; each key says how it lies over the same key of earlier layers.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from vmlint.project.keys import KEYS, MERGES, REPLACES
from vmlint.project.setting import Setting
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from vmlint.syntax.gitignore import Pattern

_WAYS = {key.name: key.way for key in KEYS}


class Covers(NamedTuple):
    """Which files a layer is about."""

    base: str
    """The folder to which the patterns are relative: an absolute path with its separator."""
    patterns: tuple[Pattern, ...]
    """The last line first, as git reads them."""

    def __contains__(self, path: object) -> bool:
        """Whether an absolute path, or a folder above it, is matched by the patterns."""
        return isinstance(path, str) and path.startswith(self.base) and self._matches(path[len(self.base) :])

    def decides(self, path: str, *, is_folder: bool) -> bool | None:
        """Whether an entry itself is matched, or taken back; ``None`` where no pattern is about it."""
        if not path.startswith(self.base):
            return None
        from vmlint.syntax.gitignore import deciding, octets  # imported only where there are patterns

        found = deciding(octets(path[len(self.base) :].replace(os.sep, "/")), self.patterns, is_folder=is_folder)
        return None if found is None else found.ignores

    def _matches(self, path: str) -> bool:
        from vmlint.syntax.gitignore import deciding, octets

        steps = octets(path.replace(os.sep, "/")).split("/")
        decided = False
        for number in range(1, len(steps) + 1):
            found = deciding("/".join(steps[:number]), self.patterns, is_folder=number < len(steps))
            decided = decided if found is None else found.ignores
        return decided


class Excludes(NamedTuple):
    """A pattern of files and folders that are left out."""

    text: str
    covers: Covers

    def __str__(self) -> str:
        return self.text


class Layer(NamedTuple):
    """What one source says."""

    settings: tuple[Setting, ...]
    covers: Covers | None = None
    """The files that it is about; ``None`` for all."""


def laid(layers: Iterable[Layer]) -> tuple[Setting, ...]:
    """Return what some layers say together, each laid over those before it.

    A host document takes the place of single facts about the host in layers before its own.
    """
    held: list[Setting] = []
    for layer in layers:
        gone = {each.top for each in layer.settings if _WAYS[each.top] is REPLACES}
        keys = {each.key for each in layer.settings if _WAYS[each.top] is MERGES}
        other_host = "host" in gone
        held = [
            each
            for each in held
            if each.top not in gone
            and each.key not in keys
            and each not in layer.settings
            and not (other_host and each.key.startswith("context.host."))
        ]
        held += layer.settings
    return tuple(held)


def base_of(folder: Path, otherwise: Path) -> str:
    """Return what the patterns of a settings file in a folder are relative to: the folder, if that is in or above where
    they are asked for.
    """
    own = folder.resolve()
    return os.path.join(own if otherwise.is_relative_to(own) else otherwise, "")  # noqa: PTH118


def covers(patterns: Iterable[str], base: str) -> Covers:
    """Return which files patterns are about that are relative to a folder: absolute, with its separator."""
    from vmlint.syntax.gitignore import octets, pattern_of

    read = (pattern_of(octets(text)) for text in patterns)
    return Covers(base, tuple(pattern for pattern in read if pattern is not None)[::-1])
