"""Ruby's statements: where one ends and the next begins."""

from __future__ import annotations

from collections.abc import Iterator

from .ruby import MODIFIERS, Token

CONTINUING = frozenset(
    {
        ",", ".", "::", "+", "-", "*", "/", "%", "&&", "||", "=", "=>", "(", "[", "{", "|", "!", "?", ":", "<<", "==",
        "!=", "+=", "||=", "&",
    }
)  # fmt: skip
"""Signs after which a statement goes on in the next line."""

ASSIGNMENTS = frozenset({"=", "||=", "+=", "-=", "*=", "&&="})


def statements(words: list[Token]) -> Iterator[list[Token]]:
    """Yield the statements of a file: lines, unless brackets or a sign let one go on in the next line.

    The opening of a block ends a statement, with the block's parameters; the brace that closes one stands alone. The
    braces of a hash are part of their statement.
    """
    statement: list[Token] = []
    braces: list[bool] = []
    depth = index = 0
    while index < len(words):
        word = words[index]
        index += 1
        before = statement[-1] if statement else None
        blocks = word.is_mark("{") and before is not None and _ends_a_call(before)
        if word.is_word("do") or blocks:
            if blocks:
                braces.append(True)
            end = _behind_parameters(words, index)
            yield [*statement, word, *words[index:end]]
            statement, depth, index = [], 0, end
        elif word.is_mark("{") or word.is_mark("}"):
            if word.text == "{":
                braces.append(False)
            if word.text == "}" and braces and braces.pop():
                yield from _given(statement)
                yield [word]
                statement, depth = [], 0
            else:
                depth = max(depth + (1 if word.text == "{" else -1), 0)
                statement.append(word._replace(kind="hash"))
        elif word.kind == "newline" or word.is_mark(";"):
            going_on = before is not None and before.kind == "mark" and before.text in CONTINUING
            chained = index < len(words) and words[index].is_mark(".")
            if word.kind == "newline" and statement and (depth or going_on or chained):
                continue
            yield from _given(statement)
            statement, depth = [], 0
        else:
            if word.kind == "mark" and word.text in "()[]":
                depth = max(depth + (1 if word.text in "([" else -1), 0)
            statement.append(word)
    yield from _given(statement)


def _given(statement: list[Token]) -> Iterator[list[Token]]:
    if statement:
        yield statement


def _ends_a_call(before: Token) -> bool:
    """Tell whether a brace behind it opens a block, not a hash."""
    return before.kind == "word" or (before.kind == "mark" and before.text in (")", "]", ">"))


def _behind_parameters(words: list[Token], index: int) -> int:
    if index < len(words) and words[index].is_mark("|"):
        for end in range(index + 1, min(index + 20, len(words))):
            if words[end].is_mark("|"):
                return end + 1
    return index


def opens(word: Token, before: Token | None) -> bool:
    """Tell whether a word opens a block, or stands behind a statement as its condition."""
    if word.text not in MODIFIERS or before is None:
        return True
    if before.kind == "keyword":
        return before.text != "end"
    return before.kind == "mark" and before.text not in (")", "]", "}", "|")


def parameters(words: list[Token]) -> list[str]:
    """Return the names that a block gives to what it is called with."""
    if not words or not words[0].is_mark("|"):
        return []
    names: list[str] = []
    for word in words[1:20]:
        if word.is_mark("|"):
            return names
        if word.kind == "word":
            names.append(word.text)
    return []
