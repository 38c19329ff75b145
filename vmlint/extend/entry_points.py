"""Finding the plugins that are installed: what ``importlib.metadata.entry_points`` does, without importing it.

Importing it takes 13 ms, a third of a check of one manifest, for its mail parser and zip files. A plugin is found in
the same places and in the same order: the folders of ``sys.path``, of which the first one that has a distribution
counts. Where something other than a folder may hold distributions (a zip file on the path, another finder),
``importlib.metadata`` itself is asked.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.machinery import PathFinder
from typing import Any

from vmlint.record import NamedTuple

_UNKNOWN = "unknown"


class EntryPoint(NamedTuple):
    """An object that a distribution offers under a name."""

    name: str
    value: str
    """Where the object is: ``package.module`` or ``package.module:object.attribute``."""
    distribution: str
    version: str

    def load(self) -> Any:
        """Import the object. Raises what its import raises."""
        module, _, attributes = self.value.partition(":")
        found: Any = import_module(module.strip())
        for attribute in filter(None, attributes.partition("[")[0].strip().split(".")):
            found = getattr(found, attribute)
        return found


def entry_points(group: str) -> list[EntryPoint]:
    """Return the entry points of a group, of each distribution that Python would import from."""
    if any(finder is not PathFinder and hasattr(finder, "find_distributions") for finder in sys.meta_path):
        return _by_metadata(group)
    found: list[EntryPoint] = []
    seen: set[str] = set()
    for place in sys.path:
        try:
            names = os.listdir(place or ".")  # "": the current folder
        except NotADirectoryError:  # a zip file
            return _by_metadata(group)
        except OSError:
            continue
        if place.lower().endswith(".egg") and any(name.lower() == "egg-info" for name in names):
            return _by_metadata(group)
        for name in names:
            stem, dot, ending = name.rpartition(".")
            if ending.lower() in ("dist-info", "egg-info") and dot:
                distribution = _normalized(stem.partition("-")[0])
                if distribution not in seen:
                    seen.add(distribution)
                    found += _of(os.path.join(place, name), group)  # noqa: PTH118 - at every start
    return found


def _of(folder: str, group: str) -> Iterator[EntryPoint]:
    """Yield the entry points of the distribution that a folder describes."""
    named = list(_section(_read(folder, "entry_points.txt"), group))
    if named:
        about = _read(folder, "METADATA") or _read(folder, "PKG-INFO")
        distribution, version = _header(about, "name"), _header(about, "version")
        for name, value in named:
            yield EntryPoint(name, value, distribution, version)


def _section(text: str, section: str) -> Iterator[tuple[str, str]]:
    """Yield the names and values of a section."""
    if section not in text:
        return
    inside = False
    for line in map(str.strip, text.splitlines()):
        if line.startswith("[") and line.endswith("]"):
            inside = line.strip("[]") == section
        elif inside and line and not line.startswith("#"):
            name, _, value = line.partition("=")
            yield name.strip(), value.strip()


def _header(text: str, name: str) -> str:
    """Return a field from the head of a distribution's metadata, which is written as a mail is."""
    for line in text.splitlines():
        if not line:
            break
        key, _, value = line.partition(":")
        if key.lower() == name:
            return value.strip()
    return _UNKNOWN


def _read(folder: str, name: str) -> str:
    try:
        with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:  # noqa: PTH118, PTH123 - at every start
            return file.read()
    except OSError:
        return ""


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "_", name.lower()) if not name.isalnum() else name.lower()


def _by_metadata(group: str) -> list[EntryPoint]:
    from importlib import metadata

    found: list[EntryPoint] = []
    seen: set[str] = set()
    for distribution in metadata.distributions():
        try:
            name, version = distribution.metadata["Name"], distribution.version
            points = [point for point in distribution.entry_points if point.group == group]
        except Exception:  # noqa: BLE001, S112 - a broken distribution, perhaps of no concern to vmlint
            continue
        if _normalized(name or _UNKNOWN) not in seen:
            seen.add(_normalized(name or _UNKNOWN))
            found += [EntryPoint(each.name, each.value, name or _UNKNOWN, version or _UNKNOWN) for each in points]
    return found
