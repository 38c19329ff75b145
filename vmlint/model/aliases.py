"""Other spellings of the words of a manifest, and wrong words that need an explanation.

Both are data (``aliases.yaml``), by the name of the word's kind: that of a ``Literal`` type in the model. Reading the
file takes 2 ms, so it is read when a word is not the model's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vmlint.catalog.files import table


def read_aliases(document: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the word of the model for each other spelling that is accepted, by kind."""
    return {
        kind: {alias: word for word, aliases in about["aliases"].items() for alias in aliases}
        for kind, about in document.items()
        if "aliases" in about
    }


ALIASES = read_aliases(table("aliases").data)
"""The word of the model for each other spelling that is accepted, by kind."""

NOT_THIS_WORD: Mapping[str, Mapping[str, str]] = {
    kind: about["instead"] for kind, about in table("aliases").data.items() if "instead" in about
}
"""What to write instead of a near miss, as the second half of a sentence, by kind."""
