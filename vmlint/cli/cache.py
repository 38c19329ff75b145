"""Show or remove the results that are kept of earlier runs.

`vmlint check` keeps the result of every file, and takes it again where nothing changed on which it depends.

Exit status: 0 done; 2 usage, or the cache cannot be removed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vmlint.cli import OK, UsageError
from vmlint.cli.say import show
from vmlint.report.layout import grid
from vmlint.report.screen import file_name
from vmlint.report.wording import count
from vmlint.run.cache import cache_folder, remove, stored
from vmlint.words import reason

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from vmlint.report.screen import Line

SHOWN = 20
"""Kinds of runs that are listed."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "action",
        metavar="info|clean",
        choices=("info", "clean"),
        help="info: where it is and how large; clean: remove it",
    )


def run(options: Namespace) -> int:
    """Show or remove, and return the exit status."""
    if options.action == "clean":
        _clean()
    else:
        show(_info())
    return OK


def _clean() -> None:
    root = cache_folder()
    found = stored(root)
    try:
        for each in found:
            remove(each.folder)
    except OSError as error:
        raise UsageError(f"{file_name(str(root))} cannot be removed: {reason(error)}") from None
    show([[(f"removed {_size(sum(each.size for each in found))} from {file_name(str(root))}", "")]])


def _info() -> Iterator[Line]:
    root = cache_folder()
    found = stored(root)
    yield [("folder", "bold"), (f": {file_name(str(root))}", "")]
    yield [("size", "bold"), (f": {_size(sum(each.size for each in found))}", "")]
    rows = []
    for each in found[:SHOWN]:
        used = datetime.fromtimestamp(each.used, UTC).strftime("%Y-%m-%d %H:%M UTC")
        rows.append([(each.folder.name, ""), (_size(each.size), ""), (f"last used {used}", "")])
    yield from grid(rows)
    if len(found) > SHOWN:
        yield [(f"and {count(len(found) - SHOWN, 'more folder')}", "")]


def _size(size: int) -> str:
    return f"{size / 2**20:.1f} MiB" if size >= 2**20 else f"{size / 2**10:.1f} KiB"
