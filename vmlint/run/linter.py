"""Linting one file by its name, with what belongs to it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from vmlint.record import NamedTuple
from vmlint.run.entry import Entry, Reference, digest
from vmlint.run.files import Files
from vmlint.run.related import Overlays
from vmlint.run.result import Result, result_of
from vmlint.run.settings import Settings, SettingsOf
from vmlint.run.stamp import database
from vmlint.words import reason

if TYPE_CHECKING:
    from vmlint.findings.severity import Severity
    from vmlint.reading.context import Annotation
    from vmlint.reading.file import File
    from vmlint.run.check import Checked, Memory


_DATABASE = "", "libosinfo"
"""As a reference: no file refers to it, but any may need it."""


class Made(NamedTuple):
    """What was made of a file."""

    result: Result
    entry: Entry | None = None
    """The same to keep for later runs; ``None`` where it is not to be kept."""


class Linter:
    """Lints files one at a time, by their names: all that a worker needs.

    ``overlays`` are what manifests say of a file that they annotate, by its absolute path. With ``details``, results
    tell what was read in each file and what is undecided. With ``repairs``, they also have the unsafe fixes, each of
    which takes a check of its own. With ``keeps``, they come with what the cache needs. With
    ``reads``, no rule is asked.
    """

    def __init__(
        self,
        settings: SettingsOf,
        files: Files,
        overlays: Overlays,
        *,
        details: bool = False,
        repairs: bool = False,
        keeps: bool = False,
        reads: bool = False,
    ) -> None:
        self._settings_of = settings
        self._reads = reads
        self._ready: dict[int, tuple[Settings, Settings]] = {}
        """By the identity of settings: these, and the same ready for use."""
        self._memories: dict[tuple[int, int], Memory] = {}
        """By the identity of rules and judges: other settings make no difference to what is remembered."""
        self._digests: dict[int, tuple[Settings, str]] = {}
        self._files = files
        self.overlays = overlays
        self.details = details
        self.repairs = repairs
        self.keeps = keeps
        self._references: dict[tuple[str, str], str] = {}  # of the present file, each with what was found there
        self._targets: dict[tuple[str | None, str], str] = {}  # folder and reference -> what is there

    def settings(self, name: str) -> Settings:
        """Return the settings of a file by its name. Raises ``ConfigError``."""
        return self._settings_of(self._files.stdin_name if name == "-" else name)

    def fail_on(self, shown: str) -> Severity:
        """Return the least severity of a finding that fails the run, for a file by its name in reports."""
        return self._settings_of(shown).fail_on

    def prepare(self, names: Iterable[str]) -> None:
        """Import what linting some files takes, and begin to remember: for each settings that hold for any.

        Raises ``ConfigError`` for what is wrong in them. Where every result is kept, no file is ever linted.
        """
        for settings in {id(each): each for each in map(self.settings, names)}.values():
            self._prepared(settings)

    def _prepared(self, settings: Settings) -> tuple[Settings, Memory]:
        if id(settings) not in self._ready:
            from vmlint.run.prepared import prepared

            made = prepared(settings.reading_only if self._reads else settings, self._refer)
            self._ready[id(settings)] = settings, made
        ready = self._ready[id(settings)][1]
        rules = id(settings.rules), id(settings.judges)
        if rules not in self._memories:
            from vmlint.run.check import Memory

            self._memories[rules] = Memory(ready)
        return ready, self._memories[rules]

    def __call__(self, name: str) -> Made:
        """Return the result for a file. Never raises for what the file holds."""
        files = self._files
        self._references = {}
        try:
            file = files.take(name)
        except OSError as error:
            return Made(result_of(self._unread(name, error), details=self.details))
        result = result_of(self._checked(file, name), details=self.details)
        if not self.keeps or name == "-" or result.crashes:  # what crashed once may not do so again
            return Made(result)
        from vmlint.catalog.osinfo import was_asked
        from vmlint.run.references import holds_only_workloads

        if was_asked():
            self._references[_DATABASE] = self._found(*_DATABASE)
        references = tuple(Reference(*where, found) for where, found in self._references.items())
        content = digest(file.data)
        only_workloads = content if holds_only_workloads(file) else ""
        return Made(result, Entry(self.key(name, content), references, result, only_workloads))

    def checked(self, name: str) -> Checked:
        """Return what was found in a file, with the workloads that were read."""
        try:
            return self._checked(self._files.take(name), name)
        except OSError as error:
            return self._unread(name, error)

    def key(self, name: str, content: str) -> str:
        """Return a digest of what a file's result depends on, beside its references: content, settings, overlays."""
        overlays = self._overlaid(name)
        extra = [repr(overlays).encode("utf-8", "surrogatepass")] if overlays else []
        return digest(content.encode(), self._digest(self.settings(name)).encode(), *extra)

    def _digest(self, settings: Settings) -> str:
        if id(settings) not in self._digests:
            from vmlint.run.fingerprint import of_settings

            self._digests[id(settings)] = settings, of_settings(settings)
        return self._digests[id(settings)][1]

    def still_holds(self, reference: Reference) -> bool:
        """Whether a reference leads to the same file with the same content."""
        return self._found(reference.name, reference.reference) == reference.found

    def _checked(self, file: File, name: str) -> Checked:
        settings, memory = self._prepared(self.settings(name))
        from vmlint.run.check import check

        checked = check(file, settings, self._overlaid(name), memory)
        if checked.diagnostics:
            from vmlint.findings.diagnostic import merged

            checked = checked._replace(diagnostics=merged(checked.diagnostics))
        if self.repairs and any(found.suggestions for found in checked.diagnostics):
            from vmlint.run.repairs import with_repairs

            return with_repairs(file, settings, self._overlaid(name), checked, memory)
        return checked

    def _unread(self, name: str, error: OSError) -> Checked:
        from vmlint.findings.diagnostic import own
        from vmlint.findings.place import START
        from vmlint.run.check import Checked

        shown = self._files.stdin_name if name == "-" else name
        fault = own("VM901", f"cannot be read: {reason(error)}", START.of(shown))
        return Checked(shown, recognised=False, diagnostics=(fault,), readable=False)

    def _overlaid(self, name: str) -> Sequence[Annotation]:
        return self.overlays.get(self._files.place(name), ()) if self.overlays else ()

    def _found(self, name: str, reference: str) -> str:
        """Return a digest of the file to which a reference leads, or why it leads to none."""
        where = os.path.dirname(name) if name else None, reference  # noqa: PTH120
        if where not in self._targets:
            self._targets[where] = self._target(name, reference) if name else database()
        return self._targets[where]

    def _target(self, name: str, reference: str) -> str:
        try:
            return _digest_of(self._files.refer(name, reference))
        except (OSError, ValueError) as error:
            return _no_file(error)

    def _refer(self, name: str, reference: str) -> File:
        """Return the file that another refers to, and note what it is: it may be another one a moment later."""
        try:
            file = self._files.refer(name, reference)
        except (OSError, ValueError) as error:
            self._references[name, reference] = _no_file(error)
            raise
        self._references[name, reference] = _digest_of(file)
        return file


def _digest_of(file: File) -> str:
    return digest(file.name.encode("utf-8", "surrogateescape"), file.data)


def _no_file(error: OSError | ValueError) -> str:
    return f"none: {reason(error)}"
