"""Lint manifests and files of other tools: files, folders (all such files below them), or - for standard input.

The result goes to standard output, remarks on the run to standard error.

Exit status: 0 nothing at or above --fail-on; 1 findings; 2 usage; 3 nothing was linted;
4 a rule or a plugin failed, whatever else was found.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from vmlint.cli import FINDINGS, INTERNAL, NOTHING, OK, UsageError
from vmlint.cli.options import add_settings, add_stdin_filename, refuse_needless_name
from vmlint.cli.remarks import say_added, say_nothing, say_skipped
from vmlint.cli.resolve import installed, limits, settings_for
from vmlint.cli.say import show
from vmlint.findings.severity import Severity
from vmlint.report.screen import columns
from vmlint.run.runner import Run
from vmlint.run.runner import run as lint

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator, Sequence

    from vmlint.report.screen import Line
    from vmlint.run.check import Settings

FORMATS = ("text", "concise", "json")
LONG = 200
"""Number of files above which a progress bar is shown on a terminal."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("paths", nargs="*", default=["."], metavar="PATH", help="files, folders or - (default: .)")
    add_settings(parser)
    add_stdin_filename(parser)
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="text",
        help="text for people (default), concise for editors (one line for each finding), json for programs",
    )
    parser.add_argument(
        "--fail-on",
        choices=[str(severity) for severity in sorted(Severity, reverse=True)],
        default="warning",
        help="the least severity that makes the exit status 1 (default: warning)",
    )
    parser.add_argument(
        "--undecided", action="store_true", help="also list the fields that would decide the undecided rules"
    )
    parser.add_argument(
        "--coverage", action="store_true", help="also list what was read in each file and what it leaves open"
    )
    parser.add_argument(
        "--on",
        metavar="PLATFORM[@VERSION]",
        help="report instead what would break and change if the workloads ran on another platform",
    )
    parser.add_argument(
        "--allow-empty", action="store_true", help="exit with 0 and say nothing where no file can be linted"
    )


def run(options: Namespace) -> int:
    """Lint, report, and return the exit status."""
    _refuse(options)
    plugins = installed()
    settings = settings_for(options, plugins)
    if options.on:
        from vmlint.cli import what_if

        found, result, severities = what_if.run(options, settings, incomplete=bool(plugins.failures))
    else:
        found = lint(options.paths, settings, options.stdin_filename, follow=_followed)
        result, severities = _result(found, options, settings), [each.severity for each in found.diagnostics]
    if options.format != "text" or found.linted or found.unread or options.coverage:
        show(result)
    say_added(found.added)
    empty = not found.linted and not found.unread
    if not options.allow_empty:
        say_skipped(found, options.paths, options.stdin_filename)
        if empty:
            say_nothing(found, options.paths, options.stdin_filename)
    if plugins.failures or any(each.crashes for each in found.results):
        return INTERNAL  # even where there are findings: they may be incomplete
    if any(severity >= Severity[options.fail_on.upper()] for severity in severities):
        return FINDINGS
    return NOTHING if empty and not options.allow_empty else OK


def _refuse(options: Namespace) -> None:
    """Refuse options that contradict each other.

    | option      | text             | concise | json                           |
    |-------------|------------------|---------|--------------------------------|
    | (none)      | frames, summary  | lines   | findings, undecided, coverage  |
    | --undecided | and a section    | refused | the same: it is always there   |
    | --coverage  | and a section    | refused | the same: it is always there   |
    | --on        | its own report   | refused | its own document               |
    """
    refuse_needless_name(options.stdin_filename, options.paths)
    asked = [name for name in ("on", "undecided", "coverage") if getattr(options, name)]
    if asked and options.format == "concise":
        raise UsageError(f"--format concise is one line for each finding; use text or json with --{asked[0]}")
    if options.on and len(asked) > 1:
        raise UsageError(f"--on reports on another platform, --{asked[1]} on the present one; leave one of them out")


def _result(found: Run, options: Namespace, settings: Settings) -> str | Iterable[Line]:
    if options.format == "json":
        from vmlint.report import json

        return json.report(found)
    if options.format == "concise":
        from vmlint.report import concise

        return concise.report(found)
    return _sections(found, options, limits(options, settings))


def _sections(found: Run, options: Namespace, limited: Sequence[str]) -> Iterator[Line]:
    if found.linted or found.unread:
        from vmlint.report import text

        yield from text.report(found, columns(), undecided=options.undecided, limits=limited)
    if options.coverage:
        from vmlint.report import facts

        yield from facts.coverage(found, columns())


def _followed(paths: Sequence[str]) -> Iterable[str]:
    """Show a progress bar for long runs on a terminal."""
    if len(paths) <= LONG or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return paths
    from rich.console import Console
    from rich.progress import track

    return track(paths, "linting", console=Console(stderr=True), transient=True)
