"""Literal values of Ruby, and names that always have one literal value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from vmlint.patterns import lazy_pattern
from vmlint.syntax.hcl.tree import Term
from vmlint.syntax.ruby.statements import Statement, names_bound, names_set
from vmlint.syntax.ruby.tokens import Token

_WHOLE = lazy_pattern(r"[0-9_]+")
_MOST_FACTORS = 8
_LARGEST = 10**18


def literal(words: Sequence[Token]) -> Term:
    """Return the value of a literal; any other expression is computed."""
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
    """Return the names that a file sets once to a literal, without a condition and outside a method.

    Parameters of blocks and methods, counters of loops and parts of an unpacked list have more than one value.
    """
    found: dict[str, Term] = {}
    often: Counter[str] = Counter()
    opened: list[str] = []
    uncertain = 0
    """Number of blocks around a statement that may not run."""
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
