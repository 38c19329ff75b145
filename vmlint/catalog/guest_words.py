"""What the words mean by which other tools name a guest's operating system: ``windows2019srvNext_64Guest``, ``l26``.

``guest_words.yaml`` holds one table a vocabulary. It is read when a word is first asked for, and a table is made of a
vocabulary only when that one is asked for.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from vmlint.catalog.files import BUILTIN, read_data

FILE = BUILTIN / "guest_words.yaml"
UNDERSTOOD = ("vmware", "virtualbox", "kubevirt")
"""Vocabularies whose words are understood where an id is expected. Those of the others mean too little or too much."""


class GuestWord(NamedTuple):
    """What a word says; all of it ``None`` for a word that is known and says nothing, such as ``other``."""

    id: str | None = None
    """The release, where the word tells one."""
    family: str | None = None
    """The OS family, where the word tells less than a release."""
    arch: str | None = None
    """The CPU architecture, in OCI's spelling, where the word tells it."""
    stem: str | None = None
    """The beginning of the ids of the product that the word names without its release: ``ubuntu``."""
    one_of: tuple[str, ...] = ()
    """Ids of the releases that the word is used for, where these are all."""


def meaning(vocabulary: str, word: str) -> GuestWord | None:
    """Return what a word of a vocabulary says; ``None`` where the vocabulary has no such word.

    ``vmware`` takes the words of vSphere and those of ``.vmx`` files. No vocabulary minds the case of letters. Raises
    ``KeyError`` for a vocabulary that is not in the file.
    """
    table, key = _table(vocabulary), _fold(vocabulary)(word)
    if key in table:
        return table[key]
    if vocabulary == "vmware" and key.startswith("arm-"):
        found = table.get(key.removeprefix("arm-"))
        return found._replace(arch="arm64") if found else None
    for beginning in _open_ended(vocabulary):
        rest = key.removeprefix(beginning)
        if rest != key and re.fullmatch(r"[a-z0-9][a-z0-9.-]*", rest):
            found = table[f"{beginning}*"]
            return found._replace(id=found.id.replace("*", rest) if found.id else None)
    return None


def understood(word: str) -> GuestWord | None:
    """Return what a word says that stands where an id is expected, if it is one of another tool and says anything."""
    if not _may_be_one(word):
        return None
    for vocabulary in UNDERSTOOD:
        found = meaning(vocabulary, word)
        if found and (found.id or found.family):
            return found
    return None


def vocabularies() -> Iterator[str]:
    """Yield the name of each vocabulary."""
    yield from _file()


def _may_be_one(word: str) -> bool:
    """Tell from the text of the file whether a word can be in it: most need not have it parsed."""
    return bool(word) and _vmware(word).removeprefix("arm-").removesuffix("-64") in _text()


@functools.cache
def _text() -> str:
    return FILE.read_text("utf-8").lower()


@functools.cache
def _file() -> Mapping[str, Any]:
    return read_data(FILE)["vocabularies"]  # type: ignore[no-any-return]


@functools.cache
def _table(vocabulary: str) -> Mapping[str, GuestWord]:
    fold = _fold(vocabulary)
    return {fold(word): _word(**says) for word, says in _file()[vocabulary]["words"].items()}


def _word(oneOf: Sequence[str] = (), **says: str) -> GuestWord:  # noqa: N803 - as the data spell it
    return GuestWord(**says, one_of=tuple(oneOf))


@functools.cache
def _open_ended(vocabulary: str) -> tuple[str, ...]:
    """Return the beginnings that stand for every word that begins so, the longest first."""
    return tuple(sorted((word[:-1] for word in _table(vocabulary) if word.endswith("*")), key=len, reverse=True))


def _fold(vocabulary: str) -> Callable[[str], str]:
    return {"vmware": _vmware, "libosinfo": _libosinfo}.get(vocabulary, _plain)


def _plain(word: str) -> str:
    return word.strip().lower()


def _vmware(word: str) -> str:
    """Return the spelling of ``.vmx`` files, less the ``guest`` of vSphere: ``rhel9_64Guest`` becomes ``rhel9-64``."""
    bare = re.sub(r"guest(64)?$", r"\1", _plain(word))
    return re.sub(r"[-_]?64$", "-64", bare)


def _libosinfo(word: str) -> str:
    return re.sub(r"^https:", "http:", _plain(word)).rstrip("/")
