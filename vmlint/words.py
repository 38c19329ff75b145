"""Values, lists and errors as texts for people, and the word that was probably meant."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable, Mapping
from typing import Any


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Return the known word that was most likely meant, or ``None`` where none is near."""
    word, words = word.lower(), list(words)
    for spelled in (word, word.translate(_LOOKS_LIKE)):
        if spelled in words:
            return spelled
    import difflib  # needed for faults only

    found = difflib.get_close_matches(word, words, n=1, cutoff=0.7)
    return found[0] if found else None


_LOOKS_LIKE = str.maketrans("oil", "011")
"""Letters that are typed for the digits of a code."""


def certain(word: str, words: Iterable[str], meanings: Mapping[str, str] | None = None) -> str | None:
    """Return the known word that a misspelt one must mean; ``None`` where there may be doubt.

    It is the only one that differs by the case of letters, or by one slip: a letter too much, missing, wrong, or
    swapped with its neighbour. Words of less than four letters are doubtful, and so are digits: ``rhel8`` may be meant
    as it is written. Of words that are other spellings, ``meanings`` has what they mean, which is returned.
    """
    words = list(words)
    near = [each for each in words if each.lower() == word.lower()] or [
        each for each in words if len(word) > 3 and _is_one_slip(word.lower(), each.lower())
    ]
    meant = {(meanings or {}).get(each, each) for each in near}
    return meant.pop() if len(meant) == 1 else None


def _is_one_slip(word: str, known: str) -> bool:
    """Whether two words in lower case differ by one typing error, in which no digit is involved."""
    if abs(len(word) - len(known)) > 1:
        return False
    same = next((index for index, pair in enumerate(zip(word, known, strict=False)) if pair[0] != pair[1]), len(known))
    left, right = word[same:], known[same:]
    if sorted(filter(str.isdigit, word)) != sorted(filter(str.isdigit, known)) or (left + right)[:1].isdigit():
        return False
    return left[1:] == right or left == right[1:] or left[1:] == right[1:] or _swapped(left) == right


def _swapped(text: str) -> str:
    return text[1::-1] + text[2:]


def listed(words: Iterable[str], last: str = "and") -> str:
    """Join words as a sentence does: ``a, b and c``."""
    *first, final = words
    return f"{', '.join(first)} {last} {final}" if first else final


def as_text(value: Any) -> str:
    """Return a value as a manifest writes it, lists with commas: ``true``, ``4.5``, ``linux/amd64, linux/arm64``.

    Sets are sorted, so that the same value always gives the same text.
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(as_text, value)))
    if isinstance(value, (tuple, list)) and not hasattr(value, "_fields"):  # a record has a text of its own
        return ", ".join(map(as_text, value))
    return f"{value:g}" if type(value) is float else str(value)


def as_label(name: str, otherwise: str = "workload") -> str:
    """Return a name as ``metadata.name`` has to be: lower-case letters, digits and hyphens, at most 63.

    A name without any gives ``otherwise``.
    """
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return words[:63].strip("-") or otherwise


_LABEL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


def is_label(text: str) -> bool:
    """Whether a text can be ``metadata.name``."""
    return 0 < len(text) <= 63 and _LABEL.issuperset(text) and text[0] != "-" and text[-1] != "-"


def local_to(*files: str) -> str:
    """Return the citation of files of local catalogue data, as all reports write it."""
    return f"(local: {', '.join(files)})"


def did_you_mean(near: str | None, otherwise: str = "") -> str:
    """Return the question whether a word was meant; ``otherwise`` where none is near."""
    return f"did you mean `{near}`?" if near else otherwise


def reason(error: Exception) -> str:
    """Return why a file cannot be used: the system's own words without number and name, or the error's sentence.

    For links in a circle, ``pathlib`` raises a ``RuntimeError`` before Python 3.13; later, opening the file fails.
    """
    if isinstance(error, RuntimeError) or getattr(error, "errno", None) == errno.ELOOP:
        return "its links lead in a circle"
    return getattr(error, "strerror", None) or str(error)


def error_text(error: BaseException) -> str:
    """Return the type and the message of an error, whatever its ``__str__`` does."""
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - even an error that cannot be printed is reported
        text = ""
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
