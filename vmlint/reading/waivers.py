"""Waivers in a file: comments that accept findings, for a line, a workload or the whole file.

``# vmlint: ignore[VM407] why it is accepted until 2027-03-01`` accepts the findings of a rule at its own line, or,
where the comment stands alone, at the next line of content. ``ignore-workload[…]`` covers the workload in which the
comment stands, or which begins directly below it; ``ignore-file[…]`` covers the file. A malformed waiver is reported
(VM923).
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.findings.place import Span
from vmlint.findings.problem import Problem, Unreadable
from vmlint.findings.waiver import Waiver
from vmlint.reading.remarks import remarks
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.reading.file import File
    from vmlint.reading.remarks import Remark

BAD = "VM923"


class Waivers(NamedTuple):
    """What a file, or a workload of it, says to accept."""

    taken: tuple[Waiver, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Malformed waivers (VM923), which accept nothing."""
    around: tuple[Waiver, ...] = ()
    """Those that cover a line or the whole file."""

    @property
    def found(self) -> bool:
        """Whether there are any."""
        return bool(self.taken or self.problems)


def waivers(file: File) -> Waivers:
    """Return the waivers in a file's comments. A file without the bytes ``vmlint:`` costs one search."""
    key = (waivers, file.name)  # a file may have several names
    if key not in file.memo:
        file.memo[key] = _waivers(file)
    found: Waivers = file.memo[key]
    return found


def standing(file: File, line: int, lines: Sequence[int], format: str) -> tuple[Waiver, ...]:  # noqa: A002
    """Return the waivers that stand in the workload at a line, where ``lines`` are those of all that a format has.

    All waivers stand in the only workload of a file.
    """
    taken = waivers(file).taken
    if not taken:
        return ()
    from vmlint.reading.standing import blocks

    key = (blocks, format)
    if key not in file.memo:
        file.memo[key] = blocks(file, lines)
    block = file.memo[key].get(line)
    if block is None:
        return ()
    first = bisect.bisect_left(taken, block.first, key=_line)
    return taken[first : bisect.bisect_right(taken, block.last, key=_line)]


def _line(waiver: Waiver) -> int:
    return waiver.place.line


def read_text(text: str, file: File, at: Span, scope: str = "") -> Waiver | Problem:
    """Read the text of a waiver that stands at a place. With ``scope``, one that would cover a line covers that."""
    from vmlint.reading import waiver_forms

    parsed = waiver_forms.read(text)
    if isinstance(parsed, waiver_forms.Wrong):
        return Problem(BAD, parsed.message, _part(at, parsed.start, parsed.length, text), parsed.help)
    words = tuple(_part(at, word.start, len(word.text), text).of(file.name) for word in parsed.words)
    return Waiver(
        tuple(word.text for word in parsed.words),
        at.of(file.name),
        parsed.reason,
        parsed.until,
        scope if scope and parsed.scope == "line" else parsed.scope,
        words=words if _is_verbatim(at, text) else (),
    )


def _waivers(file: File) -> Waivers:
    try:
        found = [*_read(file)]
    except Unreadable:  # a binary file
        return Waivers()
    taken = tuple(each for each in found if isinstance(each, Waiver))
    problems = tuple(each for each in found if isinstance(each, Problem))
    return Waivers(taken, problems, tuple(each for each in taken if each.scope != "workload"))


def _read(file: File) -> Iterator[Waiver | Problem]:
    from vmlint.reading import waiver_forms

    shown = file.shown
    for count, remark in enumerate(remarks(shown)):
        at = shown.span(remark.line, remark.column + 1, len(remark.text))
        if count == limits.REMARKS:
            yield Problem(BAD, f"only the first {limits.REMARKS} comments that begin with vmlint: are read", at)
            return
        if not waiver_forms.is_meant(remark.text) or (remark.is_inner and not waiver_forms.has_brackets(remark.text)):
            continue
        if shown is not file:
            yield Problem(BAD, "a comment inside an archive accepts nothing", at, "state the waiver in vmlint.toml")
            continue
        if remark.is_inner or not remark.is_closed:
            help = f"write {remark.in_one_line(remark.text)}"
            yield Problem(BAD, "a waiver is a comment in one line", at, help)
            continue
        read = read_text(remark.text, file, at)
        yield _placed(read, remark, file) if isinstance(read, Waiver) else read


def _placed(waiver: Waiver, remark: Remark, file: File) -> Waiver:
    """Return a waiver with the line that it covers, and with what to remove with it."""
    text = file.lines[remark.line - 1]
    before, after = text[: remark.start], text[remark.end :]
    stands_alone = not before.strip() and not after.strip()
    if stands_alone:
        is_last = remark.line == len(file.lines) and not file.text.endswith(("\n", "\r"))
        ends = (remark.line, len(text) + 1) if is_last else (remark.line + 1, 1)
        whole = Span(remark.line, 1, *ends)
    else:
        start = remark.start if after.strip() else len(before.rstrip())
        end = remark.end if after.strip() else len(text)
        whole = Span(remark.line, start + 1, remark.line, end + 1)
    lines = _below(file, remark.line) if stands_alone else (remark.line,)
    waiver = waiver._replace(lines=lines if waiver.scope == "line" else ())
    if remark.language:
        return waiver._replace(whole=whole.of(file.name))
    return waiver._replace(words=())  # what may be no comment is left to its author


def _below(file: File, line: int) -> tuple[int, ...]:
    """Return the next line that holds something else than comments, and the hints before it: findings point at both."""
    if _contents not in file.memo:
        file.memo[_contents] = [*_contents(file)], _hints(file)
    contents, hints = file.memo[_contents]
    index = bisect.bisect_right(contents, line)
    end = contents[index] if index < len(contents) else len(file.lines) + 1
    between = hints[bisect.bisect_right(hints, line) : bisect.bisect_left(hints, end)]
    return (*between, end if index < len(contents) else line)


def _hints(file: File) -> list[int]:
    from vmlint.reading.waiver_forms import is_meant

    return [remark.line for remark in remarks(file) if not is_meant(remark.text)][: limits.HINTS]


def _contents(file: File) -> Iterator[int]:
    """Yield the numbers of the lines that hold something else than comments."""
    from vmlint.reading.standing import is_comment

    opening, closing = ("<!--", "-->") if file.text.lstrip().startswith("<") else ("/*", "*/")
    is_open = False
    for number, text in enumerate(file.lines, 1):
        bare = text.strip()
        if is_open or bare.startswith(opening):
            is_open = closing not in bare
            if not is_open and bare.partition(closing)[2].strip():
                yield number
        elif bare and not is_comment(text):
            yield number


def _part(at: Span, start: int, length: int, text: str) -> Span:
    """Return a part of a text in one line; the whole text where it is not written there letter by letter."""
    if not length or not _is_verbatim(at, text):
        return at
    return Span(at.line, at.column + start, at.line, at.column + start + length)


def _is_verbatim(at: Span, text: str) -> bool:
    return at.line == at.end_line and at.end_column - at.column == len(text)
