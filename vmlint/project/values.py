"""Reading the values of a settings file, each as its key wants it.

The first fault raises :class:`~vmlint.project.setting.ConfigError` with its place, what was expected, and the nearest
right thing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from vmlint import limits
from vmlint.findings.place import Place
from vmlint.project import keys
from vmlint.project.keys import Key
from vmlint.project.layers import Covers, covers
from vmlint.project.origin import Located, Several
from vmlint.project.root import as_written
from vmlint.project.rule_words import RuleWords
from vmlint.project.setting import LOCAL, ConfigError, where
from vmlint.project.source import Source, described
from vmlint.record import NamedTuple
from vmlint.words import did_you_mean, nearest

Keys = tuple[str | int, ...]


class About(NamedTuple):
    """What checking a settings file takes beside the file."""

    words: RuleWords
    base: str
    """The folder that its patterns are relative to: absolute, with a separator at the end."""
    root: Path | None
    """The folder that the files and folders that it names must be in; ``None`` for a pack that is installed."""


class Values:
    """Reads the values of one settings file."""

    def __init__(self, source: Source, about: About) -> None:
        self.source = source
        self.about = about
        self.entries = 0

    def value(self, key: Key, here: Keys, value: Any) -> Any:
        """Return the value of a key as it is kept."""
        match key.shape:
            case keys.WORD:
                return self.word(here, value, key.words)
            case keys.TEXT:
                return self.text(here, value)
            case keys.ADDRESS:
                return self.address(here, value)
            case keys.FLAG:
                if not isinstance(value, bool):
                    raise self.wrong(here, "true or false", value)
                return value
            case keys.NUMBER:
                if type(value) is not int or not 0 <= value < limits.SETTINGS_DAYS:
                    raise self.wrong(here, f"a whole number from 0 to {limits.SETTINGS_DAYS - 1}", value)
                return value
            case keys.DATE:
                return self.date(here, value)
            case keys.FILE:
                return self.file(here, value)
            case keys.HOSTS:
                return self.hosts(here, value)
            case keys.RULES:
                return self.rules(here, value, whole=key.name == "rules")
            case keys.PATTERNS:
                return self.patterns(here, value)
            case keys.FOLDERS:
                return [self.folder((*here, number), name) for number, name in enumerate(self.texts(here, value))]
        return self.texts(here, value)

    def tables(self, table: Mapping[str, Any], name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Yield the tables of a list of tables, with their numbers."""
        value = table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise self.wrong((name,), f"tables, each under [[{self.source.name(name)}]]", value)
        self.bounded((name,), value)
        yield from enumerate(value)

    def table(self, here: Keys, value: Any) -> Mapping[str, Any]:
        """Return a table, or refuse anything else."""
        if not isinstance(value, dict):
            raise self.wrong(here, f"a table: [{self.source.name(*here)}]", value)
        self.bounded(here, value)
        return value

    def word(self, here: Keys, value: Any, words: tuple[str, ...]) -> str:
        """Return one of some words."""
        if not isinstance(value, str) or value not in words:
            near = nearest(value, words) if isinstance(value, str) else None
            hint = f"; {did_you_mean(near)}" if near else ""
            raise self.wrong(here, f"one of {', '.join(words)}", value, hint)
        return value

    def text(self, here: Keys, value: Any) -> str:
        """Return a text that says something."""
        if not isinstance(value, str) or not value.strip():
            expected = "a text that is not empty" if isinstance(value, str) else "a text in quotes"
            raise self.wrong(here, expected, value)
        return value

    def texts(self, here: Keys, value: Any) -> list[str]:
        """Return a list of texts."""
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            at, wrong = here, value
            if isinstance(value, list):
                number, wrong = next((n, item) for n, item in enumerate(value) if not isinstance(item, str))
                at = (*here, number)
            written = f'; write ["{value}"]' if isinstance(value, str) else ""
            raise self.wrong(at, "a list of texts", wrong, written)
        self.bounded(here, value)
        return value

    def address(self, here: Keys, value: Any) -> str:
        """Return the address of a page for each rule."""
        text = self.text(here, value)
        if not text.startswith(("https://", "http://")) or text.count("{code}") != 1 or any(c.isspace() for c in text):
            raise self.wrong(here, "an address with {code} in it, such as https://docs.example.org/{code}", value)
        return text

    def date(self, here: Keys, value: Any) -> date:
        """Return a day: a date of TOML, or its text."""
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            if isinstance(value, str) and len(value) == len("2027-03-01"):
                return date.fromisoformat(value)
        except ValueError:
            pass
        raise self.wrong(here, "a date such as 2027-03-01", value)

    def file(self, here: Keys, value: Any) -> Located:
        """Return a file by its path relative to this one. Whether it is there is found out where it is read."""
        name = self.relative(here, self.text(here, value))
        path = Path(os.path.normpath(self.source.path.parent / name))
        try:
            inside = self.about.root is None or path.resolve().is_relative_to(self.about.root)
        except (OSError, RuntimeError):
            inside = False
        if not inside:
            message = f"{self.source.name(*here)}: {value!r} leads out of the project ({self.about.root.name}/)"  # type: ignore[union-attr]
            raise self.fault(self.source.value_at(*here), message)
        return Located(path, as_written(path))

    def hosts(self, here: Keys, value: Any) -> Located | str | Several:
        """Return what describes hosts: a file, a folder or this machine, or several of these."""
        if not isinstance(value, list):
            return LOCAL if value == LOCAL else self.file(here, value)
        names = self.texts(here, value)
        if not names:
            raise self.wrong(here, "at least one host", value)
        parts = tuple(self.hosts((*here, number), name) for number, name in enumerate(names))
        return parts[0] if len(parts) == 1 else Several(parts)  # type: ignore[arg-type]

    def folder(self, here: Keys, name: str) -> Any:
        """Return a folder of documents by its path relative to this file."""
        from vmlint.project.folders import named_folder

        origin = f"{where(self.source.value_at(*here))}: {self.source.name(*here)}"
        return named_folder(self.relative(here, name), origin, self.source.path.parent, self.about.root)

    def relative(self, here: Keys, name: str) -> str:
        """Return a path that is written relative to the file, or refuse it."""
        if not name or Path(name).is_absolute():
            message = f"{self.source.name(*here)}: {name!r} is not written relative to this file"
            raise self.fault(self.source.value_at(*here), message)
        return name

    def rules(self, here: Keys, value: Any, *, whole: bool) -> tuple[str, ...]:
        """Return words for rules: each must match one, or with ``whole`` name one."""
        words = self.texts(here, value)
        if not words and (whole or here[-1] == "select"):
            raise self.wrong(here, "a list of one rule or more", value)
        for number, word in enumerate(words):
            if whole:
                self.rule(word, (*here, number), here)
            fault = self.about.words.unmatched(word)
            if not fault and here[-1] == "ignore":
                fault = self.about.words.unignored(word)
            if fault:
                raise self.fault(self.source.value_at(*here, number), f"{self.source.name(*here)}: {fault}")
        return tuple(words)

    def rule(self, word: str, at: Keys, here: Keys) -> Any:
        """Return the rule of a code or name."""
        found = self.about.words.named(word)
        if found is None:
            fault = self.about.words.unmatched(word) or f"{word!r} stands for several rules; write the code of one"
            raise self.fault(self.source.key_at(*at), f"{self.source.name(*here)}: {fault}")
        return found

    def patterns(self, here: Keys, value: Any) -> list[str]:
        """Return patterns as in a .gitignore file."""
        from vmlint.syntax.gitignore import octets, pattern_of

        texts = self.texts(here, value)
        for number, text in enumerate(texts):
            if pattern_of(octets(text)) is None:
                raise self.wrong((*here, number), "a pattern as in .gitignore", text)
        return texts

    def covers(self, here: Keys, value: Any) -> Covers:
        """Return which files some patterns are about."""
        texts = self.patterns(here, value)
        if not texts:
            raise self.wrong(here, "at least one pattern", value)
        return covers(texts, self.about.base)

    def bounded(self, here: Keys, value: Any) -> None:
        """Refuse more entries of lists and tables, in all of the file, than anybody writes."""
        self.entries += len(value)
        if self.entries > limits.SETTINGS_ENTRIES:
            message = f"{self.source.name(*here)}: the file has more than {limits.SETTINGS_ENTRIES} entries"
            raise self.fault(self.source.key_at(*here), message)

    def wrong(self, here: Keys, expected: str, value: Any, hint: str = "") -> ConfigError:
        """Return the error for a value that is not what its key takes."""
        message = f"{self.source.name(*here)}: expected {expected}, not {described(value)}{hint}"
        return self.fault(self.source.value_at(*here), message)

    def fault(self, place: Place, message: str) -> ConfigError:
        """Return an error at a place."""
        return ConfigError(f"{where(place)}: {message}")
