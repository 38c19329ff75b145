"""From the options to what holds for each file: of the options, the environment, and the project's settings files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.cli import UsageError, collect_again
from vmlint.cli.say import say
from vmlint.extend import plugins
from vmlint.extend.plugins import Installed
from vmlint.inert import visible
from vmlint.lint.profiles import DEFAULT, PROFILES
from vmlint.project.lookup import Lookup
from vmlint.project.setting import OF_THE_RUN, PREFIX, SAID, ConfigError
from vmlint.run.by_file import ByFile

if TYPE_CHECKING:
    from argparse import Namespace

    from vmlint.project.layers import Layer
    from vmlint.project.setting import Config
    from vmlint.project.source import Read


def installed() -> Installed:
    """Load the plugins, and say on standard error which of them did not load."""
    found = plugins.load()
    collect_again()
    for plugin in found.failures:
        say(plugin.failure)
    return found


@contextmanager
def usage(installed: Installed) -> Iterator[None]:
    """Turn a fault of the settings into a :class:`~vmlint.cli.UsageError`."""
    try:
        yield
    except ConfigError as error:
        raise UsageError(visible(str(error)), incomplete=bool(installed.failures)) from None


def settings_for(
    options: Namespace, installed: Installed, read: Read | None = None, environment: Mapping[str, str] = os.environ
) -> ByFile:
    """Return the settings of each file, of the options that :func:`vmlint.cli.options.add_settings` declares, of the
    environment, and of the project's settings files.

    ``read`` returns the bytes of a settings file, or ``None`` where there is none; by default, those on disk. Raises
    :class:`~vmlint.cli.UsageError`.
    """
    with usage(installed):
        found = by_file(options, installed, read, environment)
        _ = found.here  # what is wrong with the options shows, whichever files they are for
        return found


def by_file(
    options: Namespace, installed: Installed, read: Read | None = None, environment: Mapping[str, str] = os.environ
) -> ByFile:
    """Return the same, with the faults of settings files left to be found with the files. Raises ``ConfigError``."""
    waive = getattr(options, "waive", True)  # only `check` reports what rules find
    today = getattr(options, "today", None) or date.today()
    pictures = getattr(options, "pictures", False)
    found = ByFile(installed, _lookup(options, installed, read, environment), today, waive=waive, pictures=pictures)
    found.follows_links = getattr(options, "follow_links", False)
    return found


def _lookup(options: Namespace, installed: Installed, read: Read | None, environment: Mapping[str, str]) -> Lookup:
    said = {key: _texts(getattr(options, key.replace("-", "_"), None)) for key in SAID}
    over: list[Layer | None] = []
    if any(said.values()) or any(_is_told(name, environment) for name in environment):
        from vmlint.project.given import of_environment, of_options
        from vmlint.project.rule_words import RuleWords

        words = RuleWords(installed.rules)
        over = [of_environment(environment, words), of_options(said, words)]
    if options.isolated and options.config:
        raise UsageError("--isolated reads no settings file; leave --config out")
    named = options.config or (not options.isolated and environment.get("VMLINT_CONFIG"))
    return Lookup(
        installed.rules,
        over=[layer for layer in over if layer is not None],
        named=Path(named) if named else None,
        isolated=options.isolated,
        read=read,
    )


def _is_told(name: str, environment: Mapping[str, str]) -> bool:
    """Whether a variable of the environment may say a key, or may be empty where it must not."""
    return name.startswith(PREFIX) and (name not in OF_THE_RUN or not environment[name])


def _texts(value: str | list[str] | None) -> list[str]:
    return value if isinstance(value, list) else [] if value is None else [value]


def limits(held: Config) -> list[str]:
    """Return how settings limit what the rules report, in few words; empty where they do not."""
    profile = PROFILES[held.value("profile", DEFAULT.name)]
    selected = held.value("select", ())
    everything = any(word.upper() == "ALL" for word in selected)
    only = [f"only {_once(selected)} checked"] if selected and not everything else []
    quieter = profile.severity > DEFAULT.severity or profile.confidence > DEFAULT.confidence
    return [*only, *ignored(held), *([f"profile {profile.name}"] if quieter else [])]


def ignored(held: Config) -> list[str]:
    """Return which rules are ignored, in few words; empty if there are none. They judge no suggestion either."""
    words = held.values("ignore")
    return [f"{_once(words)} ignored"] if words else []


def _once(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(map(visible, words)))
