"""How a project extends the catalogue: documents of four kinds, which add an entry or change one.

A plugin may contain such documents, too. Every fault is a ``ValueError`` that names file and place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from vmlint.catalog import Catalog, GuestOS, Platform, Record
from vmlint.catalog.features import Feature
from vmlint.catalog.layers import laid_over
from vmlint.catalog.software import Program
from vmlint.extend.documents import Document, Folder, read_folder
from vmlint.extend.entries import Entry, check, id_of
from vmlint.extend.rows import layer_fault
from vmlint.extend.schemas import facts_of, judge_document, own_source, with_sources
from vmlint.findings.problem import Problem
from vmlint.reading.explain import first_problem
from vmlint.reading.host import word_at
from vmlint.reading.manifest import CATALOGUE_KINDS
from vmlint.reading.version import API_VERSION
from vmlint.syntax.yaml.nodes import Scalar, find, problem
from vmlint.words import listed, local_to, nearest

_NAME = ("metadata", "name")
_ENVELOPE = {"apiVersion": (API_VERSION,), "kind": CATALOGUE_KINDS}


def with_documents(known: Catalog, folders: Iterable[Folder], *, over_local: bool = True) -> Catalog:
    """Return a catalogue with the documents of some folders on top. Raises ``ValueError`` for the first fault.

    With ``over_local=False`` they may not change an entry that another local document changed.
    """
    entries: dict[tuple[type, str], Entry] = {}
    for document in (document for folder in folders for document in read_folder(folder)):
        entry, before = _entry(document, known)
        record, kind = entry.record, word_at(document.root, "kind")
        earlier = entries.get((type(record), record.id))
        if earlier:
            raise document.fault(f"{kind} {record.id} has a document already, in {earlier.document.shown}", *_NAME)
        if not over_local and before and before.local:
            files = sorted(set(before.local.values()))
            raise document.fault(f"{kind} {record.id} is changed already {local_to(*files)}", *_NAME)
        entries[type(record), record.id] = entry
    wider = known.widened(local=(*known.local, *(entry.record for entry in entries.values())))
    check(list(entries.values()), known, wider)
    return wider


def _entry(document: Document, known: Catalog) -> tuple[Entry, Record | None]:
    """Return the entry that results from a document, whose blocks override the catalogue's; and the entry before."""
    for found in _wrong_envelope(document):
        raise document.at(found)
    root, shown, value = document.root, document.shown, document.value
    kind, id = (word_at(root, "kind") or "").lower(), _name(document)
    before = _before(kind, id, known)
    if before is None and (meant := id_of(kind, id, known)):
        raise document.fault(f"{id!r} is another spelling of {meant}; write {meant}", *_NAME)
    own = value.get("spec")
    whole = own
    if isinstance(own, dict):
        if before and not own:
            raise document.fault("`spec` is empty", "spec")
        stated = with_sources(own, kind)
        source = facts_of(kind)["properties"].get("source")
        if before is None and source:
            stated.setdefault("source", own_source(source))
        whole = laid_over({key: fact for key, fact in before.data.items() if key != "id"} if before else {}, stated)
        value["spec"] = whole
    if kind == "feature" and id and (message := layer_fault(id)):
        raise document.fault(message, *_NAME)
    if wrong := first_problem(root, judge_document(kind), value):
        raise document.at(wrong)
    local = {**(before.local if before else {}), **dict.fromkeys(own, shown)}
    origin = before.origin if before else shown
    data = {"id": id, **whole} if kind == "platform" else whole
    record = _RECORDS[kind](id, data, origin, local=local)
    return Entry(document, record, own, _NAME, ("spec",), changes=before is not None), before


_RECORDS: Mapping[str, type[Record]] = {
    "platform": Platform,
    "guest": GuestOS,
    "software": Program,
    "feature": Feature,
}


def _wrong_envelope(document: Document) -> Iterator[Problem]:
    for key, allowed in _ENVELOPE.items():
        word = word_at(document.root, key)
        if word not in allowed:
            node, _, _ = find(document.root, [key])
            near = nearest(word or "", allowed)
            meant = listed([f"`{key}: {name}`" for name in ([near] if near else allowed)], "or")
            stated = f"`{key}` is {word!r}" if word is not None else f"`{key}` is missing"
            yield problem("", node, f"{stated}; a catalogue document has {meant}")


def _name(document: Document) -> str:
    node, _, taken = find(document.root, _NAME)
    return node.text if isinstance(node, Scalar) and taken == len(_NAME) else ""


def _before(kind: str, id: str, known: Catalog) -> Record | None:
    if kind == "platform":
        return known.platform(id)
    if kind == "software":
        return known.software.find(id)
    if kind == "feature":
        return known.features.own(id)
    guest = known.guests.own(id) if id else None
    return guest if guest and guest.id == id else None
