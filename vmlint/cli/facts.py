"""Print what is understood of files of other tools, as manifests to start from.

    vmlint facts vm.xml > vm.vmlint.yaml

Every field is one that the file states or its format guarantees; what is left open follows as comments. Manifests come
out too, in their long form.

Exit status: 0 done; 1 a file has faults; 2 usage; 3 no workload was found; 4 a reader or a plugin failed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.cli import FINDINGS, INTERNAL, NOTHING, OK, UsageError
from vmlint.cli.options import add_config, add_context, add_exclude, add_links, add_stdin_filename, refuse_needless_name
from vmlint.cli.remarks import say_nothing, say_skipped
from vmlint.cli.resolve import installed, settings_for, usage
from vmlint.cli.say import say, show
from vmlint.inert import visible
from vmlint.report.layout import grid
from vmlint.report.screen import Line, real_name

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator

    from vmlint.reading.reader import Reader


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("paths", nargs="*", metavar="FILE", help="files, folders or - (standard input)")
    add_stdin_filename(parser)
    add_links(parser)
    add_config(parser)
    add_exclude(parser)
    add_context(parser)
    parser.add_argument("--formats", action="store_true", help="list the formats that are read")


def run(options: Namespace) -> int:
    """Print the manifests, and return the exit status."""
    plugins = installed()
    if options.formats:
        show(_formats(plugins.readers))
        return INTERNAL if plugins.failures else OK
    if not options.paths:
        raise UsageError("name a file, a folder or - for standard input")
    refuse_needless_name(options.stdin_filename, options.paths)
    from vmlint.report.facts import manifests
    from vmlint.run.runner import read

    settings = settings_for(options, plugins)
    with usage(plugins):
        found = read(options.paths, settings, options.stdin_filename, search=False)
    show(manifests(found.files))
    run = found.run()
    for fault in (fault for result in run for fault in result.diagnostics if fault.accepted is None):
        place = fault.place
        say(f"{real_name(place.file)}:{place.line}:{place.column}: {fault.code} {fault.message}")
    say_skipped(run.tally)
    if plugins.failures or run.tally.crashes:
        return INTERNAL
    if run.tally.severities:
        return FINDINGS
    if not run.tally.workloads:
        say_nothing(run.tally, options.paths, "read")
        return NOTHING
    return OK


def _formats(readers: Iterable[Reader]) -> Iterator[Line]:
    rows = []
    for reader in sorted(readers, key=lambda reader: reader.name):
        patterns = f" ({', '.join(reader.patterns)})" if reader.patterns else ""
        rows.append([(visible(reader.name), "bold"), (visible(f"{reader.title}{patterns}"), "")])
    return grid(rows)
