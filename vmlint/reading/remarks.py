"""Remarks to vmlint in a file: the comments that begin with ``vmlint:``, in the syntax of any format.

Some state a fact (:mod:`vmlint.reading.hints`), others accept a finding (:mod:`vmlint.reading.waivers`). The file's own
tool ignores both.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.findings.problem import Unreadable
from vmlint.patterns import lazy_pattern
from vmlint.reading.claim import may_hold_remarks
from vmlint.record import NamedTuple
from vmlint.syntax.yaml.nodes import Scalar

if TYPE_CHECKING:
    from vmlint.reading.file import File
    from vmlint.syntax.comments import Comment
    from vmlint.syntax.yaml.cursor import Cursor

_MARK = r"(?P<sign>(?<!\S)(?:#+|//+|/\*+|;+|--+)|<!--+)[ \t]*(?P<mark>(?i:vmlint:))(?!//)[ \t]*"
_BEGINS = lazy_pattern(_MARK)
_STATES = lazy_pattern(rf"{_MARK}(?=[A-Za-z][\w.\-/]*[ \t]*=|(?P<waives>ignore[a-z-]*[ \t]*\[))")
_ENDS = {"<": "-->", "/*": "*/"}
"""Beginning of a comment -> what ends it within the line."""
_OPENING = {"xml": "<!--", "ruby": "#"}
"""Language -> what begins a comment in one line, where a comment of several lines begins with something else."""
_ALONE = lazy_pattern(r"[ \t*]*(?P<mark>(?i:vmlint:))(?!//)[ \t]*")


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
    """The comment in the line below it."""
    language: str
    """The language whose comment it is. Empty where that is not known: then it may be no comment."""

    def in_one_line(self, text: str) -> str:
        """Return a comment of the same kind that holds another text."""
        ending = next((f" {end}" for begin, end in _ENDS.items() if self.sign.startswith(begin)), "")
        return f"{self.sign} vmlint: {text}{ending}"

    @property
    def text_below(self) -> str:
        """The text of the comment below, if it is part of this one or of the same kind."""
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


def _remarks(file: File) -> Iterator[Remark]:
    from vmlint.syntax.comments import comments

    language = _language(file)
    found = itertools.islice(comments(file.text, language, file.base), limits.COMMENTS)
    for comment, following in itertools.pairwise(itertools.chain(found, (None,))):
        if comment is not None and "vmlint:" in comment.text.lower():
            below = following.text if following is not None and following.line == comment.line + 1 else ""
            remark = _remark(comment, below, language)
            if remark is not None:
                yield remark


def _language(file: File) -> str:
    """Return the language whose comments a file has; empty where that is not known."""
    begins = file.text.lstrip()[:1]
    if begins == "<":
        return "xml"
    if file.language and begins != "{":
        return file.language  # as its reader says; several formats can also be written as JSON
    try:
        if begins in ("{", "[", "/"):
            return "json" if _is_nested(file.commented_json) else file.language
        return "yaml" if _is_nested(file.yaml) else ""
    except Unreadable:
        return file.language


def _is_nested(roots: Iterable[Cursor]) -> bool:
    return any(not isinstance(root.node, Scalar) for root in roots)


def _remark(comment: Comment, below: str, language: str) -> Remark | None:
    """Return how a comment addresses vmlint; prose about vmlint does not."""
    text = comment.text
    match, is_inner = _match(comment, language)
    if match is None:
        return None
    sign = _OPENING.get(language, "/*") if is_inner else match["sign"]
    start = match.start("mark") if is_inner else match.start("sign")
    inside = _within(text[match.end() :], sign)
    begins_it = not is_inner and not start
    end = comment.column + match.end() + inside.length
    return Remark(
        comment.line,
        comment.column + start,
        comment.column + match.start("mark"),
        comment.column + match.end(),
        inside.text,
        end + len(comment.closing) if begins_it and comment.is_closed else end,
        sign,
        comment.is_closed if begins_it else inside.is_closed,
        is_inner,
        below,
        language,
    )


def _match(comment: Comment, language: str) -> tuple[re.Match[str] | None, bool]:
    """Return where a remark begins, and whether it is in a comment of several lines, below the first."""
    text = comment.text
    match = _STATES.search(text)
    if match is not None and match["waives"] and language == "xml" and not match["sign"].startswith("<"):
        match = None
    if match is None and comment.is_inner and (alone := _ALONE.match(text)):
        return alone, True
    if match is None and not comment.is_inner and (begins := _BEGINS.search(text)):
        match = begins if not begins.start() or begins["sign"].startswith("<") else None  # notes can be Markdown
    return (None if match is None or _quoted(text, match) else match), False


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
