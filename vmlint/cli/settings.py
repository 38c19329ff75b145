"""Options that several commands share, and the settings that follow from them."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path

from vmlint.catalog import nearest
from vmlint.check import Settings
from vmlint.cli import UsageError
from vmlint.plugins import Installed, load, select
from vmlint.readers.host import Context
from vmlint.runner import open_reference, read_file
from vmlint.structure import STRUCTURE


def add_settings(parser: ArgumentParser) -> None:
    """Add the options that decide what is linted against what."""
    parser.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="RULES",
        help="only these: codes, prefixes of codes, or names, with commas between",
    )
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
    rules, unknown = select(installed.rules, chosen, ignored)
    if unknown:
        raise UsageError(_unknown_rules(unknown, installed))
    structure = _structure(chosen, ignored)
    if not rules and not structure:
        raise UsageError("the selection leaves no rule; `vmlint rules` lists them all")
    today = options.today or date.today()
    context = Context(installed.catalog, today, open_reference, _host(options.host))
    return Settings(rules, installed.catalog, today, context, structure)


def report_failures(installed: Installed) -> None:
    """Tell on standard error which plugins did not load."""
    for plugin in installed.failures:
        print(
            f"vmlint: plugin {plugin.name} ({plugin.distribution} {plugin.version}) did not load: {plugin.error}",
            file=sys.stderr,
        )


def _structure(chosen: tuple[str, ...], ignored: tuple[str, ...]) -> frozenset[str]:
    # What is wrong with the file itself is reported whatever is selected: a gate must not pass what it could not read.
    del chosen
    kept, _ = select(tuple(STRUCTURE.values()), (), tuple(word for word in ignored if _is_structure(word)))
    return frozenset(rule.code for rule in kept)


def _is_structure(word: str) -> bool:
    return word.upper() in STRUCTURE or any(word == rule.name for rule in STRUCTURE.values())


def _words(options: list[str]) -> tuple[str, ...]:
    return tuple(word.strip() for option in options for word in option.split(",") if word.strip())


def _unknown_rules(unknown: list[str], installed: Installed) -> str:
    known = [word for rule in (*installed.rules, *STRUCTURE.values()) for word in (rule.code, rule.name)]
    told = []
    for word in unknown:
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


def _host(option: str | None) -> tuple[str, bytes] | None:
    if option is None:
        return None
    if option == "local":
        from vmlint.host_facts import document

        return "<this machine>", document().encode()
    try:
        return option, read_file(Path(option))
    except OSError as error:
        raise UsageError(f"--host {option}: cannot be read: {error.strerror or error}") from None
