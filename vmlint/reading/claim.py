"""Whether a file may hold something for vmlint, by its name and its bytes alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vmlint.reading.file import File

_NAMES = (".vmlint.yaml", ".vmlint.yml", ".vmlint.json")
_CLAIM = rb"""api_?version["']?\s{0,9}:\s{0,9}["']?vmlint\\?/"""


def is_named_manifest(name: str) -> bool:
    """Whether a file is a manifest by its name alone."""
    return name.lower().endswith(_NAMES)


def may_be_manifest(name: str, data: bytes) -> bool:
    """Whether it is worth parsing a file to see if it holds a manifest. Quick; a no is always right."""
    return is_named_manifest(name) or b"vmlint" in _plain(data).lower()


def claims_to_be_manifest(name: str, data: bytes) -> bool:
    """Whether a file that cannot be parsed was meant to be a manifest."""
    return is_named_manifest(name) or re.search(_CLAIM, _plain(data), re.IGNORECASE) is not None


def _plain(data: bytes) -> bytes:
    """Return bytes in which a word is found, whether or not it is escaped, or in UTF-16."""
    if b"\\" in data:
        from vmlint.syntax.text import searchable

        return searchable(data)
    return data.replace(b"\0", b"")


def may_hold_remarks(file: File) -> bool:
    """Whether a file holds the bytes ``vmlint:`` in any case, other than in the key ``x-vmlint:`` of a Compose file.

    Most do not, and cost no more than this search.
    """
    if may_hold_remarks not in file.memo:
        data = file.data.lower().replace(b"\0", b"")  # in UTF-16 as well
        file.memo[may_hold_remarks] = data.count(b"vmlint:") > data.count(b"x-vmlint:")
    known: bool = file.memo[may_hold_remarks]
    return known
