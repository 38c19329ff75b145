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
ANYWHERE = METHODS[2:]
"""Those that try every place of a text."""
ENDS = ("", "\0", "\n\0", "!")
LENGTHS = (8, 12, 16, 20, 24, 48, 100, 400, 1_600, 3_200)
SLOW = 0.02
"""Seconds of CPU for up to so many repetitions; what is linear takes a fiftieth of it."""
REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT}


class Used(NamedTuple):
    """A pattern, and how it is used."""

    module: str
    line: int
    pattern: re.Pattern[Any]
    anywhere: bool


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    parts = ("vmlint_rules", *parts[1:]) if parts[0] == "rules" else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def patterns_of(file: Path) -> Iterator[Used]:
    """Yield the patterns of a module: those that it keeps, and those that stand where they are used."""
    tree = ast.parse(file.read_text("utf-8"))
    called = [each for each in ast.walk(tree) if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute)]
    methods: dict[str, set[str]] = {}
    for each in called:
        assert isinstance(each.func, ast.Attribute)
        methods.setdefault(ast.unparse(each.func.value), set()).add(each.func.attr)
    others = {ast.unparse(each) for each in ast.walk(tree) if isinstance(each, ast.Attribute)}
    for each in called:
        assert isinstance(each.func, ast.Attribute)
        if (
            ast.unparse(each.func.value) == "re"
            and each.func.attr in METHODS
            and isinstance(each.args[0], ast.Constant)
        ):
            flags = next((key.value for key in each.keywords if key.arg == "flags"), None)
            pattern = re.compile(each.args[0].value, eval(ast.unparse(flags), {"re": re}) if flags else 0)
            yield Used(name_of(file), each.lineno, pattern, each.func.attr in ANYWHERE)
    if file.name == "__main__.py" or "re.compile" not in others:
        return
    module = import_module(name_of(file))
    for name, pattern in kept(module):
        known = methods.get(name.partition("[")[0], set())
        yield Used(name_of(file), 0, pattern, not known or bool(known & set(ANYWHERE)) and "sub" not in {name})


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
        return chr(value)
    if kind is sre.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    if kind is sre.ANY:
        return "a"
    if kind is sre.IN:
        return next(iter(characters(value)), "a")
    if kind in REPEATS:
        return sample(value[2]) * min(value[0], 40)
    if kind is sre.SUBPATTERN:
        return sample(value[3])
    if kind is sre.ATOMIC_GROUP:
        return sample(value)
    return sample(value[1][0]) if kind is sre.BRANCH else ""


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
            words = {sre.CATEGORY_DIGIT: r"\d", sre.CATEGORY_SPACE: r"\s", sre.CATEGORY_WORD: r"\w",
                     sre.CATEGORY_NOT_DIGIT: r"\D", sre.CATEGORY_NOT_SPACE: r"\S", sre.CATEGORY_NOT_WORD: r"\W"}  # fmt: skip
            found |= re.fullmatch(words[value], char) is not None
    return found != negated


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
    uses: list[Callable[[Any], object]] = [pattern.match, pattern.fullmatch]
    if used.anywhere:
        uses.append(lambda text: sum(1 for _ in pattern.finditer(text)))
    for before, part in dict.fromkeys(
        attacks(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE if binary else pattern.flags))
    ):
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


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_patterns(file: Path) -> None:
    slow = [(used.line, used.pattern.pattern, found) for used in patterns_of(file) if (found := is_slow(used))]
    assert slow == []


def test_all_are_found() -> None:
    assert sum(1 for file in MODULES for _ in patterns_of(file)) > 300


@pytest.mark.parametrize(
    "pattern", [r"(a+)+b", r"\s*foo", r"\s+\s+x", r"(?:a|a)*b", r"[ab]*a*b*c", r"x.*=.*;", r"(\w+ ?)*$", rb"a*a*b"]
)
def test_what_is_slow(pattern: str | bytes) -> None:
    assert is_slow(Used("", 0, re.compile(pattern), anywhere=True)) is not None


@pytest.mark.parametrize("pattern", [r"^\s*foo", r"\w+ *= *\w+", r'"(?:[^"\\]|\\.)*"?', r"(?:a|b)*c", r"(?>a+)b|x"])
def test_what_is_not(pattern: str) -> None:
    assert is_slow(Used("", 0, re.compile(pattern), anywhere=False)) is None
