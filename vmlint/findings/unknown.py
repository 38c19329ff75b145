"""``Unknown``, raised when a rule reads a fact that nobody stated, and three-valued *and* and *or* over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.findings.severity import Severity


class Unknown(Exception):  # noqa: N818 - a state of knowledge, not an error
    """A fact that nobody stated was needed.

    ``path`` is the field that would state it (``host.kernel.version``), or a fact that the catalogue lacks
    (:func:`catalog_fact` parses such a path).
    """

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path

    @classmethod
    def in_catalog(cls, entry: str, *fact: str) -> Unknown:
        """Build the error for a fact that a catalogue entry lacks: ``catalog.rhel5.4 kernel.vsyscall``.

        The keys in ``fact`` must not contain a space. The entry's id may contain dots and spaces.
        """
        return cls(f"{_CATALOG}{entry} {'.'.join(fact)}")


_CATALOG = "catalog."


class CatalogFact(NamedTuple):
    """A fact that the catalogue lacks."""

    entry: str
    """The entry's id."""
    fact: str


def catalog_fact(path: str) -> CatalogFact | None:
    """Return the entry and the fact of a path that :meth:`Unknown.in_catalog` made; ``None`` for a manifest's field."""
    if not path.startswith(_CATALOG):
        return None
    entry, _, fact = path.removeprefix(_CATALOG).rpartition(" ")
    return CatalogFact(entry, fact)


def either(*questions: Callable[[], bool]) -> bool:
    """Three-valued *or*: true if any question is; unknown if none is true and one cannot be answered."""
    unknown: Unknown | None = None
    for question in questions:
        try:
            if question():
                return True
        except Unknown as missing:
            unknown = unknown or missing
    if unknown:
        raise unknown
    return False


def both(*questions: Callable[[], bool]) -> bool:
    """Three-valued *and*: false if any question is; unknown if none is false and one cannot be answered."""
    unknown: Unknown | None = None
    for question in questions:
        try:
            if not question():
                return False
        except Unknown as missing:
            unknown = unknown or missing
    if unknown:
        raise unknown
    return True


class Undecided(NamedTuple):
    """A rule that could not decide because a fact is unknown."""

    code: str
    name: str
    severity: Severity
    path: str
    """The field that would decide it, or a fact that the catalogue lacks."""
    condition: str
    """What the fact must be for the rule to report nothing; empty if the rule does not say."""

    @property
    def in_catalog(self) -> bool:
        """Whether the catalogue lacks the fact, so that no manifest can state it."""
        return catalog_fact(self.path) is not None

    @property
    def fits_if(self) -> str:
        """The condition, as a clause to put after "if"."""
        if lacks := catalog_fact(self.path):
            return f"{lacks.entry} allows it (the catalogue does not know its {lacks.fact})"
        return f"{self.path} {self.condition}" if self.condition else f"{self.path} satisfies {self.code}"
