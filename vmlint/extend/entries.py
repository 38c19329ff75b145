"""Checking entries that are added to the catalogue: they are consistent, and take no word that is already in use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from vmlint.catalog import Catalog, Platform, Record
from vmlint.catalog.features import Feature
from vmlint.catalog.software import Program
from vmlint.extend import rows
from vmlint.extend.documents import Document
from vmlint.record import NamedTuple


class Entry(NamedTuple):
    """An entry that results from a document."""

    document: Document
    record: Record
    own: Mapping[str, Any]
    """The facts that the document states."""
    name_at: tuple[str, ...]
    """The path of the entry's id in the document."""
    facts_at: tuple[str, ...]
    """The path of the facts in the document."""
    changes: bool = False
    """Whether the catalogue has the entry already, and the document may change it."""

    def fault(self, message: str, *path: str) -> ValueError:
        """Return an error about one of the facts."""
        return self.document.fault(message, *self.facts_at, *path)


def kind_of(record: Record) -> str:
    """Return the kind of an entry: ``platform``, ``guest``, ``software`` or ``feature``."""
    return next((kind for made, kind in _KINDS.items() if isinstance(record, made)), "guest")


_KINDS: Mapping[type[Record], str] = {Platform: "platform", Program: "software", Feature: "feature"}
_ONE = {"software": "program"}
"""What a message calls one entry of a kind, where that is another word."""


def id_of(kind: str, word: str, known: Catalog) -> str | None:
    """Return the id that a word means in the catalogue, without libosinfo's database on this machine."""
    if kind == "platform":
        return known.platform_id(word)
    if kind in ("software", "feature"):
        entry = known.software.find(word) if kind == "software" else known.features.own(word)
        return entry.id if entry else None
    guest = known.guests.own(word)
    return guest.id if guest else None


def check(entries: Sequence[Entry], known: Catalog, wider: Catalog) -> None:
    """Raise ``ValueError`` for the first fault that a schema cannot express.

    ``known`` is the catalogue without the entries, ``wider`` the one with them.
    """
    for entry in entries:
        if isinstance(entry.record, Platform):
            for path, message in _contradictions(entry.record.data):
                raise entry.fault(f"{'.'.join(path)}: {message}", *path)
        if isinstance(entry.record, Program) and (message := rows.without_bearer(entry.record.data)):
            raise entry.fault(message)
    _check_words(entries, known)
    for entry in entries:
        for number, successor in enumerate(entry.own.get("successor", ())):
            if successor not in wider.platforms:
                raise entry.fault(f"successor: there is no platform {successor!r}", "successor", str(number))
        for path, message in _row_faults(entry, wider):
            raise entry.fault(message, *path)


def _row_faults(entry: Entry, wider: Catalog) -> Iterator[rows.Fault]:
    """Yield what is wrong with the needs and offers that an entry's document states."""
    if isinstance(entry.record, Program):
        yield from rows.program_faults(entry.own, wider)
    elif isinstance(entry.record, Platform):
        for path, message in rows.offer_faults(entry.own.get("offers", ()), wider):
            yield ("offers", *path), message


def _contradictions(platform: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield where the parts of a platform contradict each other, and how."""
    for architecture, mode in platform["architectures"].items():
        if mode is not None and mode not in platform["modes"]:
            yield ("architectures", architecture), f"{mode!r} is not one of the platform's modes"
    for architecture in platform.get("suggestAs", ()):
        if architecture not in platform["architectures"]:
            yield ("suggestAs",), f"{architecture!r} is not one of the platform's architectures"


def _check_words(entries: Iterable[Entry], known: Catalog) -> None:
    claimed: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        kind = kind_of(entry.record)
        for word, path in _words(entry):
            folded = word.strip() if kind == "feature" else word.strip().lower()  # an option of a kernel is upper case
            if word != folded:
                raise entry.document.fault(f"alias {word!r} is never found; write it in lower case: {folded!r}", *path)
            other = claimed.setdefault((kind, word), entry)
            meant = other.record.id if other is not entry else id_of(kind, word, known)
            if meant and not (entry.changes and meant == entry.record.id):
                meaning = f": it means {meant}" if meant != word else ""
                raise entry.document.fault(f"{word!r} is taken by a {_ONE.get(kind, kind)} already{meaning}", *path)


def _words(entry: Entry) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield every word that an entry's document claims, with its place."""
    yield entry.record.id, entry.name_at
    for number, alias in enumerate(entry.own.get("aliases", ())):
        yield alias, (*entry.facts_at, "aliases", str(number))
