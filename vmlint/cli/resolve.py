"""From the options to what holds in a run: an option, or else the project's configuration, or else the default."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vmlint.cli import UsageError, collect_again
from vmlint.cli.say import say
from vmlint.extend import plugins
from vmlint.extend.plugins import Installed, select
from vmlint.findings.codes import ACCEPTED_RISK, CODES
from vmlint.findings.problem import Unreadable
from vmlint.findings.severity import Severity
from vmlint.lint.profiles import DEFAULT, PROFILES, Profile
from vmlint.reading.context import Context
from vmlint.reading.file import File, read_bytes
from vmlint.report.screen import visible
from vmlint.run.settings import Settings
from vmlint.words import did_you_mean, nearest, reason

if TYPE_CHECKING:
    from argparse import Namespace

    from vmlint.catalog import Catalog
    from vmlint.lint.rule import Coded


def installed() -> Installed:
    """Load the plugins, and say on standard error which of them did not load."""
    found = plugins.load()
    collect_again()
    for plugin in found.failures:
        say(plugin.failure)
    return found


class Configured(NamedTuple):
    """What the options and the project's configuration say together."""

    profile: Profile
    catalog: Catalog
    """The installed catalogue with the project's documents."""


def configured(
    installed: Installed, config: str | None, folders: Iterable[str], profile: str | None = None
) -> Configured:
    """Read the project's configuration, which the options ``--config``, ``--catalog`` and ``--profile`` add to.

    Raises :class:`~vmlint.cli.UsageError` for what is wrong in it.
    """
    from vmlint.project.config import named_folder, read_here, read_named

    try:
        project = read_named(Path(config)) if config else read_here()
        named = profile or project.profile
        chosen = PROFILES[named] if named else DEFAULT
        documents = [*project.catalog, *(named_folder(name, "--catalog") for name in folders)]
        if not documents:
            return Configured(chosen, installed.catalog)
        from vmlint.extend.project import with_documents

        unique = {folder.path: folder for folder in documents}
        return Configured(chosen, with_documents(installed.catalog, unique.values()))
    except ValueError as error:
        raise UsageError(visible(str(error)), incomplete=bool(installed.failures)) from None


def settings_for(options: Namespace, installed: Installed) -> Settings:
    """Return the settings of a check that the options of :func:`vmlint.cli.options.add_settings` ask for.

    Raises :class:`~vmlint.cli.UsageError`.
    """
    selected, left_out = _words(options.select), _words(options.ignore)
    profile, catalog = configured(installed, options.config, options.catalog, options.profile)
    rules, named, unknown = select(installed.rules, selected, left_out, profile)
    incomplete = bool(installed.failures)
    if unknown:
        raise UsageError(_unknown_rules(unknown, installed), incomplete=incomplete)
    codes = _codes(left_out)
    if not rules:
        raise UsageError("the selection leaves no rule; `vmlint rules` lists them all", incomplete=incomplete)
    # Whatever is reported, the same rules judge suggestions: how thorough a run is must not change what is sound.
    judges = select(installed.rules, (), left_out, DEFAULT).rules
    today = options.today or date.today()
    host = _host(options.host, catalog, today)
    context = Context(catalog, today, default_host=host, readers=installed.readers)
    guards = tuple(rule for rule in judges if rule.security and rule.stage == "workload")
    waive = getattr(options, "waive", True)  # only `check` reports what rules find
    return Settings(rules, judges, context, codes, profile, named, guards, every=installed.rules, waive=waive)


def limits(options: Namespace, settings: Settings) -> list[str]:
    """Return how the options of a check limit what the rules report, in few words; empty where they do not."""
    profile = settings.profile
    selected = _words(options.select)
    everything = any(word.upper() == "ALL" for word in selected)
    only = [f"only {_once(selected)} checked"] if selected and not everything else []
    quieter = profile.severity > DEFAULT.severity or profile.confidence > DEFAULT.confidence
    return [*only, *ignored(options), *([f"profile {profile.name}"] if quieter else [])]


def ignored(options: Namespace) -> list[str]:
    """Return which rules are ignored, in few words; empty if there are none. They judge no suggestion either."""
    return [f"{_once(_words(options.ignore))} ignored"] if options.ignore else []


def _once(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(map(visible, words)))


def _codes(ignored: tuple[str, ...]) -> frozenset[str]:
    """Return vmlint's own codes to report, whatever is selected. Only warnings among them can be ignored.

    Raises :class:`~vmlint.cli.UsageError` for the others: a gate must not pass what it could not read.
    """
    silenced = {rule.code for rule in CODES.values() if {rule.code, rule.name} & {*map(str.upper, ignored), *ignored}}
    if ACCEPTED_RISK in silenced:
        raise UsageError(
            f"{ACCEPTED_RISK} ({CODES[ACCEPTED_RISK].name}) cannot be ignored: local data suppresses no finding "
            "silently; remove that data, or ignore the rule whose finding it suppresses"
        )
    for code in sorted(silenced):
        if CODES[code].severity is Severity.ERROR:
            raise UsageError(f"{code} ({CODES[code].name}) cannot be ignored: it marks what could not be checked")
    return frozenset(CODES) - silenced


def _words(options: list[str]) -> tuple[str, ...]:
    words = tuple(word.strip() for option in options for word in option.split(","))
    if not all(words):
        raise UsageError("a list of rules has an empty entry; write codes, prefixes of codes, or names")
    return words


def _unknown_rules(unknown: Sequence[str], installed: Installed) -> str:
    from vmlint.findings.tombstones import TOMBSTONES

    every: tuple[Coded, ...] = (*installed.rules, *CODES.values())
    known = [word for rule in every for word in (rule.code, rule.name)]
    problems = []
    for word in unknown:
        if word.upper() in TOMBSTONES:
            problems.append(f"{word.upper()} is no rule: {TOMBSTONES[word.upper()].reason}")
            continue
        near = nearest(word, [name.lower() for name in known])
        shown = next((name for name in known if name.lower() == near), None)
        problems.append(f"no rule matches {word!r}" + (f"; {did_you_mean(shown)}" if shown else ""))
    return "; ".join(problems)


def _host(option: str | None, catalog: Catalog, today: date) -> File | None:
    if option is None:
        return None
    if option == "local":
        from vmlint.host.document import document

        return File("<this machine>", document().encode())
    from vmlint.model.derive import DERIVATIONS
    from vmlint.model.workload import Workload
    from vmlint.reading.host import read_host

    try:
        file = File(option, read_bytes(Path(option)))
        read_host(Workload(catalog, DERIVATIONS, today), file)
    except OSError as error:
        raise UsageError(f"--host {option}: cannot be read: {reason(error)}") from None
    except Unreadable as error:
        raise UsageError(f"--host {option}: line {error.problem.at.line}: {error.problem.message}") from None
    except ValueError as error:
        raise UsageError(f"--host {option}: {error}") from None
    return file
