"""Options that several commands share, and the settings that follow from them."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path

from vmlint.catalog import Catalog, nearest
from vmlint.check import Settings
from vmlint.cli import UsageError
from vmlint.model.derive import DERIVATIONS
from vmlint.model.workload import Workload
from vmlint.plugins import Installed, load, select
from vmlint.readers.host import Context, read_host
from vmlint.readers.text import Unreadable
from vmlint.report.screen import visible
from vmlint.rule import Severity
from vmlint.runner import open_reference, read_file
from vmlint.structure import STRUCTURE


def add_select(parser: ArgumentParser) -> None:
    """Add the option that chooses rules."""
    parser.add_argument(
        "--select",
        action="append",
        default=[],
        metavar="RULES",
        help="only these: codes, prefixes of codes, or names, with commas between",
    )


def add_settings(parser: ArgumentParser) -> None:
    """Add the options that decide what is linted against what."""
    add_select(parser)
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
    structure = _structure(ignored)
    if not rules:
        raise UsageError("the selection leaves no rule; `vmlint rules` lists them all")
    judges, _ = select(installed.rules, (), ignored)
    today = options.today or date.today()
    context = Context(installed.catalog, today, open_reference, _host(options.host, installed.catalog, today))
    return Settings(rules, judges, installed.catalog, today, context, structure)


def report_failures(installed: Installed) -> None:
    """Tell on standard error which plugins did not load."""
    for plugin in installed.failures:
        named = f"{plugin.name} ({plugin.distribution} {plugin.version})"
        sys.stderr.write(f"vmlint: plugin {named} did not load: {visible(plugin.error)}\n")


def _structure(ignored: tuple[str, ...]) -> frozenset[str]:
    """Return the structure codes to report, whatever is selected. Only warnings among them can be ignored.

    Raises :class:`~vmlint.cli.UsageError` for the rest: a gate must not pass what it could not read.
    """
    silenced = {
        rule.code for rule in STRUCTURE.values() if {rule.code, rule.name} & {*map(str.upper, ignored), *ignored}
    }
    for code in sorted(silenced):
        if STRUCTURE[code].severity is Severity.ERROR:
            raise UsageError(f"{code} ({STRUCTURE[code].name}) cannot be ignored: what it names could not be checked")
    return frozenset(STRUCTURE) - silenced


def _words(options: list[str]) -> tuple[str, ...]:
    words = tuple(word.strip() for option in options for word in option.split(","))
    if not all(words):
        raise UsageError("a list of rules has an empty entry; write codes, prefixes of codes, or names")
    return words


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


def _host(option: str | None, catalog: Catalog, today: date) -> tuple[str, bytes] | None:
    if option is None:
        return None
    if option == "local":
        from vmlint.host_facts import document

        return "<this machine>", document().encode()
    try:
        data = read_file(Path(option))
        read_host(Workload(catalog, DERIVATIONS, today), option, data)
    except OSError as error:
        raise UsageError(f"--host {option}: cannot be read: {error.strerror or error}") from None
    except Unreadable as error:
        raise UsageError(f"--host {option}: line {error.problem.line}: {error.problem.message}") from None
    except ValueError as error:
        raise UsageError(f"--host {option}: {error}") from None
    return option, data
