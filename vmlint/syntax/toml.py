"""Where the keys and values of a TOML document stand.

:mod:`tomllib` reads TOML and says no places. This module walks once more over a text that tomllib has accepted, and
notes where each key and each value begins and ends. It judges nothing: a text that is no TOML has no places.
"""

from __future__ import annotations

import bisect
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from vmlint import limits
from vmlint.findings.place import START, Span
from vmlint.findings.problem import Problem, Unreadable
from vmlint.patterns import lazy_pattern
from vmlint.record import NamedTuple
from vmlint.syntax.lines import split_lines
from vmlint.syntax.toml_text import loads

Path = tuple[str | int, ...]
"""The keys that lead to a value; numbers count the entries of a list from zero."""


class Stands(NamedTuple):
    """Where a key and its value stand."""

    key: Span
    """The last part of the key as it is written; of an entry of a list, the entry."""
    value: Span
    pair: Span
    """The whole key and the value, with what is between them."""


class Toml(NamedTuple):
    """A document that was read, and where its parts stand."""

    whole: Mapping[str, Any]
    stands: Mapping[Path, Stands]

    def at(self, *keys: str | int) -> Span:
        """Return the place of a value, or of the nearest table around it."""
        while keys and keys not in self.stands:
            keys = keys[:-1]
        return self.stands[keys].value if keys else START


def parse(text: str) -> Toml:
    """Read a document. Raises ``Unreadable``."""
    if len(text) > limits.SETTINGS_BYTES:
        raise Unreadable(Problem("VM904", f"TOML of more than {limits.SETTINGS_BYTES // 2**20} MiB is not read", START))
    try:
        return Toml(loads(text), places(text))
    except RecursionError:
        raise Unreadable(Problem("VM904", "it is nested too deeply", START)) from None
    except ValueError as error:
        found = _SAYS_WHERE.search(str(error))
        lines = split_lines(text) or [""]
        line, column = (int(found[1]), int(found[2])) if found and found[1] else (len(lines), len(lines[-1]) + 1)
        message = f"it is not valid TOML: {_SAYS_WHERE.sub('', str(error))}"
        raise Unreadable(Problem("VM903", message, Span(line, column, line, column + 1))) from None


_SAYS_WHERE = lazy_pattern(r" \(at (?:line ([0-9]+), column ([0-9]+)|end of document)\)")


def places(text: str) -> Mapping[Path, Stands]:
    """Return where every key and value of a valid document stands, by the keys that lead there.

    A table has the place of its header, or of the first key that implies it.
    """
    walk = _Walk(text)
    walk.document()
    return walk.found


_BLANK = lazy_pattern(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_SPACE = lazy_pattern(r"[ \t]*")
_KEY = lazy_pattern(r"[A-Za-z0-9_-]+|\"(?:[^\"\\]|\\.)*\"|'[^']*'")
_STRING = lazy_pattern(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}' + r"|'''(?:[^']|'(?!''))*'{3,5}" + r'|"(?:[^"\\]|\\.)*"' + r"|'[^']*'",
    re.DOTALL,
)
_PLAIN = lazy_pattern(r"[^,\]}#\n]*")
"""A number, a flag or a date, with the white space behind it."""


def _of(span: Span) -> Stands:
    return Stands(span, span, span)


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, Stands] = {}
        self._lists: dict[Path, int] = {}
        """How many tables the lists of tables have so far."""
        self._starts = [0]
        for line in split_lines(f"{text} ", keepends=True)[:-1]:  # as code frames count lines
            self._starts.append(self._starts[-1] + len(line))

    def document(self) -> None:
        table: Path = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            start = self.at
            if self.text.startswith("[[", start):
                table = self._header(2)
            elif self.text.startswith("[", start):
                table = self._header(1)
            else:
                self._pair(table)
            self._skip(_BLANK)

    def _header(self, brackets: int) -> Path:
        self.at += brackets
        *above, last = self._key()
        path: Path = ()
        for name, span in above:
            path = self._within((*path, name))
            self.found.setdefault(path, _of(span))
        path = (*path, last[0])
        if brackets == 2:
            self.found.setdefault(path, _of(last[1]))
            number = self._lists.get(path, 0)
            self._lists[path] = number + 1
            path = (*path, number)
        self.found.setdefault(path, _of(last[1]))
        self._skip(_SPACE)
        self.at += brackets
        return path

    def _within(self, path: Path) -> Path:
        """Return the path of a table, or of the last table of a list of them."""
        return (*path, self._lists[path] - 1) if path in self._lists else path

    def _key(self) -> list[tuple[str, Span]]:
        """Return the parts of a dotted key."""
        parts = []
        while True:
            self._skip(_SPACE)
            match = _KEY.match(self.text, self.at)
            if match is None:
                raise ValueError("not TOML")
            word = match[0]
            name = tomllib.loads(f"x = {word}")["x"] if word[0] in "\"'" else word
            parts.append((name, self._span(match.start(), match.end())))
            self.at = match.end()
            self._skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return parts
            self.at += 1

    def _pair(self, table: Path) -> None:
        start = self.at
        *above, last = self._key()
        path = table
        for name, span in above:
            path = (*path, name)
            self.found.setdefault(path, _of(span))
        self.at += 1  # the sign =
        self._skip(_SPACE)
        path = (*path, last[0])
        value = self._value(path)
        self.found[path] = Stands(last[1], value, self._span(start, self.at))

    def _value(self, path: Path) -> Span:
        start = self.at
        if self.text.startswith("[", start):
            for number in self._items("]"):
                here = (*path, number)
                span = self._value(here)
                self.found[here] = _of(span)
        elif self.text.startswith("{", start):
            for _ in self._items("}"):
                self._pair(path)
        elif string := _STRING.match(self.text, start):
            self.at = string.end()
        else:
            plain = _PLAIN.match(self.text, start)
            self.at += len(plain[0].rstrip()) if plain else 0
            if self.at == start:
                raise ValueError("not TOML")
        return self._span(start, self.at)

    def _items(self, end: str) -> Iterator[int]:
        """Yield the numbers of the items inside brackets, each when it begins."""
        self.at += 1
        number = 0
        while True:
            self._skip(_BLANK)
            if self.text.startswith(end, self.at):
                break
            yield number
            number += 1
            self._skip(_BLANK)
            if self.text.startswith(",", self.at):
                self.at += 1
            elif not self.text.startswith(end, self.at):
                raise ValueError("not TOML")
        self.at += 1

    def _skip(self, what: re.Pattern[str]) -> None:
        match = what.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _span(self, start: int, end: int) -> Span:
        return Span(*self._position(start), *self._position(end))

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect.bisect_right(self._starts, offset, 1) - 1
        return line + 1, offset - self._starts[line] + 1
