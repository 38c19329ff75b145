"""Here-documents: a ``#`` inside one does not start a comment.

Terraform, Packer, Ruby and Dockerfiles begin one with ``<<WORD`` and end it with a line that holds that word.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence

from vmlint.patterns import lazy_pattern
from vmlint.record import NamedTuple
from vmlint.syntax.lines import split_lines


class _Language(NamedTuple):
    """How a language writes here-documents."""

    token: re.Pattern[str]
    """Matches strings, comments and the start of a here-document. An unclosed string matches too, so that no character
    is scanned twice."""
    blank: str | None
    """Characters allowed around the word of the last line, if it may be indented; ``None`` for any white space."""
    always: bool
    """Whether the last line may always be indented, or only after a sign before the word."""


_HCL = _Language(
    lazy_pattern(
        r'"(?:[^"\\]|\\.)*"?|\#.*|//.*|/\*(?s:.*?)(?:\*/|\Z)|<<(?P<sign>-?)(?P<quote>)(?P<word>[^\W\d][\w-]*)[ \t]*$'
    ),
    None,
    always=True,
)
_RUBY = _Language(
    lazy_pattern(
        r"\"(?:[^\"\\]|\\.)*\"?|'(?:[^'\\]|\\.)*'?|\#.*"
        r"|<<(?P<sign>[-~]?)(?P<quote>[\"'`]?)(?P<word>[A-Za-z_]\w*)(?P=quote)"
    ),
    None,
    always=False,
)
_DOCKERFILE = _Language(
    lazy_pattern(
        r"(?<!\S)[0-9]*<<(?P<sign>-?)(?P<quote>[\"']?)(?P<word>[A-Za-z_][\w.-]*)(?P=quote)(?!\S)"
        r"|\"(?:[^\"\\]|\\.)*\"?|'[^']*'?|^[ \t]*\#.*"
    ),
    "\t",
    always=False,
)
_FROM = lazy_pattern(r"(?:[ \t]*(?:#.*)?\r?\n)*[ \t]*(?:FROM|ARG)[ \t]+\S", re.IGNORECASE)
_VAGRANT = lazy_pattern(r"^[ \t]*(?:Vagrant(?:\.configure|::Config\.run)\b|\w+\.vm\.\w)", re.MULTILINE)
_BLOCK = lazy_pattern(
    r'^[ \t]*[A-Za-z_][\w-]*(?:[ \t]+(?:"[^"\n]*"|[A-Za-z_][\w-]*))*[ \t]*\{[ \t]*(?:\}|#|//|\r?$)', re.MULTILINE
)
_WORD = lazy_pattern(r"[\w.-]{1,100}")


def lines_outside(text: str, name: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a text outside here-documents, with their numbers from one.

    ``name`` is the name of the file without folders: its extension can decide the language.

    A here-document that is never closed does not count.
    """
    lines = split_lines(text)
    language = _language(text, name) if "<<" in text else None
    if language is None:
        yield from enumerate(lines, 1)
        return
    ends: dict[str, list[int]] | None = None
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        yield number, line
        for match in language.token.finditer(line) if "<<" in line else ():
            if match["word"] and (language is not _RUBY or _opens(line, match)):
                ends = _ends(lines, language.blank) if ends is None else ends
                loose = language.always or bool(match["sign"])
                found = ends.get(f"{'~' if loose else ''}{match['word']}", ())
                index = bisect.bisect_left(found, number)
                if index < len(found):
                    number = found[index] + 1


def _language(text: str, name: str) -> _Language | None:
    """Return the language of a file with here-documents, by what every file of that language contains."""
    if _FROM.match(text):
        return _DOCKERFILE
    if name.lower().endswith((".tf", ".tofu", ".hcl")):  # these may contain a Vagrantfile as text
        return _HCL
    if _VAGRANT.search(text):
        return _RUBY
    return _HCL if _BLOCK.search(text) else None


def _opens(line: str, match: re.Match[str]) -> bool:
    """Whether this is a here-document of Ruby, not a shift: a bare word is in capitals and does not follow a value."""
    if match["sign"] or match["quote"]:
        return True
    return match["word"][0].isupper() and not re.match(r"[\w)\]}]", line[match.start() - 1 : match.start()] or " ")


def _ends(lines: Sequence[str], blank: str | None) -> dict[str, list[int]]:
    """Return the indexes of the lines that consist of one word. The key ``~WORD`` is for lines with any indent."""
    ends: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        word = line.strip() if blank is None else line.lstrip(blank)
        if _WORD.fullmatch(word):
            ends.setdefault(f"~{word}", []).append(index)
            if word == line:
                ends.setdefault(word, []).append(index)
    return ends
