"""The catalogue's data files: where they lie, and what each holds, read once."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any


class DataFile:
    """A YAML file of the catalogue (trusted: vmlint's own or an installed plugin's), read when it is first needed.

    ``origin`` names who brought it where that is not vmlint itself. Nobody changes what :attr:`data` returns.
    """

    def __init__(self, path: Path, origin: str = "") -> None:
        self.path = path
        self.origin = origin

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


class DataFolder:
    """A folder with ``platforms/<id>.yaml``, ``guests/<family>.yaml`` and, in vmlint's own, tables beside them."""

    def __init__(self, path: Path, origin: str = "") -> None:
        self.path = path
        self.origin = origin

    @functools.cached_property
    def platforms(self) -> tuple[DataFile, ...]:
        """The files of platforms, one a platform."""
        return self._files("platforms")

    @functools.cached_property
    def guests(self) -> tuple[DataFile, ...]:
        """The files of guests, one a family."""
        return self._files("guests")

    def _files(self, name: str) -> tuple[DataFile, ...]:
        return tuple(DataFile(path, self.origin) for path in sorted((self.path / name).glob("*.yaml")))


BUILTIN = DataFolder(Path(__file__).parent / "data")
"""vmlint's own data. Every catalogue shares it, so each file is parsed at most once in a process."""


@functools.cache
def table(name: str) -> DataFile:
    """Return a table of vmlint's own by its name without the ending: ``sources``."""
    return DataFile(BUILTIN.path / f"{name}.yaml")
