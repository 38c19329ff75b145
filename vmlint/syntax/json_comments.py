"""JSON with comments, as editors and dev containers write it: comments are blanked, so that places stay the same."""

from __future__ import annotations

import re

from vmlint.patterns import lazy_pattern

# A string or a comment. An unclosed one matches too: no character is scanned twice.
_TOKEN = lazy_pattern(r'"(?:[^"\\\n]|\\.)*"?|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_SEEN = lazy_pattern(r"[^\r\n\x85\u2028\u2029]")  # all that ends a line for YAML
_ESCAPE = lazy_pattern(r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|.)")


def without_comments(text: str) -> str:
    """Return a text with spaces in place of its comments, so that everything else keeps its line and column.

    A character that JSON writes as two escapes (a surrogate pair) becomes one YAML escape and two spaces.
    """
    if "/" not in text and "\\u" not in text:
        return text
    return _TOKEN.sub(_plain, text)


def _plain(found: re.Match[str]) -> str:
    if found[0][0] != '"':
        return _SEEN.sub(" ", found[0])
    return _ESCAPE.sub(_joined, found[0]) if "\\u" in found[0] else found[0]


def _joined(found: re.Match[str]) -> str:
    if not found[1]:
        return found[0]
    return f"\\U{0x10000 + (int(found[1], 16) - 0xD800) * 0x400 + int(found[2], 16) - 0xDC00:08x}  "
