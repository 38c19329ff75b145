"""How a plugin extends the catalogue: files in folders such as ``platforms``, and documents beside the folders.

Files in the folders add entries, documents may also change one. All are checked whenever the plugin is loaded.
Every fault is a ``ValueError`` that names file and place.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vmlint.catalog import Catalog, DataFile, DataFolder, Platform
from vmlint.catalog.features import Feature
from vmlint.catalog.guests import read_family
from vmlint.catalog.software import Program
from vmlint.extend.documents import Document, Folder, read_folder
from vmlint.extend.entries import Entry, check
from vmlint.extend.project import with_documents
from vmlint.extend.rows import layer_fault, offer_faults
from vmlint.extend.schemas import judge_file
from vmlint.reading.explain import first_problem


def with_folder(known: Catalog, folder: Path, origin: str) -> Catalog:
    """Return a catalogue with a folder's files added, and its documents applied.

    A plugin may change entries of vmlint, but not what another plugin changed. Raises ``ValueError`` for the first
    fault.
    """
    found = {name: list(_files(folder / name, kind)) for name, kind in _KINDS.items()}
    added = DataFolder(
        **{
            name: [DataFile(document.file, origin, document.value) for document in documents]
            for name, documents in found.items()
        }
    )
    wider = known.widened(folders=(*known.folders, added))
    _check_stems(found["guests"], known)
    entries = [
        *map(_platform, found["platforms"]),
        *(entry for family in found["guests"] for entry in _guests(family)),
        *(entry for file in found["software"] for entry in _programs(file)),
        *(entry for file in found["features"] for entry in _features(file)),
    ]
    check(entries, known, wider)
    for file in found["offers"]:
        _check_offers(file, wider)
    return with_documents(wider, [Folder(folder, f"{origin}: {folder.name}")], over_local=False)


_KINDS = {
    "platforms": "platform",
    "guests": "guest",
    "software": "software",
    "features": "features",
    "offers": "offers",
}
"""Folder -> the schema of its files."""


def _files(folder: Path, kind: str) -> Iterator[Document]:
    """Yield the documents of a folder, one per file, each valid by its schema."""
    read: set[Path] = set()
    for document in read_folder(Folder(folder, folder.name)):
        if found := first_problem(document.root, judge_file(kind), document.value):
            raise document.at(found)
        if document.file in read:
            raise document.fault("the file holds a second document; write a file for each")
        read.add(document.file)
        yield document
    for file in folder.glob("*.yaml"):
        if file not in read:
            raise ValueError(f"{folder.name}/{file.name}: it is empty")


def _platform(document: Document) -> Entry:
    data = document.value
    if document.file.stem != data["id"]:
        raise document.fault(f"its id is {data['id']!r}; name the file {data['id']}.yaml", "id")
    return Entry(document, Platform(data["id"], data), data, ("id",), ())


def _guests(document: Document) -> Iterator[Entry]:
    family = document.value
    for id, guest in read_family(family).guests.items():
        at = ("guests", id)
        yield Entry(document, guest, family["guests"][id], at, at)


def _programs(document: Document) -> Iterator[Entry]:
    for id, program in document.value["software"].items():
        at = ("software", id)
        yield Entry(document, Program(id, program), program, at, at)


def _features(document: Document) -> Iterator[Entry]:
    for id, feature in document.value["features"].items():
        at = ("features", id)
        if message := layer_fault(id):
            raise document.fault(message, *at)
        layer = id.partition(".")[0]
        if document.file.stem != layer:
            raise document.fault(f"{id} is found in {layer}.yaml only; this file is {document.file.name}", *at)
        yield Entry(document, Feature(id, feature), feature, at, at)


def _check_offers(document: Document, wider: Catalog) -> None:
    for who, entry in document.value["offers"].items():
        rows, inner = (entry["rows"], ["rows"]) if isinstance(entry, dict) else (entry, [])
        for path, message in offer_faults(rows, wider):
            raise document.fault(message, "offers", who, *inner, *path)


def _check_stems(families: list[Document], known: Catalog) -> None:
    stems = dict(known.guests.stems) if families else {}
    for document in families:
        for stem in document.value["stems"]:
            family = stems.setdefault(stem, document.value["family"])
            if family != document.value["family"]:
                raise document.fault(f"stem {stem!r} means the family {family} already", "stems", stem)
