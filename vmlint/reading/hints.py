"""Hints in a file of another tool: comments that state for vmlint what the format cannot.

``# vmlint: environment=production`` states one field below ``spec`` of every workload in the file. Any comment in one
line will do: the file's own tool ignores it. A malformed hint is reported (VM916).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from vmlint import limits
from vmlint.findings.fix import replacing
from vmlint.findings.problem import Problem
from vmlint.syntax.yaml.nodes import Scalar

if TYPE_CHECKING:
    from vmlint.findings.place import Span
    from vmlint.reading.file import File
    from vmlint.reading.hint_forms import Wrong

_MARK = r"(?P<sign>(?<!\S)(?:#+|//+|/\*+|;+|--+)|<!--+)[ \t]*(?P<mark>vmlint:)(?!//)[ \t]*"
_BEGINS = re.compile(_MARK)
_HINT = re.compile(rf"{_MARK}(?=[A-Za-z][\w.\-/]*[ \t]*=)")
_OPENED = re.compile(r"#|//|/\*|<!--")
_ENDS = {"<": "-->", "/*": "*/"}
"""Beginning of a comment -> what ends it within the line."""
_ALONE = re.compile(r"[ \t*]*(?P<mark>vmlint:)(?!//)[ \t]*")


class Hint(NamedTuple):
    """One field and its text."""

    path: str
    text: str
    at: Span


class Hints(NamedTuple):
    """The hints in a file's comments."""

    taken: tuple[Hint, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Malformed hints, and hints that are given twice with two values (VM916)."""


class _Comment(NamedTuple):
    """A comment, or a line that may hold one."""

    line: int
    column: int
    """Where the text begins, from zero."""
    text: str


class _Mark(NamedTuple):
    """Where a comment addresses vmlint."""

    start: int
    end: int
    """Where that ends, with the white space behind it."""
    sign: str
    """What the comment begins with."""
    is_alone: bool
    """Whether it is in a comment of several lines, below the first."""


def hints(file: File) -> Hints:
    """Return the hints in a file's comments."""
    if hints not in file.memo:
        file.memo[hints] = _hints(file)
    found: Hints = file.memo[hints]
    return found


def _hints(file: File) -> Hints:
    if b"vmlint:" not in file.data.replace(b"\0", b""):
        return Hints()
    gathered = _Gathered(file)
    last = _Comment(0, 0, "")
    found = _comments_of_yaml(file) if _is_yaml(file) else _lines(file)
    for comment, following in itertools.pairwise(itertools.chain(found, (last,))):
        if gathered.full:
            break
        if "vmlint:" in comment.text:
            gathered.add(comment, following.text if following.line == comment.line + 1 else "")
        gathered.follow(comment.text)
    return Hints(tuple(gathered.taken.values()), tuple(gathered.problems))


class _Gathered:
    """The hints that were found so far."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.is_xml = file.text.lstrip().startswith("<")
        self.is_open = False
        """Whether the line begins within a comment of several lines."""
        self.taken: dict[str, Hint] = {}
        self.problems: list[Problem] = []

    @property
    def full(self) -> bool:
        return len(self.taken) + len(self.problems) >= limits.HINTS

    def add(self, comment: _Comment, below: str) -> None:
        """Take the hint of a comment, or record why it is malformed. ``below`` is the line below it."""
        from vmlint.reading import hint_forms  # only where there are hints

        mark = self.mark(comment.text)
        if mark is None:
            return
        rest, is_closed = _within(comment.text[mark.end :], mark.sign)
        parsed = hint_forms.read(rest)
        start, length = mark.end, len(rest)
        if mark.is_alone:
            parsed = _in_one_line(mark.sign, "=".join(parsed)) if isinstance(parsed, hint_forms.Stated) else None
        elif parsed is None and (meant := hint_forms.continued(_below(below, mark.sign, is_closed=is_closed))):
            parsed = _in_one_line(mark.sign, meant)
            start, length = mark.start, len("vmlint:")
        at = self.file.span(comment.line, comment.column + start + 1, length)
        if isinstance(parsed, hint_forms.Stated):
            first = self.taken.setdefault(parsed.path, Hint(parsed.path, parsed.text, at))
            if hint_forms.alike(first.text, parsed.text):
                return
            parsed = hint_forms.differs(parsed.path, parsed.text, first.text, first.at.line)
        if parsed is not None:
            about = f"replace {rest!r} by {parsed.meant!r}"
            fixes = (replacing(about, at, parsed.meant, safe=True),) if parsed.meant else ()
            self.problems.append(Problem("VM916", parsed.message, at, parsed.help, fixes))

    def mark(self, text: str) -> _Mark | None:
        """Return where a comment addresses vmlint; prose about vmlint does not."""
        match = _HINT.search(text)
        if match is None and self.is_open and (alone := _ALONE.match(text)):
            return _Mark(alone.start("mark"), alone.end(), "<!--" if self.is_xml else "/*", is_alone=True)
        if match is None and (begins := _BEGINS.search(text)) and self.begins(text, begins):
            match = begins
        if match is None or _quoted(text, match):
            return None
        return _Mark(match.start("mark"), match.end(), match["sign"], is_alone=False)

    def follow(self, text: str) -> None:
        """Record whether a comment of several lines continues after a line."""
        opening, closing = ("<!--", "-->") if self.is_xml else ("/*", "*/")
        begun = text.rfind(opening) if self.is_xml or text.lstrip().startswith(opening) else -1
        ended = text.rfind(closing)
        if begun >= 0 or ended >= 0:
            self.is_open = begun > ended

    def begins(self, text: str, match: re.Match[str]) -> bool:
        """Whether a comment begins with what was found in a line."""
        before, sign = text[: match.start()], match["sign"]
        if sign.startswith("<"):
            return before.rfind("<!--") <= before.rfind("-->")
        if self.is_xml:
            return False
        return not before.strip() or (sign[0] in "#/" and _OPENED.search(before) is None)


def _is_yaml(file: File) -> bool:
    """Whether ``#`` begins a comment, as in YAML; JSON may have comments of other kinds."""
    if file.text.lstrip()[:1] in ("<", "{", "[", "/"):
        return False
    return any(not isinstance(root.node, Scalar) for root in file.documents)


def _comments_of_yaml(file: File) -> Iterator[_Comment]:
    from vmlint.syntax.yaml.comments import comments

    for line, column, text in comments(file.text):
        yield _Comment(line + 1, column, text)


def _lines(file: File) -> Iterator[_Comment]:
    from vmlint.syntax.heredocs import lines_outside

    for number, text in lines_outside(file.text, file.base):
        yield _Comment(number, 0, text)


def _quoted(text: str, match: re.Match[str]) -> bool:
    """Whether a match is within a string that begins and ends in its line."""
    before, after = text[: match.start()], text[match.start() :]
    return any(before.count(quote) % 2 and after.count(quote) % 2 for quote in "\"'")


def _within(text: str, sign: str) -> tuple[str, bool]:
    """Return what of a text is within its comment, and whether the comment ends in the line."""
    for begin, end in _ENDS.items():
        if sign.startswith(begin):
            inside, closing, _ = text.partition(end)
            return inside.rstrip(), bool(closing)
    return text.rstrip(), True


def _in_one_line(sign: str, meant: str) -> Wrong:
    from vmlint.reading.hint_forms import Wrong

    ending = next((f" {end}" for begin, end in _ENDS.items() if sign.startswith(begin)), "")
    return Wrong("a hint is a comment in one line", f"write {sign} vmlint: {meant}{ending}")


def _below(text: str, sign: str, *, is_closed: bool) -> str:
    """Return the text of the line below a comment, if it is part of the comment or a comment of the same kind."""
    bare = text.strip()
    if not is_closed:
        return _within(bare.lstrip("* \t"), sign)[0]
    return bare.lstrip(sign[0]).strip() if bare.startswith(sign[0]) else ""
