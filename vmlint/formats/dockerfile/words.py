"""A word of a Dockerfile as BuildKit's lexer takes it: without quotes and escapes, with its variables filled in.

It follows frontend/dockerfile/shell/lex.go of moby/buildkit (2026-12-01).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from vmlint.api import limits

Values = Mapping[str, str | None]
"""Variables by name; ``None`` for a value that only the build gives. A variable that is missing here is unset."""

_NAME = re.compile(r"[0-9]+|[@*#?$!-]|[^\W\d]\w*")
_DEPTH = 20
"""Words within each other: `${A:-${B:-...}}`."""


class Unsettled(Exception):  # noqa: N818  # no error: the build settles it
    """The file alone does not settle what a word is, or BuildKit refuses it."""


def filled(text: str, values: Values, escape: str = "\\") -> tuple[str, tuple[str, ...]]:
    """Return what a word is, and the names of the variables that it uses.

    Raises ``Unsettled``.
    """
    if len(text) > limits.INSTRUCTION_CHARACTERS:
        raise Unsettled
    word = _Word(text, values, escape)
    found = word.until("")
    if len(found) > limits.INSTRUCTION_CHARACTERS:
        raise Unsettled
    return found, tuple(dict.fromkeys(word.used))


class _Word:
    """A word and how far it is read."""

    def __init__(self, text: str, values: Values, escape: str) -> None:
        self.text, self.values, self.escape = text, values, escape
        self.at = 0
        self.depth = 0
        self.used: list[str] = []

    def next(self) -> str:
        """Return the next character, or nothing at the end."""
        found = self.text[self.at : self.at + 1]
        self.at += 1
        return found

    def until(self, stop: str, *, raw: bool = False) -> str:
        """Return what stands before a character that ends a part; ``raw`` leaves escapes as they are."""
        if self.depth == _DEPTH:
            raise Unsettled
        self.depth += 1
        parts: list[str] = []
        while (mark := self.next()) != stop:
            if not mark:
                raise Unsettled  # the end is missing
            if mark == "'":
                end = self.text.find("'", self.at)
                if end < 0:
                    raise Unsettled
                parts.append(self.text[self.at : end])
                self.at = end + 1
            elif mark == '"':
                parts.append(self.quoted())
            elif mark == "$":
                parts.append(self.variable())
            elif mark == self.escape:
                parts += [mark, self.next()] if raw else [self.next()]
            else:
                parts.append(mark)
        self.depth -= 1
        return "".join(parts)

    def quoted(self) -> str:
        """Return what stands in double quotes, where only some characters can be escaped."""
        parts: list[str] = []
        while (mark := self.next()) != '"':
            if not mark:
                raise Unsettled
            if mark == "$":
                parts.append(self.variable())
            elif mark == self.escape and self.text[self.at : self.at + 1] in {'"', "$", self.escape}:
                parts.append(self.next())
            else:
                parts.append(mark)
        return "".join(parts)

    def name(self) -> str:
        """Return the name of a variable, or nothing."""
        match = _NAME.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return match[0] if match else ""

    def value(self, name: str) -> str | None:
        """Return a variable's value, or nothing for one that is not set."""
        self.used.append(name)
        found = self.values.get(name, "")
        if found is None:
            raise Unsettled
        return found if name in self.values else None

    def variable(self) -> str:
        """Return what a dollar sign and the words behind it stand for."""
        if self.text[self.at : self.at + 1] != "{":
            name = self.name()
            return (self.value(name) or "") if name else "$"
        self.at += 1
        name = self.name()
        if not name:
            raise Unsettled  # BuildKit: bad substitution
        kind = self.next()
        if kind == "}":
            return self.value(name) or ""
        or_empty = kind == ":"
        if or_empty:
            kind = self.next()
        if kind in {"-", "+", "?"}:
            return self.chosen(name, kind, or_empty=or_empty)
        if kind in {"#", "%"}:
            return _trimmed(self.value(name) or "", kind, self.literal("}"))
        if kind == "/" and not or_empty:
            return self.replaced(name)
        raise Unsettled

    def chosen(self, name: str, kind: str, *, or_empty: bool) -> str:
        """Return a variable's value or the word behind it, by whether it is set."""
        word = self.until("}")
        if kind == "-" and self.values.get(name, "") is None:
            self.used.append(name)
            return word
        value = self.value(name)
        given = value if value or not or_empty else None
        if kind == "+":
            return "" if given is None else word
        if given is None and kind == "?":
            raise Unsettled
        return word if given is None else given

    def replaced(self, name: str) -> str:
        """Return a variable's value with one text, or all of them, replaced."""
        every = self.text.startswith("/", self.at)
        self.at += every
        old, new = self.literal("/"), self.literal("}")
        if "*" in old or not old:
            raise Unsettled
        return (self.value(name) or "").replace(old, new, -1 if every else 1)

    def literal(self, stop: str) -> str:
        """Return a pattern. Escapes, and wildcards for one character, are not followed."""
        found = self.until(stop, raw=True)
        if self.escape in found or "\\" in found or "?" in found or "$" in found:
            raise Unsettled
        return found


def _trimmed(value: str, kind: str, pattern: str) -> str:
    """Cut what a pattern matches off a value's begin (``#``) or end (``%``); a doubled mark cuts the longest."""
    longest = pattern.startswith(kind)
    pattern = pattern.removeprefix(kind)
    cut_begin = kind == "#"
    if "*" not in pattern:
        return value.removeprefix(pattern) if cut_begin else value.removesuffix(pattern)
    literal = pattern.removeprefix("*") if cut_begin else pattern.removesuffix("*")
    if "*" in literal or not literal:
        raise Unsettled  # several wildcards, or one elsewhere
    if literal not in value:
        return value
    if cut_begin:
        return value.rpartition(literal)[2] if longest else value.partition(literal)[2]
    return value.partition(literal)[0] if longest else value.rpartition(literal)[0]
