"""Values of Ruby that are written out, and names that stand for one wherever they are used."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from vmlint.syntax.hcl.tree import Term
from vmlint.syntax.ruby.statements import Statement, names_bound, names_set
from vmlint.syntax.ruby.tokens import Token

_WHOLE = re.compile(r"[0-9_]+")
_MOST_FACTORS = 8
_LARGEST = 10**18


def literal(words: Sequence[Token]) -> Term:
    """Return the value of an expression that is written out; any other is computed."""
    first = words[0]
    if len(words) == 1:
        if first.kind in ("text", "symbol") and not first.computed:
            return Term("text", first.text, first.at)
        if first.kind == "word" and first.text in ("true", "false"):
            return Term("flag", first.text == "true", first.at)
        if first.kind == "word" and first.text == "nil":
            return Term("null", None, first.at)
    number = _product(words) if len(words) < 2 * _MOST_FACTORS else None
    return Term("computed", None, first.at) if number is None else Term("number", number, first.at)


def _product(words: Sequence[Token]) -> int | None:
    """Return a whole number, or a product of them: ``2 * 1024``."""
    numbers, signs = words[::2], words[1::2]
    if len(words) % 2 == 0 or not all(each.is_mark("*") for each in signs):
        return None
    if not all(each.kind == "number" and _WHOLE.fullmatch(each.text) for each in numbers):
        return None
    product = 1
    for each in numbers:
        product *= int(each.text.replace("_", ""))
    return product if product < _LARGEST or len(words) == 1 else None


def constants(statements: Iterable[Statement]) -> dict[str, Term]:
    """Return what is set once in a file, on no condition and in no method, to a value that is written out.

    A name that a block or a method takes as a parameter, a loop counts or a list is unpacked into stands for more.
    """
    found: dict[str, Term] = {}
    often: Counter[str] = Counter()
    opened: list[str] = []
    uncertain = 0
    """How many of the blocks around a statement need not run once."""
    for statement in statements:
        words, steps = statement
        often.update(names_set(words))
        for name in names_bound(statement):
            often[name] += 2
        if not uncertain and len(words) > 2 and words[0].kind == "word" and words[1].is_mark("="):
            found.setdefault(words[0].text, literal(words[2:]))
        for step in steps:
            if step.kind != "end":
                opened.append(step.kind)
                uncertain += step.kind != "call"
            elif opened:
                uncertain -= opened.pop() != "call"
    return {name: term for name, term in found.items() if often[name] == 1 and not term.computed}
