"""How a plugin extends the catalogue: ``platforms/<id>.yaml`` and ``guests/<family>.yaml``, and documents beside them.

Files in the two folders add entries, documents may also change one. All are checked whenever the plugin is loaded.
Every fault is a ``ValueError`` that names file and place.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vmlint.catalog import Catalog, DataFile, DataFolder, Platform
from vmlint.catalog.guests import read_family
from vmlint.extend.documents import Document, Folder, read_folder
from vmlint.extend.entries import Entry, check
from vmlint.extend.project import with_documents
from vmlint.extend.schemas import judge_file
from vmlint.reading.explain import first_problem


def with_folder(known: Catalog, folder: Path, origin: str) -> Catalog:
    """Return a catalogue with a folder's files added, and its documents applied.

    A plugin may change entries of vmlint, but not what another plugin changed. Raises ``ValueError`` for the first
    fault.
    """
    platforms = list(_files(folder / "platforms", "platform"))
    families = list(_files(folder / "guests", "guest"))
    added = DataFolder(
        [DataFile(document.file, origin, document.value) for document in platforms],
        [DataFile(document.file, origin, document.value) for document in families],
    )
    wider = known.widened(folders=(*known.folders, added))
    _check_stems(families, known)
    check([*map(_platform, platforms), *(entry for family in families for entry in _guests(family))], known, wider)
    return with_documents(wider, [Folder(folder, f"{origin}: {folder.name}")], over_local=False)


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


def _check_stems(families: list[Document], known: Catalog) -> None:
    stems = dict(known.guests.stems) if families else {}
    for document in families:
        for stem in document.value["stems"]:
            family = stems.setdefault(stem, document.value["family"])
            if family != document.value["family"]:
                raise document.fault(f"stem {stem!r} means the family {family} already", "stems", stem)
