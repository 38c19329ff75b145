"""From the table of a settings file to layers: every key and value is checked, and keeps its place.

The first fault raises :class:`~vmlint.project.setting.ConfigError` with its place, what was expected, and the nearest
right thing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vmlint.findings.severity import Severity
from vmlint.findings.waiver import Waiver
from vmlint.lint.thresholds import unfit
from vmlint.project import keys
from vmlint.project.keys import KEYS, Key, by_name
from vmlint.project.layers import Excludes, Layer, covers
from vmlint.project.setting import Setting
from vmlint.project.source import Source
from vmlint.project.values import About, Keys, Values
from vmlint.words import did_you_mean, listed, nearest


def layers(source: Source, about: About) -> list[Layer]:
    """Return what a settings file says, without what it extends. Raises ``ConfigError``."""
    check = _Check(source, about)
    table = source.table or {}
    check.known(table, KEYS, ())
    plain = [each for key in table if key not in ("overrides", "waivers") for each in check.setting(key, table[key])]
    waived = [check.waiver(number, entry) for number, entry in check.values.tables(table, "waivers")]
    return [Layer(tuple(plain)), *check.overrides(table), *waived]


class _Check:
    """Checks one settings file."""

    def __init__(self, source: Source, about: About) -> None:
        self.source = source
        self.about = about
        self.values = Values(source, about)

    def known(self, table: Mapping[str, Any], allowed: tuple[Key, ...], at: Keys) -> None:
        """Refuse the first key that is not one of those that are allowed."""
        names = by_name(allowed)
        for name in table:
            if name not in names:
                near = nearest(name, names)
                hint = did_you_mean(near, f"the keys are {', '.join(names)}")
                raise self.values.fault(
                    self.source.key_at(*at, name), f"unknown key {self.source.name(*at, name)}; {hint}"
                )
        for key in allowed:
            if key.needed and key.name not in table:
                raise self.values.fault(self.source.key_at(*at), f"{self.source.name(*at)}: `{key.name}` is missing")

    def setting(self, name: str, value: Any, at: Keys = ()) -> Iterator[Setting]:
        """Yield what a key of the file, or of an override, says."""
        key = by_name(KEYS)[name]
        here = (*at, name)
        shape = key.shape
        if shape == keys.TABLE:
            self.known(self.values.table(here, value), key.keys, here)
            for inner in key.keys:
                if inner.name in value:
                    read = self.values.value(inner, (*here, inner.name), value[inner.name])
                    yield Setting(f"{name}.{inner.name}", read, self.source, (*here, inner.name))
        elif shape == keys.SEVERITIES:
            yield from self.severities(here, value)
        elif shape == keys.THRESHOLDS:
            yield from self.thresholds(here, value)
        elif shape == keys.FACTS:
            yield from self.facts(here, value)
        elif shape in (keys.PATTERNS, keys.FOLDERS, keys.TEXTS) or name == "ignore":
            for number, entry in enumerate(self.values.value(key, here, value)):
                said = Excludes(entry, covers([entry], self.about.base)) if shape == keys.PATTERNS else entry
                yield Setting(name, said, self.source, (*here, number), whole=False)
        else:
            yield Setting(name, self.values.value(key, here, value), self.source, here)

    def overrides(self, table: Mapping[str, Any]) -> Iterator[Layer]:
        """Yield a layer for each override."""
        allowed = by_name(KEYS)["overrides"].keys
        for number, entry in self.values.tables(table, "overrides"):
            at = ("overrides", number)
            for name in entry:
                if name in by_name(KEYS) and name not in by_name(allowed):
                    raise self.values.fault(
                        self.source.key_at(*at, name),
                        f"{name} holds for all files of a project and cannot be set by path; an override sets "
                        f"{listed([key.name for key in allowed if key.by_path])}",
                    )
            self.known(entry, allowed, at)
            said = [each for name in entry if name != "paths" for each in self.setting(name, entry[name], at)]
            yield Layer(tuple(said), self.values.covers((*at, "paths"), entry["paths"]))

    def waiver(self, number: int, entry: Mapping[str, Any]) -> Layer:
        """Return a layer with a waiver, for the files that it covers."""
        key, at = by_name(KEYS)["waivers"], ("waivers", number)
        self.known(entry, key.keys, at)
        read = {
            inner.name: self.values.value(inner, (*at, inner.name), entry[inner.name])
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
        covers = self.values.covers((*at, "paths"), entry["paths"]) if "paths" in entry else None
        return Layer((Setting("waivers", waiver, self.source, (*at, "rules")),), covers)

    def severities(self, here: Keys, value: Any) -> Iterator[Setting]:
        """Yield the severities of rules, by code."""
        for word, severity, rule in self.by_rule(here, value):
            chosen = Severity[self.values.word((*here, word), severity, keys.SEVERITY_WORDS).upper()]
            if fault := self.about.words.unlowered(rule, chosen):
                raise self.values.fault(self.source.pair_at(*here, word), f"{self.source.name(*here)}: {fault}")
            yield Setting(f"{here[-1]}.{rule.code}", chosen, self.source, (*here, word))

    def thresholds(self, here: Keys, value: Any) -> Iterator[Setting]:
        """Yield the thresholds of rules, by code and name."""
        for word, numbers, rule in self.by_rule(here, value):
            for name, number in self.values.table((*here, word), numbers).items():
                at = (*here, word, name)
                threshold = next((each for each in rule.thresholds if each.name == name), None)
                if threshold is None:
                    names = [each.name for each in rule.thresholds]
                    has = f"it has {', '.join(names)}" if names else "it has none"
                    hint = did_you_mean(nearest(name, names), has)
                    shown = self.source.name(*here)
                    raise self.values.fault(
                        self.source.key_at(*at), f"{shown}: {rule.code} has no threshold {name!r}; {hint}"
                    )
                if expected := unfit(threshold, number):
                    raise self.values.wrong(at, expected, number)
                yield Setting(f"{here[-1]}.{rule.code}.{name}", threshold.kind(number), self.source, at)

    def by_rule(self, here: Keys, value: Any) -> Iterator[tuple[str, Any, Any]]:
        """Yield the entries of a table of rules: the word for the rule, what is said of it, and the rule.

        A rule that is named twice, by its code and its name or in two cases, is refused.
        """
        words: dict[str, str] = {}
        for word, said in self.values.table(here, value).items():
            rule = self.values.rule(word, (*here, word), here)
            first = words.setdefault(rule.code, word)
            if first != word:
                message = f"{self.source.name(*here)}: {word} and {first} are both {rule.code}; keep one of them"
                raise self.values.fault(self.source.key_at(*here, word), message)
            yield word, said, rule

    def facts(self, here: Keys, value: Any) -> Iterator[Setting]:
        """Yield the facts of a context by their paths. The model judges them once a file is read."""
        pending: list[tuple[Keys, Mapping[str, Any]]] = [((), self.values.table(here, value))]
        while pending:
            above, table = pending.pop()
            for name, inner in table.items():
                path = (*above, name)
                if isinstance(inner, dict):
                    pending.append((path, inner))
                    continue
                if isinstance(inner, list):
                    self.values.bounded((*here, *path), inner)
                    nested = next((n for n, item in enumerate(inner) if isinstance(item, (list, dict))), None)
                    if nested is not None:
                        raise self.values.wrong((*here, *path, nested), "an entry that is one value", inner[nested])
                fact = tuple(inner) if isinstance(inner, list) else inner
                yield Setting(".".join(map(str, (here[-1], *path))), fact, self.source, (*here, *path))
