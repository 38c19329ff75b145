"""Rules that remember what they found, so that workloads that are alike are judged once.

Most files of a fleet state the same but for names, sizes and versions. What a rule finds is a pure function of the
facts that it reads; so in a workload with the same outline (:mod:`vmlint.model.outline`), each rule finds the same as
before, but for the few that read a value beyond the outline: those are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import NamedTuple

from vmlint.lint.outcome import NOTHING, Outcome, together
from vmlint.lint.rule import Rule
from vmlint.model.outline import noted, outline, overlook
from vmlint.model.workload import Workload

OUTLINES = 2048
"""How many outlines are remembered, of two to four KiB each; for one more, all others are forgotten."""
TRIED = 256
"""After how many outlines it is judged whether remembering them pays."""

Ask = Callable[[Rule], Outcome]
"""Asks one rule about the workload at hand."""


class _Known(NamedTuple):
    """What is known of all workloads of one outline."""

    settled: Mapping[int, Outcome]
    """What rules find in each of them, where it is anything: by the rule's place in the book."""
    asked: tuple[int, ...]
    """The places of the rules that read values beyond the outline, and are asked about each."""


class Rulebook(tuple[Rule, ...]):
    """The rules of a stage, in their order, and what they found so far. One serves all files of a run."""

    def __init__(self, _: Iterable[Rule] = ()) -> None:
        self._known: dict[Hashable, _Known] = {}
        self._recalled = self._learned = 0

    def outcome(self, workload: Workload, ask: Ask) -> Outcome:
        """Return what the rules find in a workload. ``ask`` must be a pure function of the workload and the rule."""
        try:
            key = outline(workload)
        except TypeError:  # it states a value of a plugin's own making
            return together(map(ask, self))
        known = self._known.get(key)
        if known is not None:
            self._recalled += 1
            found = {**known.settled, **{place: ask(self[place]) for place in known.asked}}
            return together(found[place] for place in sorted(found))
        if self._learned >= TRIED and self._recalled < self._learned:  # it takes twice as long as asking
            return together(map(ask, self))
        return self._learn(key, workload, ask)

    def _learn(self, key: Hashable, workload: Workload, ask: Ask) -> Outcome:
        """Ask every rule, and remember what holds for all workloads of the outline."""
        self._learned += 1
        found: list[Outcome] = []
        asked: list[int] = []
        for place, rule in enumerate(self):
            overlook(workload)
            found.append(ask(rule))
            if noted(workload) or found[-1].crashes:  # a crash may have another cause than what the rule reads
                asked.append(place)
        if len(self._known) >= OUTLINES:
            self._known.clear()
        settled = {
            place: outcome for place, outcome in enumerate(found) if outcome is not NOTHING and place not in asked
        }
        self._known[key] = _Known(settled, tuple(asked))
        return together(found)
