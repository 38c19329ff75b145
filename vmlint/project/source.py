"""Reading a settings file: its bytes become a table whose keys and values have places."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from vmlint import limits
from vmlint.door import read_bytes
from vmlint.findings.place import START, Place, Span
from vmlint.project.root import SHARED, as_written
from vmlint.project.setting import ConfigError, where
from vmlint.words import as_text, did_you_mean, nearest, reason

Read = Callable[[Path], bytes | None]
"""Returns the bytes of a settings file; ``None`` where there is none. Raises :class:`ConfigError`."""
_TYPES = {str: "the text", bool: "the flag", int: "the number", float: "the number", list: "a list", dict: "a table"}
_TOML_PLACE = r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)"
"""How :mod:`tomllib` says where a fault is."""


def read_here(file: Path) -> bytes | None:
    """Return the bytes of a settings file of this file system; ``None`` where there is none."""
    if not os.path.lexists(file):
        return None
    shown = as_written(file)
    try:
        if not file.is_file():
            raise ConfigError(f"{shown}: it is not a regular file")
        return read_bytes(file, most=limits.SETTINGS_BYTES)
    except OSError as error:
        raise ConfigError(f"{shown}: cannot be read: {reason(error)}") from None


class Source:
    """A settings file that was read."""

    def __init__(self, path: Path, shown: str, data: bytes) -> None:
        """Read TOML. Raises :class:`ConfigError`."""
        self.path = path
        self.shown = shown
        """As its user would write it."""
        if len(data) > limits.SETTINGS_BYTES:
            raise ConfigError(f"{shown}: it is larger than {limits.SETTINGS_BYTES // 2**20} MiB")
        try:
            self.text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ConfigError(f"{shown}: it is not UTF-8") from None
        from vmlint.syntax.toml_text import loads

        try:
            self.whole: Mapping[str, Any] = loads(self.text)
        except RecursionError:
            raise ConfigError(f"{shown}: it is not valid TOML: it is nested too deeply") from None
        except ValueError as error:
            raise ConfigError(self._broken(str(error))) from None
        self.prefix: tuple[str, ...] = ("tool", "vmlint") if path.name == SHARED else ()

    @property
    def table(self) -> Mapping[str, Any] | None:
        """The settings; ``None`` where a file that other tools use too has none."""
        table: Any = self.whole
        for name in self.prefix:
            table = table.get(name) if isinstance(table, dict) else None
        if table is not None and not isinstance(table, dict):
            raise ConfigError(f"{where(self.key_at())}: {'.'.join(self.prefix)} is no table; write [tool.vmlint]")
        return table

    def refuse_misspelt(self) -> None:
        """Raise :class:`ConfigError` where a shared file has the table of a tool whose name is meant to be vmlint."""
        tools = self.whole.get("tool")
        for name in tools if isinstance(tools, dict) else ():
            if name != "vmlint" and name.startswith("vm") and nearest(name, ["vmlint"]):
                place = self._places.get(("tool", name))
                shown = where((place.key if place else START).of(self.shown))
                raise ConfigError(f"{shown}: there is no tool {name!r}; {did_you_mean('[tool.vmlint]')}")

    def name(self, *keys: str | int) -> str:
        """Return a key as it is named in messages: ``tool.vmlint.profile``."""
        return ".".join(str(key) for key in (*self.prefix, *keys) if isinstance(key, str))

    def key_at(self, *keys: str | int) -> Place:
        """Return the place of a key, or of an entry of a list."""
        return self._at(keys, lambda stands: stands.key)

    def value_at(self, *keys: str | int) -> Place:
        """Return the place of a value."""
        return self._at(keys, lambda stands: stands.value)

    def place(self, at: tuple[str | int, ...], *, whole: bool) -> Place:
        """Return the place of a value, or of a key and its value."""
        return self.pair_at(*at) if whole else self.value_at(*at)

    def pair_at(self, *keys: str | int) -> Place:
        """Return the place of a key and its value together, where they stand on one line; else that of the value."""
        whole = self._at(keys, lambda stands: stands.pair)
        return whole if whole.line == whole.end_line else self.value_at(*keys)

    def _at(self, keys: tuple[str | int, ...], which: Callable[[Any], Span]) -> Place:
        path: tuple[str | int, ...] = (*self.prefix, *keys)
        while path and path not in self._places:
            path = path[:-1]
        return (which(self._places[path]) if path else START).of(self.shown)

    @functools.cached_property
    def _places(self) -> Mapping[tuple[str | int, ...], Any]:
        from vmlint.syntax.toml import places  # imported only where a place is shown

        return places(self.text)

    def _broken(self, message: str) -> str:
        found = re.fullmatch(_TOML_PLACE, message)
        what = found["what"] if found else message
        if found and found["line"]:
            place = f"{self.shown}:{found['line']}:{found['column']}"
        else:
            lines = self.text.split("\n")
            place = f"{self.shown}:{len(lines)}:{len(lines[-1]) + 1}"
        return f"{place}: it is not valid TOML: {what[:1].lower()}{what[1:]}"


def described(value: object) -> str:
    """Return a value of TOML for a message: ``the number 1``, ``'a text'``, ``a list``."""
    if isinstance(value, str):
        return repr(value)
    name = next((name for kind, name in _TYPES.items() if type(value) is kind), type(value).__name__)
    if value == []:
        return "an empty list"
    return name if isinstance(value, (list, dict)) else f"{name} {as_text(value)}"
