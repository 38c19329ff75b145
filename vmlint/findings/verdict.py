"""What the advisor found, as rules and reports see it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import NamedTuple

from vmlint.findings.finding import Finding
from vmlint.findings.unknown import Undecided


class Reason(NamedTuple):
    """Why a candidate ranks where it does."""

    column: str
    label: str
    why: str
    sources: tuple[str, ...]
    contribution: float


class Risk(NamedTuple):
    """What a security rule would object to, were it not for local catalogue data."""

    code: str
    finding: Finding
    files: tuple[str, ...]
    """The documents that hold that data."""

    @property
    def message(self) -> str:
        """What the rule would say."""
        return self.finding.message


class Candidate(NamedTuple):
    """A deployment that could be chosen instead, and what became of it."""

    architecture: str
    mode: str
    platform: str
    changes: Mapping[str, str | None]
    """Field path -> new value; ``None`` removes the field. Applying them to the manifest yields the candidate."""
    repair: str = ""
    """What the change buys, where it is a repair that keeps architecture and platform."""
    way: str = ""
    """The class of the capability table that it belongs to: two candidates of one class are much alike."""
    score: float = 0.0
    """From 0 (worst) to 1, over the requirements that were stated."""
    reasons: tuple[Reason, ...] = ()
    weaknesses: tuple[Reason, ...] = ()
    """Where it serves a stated requirement badly."""
    gives_up: tuple[str, ...] = ()
    """What it is much worse at than the present choice, beyond what was demanded."""
    needs: tuple[Undecided, ...] = ()
    """What must turn out true for it to fit."""
    warnings: tuple[str, ...] = ()
    """Codes of the warnings that it triggers itself."""
    errors: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    """What eliminates it: code, message, and the fields the finding rests on."""
    risks: tuple[Risk, ...] = ()
    """What would eliminate it, or warn, without local catalogue data."""
    local: tuple[str, ...] = ()
    """Local documents that describe its platform, wholly or in part."""

    @property
    def fits(self) -> bool:
        """Whether no rule objects."""
        return not self.errors


class Verdict(NamedTuple):
    """All candidates for one workload."""

    fitting: tuple[Candidate, ...]
    """Best first."""
    eliminated: tuple[Candidate, ...]
    current: Candidate | None
    contradiction: tuple[str, ...] = ()
    """The smallest set of demands without which something would fit; empty where something fits anyway."""


class Advice:
    """The advisor's verdict, computed when it is first asked for."""

    def __init__(
        self, current_errors: tuple[str, ...], compute: Callable[[], Verdict], find_one: Callable[[], bool]
    ) -> None:
        self.current_errors = current_errors
        """Codes of the errors that the present choice triggers."""
        self._compute = compute
        self._find_one = find_one

    @functools.cached_property
    def something_fits(self) -> bool:
        """Whether any candidate fits, be it on conditions; found out without judging all of them."""
        return self._find_one()

    @functools.cached_property
    def verdict(self) -> Verdict:
        """All candidates, linted and ranked."""
        return self._compute()
