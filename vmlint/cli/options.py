"""The options of the commands that lint, each declared once. What they do is imported where one is given."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from vmlint.cli import UsageError
from vmlint.findings.severity import Severity
from vmlint.lint.profiles import DEFAULT, PROFILES

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Sequence

MOST_JOBS = 256


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


def add_links(parser: ArgumentParser) -> None:
    """Add the option that reads what links lead to."""
    parser.add_argument(
        "--follow-links",
        action="store_true",
        help="also read named files and folders to which a link leads out of its project",
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
        "--host",
        action="append",
        default=[],
        metavar="FILE|FOLDER|local",
        help="what describes the hosts of workloads that name none (docs/hosts.md); `local`: this machine; can be "
        "repeated",
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


def add_work(parser: ArgumentParser) -> None:
    """Add the options for how the work is done, which changes no result."""
    parser.add_argument("--jobs", "-j", type=_count, metavar="N", help="processes for many files (default: one a core)")
    parser.add_argument(
        "--no-cache", dest="cache", action="store_false", help="lint every file, also those that did not change"
    )


def add_accepting(parser: ArgumentParser) -> None:
    """Add the options of ``vmlint check`` that accept old findings."""
    add_baseline(parser)
    parser.add_argument("--no-baseline", action="store_true", help="report the findings of the baseline as well")
    parser.add_argument(
        "--since",
        metavar="REV",
        help="accept what was found in this git revision already; `REV...`: in the one where the branch began; "
        "by the branch's own settings and waivers, unless --policy-from is given as well",
    )
    parser.add_argument(
        "--tracked", action="store_true", help="leave out files that git does not know, as a commit does"
    )


def add_baseline(parser: ArgumentParser) -> None:
    """Add the option that names the baseline."""
    parser.add_argument(
        "--baseline",
        metavar="FILE",
        help="old findings that are accepted (default: of each file, what its settings name, or else "
        "vmlint-baseline.json in the root of the project)",
    )


def add_policy(parser: ArgumentParser) -> None:
    """Add the option that takes the settings from another revision."""
    parser.add_argument(
        "--policy-from",
        metavar="REV",
        help="judge by settings, catalogue, baseline and waivers of this git revision; report new waivers",
    )


def add_waivers(parser: ArgumentParser) -> None:
    """Add the option that shows what is accepted."""
    parser.add_argument(
        "--no-waivers", dest="waive", action="store_false", help="report what waivers accept as well, and count it"
    )


def add_reports(parser: ArgumentParser) -> None:
    """Add the options for reports."""
    parser.add_argument(
        "--format",
        metavar="FORMAT",
        help="what is written to standard output: text for people (default), concise, json, jsonl, sarif, "
        "code-scanning, github, gitlab, junit, checkstyle, markdown, or html for a browser",
    )
    parser.add_argument(
        "--output",
        "-o",
        action="append",
        default=[],
        metavar="FORMAT[:FILE]",
        help="write a report to a file, or to standard output where no file is named; can be repeated",
    )
    parser.add_argument(
        "--statistics", action="store_true", help="show how often each rule found something, not each finding"
    )
    parser.add_argument("--exit-zero", action="store_true", help="exit with 0 although something was found")
    parser.add_argument(
        "--quiet", "-q", action="store_true", help="show findings alone, without a summary and remarks on the run"
    )
    parser.add_argument(
        "--files-from",
        metavar="FILE|-",
        help="also lint the files that are listed in this one, or on standard input: one a line, or ended by NUL",
    )


def add_fixing(parser: ArgumentParser) -> None:
    """Add the options that mend files."""
    parser.add_argument(
        "--fix", action="store_true", help="mend what is safe to mend: the file keeps its meaning; see docs/fixes.md"
    )
    parser.add_argument(
        "--unsafe-fixes",
        action="store_true",
        help="with --fix or --diff, also change a setting as the first suggestion says; alone, only show which",
    )
    parser.add_argument(
        "--diff", action="store_true", help="print what --fix would change as a patch, and write nothing"
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        from argparse import ArgumentTypeError

        raise ArgumentTypeError(f"{text!r} is not a date such as 2026-11-22") from None


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text[:5]) <= MOST_JOBS:
        from argparse import ArgumentTypeError

        raise ArgumentTypeError(f"{text!r} is not a number from 1 to {MOST_JOBS}")
    return int(text)
