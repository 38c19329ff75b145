"""What the items of a regular expression take at one place, by its tree as `re` parses it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from re import _constants as sre  # type: ignore[attr-defined]
from typing import Any

REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}
SINGLE = {sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN}
CATEGORIES = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w", "NOT_DIGIT": r"\D", "NOT_SPACE": r"\S", "NOT_WORD": r"\W"}


class Chars(dict[str, bool]):
    """The characters that one of some items takes, found out as they are asked for."""

    def __init__(self, items: Sequence[tuple[Any, int]]) -> None:
        """Take items with the flags that are theirs."""
        self.items_ = [(choices_of(*item), flags) for item, flags in items]
        self[""] = False

    def __missing__(self, char: str) -> bool:
        self[char] = found = any(takes(choices, char, flags) for choices, flags in self.items_)
        return found


def choices_of(kind: Any, value: Any) -> Sequence[Any]:
    if kind is sre.NOT_LITERAL:
        return [(sre.NEGATE, None), (sre.LITERAL, value)]
    return list(value) if kind is sre.IN else [(kind, value)]


def takes(choices: Sequence[Any], char: str, flags: int = 0) -> bool:
    """Return whether a class takes a character."""
    cases = {char, char.lower(), char.upper()} if flags & re.IGNORECASE else {char}
    return any(_takes(each, case, flags) for each in choices for case in cases) != (choices[0][0] is sre.NEGATE)


def _takes(choice: Any, char: str, flags: int) -> bool:
    kind, value = choice
    if kind is sre.LITERAL:
        return bool(value == ord(char))
    if kind is sre.RANGE:
        return bool(value[0] <= ord(char) <= value[1])
    if kind is sre.CATEGORY:
        return re.fullmatch(CATEGORIES[str(value).removeprefix("CATEGORY_")], char, flags & re.ASCII) is not None
    return kind is sre.ANY and (char != "\n" or bool(flags & re.DOTALL))


def first(items: Sequence[Any], flags: int) -> Chars | None:
    """Return what a text begins with where it matches: nothing where that is not easily seen."""
    found = _first(items, flags)
    return None if found is None else Chars(found)


def _first(items: Sequence[Any], flags: int) -> list[tuple[Any, int]] | None:
    for kind, value in items:
        if kind in SINGLE:
            return [((kind, value), flags)]
        if kind in REPEATS and value[0] > 0:
            return _first(value[2], flags)
        if kind is sre.SUBPATTERN:
            return _first(value[3], flags & ~value[2] | value[1])
        if kind is sre.BRANCH:
            ways = [_first(each, flags) for each in value[1]]
            return None if None in ways else [item for way in ways for item in way or ()]
        if kind is not sre.AT:
            break
    return None


def is_at(name: str, text: str, at: int, flags: int) -> bool:
    before, behind = text[:at][-1:], text[at : at + 1]
    if name in ("AT_BOUNDARY", "AT_NON_BOUNDARY"):
        words = [bool(char) and takes([(sre.CATEGORY, "WORD")], char, flags) for char in (before, behind)]
        return (words[0] != words[1]) == (name == "AT_BOUNDARY")
    lines = flags & re.MULTILINE
    if name in ("AT_BEGINNING", "AT_BEGINNING_STRING"):
        return at == 0 or bool(lines and before == "\n" and name == "AT_BEGINNING")
    return at == len(text) or (name == "AT_END" and behind == "\n" and bool(lines or at == len(text) - 1))
