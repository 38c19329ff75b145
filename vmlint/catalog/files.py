"""The catalogue's data files: their folders, and their content, read once."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple


class DataFile:
    """A YAML file of the catalogue (trusted: vmlint's own or an installed plugin's), read when it is first needed.

    ``origin`` names the plugin that it comes from, if it is not vmlint's own; ``data`` is its content if it is
    already parsed. The content is never changed.
    """

    def __init__(self, path: Path, origin: str = "", data: Any = None) -> None:
        self.path = path
        self.origin = origin
        if data is not None:
            self.data = data

    @functools.cached_property
    def data(self) -> Any:
        """The parsed content. Raises ``OSError``, ``UnicodeError``, ``yaml.YAMLError`` or ``RecursionError``."""
        import yaml

        text = self.path.read_text("utf-8")
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506

    @functools.cached_property
    def _folded(self) -> str:
        return self.path.read_text("utf-8").lower()

    def may_hold(self, word: str) -> bool:
        """Whether a word in lower case can be in the data: false for most words and files, without parsing.

        Parsing all guests takes 34 ms, all platforms 14 ms, the words of other tools 19 ms; searching the text of all
        of them takes less than 1 ms. A run of ``vmlint check`` over one file takes 300 ms and needs one or two files.
        """
        return bool(word) and word in self._folded


class DataFolder(NamedTuple):
    """The files of one folder of catalogue data."""

    platforms: Sequence[DataFile]
    """One per platform, ``<id>.yaml``."""
    guests: Sequence[DataFile]
    """One per family."""


def data_folder(path: Path, origin: str = "") -> DataFolder:
    """Return the files under ``platforms/`` and ``guests/`` of a folder, by name."""
    platforms, guests = (sorted((path / name).glob("*.yaml")) for name in ("platforms", "guests"))
    return DataFolder([DataFile(file, origin) for file in platforms], [DataFile(file, origin) for file in guests])


DATA = Path(__file__).parent / "data"
BUILTIN = data_folder(DATA)
"""vmlint's own data. Every catalogue shares it, so each file is parsed at most once in a process."""


@functools.cache
def table(name: str) -> DataFile:
    """Return a table of vmlint's own by its name without the ending: ``sources``."""
    return DataFile(DATA / f"{name}.yaml")
