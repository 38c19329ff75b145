"""Lint manifests and files of other tools: files, folders (all such files below them), or - for standard input.

Exit status: 0 nothing at or above --fail-on; 1 findings; 2 usage; 3 nothing was linted;
4 a rule or a plugin failed, whatever else was found.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from vmlint.cli import FINDINGS, INTERNAL, NOTHING, OK, UsageError
from vmlint.cli.settings import add_settings, add_stdin_filename, settings
from vmlint.extend import plugins
from vmlint.findings.severity import Severity
from vmlint.report.screen import columns, file_name, in_colour, tolerant, write, write_utf8
from vmlint.run.files import STDIN
from vmlint.run.runner import Run
from vmlint.run.runner import run as lint

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator, Sequence

FORMATS = ("text", "concise", "json")
LONG = 200
"""Files from which on a person is shown how far it is."""
NAMED = 5
"""Files told of by name that are no manifests; of the others, how many."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("paths", nargs="*", default=["."], metavar="PATH", help="files, folders or - (default: .)")
    add_settings(parser)
    add_stdin_filename(parser)
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to write findings (default: text)")
    parser.add_argument(
        "--fail-on",
        choices=[str(severity) for severity in sorted(Severity, reverse=True)],
        default="warning",
        help="the least severity that makes the exit status 1 (default: warning)",
    )
    parser.add_argument(
        "--undecided", action="store_true", help="tell which fields would decide the rules that could not be decided"
    )
    parser.add_argument(
        "--on",
        metavar="PLATFORM[@VERSION]",
        help="tell instead what would break and change if the workloads ran on another platform",
    )
    parser.add_argument(
        "--coverage", action="store_true", help="tell of each file what was read in it and what is left open"
    )
    parser.add_argument(
        "--allow-empty", action="store_true", help="exit 0 and say nothing where none of the files is a manifest"
    )


def run(options: Namespace) -> int:
    """Lint, report, and return the exit status."""
    if options.stdin_filename and "-" not in options.paths:
        raise UsageError("--stdin-filename names standard input; add - to read that")
    if options.on and (options.coverage or options.undecided):
        raise UsageError("--on tells of another platform; leave out --coverage and --undecided, which tell of this one")
    installed = plugins.load()
    chosen = settings(options, installed)
    if options.on:
        from vmlint.cli import what_if

        return what_if.run(options, chosen, failed=bool(installed.failures))
    found = lint(options.paths, chosen, options.stdin_filename, follow=_followed)
    _report(found, options)
    if not options.allow_empty:
        _tell_passed_over(found, options.paths)
    if not found.linted and not found.unread and not options.allow_empty:
        _tell_nothing(found, options.paths)
    return status(found, Severity[options.fail_on.upper()], failed=bool(installed.failures), empty=options.allow_empty)


def status(run: Run, least: Severity, *, failed: bool, empty: bool) -> int:
    """Return the exit status. That something failed outweighs findings: the findings may be incomplete."""
    if failed or any(result.crashes for result in run.results):
        return INTERNAL
    if any(diagnostic.severity >= least for diagnostic in run.diagnostics):
        return FINDINGS
    return OK if run.linted or empty else NOTHING


def _report(run: Run, options: Namespace) -> None:
    stdout = tolerant(sys.stdout)
    if options.format == "json":
        from vmlint.report import json

        write_utf8(json.report(run), stdout)
    elif options.format == "concise":
        from vmlint.report import concise

        write(concise.report(run), stdout, in_colour(stdout))
        if options.undecided:
            from vmlint.report import text

            write(text.missing(run), tolerant(sys.stderr), in_colour(sys.stderr))
    elif run.linted or run.unread:
        from vmlint.report import text

        write(text.report(run, columns(), undecided=options.undecided), stdout, in_colour(stdout))
    if options.coverage and options.format != "json":
        from vmlint.report import facts

        stream = stdout if options.format == "text" else tolerant(sys.stderr)
        write(facts.coverage(run, columns()), stream, in_colour(stream))


def _tell_passed_over(run: Run, paths: Sequence[str]) -> None:
    """Tell of named files that hold nothing that is read, and of all files that were left for a reason."""
    named = {*paths, STDIN}
    for result in run.results:
        if result.skipped:
            _tell(f"passed over: {file_name(result.file)}: {result.skipped}")
    left = [
        each
        for each in run.results
        if each.readable and not each.recognised and not each.skipped and each.file in named
    ]
    for each in [each for each in left if each.formats][:NAMED]:
        _tell(f"passed over: {file_name(each.file)}: {', '.join(each.formats)} without any workload in it")
    over = [each.file for each in left if not each.formats]
    for file in over[:NAMED]:
        _tell(f"passed over: {file_name(file)} is neither a manifest nor of a format that is read")
    if len(over) > NAMED:
        _tell(f"passed over: {len(over) - NAMED} more named files of the same kind")


def _tell_nothing(run: Run, paths: Sequence[str]) -> None:
    where = ", ".join(file_name(path) for path in paths[:NAMED]) + (", ..." if len(paths) > NAMED else "")
    seen = {0: "found no file that may be one to lint", 1: "the one file seen is none to lint"}.get(
        len(run.results), f"none of the {len(run.results)} files seen is one to lint"
    )
    _tell(f"nothing was linted: looked in {where}; {seen}")
    _tell("a manifest is a file with `apiVersion: vmlint/v1`, or named *.vmlint.yaml; `vmlint init` writes a first one")
    _tell("`vmlint facts --formats` lists the files of other tools that are read")


def _tell(text: str) -> None:
    tolerant(sys.stderr).write(f"vmlint: {text}\n")


def _followed(paths: Sequence[str]) -> Iterable[str]:
    """Show a person how far it is, where there is a terminal and long work to do."""
    stream = sys.stderr
    if len(paths) <= LONG or not stream.isatty() or os.environ.get("TERM") == "dumb":
        return paths
    return _with_progress(paths)


def _with_progress(paths: Sequence[str]) -> Iterator[str]:
    from rich.console import Console
    from rich.progress import track

    yield from track(paths, "linting", console=Console(stderr=True), transient=True)
