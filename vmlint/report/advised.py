"""What was found for one workload by ``vmlint suggest``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.advice.hinges import Hinges
    from vmlint.advice.lead import Lead
    from vmlint.advice.picture import Picture
    from vmlint.findings.diagnostic import Crash
    from vmlint.findings.verdict import Verdict
    from vmlint.report.ranking import Present


class Why(NamedTuple):
    """Why the first answer is first, and what it hangs on."""

    lead: Lead
    hinges: Hinges


class Advised(NamedTuple):
    """A workload with what was found for it."""

    present: Present
    picture: Picture
    verdict: Verdict
    why: Why | None
    """``None`` where nothing fits."""
    crashes: tuple[Crash, ...] = ()
