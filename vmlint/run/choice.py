"""What was chosen for a workload with findings, beside every other way of running it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.advice.contest import Contest
    from vmlint.advice.picture import Picture
    from vmlint.model.workload import Workload


class Choice(NamedTuple):
    """What was chosen for one workload with findings, and how the other ways of running it compare."""

    workload: str
    platform: str
    """The id of the chosen platform, as are mode and architecture those chosen; empty where unknown."""
    architecture: str
    mode: str
    picture: Picture | None = None
    """``None`` for a workload beyond the bound."""


def choice(workload: Workload, contest: Contest | None) -> Choice:
    """Compare the ways of running a workload, all of which are judged for that; without a contest, compare nothing."""
    from vmlint.advice.picture import picture  # imported only where a report shows it

    chosen = workload.deployment
    return Choice(
        workload.name,
        chosen.platform.get("id") or "",
        chosen.get("architecture") or "",
        chosen.get("mode") or "",
        picture(workload, contest.verdict) if contest else None,
    )
