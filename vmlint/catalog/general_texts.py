"""Error texts that lead to no layer: those that say too little, and those that something else answers for.

Both, and what to look for beside them, come from ``general_texts.yaml``.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence

from vmlint.catalog.error_text import Pasted, Words, is_number, match, words
from vmlint.catalog.files import table
from vmlint.record import NamedTuple


class Told(NamedTuple):
    """A text, and what is said of it."""

    text: str
    look: Sequence[str]
    means: str = ""
    """What it comes from; empty where that does not show."""


@functools.cache
def _all() -> Mapping[Words, Told]:
    return dict(_entries())


def _entries() -> Iterator[tuple[Words, Told]]:
    for entry in table("general_texts").data["texts"]:
        for text in entry["says"]:
            yield words(text), Told(text, entry["look"], entry.get("means", ""))


@functools.cache
def _texts() -> Mapping[Words, Told]:
    return {own: told for own, told in _all().items() if not told.means}


def is_general(text: str) -> bool:
    """Whether a text is one that very many faults end with."""
    return words(text) in _texts()


def meant_in(text: str) -> Told | None:
    """Return the longest text in one that is pasted of which it is known what it means; ``None`` for none."""
    pasted = Pasted(text)
    found = [own for own, told in _all().items() if told.means and (fits := match(own, pasted)) and not fits.surplus]
    return _all()[max(found, key=len)] if found else None


def general_in(text: str) -> Told | None:
    """Return the longest such text in one that is pasted, and what to look for beside it; ``None`` for none."""
    pasted = Pasted(text)
    plain = tuple(word for word in pasted.words if not is_number(word))
    known = [own for own in _texts() if len(own) > 1 or own == plain]  # one word alone may stand in any line
    found = [own for own in known if len(own) <= len(pasted.words) and match(own, pasted) is not None]
    return _texts()[max(found, key=len)] if found else None
