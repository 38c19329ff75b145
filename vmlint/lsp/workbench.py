"""Linting what is open: each file as `check` lints it, and again only where something that it rests on changed."""

from __future__ import annotations

import functools
import logging
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.findings.diagnostic import merged
from vmlint.lsp.documents import place_of
from vmlint.lsp.manifests import Manifests
from vmlint.project.setting import ConfigError
from vmlint.record import NamedTuple
from vmlint.run.check import Memory, check
from vmlint.run.hiding import Hiding
from vmlint.run.prepared import prepared
from vmlint.words import error_text, reason

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.lsp.documents import Document, Documents
    from vmlint.lsp.settings import ProjectSettings
    from vmlint.reading.context import Annotation
    from vmlint.reading.file import File
    from vmlint.reading.subject import Subject
    from vmlint.run.settings import Settings

log = logging.getLogger(__name__)


class Outcome(NamedTuple):
    """What was found in one file, and what that rests on."""

    diagnostics: tuple[Diagnostic, ...] = ()
    subjects: tuple[Subject, ...] = ()
    failure: str = ""
    """Why it could not be linted: wrong settings, or a fault of vmlint itself."""


class Found(NamedTuple):
    """What is found about a document."""

    here: tuple[Diagnostic, ...]
    """At places in it, also by manifests that refer to it."""
    elsewhere: tuple[Diagnostic, ...]
    """In it, at places of files that are not open."""
    failure: str
    """Why it could not be linted."""


class _Kept(NamedTuple):
    outcome: Outcome
    file: File
    settings: Settings
    overlays: tuple[Annotation, ...]
    references: Mapping[tuple[str, str], File | str]


class Workbench:
    """Lints the open documents and the manifests that refer to them, and remembers what it found.

    What was found counts as long as all that it rests on is the same: the file, its settings, what manifests say of it,
    and the files that it refers to. So there is nothing to forget when a file changes.
    """

    def __init__(self, documents: Documents, settings: ProjectSettings) -> None:
        self.documents = documents
        self.settings = settings
        self.manifests = Manifests(documents, settings.left_out)
        self._ready: dict[int, tuple[Settings, Settings, Memory]] = {}
        """By the identity of settings: these, the same ready for use, and what their rules remember of all files."""
        self._references: dict[tuple[str, str], File | str] = {}  # of the present file, each with what is there
        self._kept: dict[str, _Kept] = {}

    def instead(self, texts: Mapping[str, str]) -> Workbench:
        """Return a workbench on which some files have other texts, by their paths; what is known is shared."""
        other = Workbench(self.documents.instead(texts), self.settings)
        other.manifests.take_from(self.manifests)
        other._kept = dict(self._kept)
        return other

    def read_settings_again(self) -> None:
        """Note that a file of settings, or one that they name, changed."""
        self.settings.forget()
        self._ready.clear()

    def found(self, document: Document) -> Found:
        """Return what is found in a document and in the manifests that refer to it."""
        place = functools.cache(place_of)
        own = self.outcome(document.name)
        here: dict[tuple[object, ...], Diagnostic] = {}
        for outcome in (own, *self._of_manifests(document)):
            for each in outcome.diagnostics:
                if each.accepted is None and place(each.place.file) == document.place:
                    # A manifest reports faulty hints of the file that it annotates, as that file itself does.
                    here.setdefault((each.code, each.place[1:], each.message, each.severity), each)
        elsewhere = tuple(
            each
            for each in own.diagnostics
            if each.accepted is None and self.documents.here(place(each.place.file)) is None
        )
        return Found(tuple(here.values()), elsewhere, own.failure)

    def docs_url(self, name: str) -> str:
        """Return the address of a rule's page, with ``{code}`` in it; empty where the project of a file sets none."""
        try:
            return self.settings.docs_url(name)
        except ConfigError:
            return ""

    def subjects_of(self, document: Document) -> Iterator[Subject]:
        """Yield the workloads that a document describes, alone or with a manifest."""
        for outcome in (self.outcome(document.name), *self._of_manifests(document)):
            yield from outcome.subjects

    def _of_manifests(self, document: Document) -> Iterator[Outcome]:
        return map(self.outcome, self.manifests.referring_to(document.place))

    def forget_others(self) -> None:
        """Forget files that are neither open nor refer to what is open."""
        near = {document.place for document in self.documents}
        near |= {place_of(path) for place in near for path in self.manifests.referring_to(place)}
        self._kept = {place: kept for place, kept in self._kept.items() if place in near}

    def outcome(self, name: str) -> Outcome:
        """Return what is found in a file: what was found before, where it still holds. Never raises for a file."""
        try:
            if os.path.isabs(name) and self.settings.excludes(name):  # noqa: PTH117
                return Outcome()
            settings = self.settings(name)
            return self._outcome(name, settings)
        except ConfigError as error:
            return Outcome(failure=str(error))
        except OSError as error:
            return Outcome(failure=f"it cannot be read: {reason(error)}")
        except Exception as error:
            log.exception("%s could not be linted", name)
            return Outcome(failure=f"internal error: {error_text(error)}; this is a fault of vmlint")

    def _outcome(self, name: str, settings: Settings) -> Outcome:
        place = place_of(name)
        file = self.documents.file(name)
        overlays = self.manifests.annotations(place)
        if len(file.data) > limits.EDITED_BYTES:
            return Outcome(failure=f"it is larger than {limits.EDITED_BYTES // 2**20} MiB: `vmlint check` lints it")
        kept = self._kept.get(place)
        if kept is not None and self._holds(kept, file, settings, overlays):
            return kept.outcome
        self._references = {}
        ready, memory = self._prepared(settings)
        checked = check(file, ready, overlays, memory)
        hiding = Hiding(checked.texts if checked.diagnostics else ())
        diagnostics = self.settings.without_known(name, map(hiding.found, merged(checked.diagnostics)))
        outcome = Outcome(diagnostics, checked.subjects)
        self._kept[place] = _Kept(outcome, file, settings, overlays, self._references)
        return outcome

    def _holds(self, kept: _Kept, file: File, settings: Settings, overlays: tuple[Annotation, ...]) -> bool:
        if not _same(kept.file, file) or kept.settings is not settings or kept.overlays != overlays:
            return False
        return all(_same(found, self._reference(*where)) for where, found in kept.references.items())

    def _prepared(self, settings: Settings) -> tuple[Settings, Memory]:
        """Return settings ready for use, and what their rules remember. Raises ``ConfigError``."""
        if id(settings) not in self._ready:
            ready = prepared(settings, self._refer)
            self._ready[id(settings)] = settings, ready, Memory(ready)
        return self._ready[id(settings)][1:]

    def _refer(self, name: str, reference: str) -> File:
        """Return the file that another refers to, and note what it is. Raises ``ValueError`` with a sentence."""
        found = self._references[name, reference] = self._reference(name, reference)
        if isinstance(found, str):
            raise ValueError(found)
        return found

    def _reference(self, name: str, reference: str) -> File | str:
        """Return the file that another refers to, or why there is none."""
        try:
            return self.documents.refer(name, reference)
        except (OSError, ValueError) as error:
            return reason(error)


def _same(one: File | str, other: File | str) -> bool:
    """Whether two files have one content, or two references fail for one reason."""
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return one.memo is other.memo and one.name == other.name
