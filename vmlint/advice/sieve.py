"""Which rules to ask first about a candidate, since one of them will probably speak against it."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

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
        self._first: tuple[list[str], ...] = ([], [], [])

    def rules(self, codes: Iterable[str]) -> list[Rule]:
        """Return the rules with some codes, each once; without those that do not judge."""
        return [self._rules[code] for code in dict.fromkeys(codes) if code in self._rules]

    def first(self, asked: Sequence[str]) -> Iterator[list[Rule]]:
        """Yield the rules to ask first: those with errors and the codes in ``asked``; then these and all others."""
        errors, *others = self._first
        yield self.rules((*errors, *asked))
        if any(others):
            yield self.rules(itertools.chain(errors, asked, *others))

    def learn(self, refused: Candidate) -> None:
        """Remember which rules spoke against a candidate."""
        errors, needs = ([each.code for each in part] for part in (refused.errors, refused.needs))
        for kind, codes in zip(self._kinds, (errors, refused.warnings, needs), strict=True):
            kind.update(codes)
        self._first = tuple([code for code, _ in kind.most_common(ASKED_FIRST)] for kind in self._kinds)
