"""What the rules found in one workload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Crash, Diagnostic
    from vmlint.findings.unknown import Undecided
    from vmlint.run.choice import Choice


class Judged(NamedTuple):
    """What the rules found in one workload."""

    diagnostics: list[Diagnostic]
    undecided: list[Undecided]
    crashes: list[Crash]
    hidden: set[str]
    """Codes of rules of which the profile hides a finding, or which failed."""
    choices: list[Choice]
