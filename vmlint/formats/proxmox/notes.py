"""The notes of Proxmox VE's guests, which are its files' comments, and hints to vmlint in them.

Colons, the ends of lines and all that is not ASCII are percent-encoded: ``#vmlint%3A environment=production`` in a
file, and ``description: one%0Avmlint%3A environment=production`` where ``qm config`` and ``pct config`` print it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from vmlint.api import File, Span, Spec, hints, limits

from .lines import SECTION

_KEY = "description:"
_BREAKS = re.compile(r"(?:%0[AaDd])+")
_HINT = re.compile(
    r"[ \t]*(?:(?P<sign>#+|//+|/\*+|;+|--+|<!--+)[ \t]*)?vmlint(?P<colon>:|%3[Aa])(?!//)[ \t]*+(?P<text>.*)"
)
_ENDS = {"<": "-->", "/*": "*/"}


def take_hints(spec: Spec, file: File) -> None:
    """Take the hints in a guest's notes, except those in ordinary comments, which are read in every file."""
    for count, (text, at) in enumerate(_hints(file)):
        if count == limits.HINTS:
            break
        spec.hint_text(text, at, hints(file).taken)


def _hints(file: File) -> Iterator[tuple[str, Span]]:
    """Yield each text after ``vmlint:`` with its place, from the notes of the guest, not of its snapshots."""
    for number, line in enumerate(file.rows.texts, 1):
        if SECTION.fullmatch(line):
            break
        is_comment = line.startswith("#")
        if "vmlint" not in line or not (is_comment or line.startswith(_KEY)):
            continue
        start = 1 if is_comment else len(_KEY)
        for end, after in (*(found.span() for found in _BREAKS.finditer(line, start)), (len(line), 0)):
            match = _HINT.fullmatch(line, start, end)
            if match and not _is_plain_comment(line, match):
                text = _within_its_comment(match)
                yield _decoded(text), file.row_span(number, match.start("text") + 1, len(text))
            start = after


def _is_plain_comment(line: str, match: re.Match[str]) -> bool:
    """Whether a hint is not encoded and in an ordinary comment, which is read in every file."""
    return match["colon"] == ":" and line[0] == "#"


def _within_its_comment(match: re.Match[str]) -> str:
    """Return the text up to the end of an HTML comment, which Markdown does not show."""
    text = match["text"]
    for begin, end in _ENDS.items():
        if (match["sign"] or "").startswith(begin):
            text = text.partition(end)[0]
    return text.rstrip()


def _decoded(text: str) -> str:
    """Return a text as it was before it was encoded; unchanged where the result would not be readable."""
    try:
        plain = unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text
    return plain.strip() if plain.isprintable() else text
