"""Remarks to vmlint in a file: the comments that begin with ``vmlint:``, in the syntax of any format.

Some state a fact (:mod:`vmlint.reading.hints`), others accept a finding (:mod:`vmlint.reading.waivers`). The file's own
tool ignores both.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from vmlint import limits
from vmlint.reading.claim import may_hold_remarks
from vmlint.syntax.yaml.nodes import Scalar

if TYPE_CHECKING:
    from vmlint.reading.file import File

_MARK = r"(?P<sign>(?<!\S)(?:#+|//+|/\*+|;+|--+)|<!--+)[ \t]*(?P<mark>vmlint:)(?!//)[ \t]*"
_BEGINS = re.compile(_MARK)
_STATES = re.compile(rf"{_MARK}(?=[A-Za-z][\w.\-/]*[ \t]*=|(?P<waives>ignore[a-z-]*[ \t]*\[))")
_OPENED = re.compile(r"#|//|/\*|<!--")
_ENDS = {"<": "-->", "/*": "*/"}
"""Beginning of a comment -> what ends it within the line."""
_OF_HCL = (".tf", ".tofu", ".hcl")
_ALONE = re.compile(r"[ \t*]*(?P<mark>vmlint:)(?!//)[ \t]*")


class Remark(NamedTuple):
    """A comment that addresses vmlint. Columns count from zero; lines from one."""

    line: int
    start: int
    """The column at which the comment begins."""
    mark: int
    """The column of ``vmlint:``."""
    column: int
    """The column of the text behind that."""
    text: str
    """The text, without white space around it."""
    end: int
    """The column behind the comment."""
    sign: str
    """What the comment begins with."""
    is_closed: bool
    """Whether it ends in its line."""
    is_inner: bool
    """Whether it is in a comment of several lines, below the first."""
    below: str
    """The line or comment below it."""

    def in_one_line(self, text: str) -> str:
        """Return a comment of the same kind that holds another text."""
        ending = next((f" {end}" for begin, end in _ENDS.items() if self.sign.startswith(begin)), "")
        return f"{self.sign} vmlint: {text}{ending}"

    @property
    def text_below(self) -> str:
        """The text of the line below, if it is part of the comment or a comment of the same kind."""
        bare = self.below.strip()
        if not self.is_closed:
            return _within(bare.lstrip("* \t"), self.sign).text
        return bare.lstrip(self.sign[0]).strip() if bare.startswith(self.sign[0]) else ""


def remarks(file: File) -> tuple[Remark, ...]:
    """Return the remarks to vmlint in a file's comments: at most one over ``limits.REMARKS``."""
    if remarks not in file.memo:
        found = _remarks(file) if may_hold_remarks(file) else ()
        file.memo[remarks] = tuple(itertools.islice(found, limits.REMARKS + 1))
    known: tuple[Remark, ...] = file.memo[remarks]
    return known


class _Comment(NamedTuple):
    """A comment, or a line that may hold one."""

    line: int
    column: int
    """Where the text begins, from zero."""
    text: str


def _remarks(file: File) -> Iterator[Remark]:
    search = _Search(is_xml=is_xml(file))
    last = _Comment(0, 0, "")
    found = _comments_of_yaml(file) if is_yaml(file) else _lines(file)
    for comment, following in itertools.pairwise(itertools.chain(found, (last,))):
        if "vmlint:" in comment.text:
            remark = search.remark(comment, following.text if following.line == comment.line + 1 else "")
            if remark is not None:
                yield remark
        search.follow(comment.text)


class _Search:
    """Looks for remarks, line after line."""

    def __init__(self, *, is_xml: bool) -> None:
        self.is_xml = is_xml
        self.is_open = False
        """Whether the line begins within a comment of several lines."""

    def remark(self, comment: _Comment, below: str) -> Remark | None:
        """Return how a comment addresses vmlint; prose about vmlint does not."""
        text = comment.text
        match, is_inner = self._match(text)
        if match is None:
            return None
        sign = ("<!--" if self.is_xml else "/*") if is_inner else match["sign"]
        start = match.start("mark") if is_inner else match.start("sign")
        inside = _within(text[match.end() :], sign)
        return Remark(
            comment.line,
            comment.column + start,
            comment.column + match.start("mark"),
            comment.column + match.end(),
            inside.text,
            comment.column + match.end() + inside.length,
            sign,
            inside.is_closed,
            is_inner,
            below,
        )

    def _match(self, text: str) -> tuple[re.Match[str] | None, bool]:
        """Return where a remark begins, and whether it is in a comment of several lines, below the first."""
        match = _STATES.search(text)
        if match is not None and match["waives"] and self.is_xml and not match["sign"].startswith("<"):
            match = None
        if match is None and self.is_open and (alone := _ALONE.match(text)):
            return alone, True
        if match is None and (begins := _BEGINS.search(text)) and self._begins(text, begins):
            match = begins
        return (None if match is None or _quoted(text, match) else match), False

    def follow(self, text: str) -> None:
        """Record whether a comment of several lines continues after a line."""
        opening, closing = ("<!--", "-->") if self.is_xml else ("/*", "*/")
        begun = text.rfind(opening) if self.is_xml or text.lstrip().startswith(opening) else -1
        ended = text.rfind(closing)
        if begun >= 0 or ended >= 0:
            self.is_open = begun > ended

    def _begins(self, text: str, match: re.Match[str]) -> bool:
        """Whether a comment begins with what was found in a line."""
        before, sign = text[: match.start()], match["sign"]
        if sign.startswith("<"):
            return before.rfind("<!--") <= before.rfind("-->")
        if self.is_xml:
            return False
        return not before.strip() or (sign[0] in "#/" and _OPENED.search(before) is None)


def is_surely_comment(remark: Remark, file: File) -> bool:
    """Whether a remark is a comment in the language of its file, so that the file means the same without it.

    Signs of other languages are read as well, since the language of a text is not always known.
    """
    sign = remark.sign[0]
    if is_xml(file) or sign == "<":
        return is_xml(file) and sign == "<"
    if is_yaml(file):
        return True  # found by its own scanner
    has_slashes = file.text.lstrip()[:1] in ("{", "[", "/")
    if sign == "/":
        return has_slashes or file.base.lower().endswith(_OF_HCL)
    return sign == "#" and not has_slashes


def is_xml(file: File) -> bool:
    """Whether a file looks like XML."""
    return file.text.lstrip().startswith("<")


def is_yaml(file: File) -> bool:
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


class _Inside(NamedTuple):
    """What of a text is within its comment."""

    text: str
    is_closed: bool
    """Whether the comment ends in the line."""
    length: int
    """Characters up to the end of the comment, its closing sign among them."""


def _within(text: str, sign: str) -> _Inside:
    for begin, end in _ENDS.items():
        if sign.startswith(begin):
            inside, closing, _ = text.partition(end)
            return _Inside(inside.rstrip(), bool(closing), len(inside) + len(closing))
    return _Inside(text.rstrip(), True, len(text.rstrip()))
