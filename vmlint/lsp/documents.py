"""What is open in the editor, and the files beside it. The unsaved text of a file replaces what the disk holds."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol.types import PositionEncodingKind, TextDocumentContentChangePartial
from pygls.uris import to_fs_path

from vmlint import limits
from vmlint.door import read_bytes
from vmlint.lsp.text import UTF16, EditedText
from vmlint.reading.file import File
from vmlint.run.files import inside_project, short_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lsprotocol.types import TextDocumentContentChangeEvent

Stamp = tuple[int, int, int]


class Document:
    """A document that is open in the editor, in one version. It never changes: an edit makes another one."""

    def __init__(self, uri: str, version: int, edited: EditedText) -> None:
        self.uri = uri
        self.version = version
        self.edited = edited

    @functools.cached_property
    def path(self) -> str:
        """The absolute path of its file, as the editor spells it; empty for a document that was never saved."""
        return to_fs_path(self.uri) or ""

    @property
    def name(self) -> str:
        """What it is called in findings: its path, or else its address."""
        return self.path or self.uri

    @functools.cached_property
    def place(self) -> str:
        """What it is the same by, however its address is written."""
        return place_of(self.name)

    @functools.cached_property
    def file(self) -> File:
        """The document as a file to be linted."""
        return File(self.name, self.edited.text.encode("utf-8", "surrogatepass"))

    def changed(self, version: int, changes: Sequence[TextDocumentContentChangeEvent]) -> Document:
        """Return the document after some edits, each of which is of the text that the one before it left."""
        edited = self.edited
        for change in changes:
            if isinstance(change, TextDocumentContentChangePartial):
                edited = edited.of(edited.changed(change.range, change.text))
            else:
                edited = edited.of(change.text)
        return Document(self.uri, version, edited)


def place_of(path: str) -> str:
    """Return what a file is the same by: its path with links resolved. What is no absolute path is its own place."""
    return os.path.normcase(os.path.realpath(path)) if os.path.isabs(path) else path  # noqa: PTH117


class Documents:
    """The open documents, and the files on disk that they have to do with."""

    def __init__(self) -> None:
        self.encoding: PositionEncodingKind | str = UTF16
        """What the editor counts characters in."""
        self.revision = 0
        """Another number after each change of what is open."""
        self._open: dict[str, Document] = {}
        self._places: dict[str, str] = {}  # address -> place
        self._read: dict[str, tuple[Stamp, File]] = {}
        self._bytes = 0

    def __iter__(self) -> Iterator[Document]:
        return iter([*self._open.values()])

    def at(self, uri: str) -> Document | None:
        """Return an open document by its address."""
        return self._open.get(self._places.get(uri, ""))

    def here(self, place: str) -> Document | None:
        """Return an open document by its place."""
        return self._open.get(place)

    def put(self, uri: str, version: int, text: str) -> Document:
        """Open a document."""
        return self._keep(Document(uri, version, EditedText(text, self.encoding)))

    def change(self, uri: str, version: int, changes: Sequence[TextDocumentContentChangeEvent]) -> Document | None:
        """Change an open document; ``None`` where it is not open."""
        document = self.at(uri)
        return None if document is None else self._keep(document.changed(version, changes))

    def close(self, uri: str) -> Document | None:
        """Close a document, and return it."""
        self.revision += 1
        return self._open.pop(self._places.pop(uri, ""), None)

    def instead(self, texts: Mapping[str, str]) -> Documents:
        """Return the same documents, some of them with other texts, by their paths; files that are not open as well."""
        others = Documents()
        others.encoding, others._open, others._places = self.encoding, dict(self._open), self._places
        others._read, others._bytes = self._read, self._bytes
        for path, text in texts.items():
            place = place_of(path)
            known = self._open.get(place) or Document(Path(path).as_uri(), 0, EditedText("", self.encoding))
            others._open[place] = Document(known.uri, known.version, known.edited.of(text))
        return others

    def _keep(self, document: Document) -> Document:
        self.revision += 1
        self._places[document.uri] = document.place
        self._open.pop(document.place, None)  # what was edited last stands last
        self._open[document.place] = document
        return document

    def file(self, path: str) -> File:
        """Return a file by its path, the same object as long as it does not change. Raises ``OSError``."""
        place = place_of(path)
        document = self._open.get(place)
        if document is not None:
            return document.file.named(path)
        about = os.stat(place)  # noqa: PTH116
        stamp = about.st_mtime_ns, about.st_size, about.st_ino
        kept = self._read.get(place)
        if kept is None or kept[0] != stamp:
            kept = stamp, File(path, read_bytes(place))
            self._bytes += len(kept[1].data)
            if self._bytes > limits.KEPT_BYTES:
                self._read.clear()
                self._bytes = len(kept[1].data)
            self._read[place] = kept
        return kept[1].named(path)

    def refer(self, name: str, reference: str) -> File:
        """Return the file that another refers to. Raises ``OSError``, or ``ValueError`` with a sentence."""
        if not os.path.isabs(name):  # noqa: PTH117
            raise ValueError("this document was not saved yet, so nothing lies beside it")
        target = inside_project(name, reference)
        if target.exists() and not target.is_file():
            raise ValueError("it is not a regular file")
        return self.file(short_name(Path(name).parent / reference, target))

    def text(self, path: str) -> EditedText | None:
        """Return the text of an open document, or of a file on disk; ``None`` where it cannot be read."""
        document = self._open.get(place_of(path))
        if document is not None:
            return document.edited
        try:
            return EditedText(self.file(path).text, self.encoding)
        except (OSError, ValueError):
            return None
