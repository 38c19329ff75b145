"""What the project's settings say of each file, until one of the files that they were read from changes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from vmlint.project.setting import ConfigError
from vmlint.run.baselines import Baselines
from vmlint.run.result import Result

if TYPE_CHECKING:
    from datetime import date

    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.run.by_file import ByFile
    from vmlint.run.settings import Settings

Make = Callable[["date"], "ByFile"]
"""Reads the settings anew, for a day. Raises ``ConfigError``."""


class ProjectSettings:
    """The settings of each file. They are read anew on another day, and when :meth:`forget` is called."""

    def __init__(self, make: Make, today: Callable[[], date]) -> None:
        self._make = make
        self._today = today
        self._made: ByFile | None = None
        self._baselines: Baselines | None = None

    def forget(self) -> None:
        """Read everything anew when it is asked for next."""
        self._made = None
        self._baselines = None

    @property
    def by_file(self) -> ByFile:
        """The settings as they were read. Raises ``ConfigError``."""
        today = self._today()
        if self._made is None or self._made.today != today:
            self.forget()
            self._made = self._make(today)
        return self._made

    def __call__(self, name: str) -> Settings:
        """Return what holds for a file. Raises ``ConfigError``."""
        return self.by_file(name)

    def docs_url(self, name: str) -> str:
        """Return the address of a rule's page, with ``{code}`` in it; empty where the project sets none."""
        return str(self.by_file.lookup.config(name).value("docs-url", ""))

    def left_out(self, folder: str, name: str, is_folder: bool) -> str:
        """Return where the settings say that an entry of a folder is not linted; empty where it is, or nobody knows."""
        try:
            return self.by_file.left_out(folder, name, is_folder=is_folder)
        except ConfigError:
            return ""

    def excludes(self, name: str) -> bool:
        """Whether the settings leave out a file. Raises ``ConfigError``."""
        return bool(self.by_file.left_out(*os.path.split(name), is_folder=False))

    def without_known(self, name: str, found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Return findings in a file; those that its project's baseline accepts are marked. Raises ``ConfigError``."""
        found = tuple(found)
        if not found or not os.path.isabs(name):  # noqa: PTH117
            return found
        settings = self.by_file
        if self._baselines is None:
            self._baselines = Baselines(settings)
        known = self._baselines.anew(self._baselines.of(name))
        return found if known is None else known.judged(Result(name, recognised=True, diagnostics=found)).diagnostics
