"""Ruby's statements: where one ends and the next begins, and which blocks it opens and closes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from vmlint.record import NamedTuple
from vmlint.syntax.ruby.calls import Call, call
from vmlint.syntax.ruby.tokens import ASSIGNMENTS, DEFINITIONS, LOOPS, MODIFIERS, OPENERS, Token

CONTINUING = frozenset(
    {
        ",", ".", "::", "+", "-", "*", "/", "%", "&&", "||", "=", "=>", "(", "[", "{", "|", "!", "?", ":", "<<", "==",
        "!=", "+=", "||=", "&",
    }
)  # fmt: skip
"""Signs after which a statement continues on the next line."""
_MOST_PARAMETERS = 19
"""Tokens between the bars of a block's parameters."""
_HEAD_OF_A_METHOD = 40
"""Tokens that are searched for the ``=`` of ``def name(...) = value``."""


class Step(NamedTuple):
    """A block that a statement opens or closes."""

    kind: str
    """call (a block of a call), branch (a condition or loop), definition, or end."""
    braces: bool = False
    head: Sequence[Token] = ()
    """The call with the block, and the words before it."""
    names: Sequence[str] = ()
    """The block's parameters."""

    @property
    def guards(self) -> int:
        """Number of words before the call that are its condition: ``Vagrant and …``."""
        return next((index + 1 for index, word in enumerate(self.head) if index and word.is_keyword("and", "or")), 0)

    @property
    def call(self) -> Call | None:
        """The call with the block."""
        return call(self.head[self.guards :])


class Statement(NamedTuple):
    """A statement up to the start of its block, or a brace that closes one."""

    words: list[Token]
    steps: list[Step]
    """In the order of the text."""

    @property
    def modified(self) -> int:
        """Start of a condition after the statement: ``… if linux``; zero for none."""
        return next((index for index, word in enumerate(self.words) if index and word.is_keyword(*MODIFIERS)), 0)

    @property
    def call(self) -> Call | None:
        """The call or assignment that it consists of."""
        return call(self.words[: self.modified or None])

    @property
    def opens_a_block(self) -> bool:
        """Whether its call has a block."""
        return any(word.is_keyword("do") or word.is_mark("{") for word in self.words)


def statements(tokens: Iterable[Token]) -> Iterator[Statement]:
    """Yield the statements of a file: lines, unless brackets or a sign continue one on the next line."""
    return (Statement(words, list(_steps(words))) for words in _split(list(tokens)))


def _split(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each statement. The braces of a hash become tokens of the kind ``hash``."""
    statement: list[Token] = []
    braces: list[bool] = []
    depth = index = 0
    while index < len(tokens):
        token = tokens[index]
        kind, text = token.kind, token.text
        index += 1
        before = statement[-1] if statement else None
        brace = text if kind == "mark" and text in ("{", "}") else ""
        opens_block = brace == "{" and before is not None and _ends_a_call(before)
        closes_block = brace == "}" and bool(braces) and braces[-1]
        if brace == "{":
            braces.append(opens_block)
        elif brace and braces:
            braces.pop()
        if opens_block or token.is_keyword("do"):
            end = _behind_parameters(tokens, index)
            yield [*statement, token, *tokens[index:end]]
            statement, depth, index = [], 0, end
        elif closes_block:
            if statement:
                yield statement
            yield [token]
            statement, depth = [], 0
        elif brace:
            depth = max(depth + (1 if brace == "{" else -1), 0)
            statement.append(token._replace(kind="hash"))
        elif kind == "newline" or (kind == "mark" and text == ";"):
            if kind == "newline" and statement and (depth or _goes_on(statement[-1], tokens, index)):
                continue
            if statement:
                yield statement
            statement, depth = [], 0
        else:
            if kind == "mark" and text in "()[]":
                depth = max(depth + (1 if text in "([" else -1), 0)
            statement.append(token)
    if statement:
        yield statement


def _goes_on(before: Token, tokens: Sequence[Token], index: int) -> bool:
    """Whether a statement continues on the next line, which begins at an index."""
    chained = index < len(tokens) and tokens[index].is_mark(".")
    return chained or (before.kind == "mark" and before.text in CONTINUING)


def _ends_a_call(before: Token) -> bool:
    """Whether a brace after this token opens a block, not a hash."""
    return before.kind == "word" or (before.kind == "mark" and before.text in (")", "]", ">"))


def _behind_parameters(tokens: Sequence[Token], index: int) -> int:
    if index < len(tokens) and tokens[index].is_mark("|"):
        for end in range(index + 1, min(index + _MOST_PARAMETERS + 1, len(tokens))):
            if tokens[end].is_mark("|"):
                return end + 1
    return index


def _steps(words: list[Token]) -> Iterator[Step]:
    """Yield the blocks that a statement opens and closes."""
    in_loop = False
    for index, word in enumerate(words):
        kind, text = word.kind, word.text
        if kind == "mark" and text == "{":
            yield Step("call", True, words[:index], _parameters(words[index + 1 :]))
        elif kind == "mark" and text == "}":
            yield Step("end", True)
        elif kind != "keyword":
            continue
        elif text == "do":
            if not in_loop:
                yield Step("call", False, words[:index], _parameters(words[index + 1 :]))
            in_loop = False
        elif text == "end":
            yield Step("end")
        elif text in OPENERS and _opens(word, words[index - 1] if index else None):
            if text in DEFINITIONS and not (
                text == "def" and _is_endless(words[index + 1 : index + 1 + _HEAD_OF_A_METHOD])
            ):
                yield Step("definition")
            elif text not in DEFINITIONS:
                yield Step("branch")
            in_loop = text in LOOPS


def _opens(word: Token, before: Token | None) -> bool:
    """Whether a word opens a block, and is not a condition after a statement."""
    if word.text not in MODIFIERS or before is None:
        return True
    if before.kind == "keyword":
        return before.text != "end"
    return before.kind == "mark" and before.text not in (")", "]", "}", "|")


def _parameters(words: Sequence[Token]) -> list[str]:
    """Return the names of a block's parameters."""
    if not words or not words[0].is_mark("|"):
        return []
    names: list[str] = []
    for word in words[1 : _MOST_PARAMETERS + 1]:
        if word.is_mark("|"):
            return names
        if word.kind == "word":
            names.append(word.text)
    return []


def _is_endless(words: Sequence[Token]) -> bool:
    """Whether a method has the form ``def name(...) = value``."""
    depth = 0
    for word in words:
        if word.kind == "mark" and word.text in "([":
            depth += 1
        elif word.kind == "mark" and word.text in ")]":
            depth -= 1
        elif word.is_mark("=") and not depth:
            return True
    return False


def names_set(words: Sequence[Token]) -> Iterator[str]:
    """Yield the names that a statement assigns to."""
    for index, word in enumerate(words[:-1]):
        after = words[index + 1]
        if word.kind == "word" and after.kind == "mark" and after.text in ASSIGNMENTS:
            before = words[index - 1] if index else None
            if before is None or not (before.is_mark(".") or before.is_mark("::")):
                yield word.text


def names_bound(statement: Statement) -> Iterator[str]:
    """Yield the names that get more than one value: parameters, counters, parts of a list."""
    words = statement.words
    for step in statement.steps:
        yield from step.names
    taken = next((index for index, word in enumerate(words) if word.is_keyword("def", "for")), len(words))
    yield from (word.text for word in words[taken:] if word.kind == "word")
    equals = next((index for index, word in enumerate(words) if word.is_mark("=")), 0)
    head = words[:equals]
    if len(head) > 2 and head[1].is_mark(",") and all(word.kind == "word" or word.is_mark(",") for word in head):
        yield from (word.text for word in head if word.kind == "word")
