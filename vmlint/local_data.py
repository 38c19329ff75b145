"""Local catalogue data: documents of kind Platform and Guest, which a project or a plugin keeps in a folder.

A document describes an entry that the catalogue lacks, or changes what it says of one. The folder may come from the
tree of a stranger, so it is read as manifests are: without tags, without links out of the tree, within bounds. Every
fault is a ``ValueError`` that names file and place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from vmlint.catalog import Catalog, GuestOS, Platform
from vmlint.catalog.records import LOCAL, local_to
from vmlint.catalog_schema import judge, platform_faults, with_sources
from vmlint.reading.explain import MOST_MEMBERS, first_problem, plain
from vmlint.reading.host import word_at
from vmlint.reading.manifest import API_VERSION, CATALOGUE_KINDS, walk
from vmlint.reading.places import problem
from vmlint.syntax.text import Problem, Unreadable, decode
from vmlint.syntax.yaml.nodes import Mapping as Block
from vmlint.syntax.yaml.nodes import Node, Scalar, find
from vmlint.syntax.yaml.nodes import Sequence as ListNode
from vmlint.syntax.yaml.tree import load
from vmlint.words import nearest

Entry = Platform | GuestOS

MAX_BYTES = 1024 * 1024
"""The largest file that is read; vmlint's own are a hundred times smaller."""
MAX_FILES = 500
_NAME = ("metadata", "name")
_ENVELOPE = {"apiVersion": (API_VERSION,), "kind": CATALOGUE_KINDS}


class Folder(NamedTuple):
    """A folder with documents."""

    path: Path
    shown: str
    """What its files are cited by: the folder as its user would write it."""
    root: Path | None = None
    """Where its files must lie, links followed; ``None`` for what was installed, which is trusted."""


class _Document(NamedTuple):
    """A document as it was read."""

    shown: str
    root: Node

    @property
    def id(self) -> str:
        node, _, taken = find(self.root, _NAME)
        return node.text if isinstance(node, Scalar) and taken == len(_NAME) else ""

    def fault(self, told: str, *path: str) -> ValueError:
        """Return an error about a field."""
        node, key, _ = find(self.root, path)
        return _error(self.shown, problem("", node if isinstance(node, Scalar) else key or node, told))


def with_local(known: Catalog, folders: Iterable[Folder], *, anew: bool = False) -> Catalog:
    """Return a catalogue with the documents of some folders on top. Raises ``ValueError`` for the first fault.

    With ``anew`` they may not change what another local document says already.
    """
    documents = [document for folder in folders for document in _documents(folder)]
    entries: dict[tuple[str, str], tuple[_Document, Entry]] = {}
    for document in documents:
        entry = _entry(document, known)
        kind = word_at(document.root, "kind") or ""
        earlier = entries.get((kind, entry.id))
        if earlier:
            raise document.fault(f"{kind} {entry.id} has a document already, in {earlier[0].shown}", *_NAME)
        before = known.platform(entry.id) if isinstance(entry, Platform) else known.guest(entry.id)
        if anew and before and before.local:
            files = sorted(set(before.local.values()))
            raise document.fault(f"{kind} {entry.id} is changed already {local_to(*files)}", *_NAME)
        entries[kind, entry.id] = document, entry
    wider = known.widened(local=(*known.local, *(entry for _, entry in entries.values())))
    _check_words(entries.values(), known, wider)
    return wider


def _files(folder: Path) -> list[Path]:
    return sorted(file for ending in ("yaml", "yml") for file in folder.glob(f"*.{ending}"))


def _documents(folder: Folder) -> Iterator[_Document]:
    files = _files(folder.path)
    if len(files) > MAX_FILES:
        raise ValueError(f"{folder.shown}: it holds more than {MAX_FILES} files")
    for file in files:
        shown = file.name if folder.shown == "." else f"{folder.shown}/{file.name}"
        try:
            documents = load(_text(file, shown, folder.root))
        except Unreadable as error:
            raise _error(shown, error.problem) from None
        for document in documents:
            root = document.root
            if root is not None and not (isinstance(root, Scalar) and root.value() is None):
                for found in _malformed(root):
                    raise _error(shown, found)
                yield _Document(shown, root)


def _text(file: Path, shown: str, root: Path | None) -> str:
    if file.suffix == ".yml":
        raise ValueError(f"{shown}: rename it to {file.stem}.yaml, or it is not read")
    try:
        if root is not None and not file.resolve().is_relative_to(root):
            raise ValueError(f"{shown}: it is a link that leads out of {root.name}/")
        if not file.is_file():
            raise ValueError(f"{shown}: it is not a regular file")
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ValueError(f"{shown}: cannot be read: {error.strerror or error}") from None
    if len(data) > MAX_BYTES:
        raise ValueError(f"{shown}: it is larger than {MAX_BYTES // 2**20} MiB, and no honest catalogue file is")
    return decode(data)


def _error(shown: str, found: Problem) -> ValueError:
    told = f"{found.message}; {found.help}" if found.help else found.message
    return ValueError(f"{shown}:{found.line}:{found.column}: {told}")


def _malformed(root: Node) -> Iterator[Problem]:
    """Yield what keeps a document from being judged by its schema."""
    for node in walk(root):
        if isinstance(node, Block):
            for first, again in node.duplicates:
                yield problem(
                    "", again, f"key `{again.text}` stands here again; it was set on line {first.start.line + 1}"
                )
        if isinstance(node, Block | ListNode):
            members = node.entries if isinstance(node, Block) else node.items
            if len(members) > MOST_MEMBERS:
                yield problem("", node, f"it has more than {MOST_MEMBERS} members")
    for key, allowed in _ENVELOPE.items():
        word = word_at(root, key)
        if word not in allowed:
            node, _, _ = find(root, [key])
            near = nearest(word or "", allowed)
            meant = " or ".join(f"`{key}: {name}`" for name in ([near] if near else allowed))
            told = f"`{key}` is {word!r}" if word is not None else f"`{key}` is missing"
            yield problem("", node, f"{told}; a catalogue document has {meant}")


def _entry(document: _Document, known: Catalog) -> Entry:
    """Return the entry that a document leads to: its own blocks over what the catalogue says already."""
    shown, root = document.shown, document.root
    kind, id = word_at(root, "kind") or "", document.id
    value = plain(root)
    before = _before(kind, id, known)
    if before is None and (meant := _meaning(kind, id, known)):
        raise document.fault(f"{id!r} is another spelling of {meant}; write {meant}", *_NAME)
    spec = stated = value.get("spec")
    if isinstance(stated, dict):
        if before and not stated:
            raise document.fault("`spec` is empty", "spec")
        own = with_sources(stated, kind)
        if before is None:
            own.setdefault("source", [LOCAL])
        spec = _merged({key: known for key, known in before.data.items() if key != "id"} if before else {}, own)
        value["spec"] = spec
    found = first_problem(root, judge(kind), value)
    if found:
        raise _error(shown, found)
    local = {**(before.local if before else {}), **dict.fromkeys(stated, shown)}
    if kind == "Guest":
        return GuestOS(id, spec, before.origin if before else shown, local=local)
    for told in platform_faults(spec):
        raise document.fault(told, "spec", told.partition(":")[0].partition(".")[0])
    return Platform(id, {"id": id, **spec}, before.origin if before else shown, local=local)


def _before(kind: str, id: str, known: Catalog) -> Entry | None:
    if kind == "Platform":
        return known.platform(id)
    guest = known.guests.own(id) if id else None
    return guest if guest and guest.id == id else None


def _merged(before: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Lay blocks over blocks, field by field. Other spellings add up: each keeps its meaning."""
    merged = dict(before)
    for key, value in own.items():
        known = merged.get(key)
        if isinstance(known, Mapping) and isinstance(value, Mapping):
            merged[key] = _merged(known, value)
        elif key == "aliases" and known and isinstance(value, list):
            merged[key] = [*known, *(word for word in value if word not in known)]
        else:
            merged[key] = value
    return merged


def _check_words(entries: Iterable[tuple[_Document, Entry]], known: Catalog, wider: Catalog) -> None:
    """Refuse a word that means something else already, and a successor that nobody knows."""
    taken: dict[tuple[str, str], str] = {}
    for document, entry in entries:
        kind = "Platform" if isinstance(entry, Platform) else "Guest"
        for word in (entry.id, *entry.data.get("aliases", ())):
            path = _NAME if word == entry.id else ("spec", "aliases")
            meant = _meaning(kind, word, known) or taken.setdefault((kind, word), entry.id)
            if meant != entry.id:
                raise document.fault(f"{word!r} is taken by a {kind.lower()} already: it means {meant}", *path)
            lower = word.strip().lower()
            if word != lower:
                raise document.fault(f"alias {word!r} is never found; write it in lower case: {lower!r}", *path)
        for successor in entry.data.get("successor", ()):
            if successor not in wider.platforms:
                raise document.fault(f"successor: there is no platform {successor!r}", "spec", "successor")


def _meaning(kind: str, word: str, known: Catalog) -> str | None:
    """Return the id that a word means without the documents."""
    if kind == "Platform":
        return known.platform_id(word)
    guest = known.guests.own(word)
    return guest.id if guest else None
