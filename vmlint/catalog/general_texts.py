"""Error texts that say too little by themselves, and what to look for beside them, from ``general_texts.yaml``."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from vmlint.catalog.error_text import Pasted, Words, is_number, match, words
from vmlint.catalog.files import table


@functools.cache
def _texts() -> Mapping[Words, tuple[str, Sequence[str]]]:
    entries = table("general_texts").data["texts"]
    return {words(text): (text, entry["look"]) for entry in entries for text in entry["says"]}


def is_general(text: str) -> bool:
    """Whether a text is one that very many faults end with."""
    return words(text) in _texts()


def general_in(text: str) -> tuple[str, Sequence[str]] | None:
    """Return the longest such text in one that is pasted, and what to look for beside it; ``None`` for none."""
    pasted = Pasted(text)
    plain = tuple(word for word in pasted.words if not is_number(word))
    known = [own for own in _texts() if len(own) > 1 or own == plain]  # one word alone may stand in any line
    found = [own for own in known if len(own) <= len(pasted.words) and match(own, pasted) is not None]
    return _texts()[max(found, key=len)] if found else None
