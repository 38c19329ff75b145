"""Places in TOML: compared with what :mod:`tomllib` reads in the same text."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmlint.findings.place import Span
from vmlint.syntax.lines import split_lines
from vmlint.syntax.toml import places

ROOT = Path(__file__).parents[2]


def cut(text: str, span: Span) -> str:
    """The stretch of a text that a span names."""
    lines = split_lines(text, keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]
    return text[starts[span.line - 1] + span.column - 1 : starts[span.end_line - 1] + span.end_column - 1]


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> dict[tuple[str | int, ...], Any]:
    """Every value of a document by its path: lists and inline tables too, since they have places."""
    found = {path: value} if path else {}
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        found |= leaves(each, (*path, key))
    return found


def agree(text: str) -> None:
    """Hold the places of a text to what tomllib reads in it."""
    expected = leaves(tomllib.loads(text))
    found = places(text)
    assert found.keys() == expected.keys()
    for path, value in expected.items():
        stands = found[path]
        shown = cut(text, stands.key)
        if isinstance(path[-1], str):
            assert tomllib.loads(f"{shown} = 1") == {path[-1]: 1}
        if stands.key != stands.value:  # not a header
            assert tomllib.loads(f"x = {cut(text, stands.value)}")["x"] == value
            assert cut(text, stands.pair).endswith(cut(text, stands.value))
            assert shown in cut(text, stands.pair)
        elif isinstance(path[-1], int) and not isinstance(value, dict):
            assert tomllib.loads(f"x = {cut(text, stands.value)}")["x"] == value


KEYS = st.sampled_from(["a", "b-1", "c_c", '"d d"', "'e.e'", '"f\\"f"', "7"])
PLAIN = st.sampled_from(
    [
        "1",
        "-0.5",
        "true",
        '"text # = ["',
        "'a \\ b'",
        '""',
        "''",
        '"""\nlong "quoted" text\\\n  here"""',
        "'''\nplain 'text' ]'''",
        '"""a""""',
        "1979-05-27",
        "1979-05-27 07:32:00Z",
        "0xf",
        "inf",
    ]
)
SPACE = st.sampled_from(["", " ", "\t "])
BLANK = st.sampled_from(["", " ", "\n", ' # remark ] = "\n', "\r\n\t"])


@st.composite
def lists(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    items = draw(st.lists(inner, max_size=3))
    joined = ",".join(f"{draw(BLANK)}{item}{draw(BLANK)}" for item in items)
    ending: str = draw(st.sampled_from(["", ","])) if items else ""
    return f"[{joined}{draw(BLANK)}{ending}{draw(BLANK)}]"


@st.composite
def inline(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    names = draw(st.lists(KEYS, max_size=3, unique=True))
    pairs = (f"{draw(SPACE)}{name}{draw(SPACE)}={draw(SPACE)}{draw(inner)}{draw(SPACE)}" for name in names)
    return f"{{{','.join(pairs)}}}"


VALUES = st.recursive(PLAIN, lambda inner: lists(inner) | inline(inner), max_leaves=6)
DOTTED = st.lists(KEYS, min_size=1, max_size=3).map(" . ".join) | st.lists(KEYS, min_size=1, max_size=3).map(".".join)


@st.composite
def documents(draw: st.DrawFn) -> str:
    lines: list[str] = []
    for _ in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(["pair", "pair", "table", "tables", "blank"]))
        if kind == "pair":
            lines.append(f"{draw(SPACE)}{draw(DOTTED)}{draw(SPACE)}={draw(SPACE)}{draw(VALUES)}{draw(SPACE)}")
        elif kind == "table":
            lines.append(f"{draw(SPACE)}[{draw(SPACE)}{draw(DOTTED)}{draw(SPACE)}] # [x]")
        elif kind == "tables":
            lines.append(f"[[{draw(DOTTED)}{draw(SPACE)}]]")
        else:
            lines.append("# a remark \u2028 = [")
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines) + draw(st.sampled_from(["", "\n"]))


@given(documents())
def test_places_are_those_of_what_is_read(text: str) -> None:
    try:
        tomllib.loads(text)
    except ValueError:
        return  # a key that is set twice, for instance
    agree(text)


@pytest.mark.parametrize(
    "text",
    [
        (ROOT / "pyproject.toml").read_text("utf-8"),
        "",
        "a = 1",
        "a.b.c = [[1, [2]], {d.e = 1}]\n[a.x]\n[[t]]\n[[t.u]]\n[t.u.v]\nw = 1\n[[t.u]]\n[[t]]\nz = 2",
    ],
    ids=["pyproject", "empty", "no line end", "nested"],
)
def test_documents(text: str) -> None:
    agree(text)


def test_a_dotted_key_begins_with_its_first_part() -> None:
    text = "[context]\nlabels . owner = 'ops' # remark"
    stands = places(text)["context", "labels", "owner"]
    assert (cut(text, stands.key), cut(text, stands.pair)) == ("owner", "labels . owner = 'ops'")
