"""Which manifests refer to which files, in the projects around the open documents."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.door import read_bytes
from vmlint.findings.problem import Unreadable
from vmlint.lsp.documents import place_of
from vmlint.project.root import marked_root
from vmlint.reading.file import File
from vmlint.run.related import candidates, references_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vmlint.lsp.documents import Document, Documents
    from vmlint.reading.context import Annotation
    from vmlint.run.discover import LeftOut
    from vmlint.run.references import Target

Stamp = tuple[int, int]
Scanned = dict[str, tuple[Stamp, "Sequence[Target]"]]
"""Path of a file that may be a manifest -> size and time, and what it refers to."""


class Manifests:
    """What the manifests of some projects refer to: those on disk as they were scanned, open ones as they are now."""

    def __init__(self, documents: Documents, left_out: LeftOut) -> None:
        self._documents = documents
        self._left_out = left_out
        self._scanned: dict[Path, Scanned] = {}
        self._outdated: set[Path] = set()
        self._known: tuple[int, Mapping[Path, Scanned], Mapping[str, Sequence[tuple[str, Target]]]] | None = None
        self._last: dict[str, Sequence[Target]] = {}  # place of an open document -> what it referred to when readable

    def take_from(self, other: Manifests) -> None:
        """Take over what was scanned by another."""
        self._scanned, self._last = other._scanned, dict(other._last)

    def look_around(self) -> None:
        """Note that a document was opened: its project may be another one."""
        self._outdated |= self._roots() - self._scanned.keys()

    def look_again(self) -> None:
        """Note that files were added, removed or saved."""
        self._outdated = self._roots()
        self._scanned = {root: found for root, found in self._scanned.items() if root in self._outdated}

    def _roots(self) -> set[Path]:
        return {root_of(document.path) for document in self._documents if document.path}

    def to_scan(self) -> Callable[[], None] | None:
        """Return what brings the knowledge up to date, if anything has to; it may run in another thread."""
        roots, known = [*self._outdated], self._scanned
        self._outdated = set()
        if not roots:
            return None

        def update() -> None:
            self._scanned = {
                **self._scanned,
                **{root: scan(root, known.get(root, {}), self._left_out) for root in roots},
            }

        return update

    def referring_to(self, place: str) -> list[str]:
        """Return the paths of the manifests that refer to a file, each once, those that are open as they are now."""
        found = dict.fromkeys(manifest for manifest, _ in self._references().get(place, ()) if manifest != place)
        return [document.path if (document := self._documents.here(each)) else each for each in found]

    def annotations(self, place: str) -> tuple[Annotation, ...]:
        """Return what manifests say of a file that they annotate."""
        return tuple(each.annotation for _, each in self._references().get(place, ()) if each.annotation is not None)

    def _references(self) -> Mapping[str, Sequence[tuple[str, Target]]]:
        """Return place of a file -> the manifests that refer to it, sorted by their places, as a run meets them."""
        known = self._documents.revision, self._scanned
        if self._known is None or self._known[0] != known[0] or self._known[1] is not known[1]:
            found = {at: targets for of in self._scanned.values() for at, (_, targets) in of.items() if targets}
            found |= {document.place: self._now(document) for document in self._documents}
            by_target: dict[str, list[tuple[str, Target]]] = {}
            for manifest, targets in sorted(found.items(), key=lambda item: item[0]):
                for target in targets:
                    by_target.setdefault(str(target.path), []).append((manifest, target))
            self._known = *known, by_target
        return self._known[2]

    def _now(self, document: Document) -> Sequence[Target]:
        """Return what an open document refers to; while it is being written and cannot be read, what it did before."""
        if not document.path:
            return ()
        memo = document.file.memo
        if references_in not in memo:
            try:
                memo[references_in] = self._last[document.place] = tuple(references_in(document.file))
            except Unreadable:
                memo[references_in] = self._last.get(document.place, ())
        found: Sequence[Target] = memo[references_in]
        return found


def root_of(path: str) -> Path:
    """Return the project that a file belongs to, or else its folder."""
    folder = Path(path).resolve().parent
    return marked_root(folder) or folder


def scan(root: Path, known: Mapping[str, tuple[Stamp, Sequence[Target]]], left_out: LeftOut) -> Scanned:
    """Return what the files of a project refer to. What did not change is taken from what was known before.

    What the settings leave out is not looked at.
    """
    found: Scanned = {}
    for path in candidates(root, left_out):
        place = place_of(path)
        try:
            about = os.stat(place)  # noqa: PTH116
        except OSError:
            continue
        stamp = about.st_size, about.st_mtime_ns
        before = known.get(place)
        found[place] = before if before is not None and before[0] == stamp else (stamp, _references(place))
    return found


def _references(place: str) -> Sequence[Target]:
    """Return what a file on disk refers to; nothing for one that cannot be read: linting it says why."""
    try:
        data = read_bytes(place)
        return tuple(references_in(File(place, data))) if b"mlint" in data or b"\0" in data else ()
    except (OSError, Unreadable):
        return ()
