"""No regular expression of vmlint takes more than some steps for each character: a stranger's line could hang it.

Each is tried on texts that repeat what one of its repetitions takes, behind what comes before that, or that repeat what
comes before; they end in what nothing takes. The steps are counted, not the time (see steps.py). Where they grow as the
text does, as many more are taken from twice a text to three times it as from once to twice.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from tests.characters import REPEATS, takes
from tests.steps import Program, TooManyError
from vmlint.patterns import Lazy

ROOT = Path(__file__).parent.parent
MODULES = sorted(each for folder in ("vmlint", "rules") for each in (ROOT / folder).rglob("*.py"))
METHODS = ("match", "fullmatch", "search", "finditer", "findall", "sub", "subn", "split")
BY_OTHERS = {"vmlint.run.secrets._PROPERTIES": "match", "vmlint.formats.shared.demands._PUBLISHED": "fullmatch"}
"""How patterns are used that the module does not name where it uses them."""
OF_ITS_OWN = {"vmlint.cli.hook"}
"""Modules whose patterns see words of vmlint alone."""
ENDS = ("", "\0", "\n\0", "!")
TIMES = (32, 96, 288)
"""How often a part is repeated: the more often, the fewer repetitions with a bound have not come to it yet."""
FEW = 8
"""Steps for each character that need no closer look: where they grow faster, it is half of the first of these times."""
MOST = 200_000
"""Steps after which a text is given up."""


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


@cache
def patterns_of(file: Path) -> tuple[Used, ...]:
    """Return the patterns of a module: those that it keeps, and those that stand where they are used."""
    return tuple(_patterns_of(file))


def _patterns_of(file: Path) -> Iterator[Used]:
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
            flags = [ast.unparse(word.value) for word in each.keywords if word.arg == "flags"]
            compiled = re.compile(text, eval(flags[0], {"re": re}) if flags else 0)
            yield Used(name_of(file), each.lineno, compiled, frozenset({function.attr}))
    keeps = "compile" in methods.get("re", ()) or any(
        isinstance(each, ast.Name) and each.id == "lazy_pattern" for each in ast.walk(tree)
    )
    if file.name == "__main__.py" or not keeps:
        return
    module = import_module(name_of(file))
    for name, pattern in kept(module):
        known = frozenset(methods.get(name, ())) & set(METHODS)
        yield Used(name_of(file), 0, pattern, known or frozenset(BY_OTHERS.get(f"{name_of(file)}.{name}", "").split()))


def kept(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any]]]:
    for name, value in vars(module).items():
        values = value.values() if isinstance(value, dict) else value if isinstance(value, tuple | list) else (value,)
        for each in values:
            plain = each.compiled() if isinstance(each, Lazy) else each
            inner = getattr(plain, "pattern", None)
            inner = inner.compiled() if isinstance(inner, Lazy) else inner
            found = plain if isinstance(plain, re.Pattern) else inner if isinstance(inner, re.Pattern) else None
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


TRIED = "a b\tA0_.-\n\"'/\\:=#{}[](),<>$*%;|"


def characters(choices: Sequence[Any]) -> Iterator[str]:
    """Yield characters that a class takes."""
    source = [each for each in TRIED if takes(choices, each)]
    yield from source[:6]


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


def counted(program: Program, pattern: re.Pattern[Any], way: str, text: str) -> int:
    """Return the steps over a text, for which the matches are those of `re`."""
    given: Any = text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text
    spans, steps = program.spans(way, text if given is text else given.decode("latin-1"), MOST)
    found = getattr(pattern, way)(given)
    assert spans == [each.span() for each in (found if way == "finditer" else [found] if found else [])]
    return steps


def grows(program: Program, pattern: re.Pattern[Any], way: str, parts: tuple[str, str, str]) -> bool:
    """Return whether the steps grow faster than the text."""
    start, part, end = parts

    def steps(times: int) -> int:
        return counted(program, pattern, way, start + part * times + end)

    try:
        if steps(TIMES[0]) <= FEW * len(start + part * TIMES[0] + end):
            return False
        return all(steps(3 * each) - 2 * steps(2 * each) + steps(each) > each**2 / 4 for each in TIMES)
    except TooManyError:
        return True


def is_slow(used: Used) -> tuple[str, str, str] | None:
    """Return a text by its parts for which a pattern takes too many steps."""
    pattern = used.pattern
    ways = [each for each in ("match", "fullmatch") if not used.methods or each in used.methods]
    ways += ["finditer"] if not used.methods or used.methods - {"match", "fullmatch"} else []
    parsed = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
    found = [*dict.fromkeys(attacks(parsed))]
    known = [*dict.fromkeys(letters(parsed))][:8]
    befores = dict.fromkeys(before for before, _ in found)
    found += [(before, char) for before in befores for char in known]
    found += [("", before + behind) for before in befores if before for behind in ("", " ", "a")]
    program = Program(pattern)
    tried = ((start, part, end) for before, part in found for end in ENDS for start in ("", before))
    texts = {start + part * TIMES[0] + end: (start, part, end) for start, part, end in tried}
    return next((each for each in texts.values() for way in ways if grows(program, pattern, way, each)), None)


@pytest.mark.parametrize("file", [each for each in MODULES if name_of(each) not in OF_ITS_OWN], ids=name_of)
def test_patterns(file: Path) -> None:
    slow = [(used.line, used.pattern.pattern, found) for used in patterns_of(file) if (found := is_slow(used))]
    assert slow == []


def test_all_are_found() -> None:
    assert sum(len(patterns_of(file)) for file in MODULES) > 300


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+b",
        r"(?:a|a)*b",
        r"(\w+ ?)*$",
        r"\s*foo",
        r"\s*+foo",
        r"\s+\s+x",
        r"\s*x\s*$",
        r".*=.*;",
        r"[ab]*a*b*c",
        r"a.*?b",
        r"(?=\w*x)\w",
        r"(\w+) \1$",
        r"(?i:x\w*)=",
        r"a.*b",
        r"a b[^c]*c",
        rb"a*a*b",
    ],
)
def test_what_is_slow(pattern: str | bytes) -> None:
    assert is_slow(Used("", 0, re.compile(pattern), frozenset())) is not None


@pytest.mark.parametrize("pattern", [r"^\s*foo", r"\w+ *= *\w+", r'"(?:[^"\\]|\\.)*"?', r"(?:a|b)*c", r"(?>a+)b|x"])
def test_what_is_not(pattern: str) -> None:
    assert is_slow(Used("", 0, re.compile(pattern), frozenset({"match"}))) is None


@pytest.mark.parametrize(
    "pattern", [r"(?<!\s)\s++foo", r"\w{1,60}=", r"(?m)^\s*?$", r"a[^ab]*b", r"'[^']*'?", r"(?s:a.*?(?:b|\Z))"]
)
def test_what_is_not_anywhere(pattern: str) -> None:
    assert is_slow(Used("", 0, re.compile(pattern), frozenset({"search"}))) is None
