"""Characters that JSON writes as two escapes, such as an emoji: ``\\ud83d\\ude00``. libyaml refuses them.

Each half is written as another character of the same length, so that all places stay; what comes out is turned back.
"""

from __future__ import annotations

import re

from vmlint.patterns import lazy_pattern

_PAIR = lazy_pattern(r"((?<!\\)(?:\\\\)*)\\u([dD])([89abAB])([0-9a-fA-F]{2})\\u([dD])([c-fC-F])([0-9a-fA-F]{2})")
_FIRST, _LAST = 0xE000, 0xE7FF
"""Characters without a meaning of their own that stand for the 2,048 halves from U+D800 on."""
_HALVES = lazy_pattern(f"[{chr(_FIRST)}-{chr(_LAST)}]{{2}}")
_TAKEN = lazy_pattern(f"[{chr(_FIRST)}-{chr(_LAST)}]|\\\\u[eE][0-7]")


def without_pairs(text: str) -> str:
    """Return JSON with other escapes in place of its pairs; the same text where it has none, or is no JSON."""
    if text.lstrip()[:1] not in ("{", "[") or _PAIR.search(text) is None or _TAKEN.search(text):
        return text
    return _PAIR.sub(_other, text)


def _other(found: re.Match[str]) -> str:
    before, _, high, rest, _, low, end = found.groups()
    return f"{before}\\ue{int(high, 16) - 8:x}{rest}\\ue{int(low, 16) - 8:x}{end}"


def with_pairs(value: str) -> str:
    """Return a value that was read of such a text as it was meant."""
    return _HALVES.sub(_meant, value)


def _meant(found: re.Match[str]) -> str:
    high, low = (ord(half) - _FIRST for half in found[0])
    return chr(0x10000 + (high << 10) + low - 0x400) if high < 0x400 <= low else found[0]
