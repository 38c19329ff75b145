"""Rules that remember what they found, so that workloads that are alike are judged once.

Most files of a fleet state the same but for names, sizes and versions. What a rule finds is a pure function of the
facts that it reads; so in a workload with the same outline (:mod:`vmlint.model.outline`), each rule finds the same as
before, but for the few that read a value beyond the outline: those are asked, once for each value.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterable, Mapping

from vmlint.lint.outcome import NOTHING, Outcome, together
from vmlint.lint.rule import Rule
from vmlint.model.outline import Written, note, noted, outline, overlook
from vmlint.model.workload import Workload
from vmlint.record import NamedTuple

OUTLINES = 2048
"""How many outlines are remembered, of two to four KiB each; for one more, all others are forgotten."""
VARIATIONS = 256
"""For how many combinations of values it is remembered what a rule finds."""
MET = 65_536
"""How many outlines are known to have been met; for one more, all others are forgotten."""

Ask = Callable[[Rule], Outcome]
"""Asks one rule about the workload at hand."""


class _Asked:
    """A rule that reads values beyond the outline, and what it found for the values that it met so far."""

    def __init__(self) -> None:
        self._paths: tuple[str, ...] = ()
        """All fields beyond the outline that it was seen to read."""
        self._found: dict[Hashable, Outcome] = {}

    def outcome(self, workload: Workload, written: Written, ask: Callable[[], Outcome]) -> Outcome:
        """Return what the rule finds. With the same values of all that it reads, it finds the same."""
        key = written.variations(self._paths)
        if key in self._found:
            note(workload, self._paths)
            return self._found[key]
        overlook(workload)
        outcome = ask()
        if outcome.crashes:  # a crash may have another cause than what the rule reads
            return outcome
        more = sorted(noted(workload) - {*self._paths})
        if more:
            self._paths = (*self._paths, *more)
            self._found.clear()
            key = written.variations(self._paths)
        if len(self._found) >= VARIATIONS:
            self._found.clear()
        self._found[key] = outcome
        return outcome


class _Known(NamedTuple):
    """What is known of all workloads of one outline."""

    settled: Mapping[int, Outcome]
    """What rules find in each of them, where it is anything: by the rule's place in the book."""
    asked: Mapping[int, _Asked]
    """The rules that read values beyond the outline, by their places."""


class Rulebook(tuple[Rule, ...]):
    """The rules of a stage, in their order, and what they found so far. One serves all files of a run."""

    def __init__(self, _: Iterable[Rule] = ()) -> None:
        self._known: dict[Hashable, _Known] = {}
        self._met: set[int] = set()  # hashes: two outlines with the same one do no harm

    def outcome(self, workload: Workload, ask: Ask) -> Outcome:
        """Return what the rules find in a workload. ``ask`` must be a pure function of the workload and the rule.

        Remembering an outline takes as long as asking once more, so it is remembered when it is met again.
        """
        try:
            key = outline(workload)
            met = hash(key)
        except TypeError:  # it states a value of a plugin's own making
            return together(map(ask, self))
        known = self._known.get(key)
        if known is not None:
            found = dict(known.settled)
            written = Written(workload)
            for place, asked in known.asked.items():
                found[place] = asked.outcome(workload, written, functools.partial(ask, self[place]))
            return together(found[place] for place in sorted(found))
        if met in self._met:
            return self._learn(key, workload, ask)
        if len(self._met) >= MET:
            self._met.clear()
        self._met.add(met)
        return together(map(ask, self))

    def _learn(self, key: Hashable, workload: Workload, ask: Ask) -> Outcome:
        """Ask every rule, and remember what holds for all workloads of the outline."""
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
        self._known[key] = _Known(settled, {place: _Asked() for place in asked})
        return together(found)
