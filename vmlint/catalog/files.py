"""The catalogue's data files: their folders, and their content, read once."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vmlint.catalog import kept
from vmlint.record import NamedTuple


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
        parsed = kept.read(self.path, self._source)
        return self.parse() if parsed is None else parsed

    def parse(self) -> Any:
        """Parse the content, whatever is kept of it. Raises what ``data`` raises."""
        import yaml

        return yaml.load(self._source.decode(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506

    def keep(self) -> None:
        """Parse the content and keep it beside the file, for faster reading."""
        kept.write(self.path, self._source, self.parse())

    @functools.cached_property
    def _source(self) -> bytes:
        return self.path.read_bytes()

    @functools.cached_property
    def _folded(self) -> str:
        return self._source.decode().lower()

    def may_hold(self, word: str) -> bool:
        """Whether a word in lower case can be in the data: false for most words and files, without parsing.

        Searching the text of all guests, all platforms and the words of other tools takes less than 1 ms, and a run of
        ``vmlint check`` over one file needs one or two of these files.
        """
        return bool(word) and word in self._folded


class DataFolder(NamedTuple):
    """The files of one folder of catalogue data."""

    platforms: Sequence[DataFile]
    """One per platform, ``<id>.yaml``."""
    guests: Sequence[DataFile]
    """One per family."""
    software: Sequence[DataFile] = ()
    """One per topic."""
    features: Sequence[DataFile] = ()
    """One per layer, ``<layer>.yaml``."""
    offers: Sequence[DataFile] = ()
    """One per layer of what it offers, or for several that are alike."""


def data_folder(path: Path, origin: str = "") -> DataFolder:
    """Return the files under the folders of a folder, by name."""
    return DataFolder(*(_files(path / name, origin) for name in DataFolder._fields))


def _files(folder: Path, origin: str) -> list[DataFile]:
    return [DataFile(file, origin) for file in sorted(folder.glob("*.yaml"))]


DATA = Path(__file__).parent / "data"
BUILTIN = data_folder(DATA)
"""vmlint's own data. Every catalogue shares it, so each file is parsed at most once in a process."""


@functools.cache
def table(name: str) -> DataFile:
    """Return a table of vmlint's own by its name without the ending: ``sources``."""
    return DataFile(DATA / f"{name}.yaml")
