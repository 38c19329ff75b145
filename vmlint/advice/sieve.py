"""Which rules to ask first about a candidate, since one of them will probably speak against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from vmlint.findings.verdict import Candidate
from vmlint.lint.rule import Rule

ASKED_FIRST = 3
"""How many rules of each kind are asked first: each costs time for a candidate that nothing speaks against."""


class Sieve:
    """The rules that spoke against the most candidates so far: with errors, with warnings, or with conditions.

    What one rule finds does not depend on which others are asked with it. So what a few of them find is a part of what
    all find, and often enough to refuse a candidate.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = {rule.code: rule for rule in rules}
        self._kinds: tuple[Counter[str], ...] = (Counter(), Counter(), Counter())
        self._first: list[str] = []

    def first(self, asked: Sequence[str]) -> list[Rule]:
        """Return the rules to ask first; those with the codes in ``asked`` are among them, if they judge."""
        return [self._rules[code] for code in dict.fromkeys((*asked, *self._first)) if code in self._rules]

    def learn(self, refused: Candidate) -> None:
        """Remember which rules spoke against a candidate."""
        errors, needs = ([each.code for each in part] for part in (refused.errors, refused.needs))
        for kind, codes in zip(self._kinds, (errors, refused.warnings, needs), strict=True):
            kind.update(codes)
        self._first = [code for kind in self._kinds for code, _ in kind.most_common(ASKED_FIRST)]
