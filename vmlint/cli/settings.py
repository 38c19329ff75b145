"""Options that several commands share, and the settings that follow from them."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from vmlint.catalog import Catalog
from vmlint.cli import UsageError
from vmlint.extend.plugins import Installed, load, select
from vmlint.findings.codes import ACCEPTED_RISK, CODES
from vmlint.findings.problem import Unreadable
from vmlint.findings.severity import Severity
from vmlint.findings.tombstones import TOMBSTONES
from vmlint.lint.engine import by_stage
from vmlint.lint.profiles import DEFAULT, PROFILES
from vmlint.lint.rule import Coded
from vmlint.model.derive import DERIVATIONS
from vmlint.model.workload import Workload
from vmlint.reading.file import File, read_bytes
from vmlint.reading.host import Context, read_host
from vmlint.report.screen import visible
from vmlint.run.check import Settings
from vmlint.run.files import open_reference
from vmlint.words import nearest


def add_select(parser: ArgumentParser) -> None:
    """Add the option that chooses rules."""
    parser.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="RULES",
        help="only these: codes, prefixes of codes, or names, with commas between",
    )


def add_profile(parser: ArgumentParser) -> None:
    """Add the option that says how thorough to be."""
    told = "; ".join(f"{profile.name}: {profile.about}" for profile in PROFILES.values())
    parser.add_argument("--profile", choices=PROFILES, help=f"{told} (default: {DEFAULT.name})")


def add_config(parser: ArgumentParser) -> None:
    """Add the options that say what a project has settled, and what it knows."""
    parser.add_argument(
        "--config", metavar="FILE", help="settings of the project (default: the nearest vmlint.toml or pyproject.toml)"
    )
    parser.add_argument(
        "--catalog",
        action="append",
        default=[],
        metavar="DIR",
        help="folder of documents that add platforms and guests to the catalogue, or change what it says of them",
    )


def add_stdin_filename(parser: ArgumentParser) -> None:
    """Add the option that names what comes through a pipe."""
    parser.add_argument(
        "--stdin-filename", metavar="NAME", help="name of what standard input holds, for formats that go by it"
    )


def add_settings(parser: ArgumentParser) -> None:
    """Add the options that decide what is linted against what."""
    add_select(parser)
    add_profile(parser)
    add_config(parser)
    parser.add_argument("--ignore", action="append", default=[], metavar="RULES", help="all but these")
    parser.add_argument(
        "--host", metavar="FILE|local", help="host document for workloads that state no host; `local`: this machine"
    )
    parser.add_argument(
        "--today", type=_day, default=None, metavar="DATE", help="judge lifecycle dates as of this day (YYYY-MM-DD)"
    )


def settings(options: Namespace, installed: Installed | None = None) -> Settings:
    """Return the settings that the options ask for. Raises :class:`~vmlint.cli.UsageError`."""
    installed = installed or load()
    report_failures(installed)
    chosen, ignored = _words(options.select), _words(options.ignore)
    catalog = configured(options, installed.catalog)
    profile = PROFILES[options.profile] if options.profile else DEFAULT
    rules, named, unknown = select(installed.rules, chosen, ignored, profile)
    if unknown:
        raise UsageError(_unknown_rules(unknown, installed))
    structure = _structure(ignored)
    if not rules:
        raise UsageError("the selection leaves no rule; `vmlint rules` lists them all")
    # Whatever is reported, the same rules judge suggestions: how thorough a run is must not change what is sound.
    judges = select(installed.rules, (), ignored, DEFAULT).rules
    today = options.today or date.today()
    host = _host(options.host, catalog, today)
    context = Context(catalog, today, open_reference, host, installed.readers)
    guards = tuple(rule for rule in by_stage(judges, "workload") if rule.security)
    return Settings(rules, judges, context, structure, profile, named, guards)


def configured(options: Namespace, catalog: Catalog) -> Catalog:
    """Settle what the project's configuration says and the options do not; return the catalogue with local data on top.

    Raises :class:`~vmlint.cli.UsageError`.
    """
    from vmlint.project import config

    try:
        found = config.read_named(Path(options.config)) if options.config else config.read_here()
        folders = [*found.catalog, *(config.named_folder(name, "--catalog") for name in options.catalog)]
        if getattr(options, "profile", None) is None:
            options.profile = found.profile or None
        if not folders:
            return catalog
        from vmlint.extend.project import with_documents

        return with_documents(catalog, {folder.path: folder for folder in folders}.values())
    except ValueError as error:
        raise UsageError(visible(str(error))) from None


def report_failures(installed: Installed) -> None:
    """Tell on standard error which plugins did not load."""
    for plugin in installed.failures:
        named = f"{plugin.name} ({plugin.distribution} {plugin.version})"
        sys.stderr.write(f"vmlint: plugin {named} did not load: {visible(plugin.error)}\n")


def _structure(ignored: tuple[str, ...]) -> frozenset[str]:
    """Return the structure codes to report, whatever is selected. Only warnings among them can be ignored.

    Raises :class:`~vmlint.cli.UsageError` for the rest: a gate must not pass what it could not read.
    """
    silenced = {rule.code for rule in CODES.values() if {rule.code, rule.name} & {*map(str.upper, ignored), *ignored}}
    if ACCEPTED_RISK in silenced:
        raise UsageError(
            f"{ACCEPTED_RISK} ({CODES[ACCEPTED_RISK].name}) cannot be ignored: no local data lifts an objection "
            "silently; remove what lifts it, or ignore the rule that objects"
        )
    for code in sorted(silenced):
        if CODES[code].severity is Severity.ERROR:
            raise UsageError(f"{code} ({CODES[code].name}) cannot be ignored: what it names could not be checked")
    return frozenset(CODES) - silenced


def _words(options: list[str]) -> tuple[str, ...]:
    words = tuple(word.strip() for option in options for word in option.split(","))
    if not all(words):
        raise UsageError("a list of rules has an empty entry; write codes, prefixes of codes, or names")
    return words


def _unknown_rules(unknown: Sequence[str], installed: Installed) -> str:
    every: tuple[Coded, ...] = (*installed.rules, *CODES.values())
    known = [word for rule in every for word in (rule.code, rule.name)]
    told = []
    for word in unknown:
        if word.upper() in TOMBSTONES:
            told.append(f"{word.upper()} stands for no rule: {TOMBSTONES[word.upper()].reason}")
            continue
        near = nearest(word, [name.lower() for name in known])
        shown = next((name for name in known if name.lower() == near), None)
        told.append(f"no rule matches {word!r}" + (f"; did you mean {shown}?" if shown else ""))
    return "; ".join(told)


def _day(text: str) -> date:
    from argparse import ArgumentTypeError

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a date such as 2026-11-22") from None


def _host(option: str | None, catalog: Catalog, today: date) -> File | None:
    if option is None:
        return None
    if option == "local":
        from vmlint.host.document import document

        return File("<this machine>", document().encode())
    try:
        file = File(option, read_bytes(Path(option)))
        read_host(Workload(catalog, DERIVATIONS, today), file)
    except OSError as error:
        raise UsageError(f"--host {option}: cannot be read: {error.strerror or error}") from None
    except Unreadable as error:
        raise UsageError(f"--host {option}: line {error.problem.at.line}: {error.problem.message}") from None
    except ValueError as error:
        raise UsageError(f"--host {option}: {error}") from None
    return file
