"""Error texts: how one that a user pastes is compared with those that the catalogue and the rules know.

A text is a row of words. Case, white space, quotes and other punctuation do not count, so that a line of a log is the
same wherever it was wrapped and whoever quoted it. Numbers may differ, unless too few words are left to go by.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from vmlint.patterns import lazy_pattern
from vmlint.record import NamedTuple

NAME = "{name}"
"""What stands in a known text for a word that differs from case to case."""
GAP = 4
"""Other words that may stand between two words of a known text: ``shared memory segment "/PostgreSQL.18" to
8388608: No space left``."""
FEW = 4
"""Words without numbers from which on a text says enough by itself: its numbers may differ, and gaps are allowed."""
LEAST = 3
"""Characters of the shortest text that is searched for."""

_WORD = lazy_pattern(r"\{name\}|0x[0-9a-fA-F]+|[0-9]+(?:[.:,][0-9]+)*(?!\w)|\w(?:[\w-]*\w)?")
_NUMBER = lazy_pattern(r"0x[0-9a-f]+|[0-9]+(?:[.:,][0-9]+)*")
_EXIT = lazy_pattern(
    r"\b(?:exit(?:ed|s)?[ \t_-]*(?:with[ \t]+)?(?:code|status)|exit(?:ed)?[ \t]+with|exit"
    r"|(?:exited|restarting)(?=[ \t]*\())[\"'=:( \t]{1,4}(?=[0-9]{1,3}\b)",
    re.IGNORECASE,
)
"""How engines write the code with which a program ended: ``exited with code 132``, ``Exited (132) 2 minutes ago``,
``Restarting (132)``, ``"ExitCode": 132``."""
_OWN = ("code", "status", "errno", "error")
"""Words whose number is what the error is."""

Words = tuple[str, ...]


def words(text: str) -> Words:
    """Return the words of a text in lower case: of ``exit code: "132"`` they are ``exit``, ``code`` and ``132``."""
    return tuple(word.casefold() for word in _written(text))


def _written(text: str) -> list[str]:
    return _WORD.findall(_EXIT.sub("exit code ", text))


class Pasted:
    """A text that a user pastes, with the places of its words."""

    def __init__(self, text: str) -> None:
        self.written: Words = tuple(_written(text))
        self.words: Words = tuple(word.casefold() for word in self.written)
        self.places: Mapping[str, Sequence[int]] = _places(self.words)
        self.numbers = [place for place, word in enumerate(self.words) if is_number(word)]

    @property
    def long_enough(self) -> bool:
        """Whether there is anything to search for: not only a number, or two letters."""
        return sum(len(word) for word in self.words if not is_number(word)) >= LEAST


class Match(NamedTuple):
    """How a known text agrees with a pasted one."""

    common: int
    """Words that both have."""
    surplus: int
    """Words of the known text that the pasted one lacks."""
    start: int
    """Where it begins in the pasted text, and where it ends, both counted in words."""
    end: int
    name: str = ""
    """What the pasted text has for ``{name}``."""


def match(known: Words, pasted: Pasted) -> Match | None:
    """Compare a known text with a pasted one: one of them must be found in the other."""
    return _inside(known, pasted) or _part(known, pasted)


def _inside(known: Words, pasted: Pasted) -> Match | None:
    """Find all words of a known text in a pasted one, in their order and close together."""
    plain = [word for word in known if not is_number(word) and word != NAME]
    if sum(map(len, plain)) < LEAST or not all(word in pasted.places for word in plain):
        return None
    loose = len(plain) >= FEW
    starts = {place: place for place in _where(known, 0, pasted, loose=loose)}  # end -> start, of what was found so far
    for index in range(1, len(known)):
        if not starts:
            return None
        found: dict[int, int] = {}
        for place in _where(known, index, pasted, loose=loose):
            for before in range(place - 1, place - 2 - (GAP if loose else 0), -1):
                if before in starts:
                    found[place] = starts[before]
                    break
        starts = found
    if not starts:
        return None
    end, start = min(starts.items(), key=lambda each: (each[0] - each[1], each[0]))
    name = ""
    if NAME in known and end - start == len(known) - 1:
        name = pasted.written[start + known.index(NAME)]
    return Match(len(known) - known.count(NAME), 0, start, end + 1, name)


def _where(known: Words, index: int, pasted: Pasted, *, loose: bool) -> Sequence[int]:
    word = known[index]
    if word == NAME:
        return range(len(pasted.words))
    if loose and is_number(word) and not (index and known[index - 1] in _OWN):
        return pasted.numbers
    return pasted.places.get(word, ())


def _part(known: Words, pasted: Pasted) -> Match | None:
    """Find a whole pasted text in a known one, without a gap."""
    count = len(pasted.words)
    if not pasted.long_enough or count >= len(known):
        return None
    for start in range(len(known) - count + 1):
        if known[start : start + count] == pasted.words:
            return Match(count, len(known) - count, 0, count)
    return None


def is_number(word: str) -> bool:
    """Whether a word is a number, a version or an address."""
    return bool(_NUMBER.fullmatch(word))


def _places(of: Words) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, word in enumerate(of):
        found.setdefault(word, []).append(place)
    return found
