"""Linting one file by its name, with what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vmlint.findings.diagnostic import merged, own
from vmlint.findings.place import START
from vmlint.run.check import Checked, Settings, check
from vmlint.run.files import Files
from vmlint.run.related import sources
from vmlint.run.result import Result, result_of
from vmlint.words import reason


class Linter:
    """Lints files one at a time, by their names: what a worker needs beside them."""

    def __init__(
        self, settings: Settings, files: Files, overlays: Mapping[str, Sequence[str]], *, details: bool
    ) -> None:
        self._settings = settings._replace(context=settings.context._replace(open_reference=files.refer))
        self._files = files
        self.overlays = overlays
        """Absolute path of a file -> the manifests that annotate it."""
        self.details = details
        """Whether results tell what was read in each file and what is undecided."""

    def __call__(self, name: str) -> Result:
        """Return the result for a file. Never raises for what the file holds."""
        return result_of(self.checked(name), details=self.details)

    def checked(self, name: str) -> Checked:
        """Return the same with the workloads that were read."""
        files = self._files
        shown = files.stdin_name if name == "-" else name
        try:
            file = files.take(name)
        except OSError as error:
            fault = own("VM901", f"cannot be read: {reason(error)}", START.of(shown))
            return Checked(shown, recognised=False, diagnostics=(fault,), readable=False)
        place = files.place(name) if self.overlays else ""
        found = check(file, self._settings, sources(place, self.overlays.get(place, ()), files))
        return found._replace(diagnostics=merged(found.diagnostics))
