"""Whether a file may hold a manifest, by its name and its bytes alone."""

from __future__ import annotations

import re

_NAMES = (".vmlint.yaml", ".vmlint.yml", ".vmlint.json")
_CLAIM = rb"""api_?version["']?\s{0,9}:\s{0,9}["']?vmlint\\?/"""


def is_named_manifest(name: str) -> bool:
    """Whether a file is a manifest by its name alone."""
    return name.lower().endswith(_NAMES)


def may_be_manifest(name: str, data: bytes) -> bool:
    """Whether it is worth parsing a file to see if it holds a manifest. Quick; a no is always right."""
    return is_named_manifest(name) or b"vmlint" in data.replace(b"\0", b"").lower()


def claims_to_be_manifest(name: str, data: bytes) -> bool:
    """Whether a file that cannot be parsed was meant to be a manifest."""
    return is_named_manifest(name) or re.search(_CLAIM, data.replace(b"\0", b""), re.IGNORECASE) is not None
