"""The advisor of a run: workloads that state the same share what was found about their candidates."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from vmlint.findings.finding import Repair
from vmlint.lint.rule import Rule
from vmlint.model.as_manifest import likeness
from vmlint.model.workload import Workload

if TYPE_CHECKING:
    from vmlint.advice.contest import Contest, Slate
    from vmlint.advice.sieve import Sieve

REMEMBERED = 256
"""For how many workloads that differ it remembers what it found; about 50 KB each."""


class Advisor:
    """Makes the contests for all workloads of a run. What it remembers changes how long an answer takes, never which.

    The rest of the advisor is imported when it is first needed: most files have nothing to advise on.
    """

    def __init__(self, judges: Sequence[Rule]) -> None:
        self._judges = judges
        self._slates: dict[Hashable, Slate] = {}
        """The one that was used last stands last."""
        self._sieve: Sieve | None = None

    def contest(self, workload: Workload, repairs: Sequence[Sequence[Repair]]) -> Contest:
        """Return the contest of the candidates for a workload. ``repairs`` are the repairs of each finding."""
        from vmlint.advice.contest import Contest, slate
        from vmlint.advice.sieve import Sieve

        self._sieve = self._sieve or Sieve(self._judges)
        key = (likeness(workload), workload.catalog, workload.today, tuple(map(_key, repairs)))
        known = self._slates.pop(key, None) or slate(workload, repairs)
        self._slates[key] = known
        if len(self._slates) > REMEMBERED:
            del self._slates[next(iter(self._slates))]
        return Contest(workload, self._judges, known, self._sieve)


def _key(proposals: Sequence[Repair]) -> Hashable:
    return tuple((tuple(proposed.changes.items()), proposed.why) for proposed in proposals)
