"""The words by which other tools name a guest's operating system: ``windows2019srvNext_64Guest``, ``l26``.

``guest_words.yaml`` holds a table for each vocabulary. The file and each table are read when they are first needed.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vmlint.catalog.files import DataFile, table
from vmlint.record import NamedTuple

UNDERSTOOD = ("vmware", "virtualbox", "kubevirt")
"""Vocabularies whose words are accepted in place of an id. Words of the others are too vague or too common."""


class GuestWord(NamedTuple):
    """What a word means; all of it ``None`` for a known word without a meaning, such as ``other``."""

    id: str | None = None
    """The release, where the word names one."""
    family: str | None = None
    """The OS family, where the word names no release."""
    arch: str | None = None
    """The CPU architecture, in OCI's spelling, where the word names it."""
    stem: str | None = None
    """The prefix of the product's ids, where the word names a product without its release: ``ubuntu``."""
    one_of: tuple[str, ...] = ()
    """Ids of all releases that the word is used for, where they are known."""


class Vocabulary(NamedTuple):
    """The words of one tool."""

    fold: Callable[[str], str]
    """Normalises a word to the spelling of the keys of ``words``."""
    words: Mapping[str, GuestWord]
    open_ended: tuple[str, ...]
    """Prefixes: a meaning for all words that start with one, the longest first."""

    def find(self, word: str) -> GuestWord | None:
        """Return what a word means; ``None`` where the vocabulary does not have it."""
        key = self.fold(word)
        if key in self.words:
            return self.words[key]
        for beginning in self.open_ended:
            rest = key.removeprefix(beginning)
            if rest != key and re.fullmatch(r"[a-z0-9][a-z0-9.-]*", rest):
                found = self.words[f"{beginning}*"]
                return found._replace(id=found.id.replace("*", rest) if found.id else None)
        return None


def read_vocabulary(name: str, words: Mapping[str, Any]) -> Vocabulary:
    """Return the vocabulary of a tool from its part of ``guest_words.yaml``."""
    fold = _FOLDS.get(name, _plain)
    meanings = {fold(word): _word(**says) for word, says in words.items()}
    open_ended = sorted((word[:-1] for word in meanings if word.endswith("*")), key=len, reverse=True)
    return Vocabulary(fold, meanings, tuple(open_ended))


def meaning(vocabulary: str, word: str) -> GuestWord | None:
    """Return what a word of a vocabulary means; ``None`` where the vocabulary does not have it.

    ``vmware`` takes the words of vSphere and those of ``.vmx`` files. The case of letters makes no difference. Raises
    ``KeyError`` for a vocabulary that is not in the file.
    """
    words = _vocabulary(vocabulary)
    found = words.find(word)
    if found is None and vocabulary == "vmware" and (key := _vmware(word)).startswith("arm-"):
        found = words.find(key.removeprefix("arm-"))
        return found._replace(arch="arm64") if found else None
    return found


def understood(word: str) -> GuestWord | None:
    """Return the meaning of another tool's word in place of an id; ``None`` where it has none or is unknown."""
    if not _file().may_hold(_vmware(word).removeprefix("arm-").removesuffix("-64")):
        return None
    meanings = (meaning(vocabulary, word) for vocabulary in UNDERSTOOD)
    return next((found for found in meanings if found and (found.id or found.family)), None)


def _file() -> DataFile:
    return table("guest_words")


@functools.cache
def _vocabulary(name: str) -> Vocabulary:
    return read_vocabulary(name, _file().data["vocabularies"][name]["words"])


def _word(oneOf: Sequence[str] = (), **says: str) -> GuestWord:  # noqa: N803 - as the data spell it
    return GuestWord(**says, one_of=tuple(oneOf))


def _plain(word: str) -> str:
    return word.strip().lower()


def _vmware(word: str) -> str:
    """Return the spelling of ``.vmx`` files, less the ``guest`` of vSphere: ``rhel9_64Guest`` becomes ``rhel9-64``."""
    bare = re.sub(r"guest(64)?$", r"\1", _plain(word))
    return re.sub(r"[-_]?64$", "-64", bare)


def _libosinfo(word: str) -> str:
    return re.sub(r"^https:", "http:", _plain(word)).rstrip("/")


_FOLDS = {"vmware": _vmware, "libosinfo": _libosinfo}
