"""The comments of a text, by the tokeniser of its language: what stands in a string, a CDATA section or a
here-document is part of a value, however much it looks like a comment.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from vmlint.patterns import lazy_pattern
from vmlint.record import NamedTuple
from vmlint.syntax.heredocs import lines_outside
from vmlint.syntax.lines import has_rare_ends, line_starts, split_lines

Stretch = tuple[int, int]
"""Where a comment begins, and the index behind it."""
CLOSING = {"<!--": "-->", "/*": "*/", "=begin": "=end"}
"""Beginning of a comment that can have several lines -> its end."""


class Comment(NamedTuple):
    """A comment, or what of it is in one line. Lines count from one, columns from zero."""

    line: int
    column: int
    text: str
    """With the sign that begins the comment, without the one that ends it."""
    closing: str
    """The sign that ends it, empty for the end of the line."""
    is_inner: bool
    """Whether it is below the first line of its comment."""
    is_closed: bool
    """Whether the comment ends in this line."""


def comments(text: str, language: str, name: str = "") -> Iterator[Comment]:
    """Yield the comments of a text, line by line. ``language`` is one of :data:`LANGUAGES`, or empty for any.

    ``name`` is the file's name without folders, by which here-documents are recognised where the language is unknown.
    """
    starts = line_starts(text)
    found = LANGUAGES[language](text) if language else _of_any(text, name)
    for start, end in found:
        yield from _lines(text, start, end, starts)


def _lines(text: str, start: int, end: int, starts: Sequence[int]) -> Iterator[Comment]:
    closing = next((sign for opening, sign in CLOSING.items() if text.startswith(opening, start)), "")
    is_whole = bool(closing) and text.endswith(closing, start + len(closing), end)
    first = line = bisect.bisect_right(starts, start)
    while start < end:
        after = min(end, starts[line] if line < len(starts) else end)
        is_last = after == end
        content = text[start:after].removesuffix(closing) if is_last and is_whole else text[start:after]
        is_closed = is_last and (is_whole or not closing)
        column = start - starts[line - 1]
        yield Comment(line, column, content.rstrip("\r\n"), closing if is_whole else "", line > first, is_closed)
        start, line = after, line + 1


def bare(text: str, language: str, *, strings: bool = False) -> str:
    """Return a text of the same length with spaces in place of its comments, and of quoted ``strings``.

    The language is one of :data:`LANGUAGES`, other than YAML where strings are meant.
    """
    found = [*LANGUAGES[language](text)]
    if strings:
        found = sorted([*found, *_strings(text, language)])
    parts: list[str] = []
    at = 0
    for start, end in found:
        parts += text[at:start], _SHOWN.sub(" ", text[max(at, start) : end])
        at = max(at, end)
    return "".join(parts) + text[at:]


_SHOWN = lazy_pattern(r"[^\r\n]")


def _strings(text: str, language: str) -> Iterable[Stretch]:
    if language == "ruby":
        from vmlint.syntax.ruby.scan import strings

        return strings(text)
    tokens = LANGUAGES[language]
    return tokens.strings(text) if isinstance(tokens, _Tokens) else ()


class _Tokens:
    """Finds comments by a pattern of tokens, in which they are the group ``comment``; the other tokens are strings."""

    def __init__(self, tokens: str) -> None:
        self.pattern = lazy_pattern(tokens, re.DOTALL | re.MULTILINE)

    def __call__(self, text: str) -> Iterator[Stretch]:
        return (match.span("comment") for match in self.pattern.finditer(text) if match["comment"])

    def strings(self, text: str) -> Iterator[Stretch]:
        """Yield where strings begin, and the index behind each."""
        return (match.span() for match in self.pattern.finditer(text) if not match["comment"])


def _of_hcl(text: str) -> Iterable[Stretch]:
    from vmlint.syntax.hcl.scan import comments

    return comments(text)


def _of_ruby(text: str) -> Iterable[Stretch]:
    from vmlint.syntax.ruby.scan import comments

    return comments(text)


def _of_yaml(text: str) -> Iterator[Stretch]:
    from vmlint.syntax.yaml.comments import comments

    starts: Sequence[int] = line_starts(text)
    if has_rare_ends(text):  # its lines are those of YAML, which knows them
        starts = [0, *itertools.accumulate(len(line) for line in text.splitlines(keepends=True))]
    for line, column, content in comments(text):
        yield starts[line] + column, starts[line] + column + len(content)


def _of_dockerfile(text: str) -> Iterator[Stretch]:
    return _LINES(_without_heredocs(text, "Dockerfile"))


def _of_any(text: str, name: str) -> Iterator[Stretch]:
    return _ANY(_without_heredocs(text, name))


def _without_heredocs(text: str, name: str) -> str:
    """Return a text of the same length with spaces in place of its here-documents."""
    if "<<" not in text:
        return text
    outside = {number for number, _ in lines_outside(text, name)}
    lines = enumerate(split_lines(text, keepends=True), 1)
    return "".join(line if number in outside else re.sub(r"[^\r\n]", " ", line) for number, line in lines)


# In each pattern an unclosed string matches too, or an escaped quote is a token: no character is scanned twice.
_LINES = _Tokens(r"^[ \t]*(?P<comment>\#[^\n]*)")
_ANY = _Tokens(
    r"""\\.|"(?:[^"\\\n]|\\.)*"|(?<!\w)'[^'\n]*'"""
    r"""|(?P<comment>(?<!\S)(?:\#|//|;|--)[^\n]*|/\*.*?(?:\*/|\Z)|<!--.*?(?:-->|\Z))"""
)

LANGUAGES: Mapping[str, Callable[[str], Iterable[Stretch]]] = {
    "dockerfile": _of_dockerfile,
    "hcl": _of_hcl,
    "json": _Tokens(
        r""""(?:[^"\\]|\\.)*"?|(?<!\w)'[^']*'?|(?P<comment>(?<![:\w])//[^\n]*|/\*.*?(?:\*/|\Z)|(?<!\S)\#[^\n]*)"""
    ),
    "lines": _LINES,
    "ruby": _of_ruby,
    "settings": _Tokens(r"""=[ \t]*(?:"[^"\n]*"?|'[^'\n]*'?)|(?P<comment>(?:^|(?<=[ \t]))\#[^\n]*)"""),
    "shell": _Tokens(r""""(?:[^"\\]|\\.)*"?|'[^']*'?|\\.|(?P<comment>(?<!\S)\#[^\n]*)"""),
    "xl": _Tokens(
        r"""\"{3}.*?(?:\"{3}|\Z)|'{3}.*?(?:'{3}|\Z)|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|(?P<comment>\#[^\n]*)"""
    ),
    "xml": _Tokens(r"(?P<comment><!--.*?(?:-->|\Z))|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)"),
    "yaml": _of_yaml,
}
"""Language -> what finds its comments. ``settings``: also behind a value; ``lines``: only in lines of their own."""
