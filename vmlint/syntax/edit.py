"""Changing stretches of a text: what stands outside them stays as it is, byte for byte."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from vmlint.record import NamedTuple
from vmlint.syntax.lines import split_lines
from vmlint.syntax.text import encoding_of
from vmlint.syntax.xml.head import declared_encoding


class Change(NamedTuple):
    """A stretch of a text, by lines and columns from one, and what replaces it. An empty stretch inserts."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str
    """Its lines end with ``\\n``; in the file they end as the line does where it stands."""


def overlap(one: Change, other: Change) -> bool:
    """Whether two changes touch the same characters, or insert at the same place."""
    first, second = sorted((one, other))
    return second[:2] < first[2:4] or second[:2] == first[:2]


def changed(text: str, changes: Iterable[Change]) -> str:
    """Return a text with some changes. Raises ``ValueError`` for one outside the text, and for two that overlap."""
    ordered = sorted(changes)
    if any(overlap(*pair) for pair in itertools.pairwise(ordered)):
        raise ValueError("two changes overlap")
    lines = split_lines(text, keepends=True)
    starts = [0, *itertools.accumulate(map(len, lines))]
    parts, end = [], 0
    for change in ordered:
        start, stop = _index(starts, *change[:2]), _index(starts, *change[2:4])
        if not end <= start <= stop:
            raise ValueError("a change ends before it begins")
        added, ending = change.text, _line_end(lines, change.line)
        if start == len(text) and added.endswith("\n") and lines and not lines[-1].endswith(("\n", "\r")):
            added = f"\n{added[:-1]}"  # a line behind the last one, which has no end, gets none either
        parts += [text[end:start], added.replace("\n", ending)]
        end = stop
    return "".join((*parts, text[end:]))


def changed_bytes(data: bytes, text: str, changes: Iterable[Change]) -> bytes:
    """Return the bytes of a file after some changes of its text, in its own encoding.

    Raises ``ValueError`` as :func:`changed` does, where the text is not all that the file holds (an archive), and for
    characters that its encoding lacks.
    """
    for declared in ("utf-8", declared_encoding(data) or ""):
        mark, encoding = encoding_of(data, declared)
        try:
            whole = data[len(mark) :].decode(encoding)
        except (ValueError, LookupError):
            continue
        before = len(whole) - len(text)  # a second mark, which is no part of the text
        if whole[max(before, 0) :] == text and mark + whole.encode(encoding) == data:
            return mark + (whole[:before] + changed(text, changes)).encode(encoding)
    raise ValueError("the text is not that of the file")


def _index(starts: Sequence[int], line: int, column: int) -> int:
    """Return where a line and a column are. The end of the text may be said as a line of its own."""
    if not 0 < line <= len(starts) or column < 1:
        raise ValueError("a change lies outside the text")
    index = starts[line - 1] + column - 1
    if index > starts[min(line, len(starts) - 1)]:
        raise ValueError("a change lies outside its line")
    return index


def _line_end(lines: Sequence[str], number: int) -> str:
    """Return how a line ends: the line itself, or where it is the last, the one before it."""
    for line in lines[max(number - 2, 0) : number][::-1]:
        ending = line[len(line.rstrip("\r\n")) :]
        if ending:
            return ending
    return "\n"
