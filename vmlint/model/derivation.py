"""Facts that follow from others: how each does, and what has been derived for one workload so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vmlint.findings.unknown import Unknown
from vmlint.record import NamedTuple


class Derivation(NamedTuple):
    """How one fact follows from others."""

    path: str
    sources: tuple[str, ...]
    """The fields it follows from, the most specific first."""
    why: str
    """One sentence: why it follows."""
    derive: Callable[[Any], Any]
    """Takes the workload, returns the value; raises :class:`Unknown` where a field that it needs is not stated."""


class DerivedFacts(dict[str, Any]):
    """The derived facts of one workload, by path: each is derived when it is first read.

    Stating anything forgets all of them, so that what is derived always follows from what is stated now.
    """

    def __init__(self, workload: Any, derivations: Mapping[str, Derivation]) -> None:
        super().__init__()
        self.workload = workload
        self.derivations = derivations
        self.missing: dict[str, str] = {}
        """Facts that cannot be derived from what is stated, each with the field that would be needed."""
        self.kept: dict[str, tuple[Any, frozenset[str]]] = {}
        """What was found once for what is stated, each with the fields that it rests on."""
        self.noted: set[str] = set()
        """Fields with a value of the workload's own that were read since this was last emptied."""
        self.overlooked: set[str] = set()
        """Those that were read before that."""

    def __missing__(self, path: str) -> Any:
        if path in self.missing:
            raise Unknown(self.missing[path])
        derivation = self.derivations.get(path)
        if derivation is None:
            raise Unknown(path)
        try:
            value = derivation.derive(self.workload)
        except Unknown as unknown:
            self.missing[path] = unknown.path
            raise
        self[path] = value
        return value

    def follows(self, path: str) -> bool:
        """Whether a fact can be derived."""
        if path in self:
            return True
        if path in self.missing or path not in self.derivations:  # mostly so, and raising would take longer
            return False
        try:
            self[path]
        except Unknown:
            return False
        return True

    def once(self, name: str, find: Callable[[], Any]) -> Any:
        """Return what a function finds, which is asked only once; the fields that it reads count as read each time."""
        if name not in self.kept:
            self.clear()  # deriving anew notes what each derived fact rests on
            self.missing.clear()
            before, self.noted = self.noted, set()
            try:
                self.kept[name] = (find(), frozenset(self.noted))
            finally:
                self.noted |= before
        found, fields = self.kept[name]
        self.noted |= fields
        return found

    def forget(self) -> None:
        """Forget everything that was derived."""
        self.clear()
        self.missing.clear()
        self.kept.clear()
