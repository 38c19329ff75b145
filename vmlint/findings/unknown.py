"""``Unknown``, raised when a rule reads a fact that nobody stated, and three-valued *and* and *or* over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


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
