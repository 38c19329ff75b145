"""Print what is understood of files of other tools, as manifests to start from.

    vmlint facts vm.xml > vm.vmlint.yaml

Every field is one that the file states or its format guarantees; what is left open follows as comments. Manifests come
out too, in their long form.

Exit status: 0 done; 1 a file has faults; 2 usage; 3 no workload was found; 4 a reader or a plugin failed.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from vmlint.cli import FINDINGS, INTERNAL, NOTHING, OK, UsageError
from vmlint.cli.settings import add_config, add_stdin_filename, configured, report_failures
from vmlint.extend import plugins
from vmlint.report.screen import Line, file_name, in_colour, tolerant, visible, write

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence

    from vmlint.reading.reader import Reader
    from vmlint.run.check import Checked, Settings
    from vmlint.run.runner import Run


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("paths", nargs="*", metavar="FILE", help="files, folders or - (standard input)")
    add_stdin_filename(parser)
    add_config(parser)
    parser.add_argument("--formats", action="store_true", help="list the formats that are read")


def run(options: Namespace) -> int:
    """Print the manifests, and return the exit status."""
    installed = plugins.load()
    report_failures(installed)
    stdout = tolerant(sys.stdout)
    if options.formats:
        write(_formats(installed.readers), stdout, in_colour(stdout))
        return INTERNAL if installed.failures else OK
    if not options.paths:
        raise UsageError("name a file, a folder or - for standard input")
    from vmlint.report.facts import manifests
    from vmlint.run.runner import run as lint

    found = lint(options.paths, _reading(installed, options), options.stdin_filename, search=False)
    for result in found.results:
        _tell_faults(result)
    stdout.write(manifests(found))
    return _status(found, failed=bool(installed.failures))


def _reading(installed: plugins.Installed, options: Namespace) -> Settings:
    """Return settings that read everything and ask no rule."""
    from datetime import date

    from vmlint.reading.host import Context
    from vmlint.run.check import Settings
    from vmlint.run.files import open_reference

    catalog, today = configured(options, installed.catalog), date.today()
    return Settings((), (), Context(catalog, today, open_reference, None, installed.readers))


def _formats(readers: Sequence[Reader]) -> Iterator[Line]:
    width = max((len(reader.name) for reader in readers), default=0)
    for reader in sorted(readers, key=lambda reader: reader.name):
        patterns = f" ({', '.join(reader.patterns)})" if reader.patterns else ""
        yield [(f"{visible(reader.name):{width}}  ", "bold"), (visible(f"{reader.title}{patterns}"), "")]


def _tell_faults(result: Checked) -> None:
    where = file_name(result.file)
    for found in result.diagnostics:
        _tell(f"{where}:{found.place.line}:{found.place.column}: {found.code} {found.message}")
    if result.skipped:
        _tell(f"passed over: {where}: {result.skipped}")
    elif not result.readable:
        return
    elif not result.recognised and result.formats:
        _tell(f"passed over: {where}: {', '.join(result.formats)} without any workload in it")
    elif not result.recognised:
        _tell(f"passed over: {where} is neither a manifest nor of a format that is read")


def _status(run: Run, *, failed: bool) -> int:
    if failed or any(result.crashes for result in run.results):
        return INTERNAL
    if any(result.diagnostics for result in run.results):
        return FINDINGS
    return OK if run.workloads else NOTHING


def _tell(text: str) -> None:
    tolerant(sys.stderr).write(f"vmlint: {visible(text)}\n")
