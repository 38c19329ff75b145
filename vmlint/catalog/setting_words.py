"""How the files of formats write a setting that grants a feature, from ``setting_words.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vmlint.catalog.files import table


def setting_words(reader: str, platform: str, field: str, entry: str, version: tuple[int, ...] = ()) -> str | None:
    """Return how a file writes an entry of a field below ``deployment``.

    ``reader`` is the name of the reader of its format, empty for a manifest, where the usual words of the platform
    count. ``version`` is the release of the platform as its numbers, empty if it is not known: some releases write a
    setting otherwise than those that came later.
    Returns an empty text where the words are known and none is for this entry, ``None`` where nothing is known.
    """
    document = table("setting_words").data
    of_file = (f"{reader}/{platform}", reader) if reader else ()
    for name in (*of_file, document["platforms"].get(platform, "")):
        of_format = document["formats"].get(document["like"].get(name, name), {})
        for words in _eras(of_format, version):
            if field in words and (found := _filled(words[field], entry)) is not None:
                return found
        if field in of_format.get("words", {}):
            return ""
    return None


def _eras(of_format: Mapping[str, Any], version: tuple[int, ...]) -> Iterator[Mapping[str, Any]]:
    """Yield the words that can count, those for the oldest releases first."""
    named = [(tuple(map(int, text.split("."))), words) for text, words in of_format.get("older", {}).items()]
    for before, words in sorted(named, key=lambda each: each[0]):
        if version[: len(before)] < before[: len(version)]:  # 4 may be 4.4 or 4.9: it is not told to be older than 4.7
            yield words
    if "words" in of_format:
        yield of_format["words"]


def _filled(known: str | Mapping[str, str], entry: str) -> str | None:
    """Return the text for an entry, with what stands for its parts put in; ``None`` if there is none for it."""
    name, _, value = entry.partition("=")
    if not isinstance(known, str):
        if entry in known:
            return known[entry]
        named = known.get(name, known.get("*"))
        if named is None:
            return None
        known = named
    return known.format(entry=entry, name=name, value=value, path=entry.lstrip("/"))
