"""The instructions of a Dockerfile, as BuildKit's parser finds them: lines that go on, directives, here-documents.

It follows frontend/dockerfile/parser/parser.go and frontend/dockerfile/shell/lex.go of moby/buildkit (2026-11-30).
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from vmlint.api import File, Problem, Unreadable

WITH_HEREDOCS = frozenset({"ADD", "COPY", "RUN"})

_DIRECTIVE = re.compile(r"#[ \t]*([a-zA-Z]+)[ \t]*=[ \t]*(\S+)")
_GOES_ON = {"\\": re.compile(r"(?<!\\)\\[ \t]*\Z"), "`": re.compile(r"(?<!`)`[ \t]*\Z")}
"""Escape character -> the end of a line that goes on. A doubled one at its end is only a character."""
_PIECE = re.compile(r"(?P<blank>\s+)|\\.?|<<\s*|(?P<brace>\$\{)|(?P<mark>[\"'}])|[^\s\\<$\"'}]+|[<$]", re.DOTALL)
_VARIABLE = re.compile(r"(?:[0-9]+|[@*#?$!-]|[^\W\d]\w*)(?P<end>\}|:?[-+?]|[#%/])")
"""What may follow `${`."""
_HEREDOC = re.compile(r"[0-9]*<<(?P<tabs>-?)(?P<apart>\s*)(?P<name>[^<]+)", re.DOTALL)
_UNQUOTED = re.compile(r"""["']|\\(.)""", re.DOTALL)


class Instruction(NamedTuple):
    """One instruction, its lines put together."""

    word: str
    """In capital letters."""
    rest: str
    row: int
    """The row of the file in which it begins, from one."""
    column: int
    """Where the rest begins."""


class _Heredoc(NamedTuple):
    name: str
    tabs: bool
    """Whether its last line may begin with tabs."""
    sure: bool
    """Whether each release of BuildKit takes it for one. Blanks before the name are newer, and usual in arithmetic."""


def directives(rows: Sequence[str]) -> dict[str, str]:
    """Return the parser's directives, which come before everything else."""
    found: dict[str, str] = {}
    for row in rows:
        match = _DIRECTIVE.match(row.strip())
        if not match or match[1].lower() in found:
            break
        found[match[1].lower()] = match[2]
    return found


def instructions(file: File) -> Iterator[Instruction]:
    """Yield the instructions, each with its continued lines; the text of heredocs is not an instruction.

    Raises ``Unreadable`` for a here-document that never ends: nobody builds such a file.
    """
    rows = file.rows.texts
    goes_on = _GOES_ON.get(directives(rows).get("escape", ""), _GOES_ON["\\"])
    ends: _Ends | None = None
    number = 0
    while number < len(rows):
        if _is_nothing(rows[number]):
            number += 1
            continue
        began, (whole, number) = number + 1, _joined(rows, number, goes_on)
        bare = whole.lstrip()
        if not bare:
            continue
        word = bare.split(None, 1)[0]
        rest = bare[len(word) :].lstrip()
        yield Instruction(word.upper(), rest, began, len(whole) - len(rest) + 1)
        inner = rest.split(None, 1)[0].upper() if word.upper() == "ONBUILD" and rest else word.upper()
        for heredoc in _heredocs(rest) if inner in WITH_HEREDOCS and "<<" in rest else ():
            ends = ends or _Ends(rows)
            after = ends.behind(number, heredoc)
            if after is not None:
                number = after
            elif heredoc.sure:
                message = f"this here-document never ends: no line below is {heredoc.name[:40]}"
                raise Unreadable(Problem("VM903", message, file.row_span(began)))


def _is_nothing(row: str) -> bool:
    bare = row.lstrip()
    return not bare or bare[0] == "#"


def _joined(rows: Sequence[str], number: int, goes_on: re.Pattern[str]) -> tuple[str, int]:
    """Return the text of an instruction that begins at an index of the rows, and the index behind it."""
    parts = [rows[number].rstrip("\r")]
    number += 1
    while end := goes_on.search(parts[-1]):
        parts[-1] = parts[-1][: end.start()]
        while number < len(rows) and _is_nothing(rows[number]):
            number += 1
        if number == len(rows):
            break
        parts.append(rows[number].rstrip("\r"))
        number += 1
    return "".join(parts).rstrip(), number


def _heredocs(rest: str) -> list[_Heredoc]:
    """Return the here-documents that a command line opens: words of it, outside of quotes."""
    matches = (match for word in _words(rest) if (match := _HEREDOC.fullmatch(word)))
    return [
        _Heredoc(_UNQUOTED.sub(lambda found: found[1] or "", match["name"]), bool(match["tabs"]), not match["apart"])
        for match in matches
    ]


def _words(rest: str) -> list[str]:
    """Return the words of a command line, with their quotes; none where a quote or a variable is not well-formed.

    BuildKit's lexer gives up there, and finds no here-document.
    """
    words: list[list[str]] = [[]]
    at, within = 0, [""]  # the marks that end what is open
    while at < len(rest):
        piece = _PIECE.match(rest, at)
        if piece is None:
            return []
        start, at = at, piece.end()
        if piece["brace"]:
            variable = _VARIABLE.match(rest, at)
            if variable is None:
                return []
            at = variable.end()
            if variable["end"] != "}":
                within.append("}")
        elif piece["mark"] and piece["mark"] == within[-1]:
            within.pop()
        elif piece["mark"] == "'" and within[-1] != '"':
            at = rest.find("'", at) + 1
            if not at:
                return []
        elif piece["mark"] == '"':
            within.append('"')
        elif piece["blank"] and '"' not in within[-3:]:
            words.append([])
            continue
        words[-1].append(rest[start:at])
    return ["".join(word) for word in words] if len(within) == 1 else []


class _Ends:
    """Where here-documents may end: the rows by their texts, so that each is looked up, not searched for."""

    def __init__(self, rows: Sequence[str]) -> None:
        self._of: dict[tuple[bool, str], list[int]] = {}
        for number, row in enumerate(rows):
            bare = row.rstrip("\r")
            self._of.setdefault((False, bare), []).append(number)
            self._of.setdefault((True, bare.lstrip("\t")), []).append(number)

    def behind(self, number: int, heredoc: _Heredoc) -> int | None:
        """Return the index of the row behind a here-document whose text begins at one, or nothing if it never ends."""
        found = self._of.get((heredoc.tabs, heredoc.name), ())
        at = bisect.bisect_left(found, number)
        return found[at] + 1 if at < len(found) else None
