"""JSON with comments, as editors and dev containers write it, made plain without moving anything."""

from __future__ import annotations

import re

# A string or a comment, each closed or cut off, so that nothing is ever looked at twice.
_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"?|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_SEEN = re.compile(r"[^\r\n]")


def without_comments(text: str) -> str:
    """Return a text with spaces in place of its comments, so that all else keeps its line and column."""
    if "/" not in text:
        return text
    return _TOKEN.sub(lambda found: found[0] if found[0][0] == '"' else _SEEN.sub(" ", found[0]), text)
