"""Print a JSON Schema, or what the catalogue knows by name.

The schemas are self-contained files for editors and other tools: `workload` for manifests, `host` for host documents,
`manifest` for files that hold both, `platform`, `guest`, `software`, `features` and `offers` for catalogue files of a
plugin and for the `spec` of catalogue documents, `config` for vmlint.toml. The lists hold what the project's own
catalogue adds, with its file.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from vmlint.cli import INTERNAL, OK, UsageError
from vmlint.cli.say import show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from vmlint.catalog import Catalog, Record
    from vmlint.report.screen import Line


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's arguments."""
    from vmlint.cli.options import add_config

    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("name", nargs="?", metavar="NAME", help="the schema to print")
    what.add_argument("--list", action="store_true", help="list the schemas")
    what.add_argument("--platforms", action="store_true", help="list the platforms of the catalogue")
    what.add_argument("--guests", action="store_true", help="list the guest operating systems of the catalogue")
    parser.add_argument(
        "--path", action="store_true", help="print where the installed schema is instead, for the settings of an editor"
    )
    add_config(parser)


def run(options: Namespace) -> int:
    """Print what was asked for; exit status 4 where a plugin did not load and its entries are missing."""
    if options.path and options.name is None:
        raise UsageError("--path is about one schema; name it")
    if options.name is not None:
        show(f"{_file(options.name)}\n" if options.path else text(options.name))
        return OK
    if options.list:
        rows, status = _schemas(), OK
    else:
        from vmlint.cli.resolve import by_file, installed, usage

        plugins = installed()
        with usage(plugins):
            catalog = by_file(options, plugins).catalog
        rows = _platforms(catalog) if options.platforms else _guests(catalog)
        status = INTERNAL if plugins.failures else OK
    show(_table(rows))
    return status


def text(name: str) -> str:
    """Return a schema's text. Raises :class:`~vmlint.cli.UsageError` with the nearest name."""
    from vmlint.reading.schemas import bundled

    _file(name)
    return json.dumps(bundled(name), indent=2, ensure_ascii=False) + "\n"


def _file(name: str) -> Path:
    from vmlint.reading.schemas import schema_folder
    from vmlint.words import did_you_mean, nearest

    files = {file.stem: file for file in sorted(schema_folder().glob("*.json"))}
    if name not in files:
        near = nearest(name, files)
        hint = did_you_mean(near, f"there are {', '.join(files)}")
        raise UsageError(f"there is no schema {name!r}; {hint}")
    return files[name]


def _schemas() -> Iterator[Sequence[str]]:
    from vmlint.reading.schemas import schema, schema_folder

    yield ("NAME", "DESCRIBES")
    for file in sorted(schema_folder().glob("*.json")):
        yield (file.stem, schema(file.stem).get("description", ""))


def _platforms(catalog: Catalog) -> Iterator[Sequence[str]]:
    yield ("PLATFORM", "NAME", "ALSO WRITTEN")
    for platform in catalog.platforms.values():
        yield (platform.id, _named(platform), ", ".join(platform.data.get("aliases", ())))


def _guests(catalog: Catalog) -> Iterator[Sequence[str]]:
    yield ("GUEST", "FAMILY", "NAME", "ALSO WRITTEN")
    for guest in catalog.guests.values():
        yield (guest.id, guest.family, _named(guest), ", ".join(guest.data.get("aliases", ())))


def _named(entry: Record) -> str:
    from vmlint.words import local_to

    return f"{entry.name} {local_to(*dict.fromkeys(entry.local.values()))}" if entry.local else entry.name


def _table(rows: Iterable[Sequence[str]]) -> Iterator[Line]:
    from vmlint.inert import visible
    from vmlint.report.layout import grid

    return grid([[(visible(cell), "" if number else "bold") for cell in row] for number, row in enumerate(rows)])
