"""Texts of HCL2 with templates that the file itself settles: ``"security.${local.what}"``."""

from __future__ import annotations

import re
from collections.abc import Callable

from vmlint import limits
from vmlint.patterns import lazy_pattern

_PART = lazy_pattern(
    r"(?P<doubled>[$%])(?P=doubled)\{"
    r"|\$\{[ \t]*"
    r"(?:local\.(?P<local>[^\W\d][\w-]*)|\"(?P<text>[^\"\\$%{}]*)\"|(?P<word>true|false|[0-9]{1,15}))"
    r"[ \t]*\}"
    r"|(?P<other>[$%]\{)"
)


def is_template(text: str) -> bool:
    """Whether a text has templates, and all of them are names of locals or literals.

    A text with escapes is not told: an escape is one only outside of the templates.
    """
    if len(text) > limits.HCL_TEMPLATE or "\\" in text:
        return False
    return all(match["other"] is None for match in _PART.finditer(text))


def filled(text: str, local: Callable[[str], str | None]) -> str | None:
    """Fill in the templates of a text, or return nothing where a local is no literal."""
    missing = False

    def part(match: re.Match[str]) -> str:
        nonlocal missing
        if match["doubled"]:
            return f"{match['doubled']}{{"
        if match["local"] is None:
            return match["text"] or match["word"] or ""
        found = local(match["local"])
        missing = missing or found is None
        return found or ""

    found = _PART.sub(part, text)
    return None if missing or len(found) > limits.HCL_TEMPLATE else found
