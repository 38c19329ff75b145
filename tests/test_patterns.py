"""No regular expression of vmlint takes time that grows faster than its text: a line of a stranger's could hang it.

Steps of Python's engine cannot be counted, so each pattern is tried on texts that repeat what one of its repetitions
takes, behind what comes before that, and that end in what nothing takes. A text of some thousand characters that takes
fifty times as long as it should, and four times as long where it is twice as long, is one too many.
"""

from __future__ import annotations

import ast
import re
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted(each for folder in ("vmlint", "rules") for each in (ROOT / folder).rglob("*.py"))
METHODS = ("match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split")
BY_OTHERS = {"vmlint.run.secrets._PROPERTIES": "match", "vmlint.formats.shared.demands._PUBLISHED": "fullmatch"}
"""How patterns are used that the module does not name where it uses them."""
OF_ITS_OWN = {"vmlint.cli.hook"}
"""Modules whose patterns see words of vmlint alone."""
ENDS = ("", "\0", "\n\0", "!")
LENGTHS = (8, 12, 16, 20, 24, 48, 100, 400, 1_600, 6_400)
SLOW = 0.02
"""Seconds of CPU for up to so many repetitions; what is linear takes a fiftieth of it."""
REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}


class Used(NamedTuple):
    """A pattern, and how it is used."""

    module: str
    line: int
    pattern: re.Pattern[Any]
    methods: frozenset[str]
    """Empty where it is not seen how it is used: then in all ways."""


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    parts = ("vmlint_rules", *parts[1:]) if parts[0] == "rules" else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def patterns_of(file: Path) -> Iterator[Used]:
    """Yield the patterns of a module: those that it keeps, and those that stand where they are used."""
    tree = ast.parse(file.read_text("utf-8"))
    called = [each for each in ast.walk(tree) if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute)]
    methods: dict[str, set[str]] = {}
    for one in ast.walk(tree):
        if isinstance(one, ast.Attribute):
            methods.setdefault(ast.unparse(one.value), set()).add(one.attr)
    for each in called:
        text = ast.literal_eval(each.args[0]) if each.args and isinstance(each.args[0], ast.Constant) else None
        function = each.func
        assert isinstance(function, ast.Attribute)
        if ast.unparse(function.value) == "re" and function.attr in METHODS and isinstance(text, str | bytes):
            yield Used(name_of(file), each.lineno, re.compile(text), frozenset({function.attr}))
    if file.name == "__main__.py" or "compile" not in methods.get("re", ()):
        return
    module = import_module(name_of(file))
    for name, pattern in kept(module):
        known = frozenset(methods.get(name, ())) & set(METHODS)
        yield Used(name_of(file), 0, pattern, known or frozenset(BY_OTHERS.get(f"{name_of(file)}.{name}", "").split()))


def kept(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any]]]:
    for name, value in vars(module).items():
        values = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else (value,)
        for each in values:
            inner = getattr(each, "pattern", None)
            found = each if isinstance(each, re.Pattern) else inner if isinstance(inner, re.Pattern) else None
            if found is not None:
                yield name, found


def sample(items: Sequence[Any]) -> str:
    """Return a text that a part of a pattern matches, as far as that is easily seen."""
    return "".join(map(_sample, items))


def _sample(item: Any) -> str:
    kind, value = item
    if kind is sre.LITERAL:
        return chr(int(value))
    if kind is sre.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    if kind is sre.ANY:
        return "a"
    if kind is sre.IN:
        return next(iter(characters(value)), "a")
    if kind in REPEATS:
        return sample(value[2]) * min(int(value[0]), 40)
    if kind is sre.SUBPATTERN:
        return sample(value[3])
    if kind is sre.ATOMIC_GROUP:
        return sample(value)
    return sample(value[1][0]) if kind is sre.BRANCH else ""


CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_NOT_WORD": r"\W",
}
TRIED = "a b\tA0_.-\n\"'/\\:=#{}[](),<>$*%;|"


def characters(choices: Sequence[Any]) -> Iterator[str]:
    """Yield characters that a class takes."""
    source = [each for each in TRIED if takes(choices, each)]
    yield from source[:6]


def takes(choices: Sequence[Any], char: str) -> bool:
    code, found, negated = ord(char), False, False
    for kind, value in choices:
        if kind is sre.NEGATE:
            negated = True
        elif kind is sre.LITERAL:
            found |= value == code
        elif kind is sre.RANGE:
            found |= value[0] <= code <= value[1]
        elif kind is sre.CATEGORY:
            found |= re.fullmatch(CATEGORIES[str(value)], char) is not None
    return found != negated


def letters(items: Any) -> Iterator[str]:
    """Yield the characters that stand in a pattern by themselves."""
    if isinstance(items, tuple) and len(items) == 2 and items[0] is sre.LITERAL:
        yield chr(items[1])
    elif isinstance(items, tuple | list | parser.SubPattern):
        for each in items:
            yield from letters(each)


def attacks(items: Sequence[Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Yield what may come before a repetition, and what it may repeat."""
    for index, (kind, value) in enumerate(items):
        here = before + sample(items[:index])
        if kind in REPEATS:
            if value[1] > 200:
                yield here, sample(value[2]) or "a"
                for inner, choices in value[2]:
                    if inner is sre.IN:
                        yield from ((here, char) for char in characters(choices))
                yield from ((here, char) for char in " a\t\\\"'(")
            yield from attacks(value[2], here)
        elif kind is sre.SUBPATTERN:
            yield from attacks(value[3], here)
        elif kind is sre.ATOMIC_GROUP:
            yield from attacks(value, here)
        elif kind is sre.BRANCH:
            for branch in value[1]:
                yield from attacks(branch, here)
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            yield from attacks(value[1], here)


def taken(use: Callable[[Any], object], text: Any) -> float:
    start = time.process_time()
    use(text)
    return time.process_time() - start


def is_slow(used: Used) -> tuple[str, str, str] | None:
    """Return a text by its parts for which a pattern takes too long."""
    pattern = used.pattern
    binary = isinstance(pattern.pattern, bytes)
    uses: list[Callable[[Any], object]] = []
    if not used.methods or "match" in used.methods:
        uses.append(pattern.match)
    if not used.methods or "fullmatch" in used.methods:
        uses.append(pattern.fullmatch)
    if not used.methods or used.methods - {"match", "fullmatch"}:
        uses.append(lambda text: sum(1 for _ in pattern.finditer(text)))
    parsed = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE if binary else pattern.flags)
    found = [*dict.fromkeys(attacks(parsed))]
    known = [*dict.fromkeys(letters(parsed))][:8]
    found += [(before, char) for before in dict.fromkeys(before for before, _ in found) for char in known]
    for before, part in dict.fromkeys(found):
        for end in ENDS:
            for start in dict.fromkeys(("", before)):
                for use in uses:

                    def text(times: int, start: str = start, part: str = part, end: str = end) -> Any:
                        written = start + part * times + end
                        return written.encode("latin-1", "replace") if binary else written

                    slow = next((times for times in LENGTHS if taken(use, text(times)) > SLOW), None)
                    if slow is not None:
                        once = min(taken(use, text(slow)) for _ in range(3))
                        twice = min(taken(use, text(2 * slow)) for _ in range(3)) if slow > 100 else once * 9
                        if once > SLOW and twice > 3 * once:
                            return start, part, end
    return None


@pytest.mark.parametrize("file", [each for each in MODULES if name_of(each) not in OF_ITS_OWN], ids=name_of)
def test_patterns(file: Path) -> None:
    slow = [(used.line, used.pattern.pattern, found) for used in patterns_of(file) if (found := is_slow(used))]
    assert slow == []


def test_all_are_found() -> None:
    assert sum(1 for file in MODULES for _ in patterns_of(file)) > 300


@pytest.mark.parametrize(
    "pattern", [r"(a+)+b", r"\s*foo", r"\s+\s+x", r"(?:a|a)*b", r"[ab]*a*b*c", r"(\w+ ?)*$", rb"a*a*b"]
)
def test_what_is_slow(pattern: str | bytes) -> None:
    assert is_slow(Used("", 0, re.compile(pattern), frozenset())) is not None


@pytest.mark.parametrize("pattern", [r"^\s*foo", r"\w+ *= *\w+", r'"(?:[^"\\]|\\.)*"?', r"(?:a|b)*c", r"(?>a+)b|x"])
def test_what_is_not(pattern: str) -> None:
    assert is_slow(Used("", 0, re.compile(pattern), frozenset({"match"}))) is None
