"""From the table of a settings file to layers: every key and value is checked, and keeps its place.

The first fault raises :class:`~vmlint.project.setting.ConfigError` with its place, what was expected, and the nearest
right thing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from vmlint import limits
from vmlint.findings.place import Place
from vmlint.findings.severity import Severity
from vmlint.findings.waiver import Waiver
from vmlint.lint.thresholds import unfit
from vmlint.project import keys
from vmlint.project.keys import KEYS, Key, by_name
from vmlint.project.layers import Covers, Excludes, Layer, covers
from vmlint.project.origin import Located
from vmlint.project.root import as_written
from vmlint.project.rule_words import RuleWords
from vmlint.project.setting import ConfigError, Setting, where
from vmlint.project.source import Source, described
from vmlint.words import did_you_mean, listed, nearest

Keys = tuple[str | int, ...]


class About(NamedTuple):
    """What checking a settings file takes beside the file."""

    words: RuleWords
    base: str
    """The folder that its patterns are relative to: absolute, with a separator at the end."""
    root: Path | None
    """The folder that the files and folders that it names must be in; ``None`` for a pack that is installed."""


def layers(source: Source, about: About) -> list[Layer]:
    """Return what a settings file says, without what it extends. Raises ``ConfigError``."""
    check = _Check(source, about)
    table = source.table or {}
    check.known(table, KEYS, ())
    plain = [each for key in table if key not in ("overrides", "waivers") for each in check.setting(key, table[key])]
    waived = [check.waiver(number, entry) for number, entry in check.tables(table, "waivers")]
    return [Layer(tuple(plain)), *check.overrides(table), *waived]


class _Check:
    """Checks one settings file."""

    def __init__(self, source: Source, about: About) -> None:
        self.source = source
        self.about = about
        self.entries = 0

    def known(self, table: Mapping[str, Any], allowed: tuple[Key, ...], at: Keys) -> None:
        """Refuse the first key that is not one of those that are allowed."""
        names = by_name(allowed)
        for name in table:
            if name not in names:
                near = nearest(name, names)
                hint = did_you_mean(near, f"the keys are {', '.join(names)}")
                raise self.fault(self.source.key_at(*at, name), f"unknown key {self.source.name(*at, name)}; {hint}")
        for key in allowed:
            if key.needed and key.name not in table:
                raise self.fault(self.source.key_at(*at), f"{self.source.name(*at)}: `{key.name}` is missing")

    def setting(self, name: str, value: Any, at: Keys = ()) -> Iterator[Setting]:
        """Yield what a key of the file, or of an override, says."""
        key = by_name(KEYS)[name]
        here = (*at, name)
        shape = key.shape
        if shape == keys.TABLE:
            self.known(self.table(here, value), key.keys, here)
            for inner in key.keys:
                if inner.name in value:
                    read = self.value(inner, (*here, inner.name), value[inner.name])
                    yield Setting(f"{name}.{inner.name}", read, self.source, (*here, inner.name))
        elif shape == keys.SEVERITIES:
            yield from self.severities(here, value)
        elif shape == keys.THRESHOLDS:
            yield from self.thresholds(here, value)
        elif shape == keys.FACTS:
            yield from self.facts(here, value)
        elif shape in (keys.PATTERNS, keys.FOLDERS, keys.TEXTS) or name == "ignore":
            for number, entry in enumerate(self.value(key, here, value)):
                said = Excludes(entry, covers([entry], self.about.base)) if shape == keys.PATTERNS else entry
                yield Setting(name, said, self.source, (*here, number), whole=False)
        else:
            yield Setting(name, self.value(key, here, value), self.source, here)

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
            case keys.RULES:
                return self.rules(here, value, whole=key.name == "rules")
            case keys.PATTERNS:
                return self.patterns(here, value)
            case keys.FOLDERS:
                return [self.folder((*here, number), name) for number, name in enumerate(self.texts(here, value))]
        return self.texts(here, value)

    def overrides(self, table: Mapping[str, Any]) -> Iterator[Layer]:
        """Yield a layer for each override."""
        allowed = by_name(KEYS)["overrides"].keys
        for number, entry in self.tables(table, "overrides"):
            at = ("overrides", number)
            for name in entry:
                if name in by_name(KEYS) and name not in by_name(allowed):
                    raise self.fault(
                        self.source.key_at(*at, name),
                        f"{name} holds for all files of a project and cannot be set by path; an override sets "
                        f"{listed([key.name for key in allowed if key.by_path])}",
                    )
            self.known(entry, allowed, at)
            said = [each for name in entry if name != "paths" for each in self.setting(name, entry[name], at)]
            yield Layer(tuple(said), self.covers((*at, "paths"), entry["paths"]))

    def waiver(self, number: int, entry: Mapping[str, Any]) -> Layer:
        """Return a layer with a waiver, for the files that it covers."""
        key, at = by_name(KEYS)["waivers"], ("waivers", number)
        self.known(entry, key.keys, at)
        read = {
            inner.name: self.value(inner, (*at, inner.name), entry[inner.name])
            for inner in key.keys
            if inner.name in entry
        }
        place = self.source.pair_at(*at, "rules")
        until = read.get("until")
        waiver = Waiver(
            tuple(read["rules"]),
            place,
            read.get("reason", ""),
            until.isoformat() if until else "",
            "workload" if "workload" in read else "file",
            read.get("workload", ""),
            read.get("field", ""),
        )
        covers = self.covers((*at, "paths"), entry["paths"]) if "paths" in entry else None
        return Layer((Setting("waivers", waiver, self.source, (*at, "rules")),), covers)

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

    def severities(self, here: Keys, value: Any) -> Iterator[Setting]:
        """Yield the severities of rules, by code."""
        for word, severity in self.table(here, value).items():
            rule = self.rule(word, (*here, word), here)
            chosen = Severity[self.word((*here, word), severity, keys.SEVERITY_WORDS).upper()]
            if fault := self.about.words.unlowered(rule, chosen):
                raise self.fault(self.source.pair_at(*here, word), f"{self.source.name(*here)}: {fault}")
            yield Setting(f"{here[-1]}.{rule.code}", chosen, self.source, (*here, word))

    def thresholds(self, here: Keys, value: Any) -> Iterator[Setting]:
        """Yield the thresholds of rules, by code and name."""
        for word, numbers in self.table(here, value).items():
            rule = self.rule(word, (*here, word), here)
            for name, number in self.table((*here, word), numbers).items():
                at = (*here, word, name)
                threshold = next((each for each in rule.thresholds if each.name == name), None)
                if threshold is None:
                    names = [each.name for each in rule.thresholds]
                    has = f"it has {', '.join(names)}" if names else "it has none"
                    hint = did_you_mean(nearest(name, names), has)
                    shown = self.source.name(*here)
                    raise self.fault(self.source.key_at(*at), f"{shown}: {rule.code} has no threshold {name!r}; {hint}")
                if expected := unfit(threshold, number):
                    raise self.wrong(at, expected, number)
                yield Setting(f"{here[-1]}.{rule.code}.{name}", threshold.kind(number), self.source, at)

    def facts(self, here: Keys, value: Any) -> Iterator[Setting]:
        """Yield the facts of a context by their paths. The model judges them once a file is read."""
        pending: list[tuple[Keys, Mapping[str, Any]]] = [((), self.table(here, value))]
        while pending:
            above, table = pending.pop()
            for name, inner in table.items():
                path = (*above, name)
                if isinstance(inner, dict):
                    pending.append((path, inner))
                    continue
                if isinstance(inner, list):
                    self.bounded((*here, *path), inner)
                    nested = next((n for n, item in enumerate(inner) if isinstance(item, (list, dict))), None)
                    if nested is not None:
                        raise self.wrong((*here, *path, nested), "an entry that is one value", inner[nested])
                fact = tuple(inner) if isinstance(inner, list) else inner
                yield Setting(".".join(map(str, (here[-1], *path))), fact, self.source, (*here, *path))

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
            raise self.wrong(here, "a text in quotes", value)
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
