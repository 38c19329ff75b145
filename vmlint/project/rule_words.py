"""The words that settings have for rules: codes, prefixes of codes, and names."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from vmlint.extend.plugins import matches
from vmlint.findings.codes import ACCEPTED_RISK, CODES
from vmlint.findings.severity import Severity
from vmlint.words import did_you_mean, nearest

if TYPE_CHECKING:
    from vmlint.lint.rule import Coded


class RuleWords:
    """The rules that are installed and the codes of vmlint itself, by the words for them."""

    def __init__(self, rules: Iterable[Coded]) -> None:
        self._rules: tuple[Coded, ...] = (*rules, *CODES.values())

    @functools.cached_property
    def _by_word(self) -> Mapping[str, Coded]:
        return {word: rule for rule in self._rules for word in (rule.code, rule.name)}

    def named(self, word: str) -> Coded | None:
        """Return the rule that a code or a name is of."""
        return self._by_word.get(word) or self._by_word.get(word.upper())

    def unmatched(self, word: str) -> str:
        """Return why a word stands for no rule, with the nearest that does; empty where it stands for some."""
        from vmlint.findings.tombstones import TOMBSTONES

        if word.upper() in TOMBSTONES:
            return f"{word.upper()} is no rule: {TOMBSTONES[word.upper()].reason}"
        if word and any(matches(rule, word) for rule in self._rules):
            return ""
        near = nearest(word, [name.lower() for name in self._by_word])
        shown = next((name for name in self._by_word if name.lower() == near), None)
        return f"no rule matches {word!r}; {did_you_mean(shown, '`vmlint rules` lists them all')}"

    def unignored(self, word: str) -> str:
        """Return why what a word names cannot be ignored; empty where it can.

        A gate must not pass what it cannot read.
        """
        rule = self.named(word)
        if rule is None or rule.code not in CODES:
            return ""
        if rule.code == ACCEPTED_RISK:
            return (
                f"{rule.code} ({rule.name}) cannot be ignored: local data suppresses no finding silently; remove that "
                "data, or ignore the rule whose finding it suppresses"
            )
        if rule.severity is Severity.ERROR:
            return f"{rule.code} ({rule.name}) cannot be ignored: it marks what could not be checked"
        return ""

    def unlowered(self, rule: Coded, severity: Severity) -> str:
        """Return why a rule cannot have a severity; empty where it can."""
        if rule.code in CODES and rule.severity is Severity.ERROR and severity < rule.severity:
            return f"{rule.code} ({rule.name}) is always an error: it marks what could not be checked"
        return ""
