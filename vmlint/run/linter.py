"""Linting one file by its name, with what belongs to it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from vmlint.run.entry import Entry, Reference, digest
from vmlint.run.files import Files
from vmlint.run.result import Result, result_of
from vmlint.run.settings import Settings
from vmlint.run.stamp import database
from vmlint.words import reason

if TYPE_CHECKING:
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

    ``overlays`` are the manifests that annotate a file, by its absolute path. With ``details``, results tell what was
    read in each file and what is undecided. With ``keeps``, they come with what the cache needs.
    """

    def __init__(
        self,
        settings: Settings,
        files: Files,
        overlays: Mapping[str, Sequence[str]],
        *,
        details: bool = False,
        keeps: bool = False,
    ) -> None:
        self._settings = settings._replace(context=settings.context._replace(open_reference=self._refer))
        self._memory: Memory | None = None
        self._files = files
        self.overlays = overlays
        self.details = details
        self.keeps = keeps
        self._references: dict[tuple[str, str], None] = {}  # of the present file
        self._targets: dict[tuple[str | None, str], str] = {}  # folder and reference -> what is there

    def begin(self) -> Memory:
        """Import what linting takes, and begin to remember. Where every result is kept, no file is ever linted."""
        if self._memory is None:
            from vmlint.run.check import Memory

            self._memory = Memory(self._settings)
        return self._memory

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
            self._references[_DATABASE] = None
        references = tuple(Reference(*each, self._found(*each)) for each in self._references)
        manifests = [files.open(manifest) for manifest in self._overlaid(name)]
        key = _key(digest(file.data), [digest(each.data) for each in manifests])
        return Made(result, Entry(key, references, result, holds_only_workloads(file)))

    def checked(self, name: str) -> Checked:
        """Return what was found in a file, with the workloads that were read."""
        try:
            return self._checked(self._files.take(name), name)
        except OSError as error:
            return self._unread(name, error)

    def key(self, name: str, content: str) -> str:
        """Return a digest of what a file's result depends on, beside its references: its content and its overlays."""
        manifests = self._overlaid(name)
        return _key(content, map(self._files.digest, manifests))

    def still_holds(self, reference: Reference) -> bool:
        """Whether a reference leads to the same file with the same content."""
        return self._found(reference.name, reference.reference) == reference.found

    def _checked(self, file: File, name: str) -> Checked:
        memory = self.begin()
        from vmlint.findings.diagnostic import merged
        from vmlint.run.check import check
        from vmlint.run.references import sources

        place = self._files.place(name) if self.overlays else ""
        overlays = sources(place, self._overlaid(name), self._files)
        checked = check(file, self._settings, overlays, memory)
        return checked._replace(diagnostics=merged(checked.diagnostics))

    def _unread(self, name: str, error: OSError) -> Checked:
        from vmlint.findings.diagnostic import own
        from vmlint.findings.place import START
        from vmlint.run.check import Checked

        shown = self._files.stdin_name if name == "-" else name
        fault = own("VM901", f"cannot be read: {reason(error)}", START.of(shown))
        return Checked(shown, recognised=False, diagnostics=(fault,), readable=False)

    def _overlaid(self, name: str) -> Sequence[str]:
        return self.overlays.get(self._files.place(name), ()) if self.overlays else ()

    def _found(self, name: str, reference: str) -> str:
        """Return a digest of the file to which a reference leads, or why it leads to none."""
        where = os.path.dirname(name) if name else None, reference  # noqa: PTH120
        if where not in self._targets:
            self._targets[where] = self._target(name, reference) if name else database()
        return self._targets[where]

    def _target(self, name: str, reference: str) -> str:
        try:
            file = self._files.refer(name, reference)
        except (OSError, ValueError) as error:
            return f"none: {reason(error)}"
        return digest(file.name.encode("utf-8", "surrogateescape"), file.data)

    def _refer(self, name: str, reference: str) -> File:
        self._references[name, reference] = None
        return self._files.refer(name, reference)


def _key(content: str, manifests: Iterable[str]) -> str:
    others = [each.encode() for each in manifests]
    return digest(content.encode(), *others) if others else content
