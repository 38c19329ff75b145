"""The syntax of systemd's unit files: sections, keys that may come several times, lines that continue, quotes.

It follows systemd.syntax(7), as Podman's generator reads it (pkg/systemd/parser of containers/podman).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from vmlint.api import File, Problem, Span, Unreadable, limits

_SECTION = re.compile(r"\[([^\[\]]+)\][ \t]*")
_WORD = re.compile(r"""(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|((?:[^\s"'\\]|\\.)+))""", re.DOTALL)
_ESCAPED = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([0-7]{3})|(.))", re.DOTALL)
_SPECIFIER = re.compile(r"%(.)")
_SIGNS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "s": " "}


class Value(NamedTuple):
    """A value, or a word of one, with its place."""

    text: str
    span: Span


class Entry(NamedTuple):
    """One assignment: ``Key=value``."""

    section: str
    key: str
    value: Value


class Unit:
    """The assignments of a file, in their order."""

    def __init__(self, entries: list[Entry], sections: dict[str, Span]) -> None:
        self.entries = entries
        self.sections = sections
        """Names of the sections, each with the place of its first header."""

    def filled(self, specifiers: Mapping[str, str]) -> Unit:
        """Return the unit with what some specifiers (``%t``) stand for. Others, and doubled marks, stay."""

        def part(match: re.Match[str]) -> str:
            return specifiers.get(match[1], match[0])

        entries = [
            each._replace(value=each.value._replace(text=_SPECIFIER.sub(part, each.value.text)))
            if "%" in each.value.text
            else each
            for each in self.entries
        ]
        return Unit(entries, self.sections)

    def last(self, section: str, key: str) -> Value | None:
        """Return the value of a key that counts once: the last one, without quotes around it; none if it is empty."""
        found = self._of(section, key)
        if not found or not found[-1].text:
            return None
        value = found[-1]
        quoted = len(value.text) > 1 and value.text[0] == value.text[-1] == '"'
        return value._replace(text=value.text[1:-1]) if quoted else value

    def all(self, section: str, key: str) -> list[Value]:
        """Return the values of a key that adds up. An empty one takes back those above it."""
        kept: list[Value] = []
        for value in self._of(section, key):
            if value.text:
                kept.append(value)
            else:
                kept.clear()
        return kept

    def arguments(self, section: str, key: str) -> list[Value]:
        """Return the words of the last value of a key: a command line."""
        return [word for value in self._of(section, key)[-1:] for word in words(value)]

    def words(self, section: str, key: str) -> list[Value]:
        """Return the words of all values of a key."""
        return [word for value in self.all(section, key) for word in words(value)]

    def flag(self, section: str, key: str) -> bool:
        """Whether a key is switched on."""
        value = self.last(section, key)
        return value is not None and value.text.lower() in ("1", "yes", "true", "on")

    def _of(self, section: str, key: str) -> list[Value]:
        return [each.value for each in self.entries if each.section == section and each.key == key]


def words(value: Value) -> list[Value]:
    """Split a value at white space outside of quotes, as systemd does; each word has the place of the whole."""
    found: list[str] = []
    current, position, text = "", 0, value.text
    inside = False
    while position < len(text):
        match = _WORD.match(text, position)
        if match is None:  # white space, or a quote that is never closed
            if text[position] in "\"'\\":
                current, inside = current + text[position], True
            elif inside:
                found.append(current)
                current, inside = "", False
            position += 1
            continue
        part = next(group for group in match.groups() if group is not None)
        current, inside, position = current + _ESCAPED.sub(_meant, part), True, match.end()
    if inside:
        found.append(current)
    if len(found) > limits.WORDS:
        message = f"more than {limits.WORDS} words in one value"
        raise Unreadable(Problem("VM904", message, value.span))
    return [Value(word, value.span) for word in found]


def _meant(escape: re.Match[str]) -> str:
    """Return the character that an escape stands for."""
    hexadecimal, octal, sign = escape[1] or escape[2], escape[3], escape[4]
    if hexadecimal or octal:
        return chr(int(hexadecimal, 16) if hexadecimal else int(octal, 8))
    return _SIGNS.get(sign, sign)


def read_unit(file: File) -> Unit:
    """Read a unit. Raises ``Unreadable`` for a line that is nothing of a unit: the generator refuses the whole file."""
    entries: list[Entry] = []
    sections: dict[str, Span] = {}
    section = ""
    for text, number in lines(file):
        row = file.rows.texts[number - 1]
        at = file.row_span(number, len(row) - len(row.lstrip()) + 1, len(text) or 1)
        header = _SECTION.fullmatch(text)
        key, found, value = text.partition("=")
        if header:
            section = header[1]
            sections.setdefault(section, at)
        elif found and key.strip() and section:
            entries.append(Entry(section, key.strip(), Value(value.strip(), _place(file, number, value))))
        else:
            missing = "it is above the first [Section]" if found else "it is neither [Section] nor Key=value"
            raise Unreadable(Problem("VM903", f"{missing}; Podman's generator refuses the whole unit", at))
    return Unit(entries, sections)


def _place(file: File, number: int, value: str) -> Span:
    """Return the place of a value, as far as it is on its first line."""
    line = file.rows.texts[number - 1]
    behind = line.partition("=")[2]
    shown = behind.rstrip().removesuffix("\\").strip()
    if not shown:
        return file.row_span(number, len(line) - len(line.lstrip()) + 1, max(len(line.strip()), 1))
    column = len(line) - len(behind.lstrip()) + 1
    return file.row_span(number, column, min(len(shown), max(len(value.strip()), 1)))


def lines(file: File) -> Iterator[tuple[str, int]]:
    """Yield the rows with those that continue them, each with the number of its first; comments are left out."""
    rows = file.rows.texts
    pending: list[str] = []
    first = 0
    for number, line in enumerate(rows, 1):
        bare = line.strip()
        if not bare or bare[0] in "#;":
            continue
        first = first if pending else number
        if bare.endswith("\\") and number < len(rows):
            pending.append(bare[:-1])
            continue
        yield "".join([*pending, bare.removesuffix("\\") if number == len(rows) else bare]), first
        pending = []
    if pending:
        yield "".join(pending), first
