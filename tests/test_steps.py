"""The walk that counts the steps of a regular expression finds what `re` finds."""

from __future__ import annotations

import re
from itertools import product

import pytest

from tests.steps import Program, TooManyError

TEXTS = ["".join(each) for length in range(6) for each in product("ab\n", repeat=length)] + ["A", "aA", "é b", "ab ab"]
PATTERNS = (
    "a|ab|", "(?:a|ab)(?:b|)", "(a)|b(?:a)", "a*", "a*?", "a*+b", "a{2,3}b?", "a{,2}?b", "(?:ab?){2,}", "(?:a|b)*?b",
    "(?:a|ab)*+b", "(?:a|ab){2}+", "(?:a?)*b", "(?:a*)*", "(?:a*?)*?b", "(?:a?){3}", "(?:a?)*+", "(?:(?:a|b)*b)*",
    "(?:a{1,2}){2}", "(?>a*)b", "(?>a|ab)b", "(?:a|b|ab)*+a", "^a", "a$", r"\Aa|b\Z", "(?m)^a", "(?m)a$", "(?m)^$",
    "$", r"\ba", r"\Ba", r"\b", ".*b", "(?s).*b", "(?s:.)a.", "[^a]b", r"[^\n]*", r"\w+\W", r"[\s\d]", r"[^\w]",
    "(?i)A+b", "(?i)[^A]", "(?i:A)b", "(?i)(?-i:a)B", "a(?=b)", "a(?!b)", "(?<=a)b", "(?<!a)b", "(?<=^a)b",
    "(?=(a*))b|a", r"(?!(a)b)a|\n", r"(?a)\W+", r"(a|b)\1", r"(a*)b\1", r"(?i)(a)\1", "(a)?(?(1)b|a)", "(a)?b(?(1)a)",
    "(?:(a)|b)*", r"(?:(a)|b)*\1", "(?P<x>a+)b(?P=x)",
)  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_finds_what_re_finds(pattern: str) -> None:
    compiled = re.compile(pattern)
    program = Program(compiled)
    for text in TEXTS:
        for way in ("match", "fullmatch", "finditer"):
            found = getattr(compiled, way)(text)
            spans = [each.span() for each in (found if way == "finditer" else [found] if found else [])]
            assert program.spans(way, text, 10_000)[0] == spans, (way, text)


@pytest.mark.parametrize(
    ("pattern", "text", "steps"),
    [
        ("a", "a", 3),  # the item, its character, the end
        ("a*+b", "aaaa", 6),  # the items, and the characters run over
        ("a*b", "aaaa", 10),  # and four given back
    ],
)
def test_counts(pattern: str, text: str, steps: int) -> None:
    assert Program(re.compile(pattern)).spans("match", text, 100)[1] == steps


def test_stops() -> None:
    with pytest.raises(TooManyError):
        Program(re.compile("(?:a|a)*b")).spans("match", "a" * 40, 1000)
