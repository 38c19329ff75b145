"""How the files of formats write a setting that grants a feature, from ``setting_words.yaml``."""

from __future__ import annotations

from vmlint.catalog.files import table


def setting_words(reader: str, platform: str, field: str, entry: str) -> str | None:
    """Return how a file writes an entry of a field below ``deployment``.

    ``reader`` is the name of the reader of its format, empty for a manifest, where the usual words of the platform
    count. Returns an empty text where the words are known and none is for this entry, ``None`` where nothing is known.
    """
    document = table("setting_words").data
    of_file = (f"{reader}/{platform}", reader) if reader else ()
    for name in (*of_file, document["platforms"].get(platform, "")):
        known = document["formats"].get(document["like"].get(name, name), {}).get("words", {}).get(field)
        if isinstance(known, str):
            start, _, value = entry.partition("=")
            return known.format(entry=entry, name=start, value=value, path=entry.lstrip("/"))
        if known is not None:
            return str(known.get(entry, ""))
    return None
