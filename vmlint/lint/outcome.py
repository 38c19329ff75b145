"""What rules found in one workload."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from vmlint.findings.severity import Severity
from vmlint.findings.unknown import Undecided
from vmlint.lint.hit import Hit
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Crash


class Outcome(NamedTuple):
    """What the rules found in one workload."""

    hits: tuple[Hit, ...]
    undecided: tuple[Undecided, ...]
    crashes: tuple[Crash, ...]

    @property
    def errors(self) -> tuple[Hit, ...]:
        """The findings that make the deployment impossible or break what it demands."""
        return tuple(hit for hit in self.hits if hit.severity is Severity.ERROR)


NOTHING = Outcome((), (), ())


def together(outcomes: Iterable[Outcome]) -> Outcome:
    """Return what several rules found, in their order."""
    several = [outcome for outcome in outcomes if outcome is not NOTHING]
    return Outcome(
        tuple(hit for outcome in several for hit in outcome.hits),
        tuple(missing for outcome in several for missing in outcome.undecided),
        tuple(crash for outcome in several for crash in outcome.crashes),
    )
