"""Split a text of Ruby into tokens. Each character is read a limited number of times."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from vmlint.findings.place import Span
from vmlint.patterns import lazy_pattern
from vmlint.syntax.ruby.tokens import KEYWORDS, Token
from vmlint.syntax.text import LONE_RETURN

_TOKEN = lazy_pattern(
    r"""(?:(?P<space>[ \t\r\f\v]+|\\\r?\n)|(?P<newline>\n)
    |(?P<comment>\#[^\n]*|^=begin\b.*?(?:^=end\b[^\n]*$|\Z))
    |(?P<number>0[xX][0-9a-fA-F_]{1,20}|[0-9][0-9_]{0,20}(?:\.[0-9][0-9_]{0,20})?)
    |(?P<symbol>:[A-Za-z_]\w*[?!]?)|(?P<word>[$@]{0,2}[A-Za-z_]\w*[?!]?)
    |(?P<mark>\|\|=|&&=|::|=>|==|!=|<=|>=|\|\||&&|[-+*/%]=|<<|=~|.))[ \t\r\f\v]*""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_ENDS = lazy_pattern(f"\n|{LONE_RETURN.pattern}")
_LINE_OF_WORD = lazy_pattern(r"^([ \t\f\v]*+)([A-Za-z_]\w{0,60}+)([ \t\f\v]*+)\r*+(?:\n|\Z)", re.MULTILINE)
_END_LINE = lazy_pattern(r"__END__\r?(?:\n|\Z)")
_HEREDOC = lazy_pattern(r"""<<([-~]?)(["'`]?)([A-Za-z_]\w{0,60})\2""")
_PERCENT = lazy_pattern(r"%([qQwWiIrsx]?)([\[({<|!/])")
_CLOSING = {"[": "]", "(": ")", "{": "}", "<": ">"}
_NESTED_QUOTES = 16
"""Levels of nested quotes in an interpolation that are read."""


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text, in linear time."""
    return _Scanner(text).tokens()


def comments(text: str) -> list[tuple[int, int]]:
    """Return where each comment of a text begins, and the index behind it."""
    scanner = _Scanner(text)
    for _ in scanner.tokens():
        pass
    return scanner.comments


def strings(text: str) -> list[tuple[int, int]]:
    """Return where each string of a text begins, and each text of a here-document, and the index behind it."""
    scanner = _Scanner(text)
    for _ in scanner.tokens():
        pass
    return sorted(scanner.strings)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.has_lone_returns = LONE_RETURN.search(text) is not None
        self.index = 0
        self.line = 1
        self.start = 0
        """Start of the line."""
        self.heredocs: list[tuple[str, bool]] = []
        """The word that closes each, and whether that may be indented."""
        self.hopeless: set[str] = set()
        """Quotes and brackets for which no closing one follows."""
        self.ends: dict[tuple[str, bool], list[tuple[int, int]]] | None = None
        self.no_pattern_before = 0
        """Up to here, no regular expression is closed on this line."""
        self.last: Token | None = None
        self.comments: list[tuple[int, int]] = []
        self.strings: list[tuple[int, int]] = []

    def tokens(self) -> Iterator[Token]:
        """Yield the tokens; what follows ``__END__`` is data."""
        special = {
            '"': self.quoted, "'": self.quoted, "`": self.quoted, ":": self.quoted_symbol, "%": self.percent,
            "/": self.pattern, "<": self.heredoc,
        }  # fmt: skip
        text = self.text
        while self.index < len(text):
            read = special.get(text[self.index])
            start = self.index
            token = (read() if read else None) or self.plain()
            if token is not None:
                if token.kind == "text":
                    self.strings.append((start, self.index))
                self.last = token
                yield token
                if token.kind == "word" and token.text == "__END__" and self.is_whole_line(start):
                    return

    def is_whole_line(self, start: int) -> bool:
        """Whether nothing but the word that begins somewhere stands on its line."""
        return start == self.start and _END_LINE.match(self.text, start) is not None

    def place(self, start: int, end: int) -> Span:
        return Span(self.line, start - self.start + 1, self.line, max(end, start + 1) - self.start + 1)

    def advance(self, end: int) -> None:
        """Continue after a text that can contain line breaks."""
        if self.has_lone_returns:
            for found in _ENDS.finditer(self.text, self.index, end + 1):
                if found.start() < end:
                    self.line, self.start = self.line + 1, found.end()
        elif breaks := self.text.count("\n", self.index, end):
            self.line += breaks
            self.start = self.text.rfind("\n", self.index, end) + 1
        self.index = end

    def computed(self, end: int, shown: int) -> Token:
        """Return a text without its value, and continue after it."""
        at = self.place(self.index, shown)
        self.advance(end)
        return Token("text", "", at, computed=True)

    def ends_a_value(self) -> bool:
        """Whether an operator, not a value, must follow."""
        last = self.last
        if last is None or last.kind in ("newline", "keyword"):
            return last is not None and last.is_keyword("end")
        return last.kind != "mark" or last.text in (")", "]", "}")

    def plain(self) -> Token | None:
        """Return a token other than a text; ``None`` for white space and comments."""
        match = _TOKEN.match(self.text, self.index)
        assert match is not None  # noqa: S101 - the last alternative takes any character
        kind = match.lastgroup or "mark"
        start, end = match.span(kind)
        if kind == "comment":
            self.comments.append((start, end))
        if kind in ("space", "comment"):
            self.advance(match.end())
            return None
        at = self.place(start, end)
        if kind == "newline":
            self.advance(match.end())
            for word, is_indented in self.heredocs:
                self.skip_heredoc(word, is_indented=is_indented)
            self.heredocs.clear()
            return Token("newline", "\n", at)
        self.advance(match.end())
        text = match[kind]
        if kind == "word" and text in KEYWORDS:
            key = self.text[end : end + 1] == ":" and self.text[end + 1 : end + 2] != ":"
            if not key and not (self.last is not None and self.last.is_mark(".")):
                kind = "keyword"
        return Token(kind, text[1:] if kind == "symbol" else text, at)

    def quoted_symbol(self) -> Token | None:
        """Return a quoted symbol, as a text."""
        quote = self.text[self.index + 1 : self.index + 2]
        if quote not in ('"', "'"):
            return None
        self.index += 1
        return self.quoted()

    def quoted(self) -> Token | None:
        """Return a quoted text, or ``None`` if it is never closed."""
        start, quote = self.index, self.text[self.index]
        if quote in self.hopeless:
            return None
        end, computed = self.closing(start + 1, quote)
        if end < 0:
            self.hopeless.add(quote)
            return None
        value = self.text[start + 1 : end]
        at = self.place(start + 1, start + 2 if "\n" in value else end)
        if "\\" in value:
            computed = computed or (quote == '"' and re.search(r"\\[^\"\\]", value) is not None)
            value = value.replace(f"\\{quote}", quote).replace("\\\\", "\\")
        self.advance(end + 1)
        return Token("text", value, at, computed or quote == "`")

    def closing(self, index: int, quote: str) -> tuple[int, bool]:
        """Return the end of a text, or -1, and whether it has an interpolation."""
        text, computed, depth = self.text, False, 0
        stack = [quote]
        while index < len(text):
            here = text[index]
            if here == "\\":
                index += 2
                continue
            if stack[-1] == "{":
                if here in "\"'" and len(stack) < _NESTED_QUOTES:
                    stack.append(here)
                elif here == "{":
                    depth += 1
                elif here == "}":
                    depth -= 1
                    if not depth:
                        stack.pop()
            elif here == stack[-1]:
                stack.pop()
                if not stack:
                    return index, computed
            elif here == "#" and stack[-1] != "'" and text[index + 1 : index + 2] == "{" and len(stack) == 1:
                computed, depth = True, 1
                stack.append("{")
                index += 1
            index += 1
        return -1, computed

    def percent(self) -> Token | None:
        """Return a text such as ``%w[a b]``, without its value."""
        match = None if self.ends_a_value() else _PERCENT.match(self.text, self.index)
        if match is None:
            return None
        opening = match[2]
        closing = _CLOSING.get(opening, opening)
        if closing in self.hopeless:
            return None
        depth, index = 1, match.end()
        while index < len(self.text):
            here = self.text[index]
            if here == "\\":
                index += 1
            elif here == closing:
                depth -= 1
                if not depth:
                    return self.computed(index + 1, match.end())
            elif here == opening:
                depth += 1
            index += 1
        self.hopeless.add(closing)
        return None

    def pattern(self) -> Token | None:
        """Return a regular expression, which ends on its line, as a text without its value."""
        if self.index < self.no_pattern_before or self.ends_a_value():
            return None
        index = self.index + 1
        while index < len(self.text) and self.text[index] != "\n":
            if self.text[index] == "\\":
                index += 1
            elif self.text[index] == "/":
                return self.computed(index + 1, index + 1)
            index += 1
        self.no_pattern_before = index
        return None

    def heredoc(self) -> Token | None:
        """Return the start of a here-document. Its lines are skipped at the end of this line."""
        match = _HEREDOC.match(self.text, self.index)
        if match is None or not self.opens_heredoc(match):
            return None
        self.heredocs.append((match[3], bool(match[1])))
        return self.computed(match.end(), match.end())

    def opens_heredoc(self, match: re.Match[str]) -> bool:
        """Whether this is a here-document, not a shift: a bare word is in capitals and does not follow a value."""
        if match[1] or match[2]:
            return True
        behind = self.ends_a_value() and self.text[self.index - 1 : self.index] not in " \t"
        return match[3][:1].isupper() and not behind

    def skip_heredoc(self, word: str, *, is_indented: bool) -> None:
        """Continue after the line that closes a here-document; one that is never closed does not count."""
        if self.ends is None:
            self.ends = self.lines_that_end()
        found = self.ends.get((word, is_indented), ())
        at = bisect_left(found, (self.start, 0))
        if at < len(found):
            self.strings.append((self.start, found[at][1]))
            self.advance(found[at][1])

    def lines_that_end(self) -> dict[tuple[str, bool], list[tuple[int, int]]]:
        """Return where each line of one word begins, and the index behind it: those that may close a here-document.

        They are looked up: a search for each of many words would take the square of the text.
        """
        found: dict[tuple[str, bool], list[tuple[int, int]]] = {}
        for match in _LINE_OF_WORD.finditer(self.text):
            for key in ((match[2], True), *([(match[2], False)] if not match[1] and not match[3] else [])):
                found.setdefault(key, []).append(match.span())
        return found
