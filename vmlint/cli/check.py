"""Lint manifests and files of other tools: files, folders (all such files below them), or - for standard input.

The result goes to standard output, remarks on the run to standard error.

Exit status: 0 nothing at or above --fail-on; 1 findings; 2 usage; 3 nothing was linted;
4 a rule or a plugin failed, whatever else was found.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

from vmlint.cli import FINDINGS, INTERNAL, NOTHING, OK, UsageError
from vmlint.cli.options import add_settings, add_stdin_filename, add_watch, refuse_needless_name
from vmlint.cli.remarks import say_added, say_nothing, say_skipped
from vmlint.cli.resolve import installed, limits, settings_for
from vmlint.cli.say import say, show, show_document
from vmlint.extend.plugins import load
from vmlint.findings.severity import Severity
from vmlint.report.screen import columns
from vmlint.run.jobs import Jobs
from vmlint.run.runner import run as lint

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Sequence
    from datetime import date

    from vmlint.extend.plugins import Installed
    from vmlint.lint.rule import Coded
    from vmlint.run.cache import Cache
    from vmlint.run.result import Run
    from vmlint.run.settings import Settings

FORMATS = ("text", "concise", "json", "html")
MOST_JOBS = 256
LONG = 200
"""Number of files above which a progress bar is shown on a terminal."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("paths", nargs="*", default=["."], metavar="PATH", help="files, folders or - (default: .)")
    add_settings(parser)
    add_stdin_filename(parser)
    add_watch(parser)
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="text",
        help="text for people (default), concise for editors (one line for each finding), json for programs, html for "
        "a browser (one page, which needs no network)",
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
    parser.add_argument("--jobs", "-j", type=_count, metavar="N", help="processes for many files (default: one a core)")
    parser.add_argument(
        "--no-cache", dest="cache", action="store_false", help="lint every file, also those that did not change"
    )
    parser.add_argument(
        "--allow-empty", action="store_true", help="exit with 0 and say nothing where no file can be linted"
    )


def run(options: Namespace) -> int:
    """Lint, report, and return the exit status."""
    if options.watch:
        from vmlint.cli.watch import watch

        return watch(options, run)
    _refuse(options)
    plugins = installed()
    settings = _settings(options, plugins)
    if options.on:
        from vmlint.cli import what_if

        found, severities = what_if.run(options, settings, incomplete=bool(plugins.failures))
    else:
        details = options.format in ("json", "html") or options.undecided or options.coverage
        found = lint(
            options.paths,
            settings,
            options.stdin_filename,
            details=details,
            follow=_followed,
            jobs=_jobs(options, settings),
            cache=_cache(settings, plugins, details=details) if options.cache else None,
        )
        _report(found, options, settings, plugins)
        severities = [*found.tally.severities]
    say_added(found.added)
    empty = not found.tally.linted and not found.tally.unread
    if not options.allow_empty:
        say_skipped(found.tally)
        if empty:
            say_nothing(found.tally, options.paths)
    if plugins.failures or found.tally.crashes:
        return INTERNAL  # even where there are findings: they may be incomplete
    if any(severity >= Severity[options.fail_on.upper()] for severity in severities):
        return FINDINGS
    return NOTHING if empty and not options.allow_empty else OK


def _jobs(options: Namespace, settings: Settings) -> Jobs:
    return Jobs(
        options.jobs or 0,
        partial(_settings_again, options, settings.context.today),
        lambda: say("a process was killed, and its files were linted by another one; --jobs 1 needs less memory"),
    )


def _cache(settings: Settings, plugins: Installed, *, details: bool) -> Cache | None:
    """Return the results of earlier runs like this one. Where a plugin is missing, a run is like no other."""
    if plugins.failures or os.environ.get("VMLINT_NO_CACHE"):
        return None
    from vmlint.run.cache import Cache, cache_folder
    from vmlint.run.fingerprint import fingerprint

    named = [f"{plugin.name} {plugin.owner}" for plugin in plugins.plugins]
    return Cache(cache_folder(), fingerprint(settings, named, details=details))


def _settings_again(options: Namespace, today: date) -> Settings:
    """Return the settings in another process. What was said about them is not said again."""
    options.today = today  # also where midnight passes
    return _settings(options, load())


def _settings(options: Namespace, plugins: Installed) -> Settings:
    """Return the settings that the options ask for. Only one report needs the pictures, which take long."""
    return settings_for(options, plugins)._replace(pictures=options.format == "html" and not options.on)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:5]) <= MOST_JOBS:
        from argparse import ArgumentTypeError

        raise ArgumentTypeError(f"{text!r} is not a number from 1 to {MOST_JOBS}")
    return int(text)


def _refuse(options: Namespace) -> None:
    """Refuse options that contradict each other.

    | option      | text             | concise | json                           | html                   |
    |-------------|------------------|---------|--------------------------------|------------------------|
    | (none)      | frames, summary  | lines   | findings, undecided, coverage  | findings, undecided    |
    | --undecided | and a section    | refused | the same: it is always there   | the same               |
    | --coverage  | and a section    | refused | the same: it is always there   | refused                |
    | --on        | its own report   | refused | its own document               | refused                |
    """
    refuse_needless_name(options.stdin_filename, options.paths)
    asked = [name for name in ("on", "undecided", "coverage") if getattr(options, name)]
    if asked and options.format == "concise":
        raise UsageError(f"--format concise is one line for each finding; use text or json with --{asked[0]}")
    if options.format == "html" and (missing := [name for name in asked if name != "undecided"]):
        raise UsageError(f"--format html does not show what --{missing[0]} asks for; use text or json with it")
    if options.on and len(asked) > 1:
        raise UsageError(f"--on reports on another platform, --{asked[1]} on the present one; leave one of them out")


def _report(found: Run, options: Namespace, settings: Settings, plugins: Installed) -> None:
    """Report while the files are linted."""
    if options.format == "json":
        from vmlint.report import json

        show_document(json.report(found))
    elif options.format == "html":
        from vmlint.findings.codes import CODES
        from vmlint.project.codeowners import Owners
        from vmlint.report import html

        rules: tuple[Coded, ...] = (*CODES.values(), *plugins.rules)
        show_document(html.report(found, rules, settings.context.today, Owners(), limits(options, settings)))
    elif options.format == "concise":
        from vmlint.report import concise

        show(concise.report(found))
    else:
        from vmlint.report import text

        limited = limits(options, settings)
        show(text.report(found, columns(), undecided=options.undecided, coverage=options.coverage, limits=limited))


def _followed(paths: Sequence[str]) -> Iterable[str]:
    """Show a progress bar for long runs on a terminal."""
    if len(paths) <= LONG or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return paths
    from rich.console import Console
    from rich.progress import track

    return track(paths, "linting", console=Console(stderr=True), transient=True)
