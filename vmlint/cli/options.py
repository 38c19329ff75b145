"""The options that several commands share."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from vmlint.cli import UsageError
from vmlint.findings.severity import Severity
from vmlint.lint.profiles import DEFAULT, PROFILES

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence


def add_select(parser: ArgumentParser) -> None:
    """Add the option that chooses rules."""
    parser.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="RULES",
        help="only these rules: codes, prefixes of codes, or names, separated by commas",
    )


def add_profile(parser: ArgumentParser) -> None:
    """Add the option that chooses how thorough a run is."""
    profiles = "; ".join(f"{profile.name}: {profile.about}" for profile in PROFILES.values())
    parser.add_argument("--profile", choices=PROFILES, help=f"{profiles} (default: {DEFAULT.name})")


def add_config(parser: ArgumentParser) -> None:
    """Add the options for the project's settings files and its catalogue."""
    parser.add_argument(
        "--config",
        metavar="FILE",
        help="settings for all files (default: of each file, the nearest vmlint.toml or pyproject.toml)",
    )
    parser.add_argument("--isolated", action="store_true", help="read no settings file")
    parser.add_argument(
        "--catalog",
        action="append",
        default=[],
        metavar="DIR",
        help="folder of documents that add platforms and guests to the catalogue, or change entries of it",
    )


def add_stdin_filename(parser: ArgumentParser) -> None:
    """Add the option that names standard input."""
    parser.add_argument(
        "--stdin-filename", metavar="NAME", help="name of the file on standard input, for formats recognised by it"
    )


def add_watch(parser: ArgumentParser) -> None:
    """Add the option for a check that goes on."""
    parser.add_argument("--watch", action="store_true", help="lint again whenever a file changes, until Ctrl-C")


def refuse_needless_name(name: str | None, paths: Sequence[str]) -> None:
    """Raise :class:`~vmlint.cli.UsageError` for a name of standard input where that is not read."""
    if name and "-" not in paths:
        raise UsageError("--stdin-filename names standard input; add - to read that")


def add_exclude(parser: ArgumentParser) -> None:
    """Add the option that leaves files out."""
    parser.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="PATTERNS",
        help="leave out files and folders: patterns as in .gitignore, separated by commas",
    )


def add_fail_on(parser: ArgumentParser) -> None:
    """Add the option that says which findings fail a run."""
    parser.add_argument(
        "--fail-on",
        choices=[str(severity) for severity in sorted(Severity, reverse=True)],
        help="the least severity that makes the exit status 1 (default: the project's, or else warning)",
    )


def add_settings(parser: ArgumentParser) -> None:
    """Add the options for what is linted against what."""
    add_select(parser)
    add_profile(parser)
    add_config(parser)
    add_exclude(parser)
    parser.add_argument("--ignore", action="append", default=[], metavar="RULES", help="all rules but these")
    parser.add_argument(
        "--severity",
        action="append",
        default=[],
        metavar="RULE=SEVERITY",
        help="report the findings of a rule as error, warning or note; several are separated by commas",
    )
    parser.add_argument(
        "--host", metavar="FILE|local", help="host document for workloads that name no host; `local`: this machine"
    )
    add_context(parser)
    add_today(parser)


def add_context(parser: ArgumentParser) -> None:
    """Add the option that states facts which no file states."""
    parser.add_argument(
        "--context",
        action="append",
        default=[],
        metavar="FACT=VALUE",
        help="a fact about workloads whose files do not state it, such as environment=production; can be repeated",
    )


def add_today(parser: ArgumentParser) -> None:
    """Add the option that freezes the day."""
    parser.add_argument(
        "--today", type=_day, metavar="DATE", help="judge lifecycle dates as of this day (YYYY-MM-DD; default: today)"
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        from argparse import ArgumentTypeError

        raise ArgumentTypeError(f"{text!r} is not a date such as 2026-11-22") from None
