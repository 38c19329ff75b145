"""Ruby as far as a Vagrantfile needs it: its words, its texts, and where its blocks begin and end. Nothing is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from vmlint.api import Problem, Span, Term, Unreadable

MAX_LENGTH = 2**20
"""Characters of a file that is read."""

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\f\v]+|\\\r?\n)|(?P<newline>\n)|(?P<comment>\#[^\n]*)
    |(?P<number>0[xX][0-9a-fA-F_]{1,20}|[0-9][0-9_]{0,20}(?:\.[0-9][0-9_]{0,20})?)
    |(?P<symbol>:[A-Za-z_]\w*[?!]?)|(?P<word>[$@]{0,2}[A-Za-z_]\w*[?!]?)
    |(?P<mark>\|\|=|&&=|::|=>|==|!=|<=|>=|\|\||&&|[-+*/%]=|<<|=~|.)""",
    re.VERBOSE | re.DOTALL,
)
_HEREDOC = re.compile(r"""<<([-~]?)(["'`]?)([A-Za-z_]\w{0,60})\2""")
_PERCENT = re.compile(r"%([qQwWiIrsx]?)([\[({<|!/])")
_CLOSING = {"[": "]", "(": ")", "{": "}", "<": ">"}
_REMARK = re.compile(r"^=begin\b.*?(?:^=end\b[^\n]*$|\Z)", re.MULTILINE | re.DOTALL)
_NUMBER = re.compile(r"[0-9_]+")

OPENERS = frozenset({"if", "unless", "while", "until", "case", "for", "begin", "def", "class", "module"})
MODIFIERS = frozenset({"if", "unless", "while", "until", "rescue"})
"""Words that behind a statement make it conditional, and before one open a block."""
WORDS = OPENERS | {"do", "end", "then", "else", "elsif", "when", "in", "and", "or", "not", "return", "rescue", "ensure"}


class Token(NamedTuple):
    """A word of the language, and where it stands."""

    kind: str
    """word, keyword, text, symbol, number, mark or newline."""
    text: str
    """What a text holds, or how the word is spelled."""
    at: Span
    computed: bool = False
    """Whether a text has something filled into it."""

    def is_mark(self, text: str) -> bool:
        """Tell whether it is a certain sign."""
        return self.kind == "mark" and self.text == text

    def is_word(self, *texts: str) -> bool:
        """Tell whether it is one of some words of the language itself."""
        return self.kind == "keyword" and self.text in texts


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.index = 0
        self.line = 1
        self.start = 0
        """Where the line begins."""
        self.heredocs: list[str] = []
        self.hopeless: set[str] = set()
        """Quotes and brackets of texts of which no more are closed."""
        self.last: Token | None = None

    def place(self, start: int, end: int) -> Span:
        return Span(self.line, start - self.start + 1, self.line, max(end, start + 1) - self.start + 1)

    def advance(self, end: int) -> None:
        """Go on behind what may hold ends of lines."""
        breaks = self.text.count("\n", self.index, end)
        if breaks:
            self.line += breaks
            self.start = self.text.rfind("\n", self.index, end) + 1
        self.index = end

    def ends_a_value(self) -> bool:
        last = self.last
        if last is None or last.kind in ("newline", "keyword"):
            return last is not None and last.is_word("end")
        return last.kind != "mark" or last.text in (")", "]", "}")

    def tokens(self) -> Iterator[Token]:
        text = self.text
        while self.index < len(text):
            here = text[self.index]
            token = None
            if here in "\"'`":
                token = self.quoted(self.index, here)
            elif here == ":" and text[self.index + 1 : self.index + 2] in ('"', "'"):
                self.index += 1
                token = self.quoted(self.index, text[self.index])
            elif here == "%" and not self.ends_a_value() and (match := _PERCENT.match(text, self.index)):
                token = self.percent(match)
            elif here == "/" and not self.ends_a_value():
                token = self.pattern()
            elif here == "<" and (match := _HEREDOC.match(text, self.index)) and self.opens_heredoc(match):
                token = self.heredoc(match)
            elif here == "=" and self.index == self.start and (match := _REMARK.match(text, self.index)):
                self.advance(match.end())
                continue
            if token is None:
                token = self.plain()
            if token is not None:
                self.last = token
                yield token
            if token is not None and token.kind == "word" and token.text == "__END__":
                return

    def plain(self) -> Token | None:
        match = _TOKEN.match(self.text, self.index)
        assert match is not None  # noqa: S101 - the last alternative takes any character
        kind, start = match.lastgroup or "mark", self.index
        at = self.place(start, match.end())
        self.advance(match.end())
        if kind in ("space", "comment"):
            return None
        if kind == "newline":
            for word in self.heredocs:
                self.pass_heredoc(word)
            self.heredocs.clear()
            return Token("newline", "\n", at)
        said = match[0]
        after_dot = self.last is not None and self.last.is_mark(".")
        named = self.text[self.index : self.index + 1] == ":" and self.text[self.index + 1 : self.index + 2] != ":"
        if kind == "word" and said in WORDS and not after_dot and not named:
            kind = "keyword"
        return Token(kind, said.removeprefix(":") if kind == "symbol" else said, at)

    def quoted(self, start: int, quote: str) -> Token | None:
        """Return a text in quotes, or nothing where it is never closed."""
        if quote in self.hopeless:
            return None
        end, computed = self.closing(start + 1, quote)
        if end < 0:
            self.hopeless.add(quote)
            return None
        at = self.place(start + 1, end)
        if "\n" in self.text[start:end]:
            at = self.place(start + 1, start + 2)
        value = self.text[start + 1 : end]
        if "\\" in value:
            computed = computed or (quote == '"' and re.search(r"\\[^\"\\]", value) is not None)
            value = value.replace(f"\\{quote}", quote).replace("\\\\", "\\")
        self.advance(end + 1)
        return Token("text", value, at, computed or quote == "`")

    def closing(self, index: int, quote: str) -> tuple[int, bool]:
        """Return where a text is closed, and whether something is filled into it."""
        text, computed, depth = self.text, False, 0
        stack = [quote]
        while index < len(text):
            here = text[index]
            if here == "\\":
                index += 2
                continue
            if stack[-1] == "{":
                if here in "\"'" and len(stack) < 16:
                    stack.append(here)
                elif here == "{":
                    depth += 1
                elif here == "}":
                    depth -= 1
                    if not depth:
                        stack.pop()
                        depth = 0
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

    def percent(self, match: re.Match[str]) -> Token | None:
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
                    at = self.place(self.index, match.end())
                    self.advance(index + 1)
                    return Token("text", "", at, computed=True)
            elif here == opening:
                depth += 1
            index += 1
        self.hopeless.add(closing)
        return None

    def pattern(self) -> Token | None:
        """Return a regular expression, as something that is computed."""
        index = self.index + 1
        while index < len(self.text) and self.text[index] != "\n":
            if self.text[index] == "\\":
                index += 1
            elif self.text[index] == "/":
                at = self.place(self.index, index + 1)
                self.advance(index + 1)
                return Token("text", "", at, computed=True)
            index += 1
        return None

    def opens_heredoc(self, match: re.Match[str]) -> bool:
        if match[1] or match[2]:
            return True
        return match[3][:1].isupper() and not (
            self.ends_a_value() and self.text[self.index - 1 : self.index] not in " \t"
        )

    def heredoc(self, match: re.Match[str]) -> Token:
        at = self.place(self.index, match.end())
        self.advance(match.end())
        self.heredocs.append(match[3])
        return Token("text", "", at, computed=True)

    def pass_heredoc(self, word: str) -> None:
        while self.index < len(self.text):
            end = self.text.find("\n", self.index)
            end = len(self.text) if end < 0 else end
            line = self.text[self.index : min(end, self.index + 200)].strip()
            self.advance(min(end + 1, len(self.text)))
            if line == word:
                return


def tokens(text: str) -> list[Token]:
    """Return the words of a file. Raises ``Unreadable`` (VM904) for one that is too long."""
    if len(text) > MAX_LENGTH:
        raise Unreadable(
            Problem("VM904", "the file has more than a million characters, and no Vagrantfile has", 1, 1, 1, 2)
        )
    return list(_Scanner(text).tokens())


def literal(words: list[Token]) -> Term:
    """Return the value of an expression that is written out; any other is computed."""
    at = words[0].at
    if len(words) == 1:
        word = words[0]
        if word.kind in ("text", "symbol") and not word.computed:
            return Term("text", word.text, at)
        if word.kind == "number" and _NUMBER.fullmatch(word.text):
            return Term("number", int(word.text.replace("_", "")), at)
        if word.kind == "word" and word.text in ("true", "false"):
            return Term("flag", word.text == "true", at)
        if word.kind == "word" and word.text == "nil":
            return Term("null", None, at)
    numbers, signs = words[::2], words[1::2]
    if len(words) % 2 and all(_is_whole(each) for each in numbers) and all(each.is_mark("*") for each in signs):
        product = 1
        for each in numbers[:8]:
            product *= int(each.text.replace("_", ""))
        if len(numbers) <= 8 and product < 10**18:
            return Term("number", product, at)
    return Term("computed", None, at)


def _is_whole(token: Token) -> bool:
    return token.kind == "number" and _NUMBER.fullmatch(token.text) is not None
