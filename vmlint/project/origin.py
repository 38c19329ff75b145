"""What says a setting, and what a setting can name. Imported where there are settings; most runs have none."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from vmlint.findings.place import Place
from vmlint.record import NamedTuple


class Origin(Protocol):
    """What says something: a settings file, a variable of the environment, an option."""

    def place(self, at: tuple[str | int, ...], *, whole: bool) -> Place:
        """Return where it says what stands under some keys: the value, or key and value as a ``whole``."""


class Named(NamedTuple):
    """An option or a variable of the environment. Its places have no line."""

    name: str

    def place(self, at: tuple[str | int, ...], *, whole: bool) -> Place:  # noqa: ARG002 - it says one thing
        """Return its name as a place."""
        return Place(self.name, 0, 0, 0, 0)


class Located(NamedTuple):
    """A file that settings name."""

    path: Path
    shown: str
    """As its user would write it in the current folder."""

    def __str__(self) -> str:
        return self.shown


class Several(NamedTuple):
    """What describes hosts, where more than one thing is named: files and folders, and ``local``."""

    parts: tuple[Located | str, ...]

    def __str__(self) -> str:
        return ", ".join(map(str, self.parts))
