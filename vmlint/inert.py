"""Untrusted text as harmless text: nothing in it is a command to a terminal or to the log of a CI system.

What is spelt out is written as Python writes it, such as ``\\x1b``. A backslash of the text before what looks like that
is doubled, so that each text is told from every other.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST = 500
"""The most characters of untrusted text that are shown."""
_HARMFUL = (
    "\x00-\x1f\x7f-\x9f"  # C0 and C1 controls: terminal commands, newlines
    # Invisible, or turning the direction of what follows: Default_Ignorable_Code_Point of Unicode, the ends of lines
    # and paragraphs, and the marks around annotations.
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\ud800-\udfff"  # halves of characters
)
_FOUND = f"[{_HARMFUL}]"
_COMMAND = r"#(?=#\w{0,20}\[)"
"""Half of what begins a command in a log: ``##[`` of GitHub and Azure, ``##vso[`` of Azure, ``##teamcity[``."""
_HEX = "[0-9a-f]"
_AMBIGUOUS = rf"\\+(?=[nrt]|x{_HEX}{{2}}|u{_HEX}{{4}}|U{_HEX}{{8}}|{_FOUND}|{_COMMAND})"
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str, longest: int = LONGEST) -> str:
    """Return untrusted text as one harmless line: what a terminal or a log would obey is escaped, such as ``\\x1b``.

    It is not for text that was made visible before, whose backslashes it would double again.
    """
    if len(text) > longest:
        text = text[:longest] + "\u2026"
    if "\\" in text:
        text = re.sub(_AMBIGUOUS, lambda match: match[0] * 2, text)
    return harmless(text, spelt_out)


def harmless(text: str, escape: Callable[[str], str]) -> str:
    """Escape every character that a terminal or a log would obey, or a reader would not see."""
    if not (text.isascii() and text.isprintable()):
        text = re.sub(_FOUND, lambda match: escape(match[0]), text)
    return re.sub(_COMMAND, lambda match: escape(match[0]), text) if "##" in text else text


def each_visible(line: str) -> Iterator[str]:
    """Yield what is shown for each character of a line.

    Backslashes are doubled only before the escape of a character that would be escaped itself: a line of a file may
    well hold ``\\n``, and never holds a line feed.
    """
    doubled = {index for run in re.finditer(_WRITTEN, line) if _is_escaped(run) for index in range(*run.span(1))}
    halves = {found.start() for found in re.finditer(_COMMAND, line)} if "##" in line else ()
    for index, char in enumerate(line):
        if index in doubled:
            yield char * 2
        else:
            yield spelt_out(char) if index in halves else harmless(char, spelt_out)


_WRITTEN = rf"(\\+)(?:x({_HEX}{{2}})|u({_HEX}{{4}})|U({_HEX}{{8}})|(?={_FOUND}|{_COMMAND}))"


def _is_escaped(run: re.Match[str]) -> bool:
    number = int(run[2] or run[3] or run[4] or "0", 16)
    return number > sys.maxunicode or re.match(_FOUND, chr(number)) is not None


def spelt_out(char: str) -> str:
    """Return the escape of a character, as Python writes it."""
    number = ord(char)
    if char in _NAMED:
        return _NAMED[char]
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
