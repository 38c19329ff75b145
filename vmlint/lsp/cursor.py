"""Where in a manifest a cursor stands.

A manifest is broken most of the time while it is written, so no parser is asked: the keys around a word are found by
their indentation, and within ``{}`` and ``[]`` by the brackets.
"""

from __future__ import annotations

import re

from vmlint.patterns import lazy_pattern
from vmlint.record import NamedTuple

_SEPARATOR = lazy_pattern(r"(?:---|\.\.\.)(?:\s|$)")
_DASHES = lazy_pattern(r" *(?:- +)*(?:-$)?")
_KEY = lazy_pattern(r"""(?P<key>"[^"\n]*"|'[^'\n]*'|[^\s"'{}\[\],#][^{}\[\],#\n]*?)(?<![ \t])[ \t]*+:(?=\s|$)""")
_BLOCK_TEXT = lazy_pattern(r"[ \t]*[|>][-+0-9]*[ \t]*(?:#.*)?$")
_PLAIN = lazy_pattern(r"""[ \t]*+(?P<text>"(?:[^"\\\n]|\\.)*"?|'(?:[^'\n]|'')*'?|(?:[^#\n]|(?<=\S)\#)*)""")
_TOKEN = lazy_pattern(
    r"""\s*(?:(?P<comment>(?<!\S)\#[^\n]*)|(?P<mark>[{}\[\],]|:(?=[\s,}\]]|$))"""
    r"""|(?P<text>"(?:[^"\\\n]|\\.)*"?|'(?:[^'\n]|'')*'?|(?:[^\s{}\[\],:]|:(?![\s,}\]]|$))(?:[^{}\[\],:#\n]|:(?![\s,}\]]|$)|(?<=\S)\#)*))"""
)
Path = tuple[str, ...]


class Word(NamedTuple):
    """A key or a value of a document, or a place where one may be written."""

    path: Path
    """The keys around it, from the root of its document. Of a value, its key is the last of them."""
    text: str
    """The word without quotes; empty where none is written yet."""
    start: int
    end: int
    """Where it stands, quotes included."""
    is_key: bool
    in_flow: bool
    """Whether it stands within ``{}`` or ``[]``."""


class Cursor(NamedTuple):
    """A word with what is around it."""

    word: Word
    beside: frozenset[str]
    """The other keys of the same block."""
    has_colon: bool
    """Whether a colon follows."""


def locate(text: str, index: int) -> Cursor | None:
    """Return the word at an index, or the one that may be written there; ``None`` in a comment or a block of text."""
    start, end = document_at(text, index)
    scan = _Scan(text, end, index)
    scan.block(start)
    here = next((word for word in scan.words if word.start <= index <= word.end), None)
    if here is None:
        return None
    beside = {word.text for word in scan.words if word.is_key and word.path == here.path and word is not here}
    return Cursor(here, frozenset(beside - {""}), re.match(r"[ \t]*:", text[here.end :]) is not None)


def document_at(text: str, index: int) -> tuple[int, int]:
    """Return where the document around an index begins and ends, without the lines that separate it from others."""
    start = at = 0
    for line in text.splitlines(keepends=True):
        if _SEPARATOR.match(line):
            if at + len(line) > index:
                return start, max(at, start)
            start = at + len(line)
        at += len(line)
    return start, len(text)


class _Scan:
    """Finds the words of a document, and the place at the index where one may be written."""

    def __init__(self, text: str, end: int, index: int) -> None:
        self.text = text
        self.end = end
        self.index = index
        self.words: list[Word] = []

    def block(self, at: int) -> None:
        """Scan a document, line by line."""
        around: list[tuple[int, str]] = []  # the keys around, each with its indentation
        while at <= self.end:
            stop = self._line_end(at)
            marks = _DASHES.match(self.text, at, stop)
            start = marks.end() if marks else at
            dash = self.text.find("-", at, start)
            is_blank = start == stop
            column = (self.index if is_blank and dash < 0 else start) - at
            while around and not is_blank and around[-1][0] >= (column if dash < 0 else dash - at + 1):
                around.pop()
            path = tuple(name for indent, name in around if indent < column)
            key = _KEY.match(self.text, start, stop)
            if is_blank:
                self._gap(at if dash < 0 else start, stop, path, is_key=dash < 0)
                at = stop + 1
            elif self.text[start] == "#":
                at = stop + 1
            elif key is not None:
                name = self._word(path, *key.span("key"), is_key=True)
                around.append((column, name))
                at = self._value((*path, name), key.end(), stop, column)
            elif dash >= 0 or self.text[start] in "{[":
                at = self._value(path, start, stop, column)
            else:  # a key that has no colon yet
                self._word(path, start, start + len(self.text[start:stop].rstrip()), is_key=True)
                at = stop + 1

    def _value(self, path: Path, at: int, stop: int, column: int) -> int:
        """Scan the value that begins here, and return where the next line begins."""
        if _BLOCK_TEXT.match(self.text, at, stop):
            return self._after_text(stop + 1, column)
        plain = _PLAIN.match(self.text, at, stop)
        start, end = plain.span("text") if plain else (at, at)
        if self.text[start : start + 1] in ("{", "["):
            return self._line_end(self._flow(path, start, self._end_of_block(stop, column))) + 1
        end = start + len(self.text[start:end].rstrip())
        if end > start:
            self._word(path, start, end, is_key=False)
        else:
            self._gap(at, start, path, is_key=False)
        return stop + 1

    def _end_of_block(self, at: int, column: int) -> int:
        """Return where the next key begins that is indented no further; brackets that are never closed end there."""
        match = re.compile(rf"\n(?= {{0,{column}}}[A-Za-z][\w-]*:(?:\s|$))").search(self.text, at, self.end)
        return match.start() if match else self.end

    def _flow(self, path: Path, at: int, end: int) -> int:
        """Scan what begins with a bracket here, and return where it ends: at ``end`` if it is never closed."""
        around: list[tuple[bool, Path]] = []  # whether each open bracket holds keys, and the keys around it
        here, is_key = path, False
        while at < end:
            token = _TOKEN.match(self.text, at, end)
            if token is None:
                break
            start = token.start(token.lastgroup or 0)
            if around and not token["text"]:
                self._gap(at, start, here, is_key=is_key, in_flow=True)
            elif around:
                self._gap(at, start - 1, here, is_key=is_key, in_flow=True)
            at = token.end()
            if token["text"]:
                word_end = start + len(token["text"].rstrip())
                name = self._word(here, start, word_end, is_key=is_key, in_flow=True)
                if is_key:
                    here = (*here, name)
                    is_key = False
            elif token["mark"] in ("{", "["):
                is_key = token["mark"] == "{"
                around.append((is_key, here))
            elif token["mark"] in ("}", "]"):
                around.pop()
                if not around:
                    return at
                is_key, here = False, around[-1][1]
            elif token["mark"] == ",":
                is_key, here = around[-1]
        self._gap(at, end, here, is_key=is_key, in_flow=True)
        return end

    def _word(self, path: Path, start: int, end: int, *, is_key: bool, in_flow: bool = False) -> str:
        text = self.text[start:end]
        bare = text[1:].removesuffix(text[0]) if text[:1] in ("'", '"') else text
        self.words.append(Word(path, bare, start, end, is_key, in_flow))
        return bare

    def _gap(self, start: int, end: int, path: Path, *, is_key: bool, in_flow: bool = False) -> None:
        """Add the place of a word that may be written here, if the index is here."""
        if start <= self.index <= end:
            self.words.append(Word(path, "", self.index, self.index, is_key, in_flow))

    def _line_end(self, at: int) -> int:
        stop = self.text.find("\n", at, self.end)
        stop = self.end if stop < 0 else stop
        return stop - 1 if stop > at and self.text[stop - 1] == "\r" else stop

    def _after_text(self, at: int, column: int) -> int:
        """Return where the lines of a text end: before the next one that is indented no further than its key."""
        while at < self.end:
            stop = self._line_end(at)
            line = self.text[at:stop]
            if line.strip() and len(line) - len(line.lstrip(" ")) <= column:
                return at
            at = stop + 1
        return self.end + 1
