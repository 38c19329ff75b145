"""What the results of a run depend on beside the linted files, as one digest."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterable, Iterator
from importlib.machinery import PathFinder
from pathlib import Path

import vmlint
from vmlint.catalog import Catalog
from vmlint.run.entry import digest
from vmlint.run.settings import Settings
from vmlint.run.stamp import stamp


def fingerprint(settings: Settings, plugins: Iterable[str], *, details: bool, repairs: bool) -> str:
    """Return a digest of what is the same for all files of a run: the code and data of vmlint and its plugins, the day,
    the folder, and the settings that hold there, so that runs with other options are kept beside each other.

    ``plugins`` are the names and versions of the plugins. Code and data count by name, size and time, as Python itself
    decides whether to compile a module again.
    """
    return _digest(
        sys.version,
        vmlint.__version__,
        *sorted(plugins),
        settings.context.today,
        os.getcwd(),  # noqa: PTH109 - names of files are relative to it
        details,
        repairs,
        [each.name for each in (*settings.context.readers, *settings.context.host_readers)],
        of_settings(settings),
        stamp(_places(settings)),
    )


def of_settings(settings: Settings) -> str:
    """Return a digest of everything in the settings of a file that can change its result."""
    return _digest(
        *([rule.code for rule in rules] for rules in (settings.rules, settings.judges, settings.guards)),
        sorted(settings.codes),
        settings.profile,
        sorted(settings.named),
        sorted(settings.severities.items()),
        sorted((code, sorted(values.items())) for code, values in settings.thresholds.items()),
        settings.waivers,
        settings.waiver_policy,
        settings.waive,
        settings.pictures,
        [rule.code for rule in settings.every],
        [(each.key, each.value, each.at) for each in settings.stated],
        settings.texts,
        [(file.name, digest(file.data), file.alone) for file in settings.context.host_files],
        *_local(settings.context.catalog),
    )


def _digest(*parts: object) -> str:
    return digest(*(str(part).encode("utf-8", "surrogatepass") for part in parts))


def _local(catalog: Catalog) -> Iterator[object]:
    """Yield what documents of the project and of plugins add to the catalogue."""
    for entry in catalog.local:
        yield (type(entry).__name__, entry.id, entry.data, dict(entry.local), entry.origin)


def _places(settings: Settings) -> list[str]:
    """Return the folders and files with code or data: vmlint's own, its plugins', and those of libraries."""
    files = {vmlint.__file__, *(rule.file for rule in (*settings.judges, *settings.rules) if rule.file)}
    folders = settings.context.catalog.folders
    data = {str(file.path.parent) for folder in folders for file in (*folder.platforms, *folder.guests)}
    code = {place for file in files for place in _around(file)}
    places = code | data | set(_loaded()) | set(_libraries())
    return sorted(place for place in places if not any(_is_inside(place, other) for other in code))


def _loaded() -> Iterator[str]:
    """Yield the files of the modules that are loaded by now, without Python's own: those of plugins are."""
    library = os.path.join(os.path.dirname(os.__file__), "")  # noqa: PTH118, PTH120
    for module in [*sys.modules.values()]:
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and not (file.startswith(library) and "-packages" not in file):
            yield file


def _libraries() -> Iterator[str]:
    """Yield the files of the libraries whose words are in findings, and which are imported when they are needed."""
    for name in ("yaml", "jsonschema"):
        spec = sys.modules.get(name) or PathFinder.find_spec(name)
        file = getattr(spec, "__file__", None) or getattr(spec, "origin", None)
        if isinstance(file, str):
            yield file


def _is_inside(place: str, folder: str) -> bool:
    return place.startswith(os.path.join(folder, ""))  # noqa: PTH118


def _around(module: str) -> Iterable[str]:
    """Return where the code around a module is: its outermost package, or the modules beside it."""
    folder = os.path.dirname(module)  # noqa: PTH120
    return (_package(folder),) if _is_package(folder) else _beside(module, folder)


def _beside(module: str, folder: str) -> Iterable[str]:
    if os.path.basename(folder) in ("site-packages", "dist-packages"):  # noqa: PTH119
        return (module,)
    return map(str, Path(folder).glob("*.py"))


@functools.cache
def _package(folder: str) -> str:
    """Return the outermost package around the package in a folder."""
    above = os.path.dirname(folder)  # noqa: PTH120
    return _package(above) if _is_package(above) else folder


@functools.cache
def _is_package(folder: str) -> bool:
    return os.path.isfile(os.path.join(folder, "__init__.py"))  # noqa: PTH113, PTH118 - at every start
