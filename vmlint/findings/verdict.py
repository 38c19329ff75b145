"""What the advisor found, as rules and reports see it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar, overload

from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.findings.finding import Finding
    from vmlint.findings.unknown import Undecided


class Reason(NamedTuple):
    """Why a candidate ranks where it does."""

    column: str
    label: str
    why: str
    sources: tuple[str, ...]
    contribution: float
    """Its share of the score."""
    value: int
    """How well the requirement is met: a cell of the capability table, from 0 (worst) to 4 (best)."""


class Risk(NamedTuple):
    """A finding of a security rule that local catalogue data suppresses."""

    code: str
    finding: Finding
    files: tuple[str, ...]
    """The documents with that data."""

    @property
    def message(self) -> str:
        """The message of the rule."""
        return self.finding.message


class Objection(NamedTuple):
    """Why a candidate does not fit."""

    code: str
    message: str
    paths: tuple[str, ...]
    """The fields that the finding rests on."""


class Candidate(NamedTuple):
    """A deployment that could be chosen instead, and what the rules report about it."""

    architecture: str
    mode: str
    platform: str
    changes: Mapping[str, str | None]
    """Field path -> new value; ``None`` removes the field. Applied to the manifest, they give the candidate."""
    repair: str = ""
    """If this is a repair that keeps architecture and platform: the benefit of the change."""
    way: str = ""
    """Its class in the capability table: two candidates of one class are similar."""
    score: float = 0.0
    """From 0 (worst) to 1, over the stated requirements."""
    reasons: tuple[Reason, ...] = ()
    weaknesses: tuple[Reason, ...] = ()
    """Stated requirements that it meets badly."""
    gives_up: tuple[str, ...] = ()
    """Where it is much worse than the present choice, apart from the requirements."""
    needs: tuple[Undecided, ...] = ()
    """What must be true for it to fit."""
    warnings: tuple[str, ...] = ()
    """Codes of the warnings that it triggers."""
    errors: tuple[Objection, ...] = ()
    """What eliminates it."""
    risks: tuple[Risk, ...] = ()
    """Findings against it that local catalogue data suppresses."""
    local: tuple[str, ...] = ()
    """Local documents that describe its platform, completely or in part."""

    @property
    def fits(self) -> bool:
        """Whether no rule reports an error."""
        return not self.errors


Item = TypeVar("Item", covariant=True)


class OnDemand(Sequence[Item]):
    """A sequence whose items are computed when they are first asked for, and then kept."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._coming = iter(items)
        self._known: list[Item] = []

    def __iter__(self) -> Iterator[Item]:
        at = 0
        while self._reaches(at + 1):
            yield self._known[at]
            at += 1

    def __bool__(self) -> bool:
        return self._reaches(1)

    def __len__(self) -> int:
        self._known += self._coming
        return len(self._known)

    @overload
    def __getitem__(self, at: int) -> Item: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Item]: ...
    def __getitem__(self, at: int | slice) -> Item | Sequence[Item]:
        if isinstance(at, slice) or at < 0 or not self._reaches(at + 1):
            len(self)
        return self._known[at]

    def _reaches(self, length: int) -> bool:
        """Whether there are so many items; computes no more than these."""
        self._known += itertools.islice(self._coming, max(length - len(self._known), 0))
        return len(self._known) >= length


class Verdict(NamedTuple):
    """All candidates for one workload, each judged when it is first asked for: most readers need the best few."""

    fitting: Sequence[Candidate]
    """Best first."""
    eliminated: Sequence[Candidate]
    current: Candidate | None
    contradiction: Sequence[str] = ()
    """The smallest set of requirements to drop so that something fits; empty if something fits already."""
