"""``Unknown``, raised when a rule reads a fact that nobody stated, and three-valued *and* and *or* over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from vmlint.findings.severity import Severity


class Unknown(Exception):  # noqa: N818 - a state of knowledge, not an error
    """A fact that nobody stated was needed.

    ``path`` is the field that would state it (``host.kernel.version``), or a fact that the catalogue lacks
    (:func:`catalog_fact` takes such a path apart).
    """

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path

    @classmethod
    def in_catalog(cls, entry: str, *fact: str) -> Unknown:
        """Return the error for a fact that an entry of the catalogue lacks: ``catalog.rhel5.4 kernel.vsyscall``.

        The keys in ``fact`` hold no space. Dots and spaces in the entry's id are allowed.
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
    """A rule that could not decide for want of a fact."""

    code: str
    name: str
    severity: Severity
    path: str
    """The field that would decide it, or a fact that the catalogue lacks."""
    condition: str
    """What the fact must be for the rule to stay silent; empty where the rule does not say."""

    @property
    def in_catalog(self) -> bool:
        """Whether the catalogue lacks the fact, so that no manifest can state it."""
        return catalog_fact(self.path) is not None

    @property
    def fits_if(self) -> str:
        """The condition as a clause to put behind "if"."""
        if lacks := catalog_fact(self.path):
            return f"{lacks.entry} allows it (the catalogue does not know its {lacks.fact})"
        return f"{self.path} {self.condition}" if self.condition else f"{self.path} satisfies {self.code}"
