"""Files of ``name = literal`` statements, such as xl.cfg: a small subset of Python. Nothing is evaluated.

Literals are strings in single or double quotes, numbers, and lists of them over several lines. A statement ends at the
end of its line or at ``;``. Any other value (names, operators, calls) is computed, and so unknown. One
pass over the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint import limits
from vmlint.findings.place import Span
from vmlint.findings.problem import Problem
from vmlint.patterns import lazy_pattern
from vmlint.record import NamedTuple
from vmlint.syntax.lines import Rows

_TOKEN = lazy_pattern(
    r"""(?P<space>[^\S\n]+)|(?P<comment>\#[^\n]*)|(?P<newline>\n)
    |(?P<triple>"{3}(?:[^"\\\n]|\\[^\n]|"(?!""))*"{3}|'{3}(?:[^'\\\n]|\\[^\n]|'(?!''))*'{3})
    |(?P<string>"(?:[^"\\\n]|\\[^\n])*(?P<close1>"?)|'(?:[^'\\\n]|\\[^\n])*(?P<close2>'?))
    |(?P<number>[0-9][0-9A-Za-z_.]*)|(?P<word>[A-Za-z_][A-Za-z0-9_.-]*)|(?P<mark>[=\[\],;])|(?P<other>.)""",
    re.VERBOSE,
)
_ESCAPED = lazy_pattern(r"\\(?:x([0-9a-fA-F]{2})|([0-7]{3})|(.))")
_BLOCK = lazy_pattern(r"(?:if|elif|else|for|while|def|try|except|finally|with|class)\b")
"""Words that begin a block of Python: a statement inside is conditional."""


class Literal:
    """A value: a text (of a string or a number), or a list."""

    __slots__ = ("at", "computed", "items", "quoted", "text")

    def __init__(self, at: Span, text: str | None = None, quoted: bool = False) -> None:
        self.at = at
        """The value without its quotes; a list's first bracket."""
        self.text = text
        self.quoted = quoted
        self.items: list[Literal] = []
        self.computed = False
        """Whether a part of it is not a literal."""

    @property
    def is_list(self) -> bool:
        """Whether it is a list, of any length."""
        return self.text is None

    @property
    def number(self) -> int | None:
        """The value as an integer, from decimal, hexadecimal (``0x``) or octal (``0``), quoted or not."""
        text = (self.text or "").strip()
        for pattern, base in (("0[xX][0-9a-fA-F]{1,12}", 16), ("0[0-7]{1,12}", 8), ("[0-9]{1,12}", 10)):
            if re.fullmatch(pattern, text):
                return int(text, base)
        return None

    @property
    def texts(self) -> list[Literal]:
        """The texts in a list, or the one text."""
        return [item for item in self.items if not item.is_list] if self.is_list else [self]


class Assignment(NamedTuple):
    """One statement ``name = value``."""

    name: str
    value: Literal
    at: Span
    """The name."""
    conditional: bool
    """Whether it is inside a block of Python."""


class Assignments(NamedTuple):
    """The content of a text."""

    all: list[Assignment]
    others: int
    """Statements of any other kind."""
    problem: Problem | None
    """Start of a list that is never closed."""

    def last(self) -> dict[str, Assignment]:
        """Return the statement that counts for each name: the last."""
        return {each.name: each for each in self.all}


class _Token(NamedTuple):
    kind: str
    text: str
    at: Span


def assignments(text: str) -> Assignments:
    """Return the statements of a text."""
    return _Parser(_tokens(text)).read()


def _tokens(text: str) -> Iterator[_Token]:
    line, start = 1, 0
    rows = Rows(text)
    text = text.replace("\r\n", "\n")
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        column = match.start() - start + 1
        content = match[0]
        length = len(content)
        if kind == "newline":
            yield _Token(kind, content, _span(rows, line, column, 1))
            line, start = line + 1, match.end()
            continue
        if kind == "comment":
            continue
        if kind == "string":
            if not (match["close1"] or match["close2"]):
                yield _Token("other", content, _span(rows, line, column, length))
                continue
            content, column, length = _ESCAPED.sub(_escaped, content[1:-1]), column + 1, max(length - 2, 1)
        elif kind == "triple":  # Python's, in the files of the old toolstack
            kind, content, column, length = (
                "string",
                _ESCAPED.sub(_escaped, content[3:-3]),
                column + 3,
                max(length - 6, 1),
            )
        yield _Token(kind, content, _span(rows, line, column, length))
    yield _Token("end", "", _span(rows, line, 1, 1))


def _escaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 16)) if match[1] else chr(int(match[2], 8)) if match[2] else match[3]


def _span(rows: Rows, row: int, column: int, length: int) -> Span:
    line, column = rows.place(row, column)
    return Span(line, column, line, column + length)


class _Parser:
    """Reads one statement at a time. Anything outside the subset is skipped up to the end of its line."""

    def __init__(self, tokens: Iterator[_Token]) -> None:
        self.tokens = tokens
        self.token = next(tokens)
        self.found: list[Assignment] = []
        self.others = 0
        self.problem: Problem | None = None
        self.in_block = False
        self.by_name: dict[str, Literal] = {}
        """The last value of each name, to which `+=` adds."""

    def next(self) -> _Token:
        """Return the current token and advance; spaces are skipped."""
        token = self.token
        while self.token.kind != "end":
            self.token = next(self.tokens)
            if self.token.kind != "space":
                break
        return token

    def read(self) -> Assignments:
        """Read all statements."""
        while self.token.kind != "end" and self.problem is None:
            if self.token.kind in ("newline", "space") or self.token.text == ";":
                self.next()
            else:
                self.statement()
        return Assignments(self.found, self.others, self.problem)

    def statement(self) -> None:
        """Read one statement."""
        first = self.token
        indented = first.at.column > 1
        if first.kind != "word":
            self.in_block &= indented
            self.others += 1
            self.rest_of_line()
            return
        self.next()
        if not indented:  # xl itself knows no blocks: there, `for = 1` is an option
            self.in_block = bool(_BLOCK.match(first.text)) and self.token.text != "="
        adds = self.token.text == "+"
        if adds:
            self.next()
        if self.token.text != "=" or self.token.kind != "mark":
            self.others += 1
            self.rest_of_line()
            return
        self.next()
        value = self.value()
        if self.token.kind not in ("newline", "end") and not (self.token.kind == "mark" and self.token.text == ";"):
            value.computed = True
            self.rest_of_line()
        before = self.by_name.get(first.text) if adds else None
        if before is None:
            self.by_name[first.text] = value
            self.found.append(Assignment(first.text, value, first.at, self.in_block and indented))
        elif before.is_list:
            before.items += value.items if value.is_list else [value]
            before.computed = before.computed or value.computed
        else:
            before.computed = True

    def value(self) -> Literal:
        """Read a value, as far as it is a literal."""
        token = self.token
        if token.kind in ("string", "number"):
            self.next()
            return Literal(token.at, token.text, token.kind == "string")
        if token.kind == "mark" and token.text == "[":
            return self.list()
        value = Literal(token.at, "")
        value.computed = True
        return value

    def list(self) -> Literal:
        """Read a list, perhaps of lists, without recursion."""
        outer = Literal(self.next().at)
        open_lists, after_item = [outer], False
        while open_lists:
            token, innermost = self.token, open_lists[-1]
            if token.kind == "end":
                self.problem = Problem("VM903", "this list is never closed", outer.at, "add the missing ]")
                return outer
            self.next()
            if token.kind == "newline":
                continue
            if token.kind == "mark" and token.text == "[" and len(open_lists) <= limits.LITERAL_DEPTH:
                innermost.items.append(Literal(token.at))
                outer.computed |= after_item
                open_lists.append(innermost.items[-1])
                after_item = False
            elif token.kind == "mark" and token.text == "]":
                open_lists.pop()
                after_item = True
            elif token.kind == "mark" and token.text == ",":
                after_item = False
            elif token.kind in ("string", "number"):
                innermost.items.append(Literal(token.at, token.text, token.kind == "string"))
                outer.computed |= after_item
                after_item = True
            else:
                outer.computed = True
                after_item = True
        return outer

    def rest_of_line(self) -> None:
        """Skip the rest of a statement outside the subset."""
        while self.token.kind not in ("newline", "end"):
            self.next()
