"""What the results of a run depend on beside the linted files, as one digest."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import vmlint
from vmlint.catalog import Catalog
from vmlint.catalog.osinfo import standard_folders
from vmlint.run.entry import digest
from vmlint.run.settings import Settings


def fingerprint(settings: Settings, plugins: Iterable[str], *, details: bool) -> str:
    """Return a digest of the settings, of the code and data of vmlint and its plugins, of the day, and of the folder.

    ``plugins`` are the names and versions of the plugins. Code and data count by name, size and time, as Python itself
    decides whether to compile a module again.
    """
    host = settings.context.default_host
    return digest(
        *(
            str(part).encode("utf-8", "surrogatepass")
            for part in (
                sys.version,
                vmlint.__version__,
                *sorted(plugins),
                *([rule.code for rule in rules] for rules in (settings.rules, settings.judges, settings.guards)),
                sorted(settings.codes),
                settings.profile,
                sorted(settings.named),
                settings.context.today,
                os.getcwd(),  # noqa: PTH109 - names of files are relative to it
                details,
                [each.name for each in settings.context.readers],
                (host.name, digest(host.data)) if host else None,
                *_local(settings.context.catalog),
                *(_stamp(folder) for folder in _folders(settings)),
            )
        )
    )


def _local(catalog: Catalog) -> Iterator[object]:
    """Yield what documents of the project and of plugins add to the catalogue."""
    for entry in catalog.local:
        yield (type(entry).__name__, entry.id, entry.data, dict(entry.local), entry.origin)


def _folders(settings: Settings) -> list[str]:
    """Return the folders and files with code or data: vmlint's own, its plugins', and libosinfo's."""
    files = {vmlint.__file__, *(rule.file for rule in (*settings.judges, *settings.rules) if rule.file)}
    files |= {reader.recognises.__code__.co_filename for reader in settings.context.readers}
    folders = settings.context.catalog.folders
    data = {file.path.parent for folder in folders for file in (*folder.platforms, *folder.guests)}
    code = {place for file in files for place in _around(Path(file))}
    return [*map(str, sorted(code | data)), *map(str, standard_folders())]


def _around(module: Path) -> Iterable[Path]:
    """Return where the code around a module is: its outermost package, or the modules beside it."""
    folder = module.parent
    if not _is_package(folder):
        return [module] if folder.name in ("site-packages", "dist-packages") else folder.glob("*.py")
    while _is_package(folder.parent):
        folder = folder.parent
    return [folder]


def _is_package(folder: Path) -> bool:
    return (folder / "__init__.py").is_file()


def _stamp(place: str) -> list[tuple[str, int, int]]:
    """Return name, size and time of a file, or of every file below a folder."""
    try:
        entries = sorted(os.scandir(place), key=lambda entry: entry.name)
    except NotADirectoryError:
        about = os.stat(place)  # noqa: PTH116
        return [(place, about.st_size, about.st_mtime_ns)]
    except OSError:
        return []
    found = []
    for entry in entries:
        if not entry.is_dir(follow_symlinks=False):
            about = entry.stat(follow_symlinks=False)
            found.append((entry.path, about.st_size, about.st_mtime_ns))
        elif entry.name != "__pycache__":
            found += _stamp(entry.path)
    return found
