"""Names of a Vagrantfile that stand for one value that is written out, wherever they are used."""

from __future__ import annotations

from vmlint.api import Term

from .ruby import OPENERS, Token, literal
from .statements import ASSIGNMENTS, opens, parameters, statements

METHODS = ("def", "class", "module")


def constants(words: list[Token]) -> dict[str, Term]:
    """Return what is set once in the file, on no condition and in no method, to a value that is written out.

    A name that a block or a method takes as a parameter, a loop counts or a list is unpacked into stands for more.
    """
    found: dict[str, Term] = {}
    often: dict[str, int] = {}
    scopes: list[bool] = []
    """The blocks around a statement: whether each is run on no condition."""
    for statement in statements(words):
        for name in _set(statement):
            often[name] = often.get(name, 0) + 1
        for name in _taken(statement):
            often[name] = often.get(name, 0) + 2
        first = statement[0]
        if first.kind == "word" and len(statement) > 2 and statement[1].is_mark("=") and all(scopes):
            found.setdefault(first.text, literal(statement[2:]))
        for index, word in enumerate(statement):
            before = statement[index - 1] if index else None
            if word.is_word("do") or word.is_mark("{"):
                scopes.append(True)
            elif word.kind == "keyword" and word.text in OPENERS and opens(word, before):
                scopes.append(False)
            elif (word.is_word("end") or word.is_mark("}")) and scopes:
                scopes.pop()
    return {name: term for name, term in found.items() if often.get(name) == 1 and not term.computed}


def _set(statement: list[Token]) -> list[str]:
    """Return the names that a statement sets."""
    names = []
    for index, word in enumerate(statement[:-1]):
        after, before = statement[index + 1], statement[index - 1] if index else None
        called = before is not None and (before.is_mark(".") or before.is_mark("::"))
        if word.kind == "word" and not called and after.kind == "mark" and after.text in ASSIGNMENTS:
            names.append(word.text)
    return names


def _taken(statement: list[Token]) -> list[str]:
    """Return the names that a statement gives more than one value: parameters, counters, parts of a list."""
    names: list[str] = []
    for index, word in enumerate(statement):
        if word.is_word("do") or word.is_mark("{"):
            names += parameters(statement[index + 1 :])
        elif word.is_word("def", "for"):
            names += [each.text for each in statement[index + 1 :] if each.kind == "word"]
    equals = next((index for index, word in enumerate(statement) if word.is_mark("=")), 0)
    head = statement[:equals]
    if len(head) > 2 and head[1].is_mark(",") and all(word.kind == "word" or word.is_mark(",") for word in head):
        names += [word.text for word in head if word.kind == "word"]
    return names
