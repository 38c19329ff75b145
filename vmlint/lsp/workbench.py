"""Linting what is open: each file as `check` lints it, and again only where something that it rests on changed."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vmlint import limits
from vmlint.findings.diagnostic import merged
from vmlint.lsp.documents import place_of
from vmlint.lsp.manifests import Manifests
from vmlint.run.check import Memory, check
from vmlint.words import error_text, reason

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.lsp.documents import Document, Documents
    from vmlint.reading.context import Annotation
    from vmlint.reading.file import File
    from vmlint.reading.subject import Subject
    from vmlint.run.settings import Settings

log = logging.getLogger(__name__)

SettingsOf = Callable[[Path, date, dict[str, "Settings"]], "Settings"]
"""(a file, the day, settings that were made since a file of settings changed) -> what holds for the file.

Raises ``ValueError`` with a sentence where the settings are wrong."""


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

    def __init__(self, documents: Documents, settings_of: SettingsOf, today: Callable[[], date]) -> None:
        self.documents = documents
        self.manifests = Manifests(documents)
        self._settings_of = settings_of
        self._today = today
        self._day = today()
        self._settings: dict[str, Settings | ValueError] = {}
        self._made: dict[str, Settings] = {}
        self._memories: dict[int, tuple[Settings, Memory]] = {}
        self._kept: dict[str, _Kept] = {}

    def instead(self, texts: Mapping[str, str]) -> Workbench:
        """Return a workbench on which some files have other texts, by their paths; what is known is shared."""
        other = Workbench(self.documents.instead(texts), self._settings_of, self._today)
        other.manifests.take_from(self.manifests)
        other._settings, other._made, other._memories = self._settings, self._made, self._memories
        other._kept = dict(self._kept)
        return other

    def read_settings_again(self) -> None:
        """Note that a file of settings, or one that they name, changed."""
        self._settings.clear()
        self._made.clear()
        self._memories.clear()

    def settings(self, path: str) -> Settings:
        """Return what holds for a file. Raises ``ValueError`` with a sentence."""
        today = self._today()
        if today != self._day:
            self.read_settings_again()
            self._day = today
        if path not in self._settings:
            try:
                self._settings[path] = self._settings_of(Path(path), today, self._made)
            except ValueError as error:
                self._settings[path] = error
        found = self._settings[path]
        if isinstance(found, ValueError):
            raise found
        return found

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
            settings = self.settings(name)
        except ValueError as error:
            return Outcome(failure=str(error))
        try:
            return self._outcome(name, settings)
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
        outcome, references = self.lint(file, settings, overlays)
        self._kept[place] = _Kept(outcome, file, settings, overlays, references)
        return outcome

    def _holds(self, kept: _Kept, file: File, settings: Settings, overlays: tuple[Annotation, ...]) -> bool:
        if not _same(kept.file, file) or kept.settings is not settings or kept.overlays != overlays:
            return False
        return all(_same(found, self._reference(*where)) for where, found in kept.references.items())

    def lint(
        self, file: File, settings: Settings, overlays: Iterable[Annotation] = ()
    ) -> tuple[Outcome, Mapping[tuple[str, str], File | str]]:
        """Lint a file, and return what was found and what it refers to."""
        references: dict[tuple[str, str], File | str] = {}

        def refer(name: str, reference: str) -> File:
            found = references[name, reference] = self._reference(name, reference)
            if isinstance(found, str):
                raise ValueError(found)
            return found

        with_files = settings._replace(context=settings.context._replace(open_reference=refer))
        checked = check(file, with_files, overlays, self._memory(settings))
        return Outcome(merged(checked.diagnostics), checked.subjects), references

    def _reference(self, name: str, reference: str) -> File | str:
        """Return the file that another refers to, or why there is none."""
        try:
            return self.documents.refer(name, reference)
        except (OSError, ValueError) as error:
            return reason(error)

    def _memory(self, settings: Settings) -> Memory:
        """Return what the rules of some settings remember of all files."""
        if id(settings) not in self._memories:
            self._memories[id(settings)] = settings, Memory(settings)
        return self._memories[id(settings)][1]


def _same(one: File | str, other: File | str) -> bool:
    """Whether two files have one content, or two references fail for one reason."""
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return one.memo is other.memo and one.name == other.name
