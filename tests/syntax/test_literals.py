"""Statements of literals: what counts as one, its place, and what is left unread."""

from __future__ import annotations

import pytest

from vmlint.findings.place import Span
from vmlint.syntax.literals import Literal, assignments


def value(text: str) -> Literal:
    (only,) = assignments(f"x = {text}\n").all
    return only.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"a b"', "a b"),
        ("'it\\'s'", "it's"),
        ('"C:\\\\x"', "C:\\x"),
        ("'# no comment'", "# no comment"),
        ("12", "12"),
        ('""', ""),
    ],
)
def test_texts(text: str, expected: str) -> None:
    assert (value(text).text, value(text).computed) == (expected, False)


@pytest.mark.parametrize(
    ("text", "expected"), [("12", 12), ("0x10", 16), ("010", 8), ('"7"', 7), ('"a"', None), ("1e3", None), ("''", None)]
)
def test_numbers(text: str, expected: int | None) -> None:
    assert value(text).number == expected


def test_lists_over_several_lines_nest_and_keep_their_places() -> None:
    found = value("[ \"a\", # first\n  [ 1, 2 ],\n  'b', ]")
    assert found.is_list
    assert [item.text for item in found.items] == ["a", None, "b"]
    assert [item.text for item in found.items[1].items] == ["1", "2"]
    assert found.items[2].at == Span(3, 4, 3, 5)
    assert [item.text for item in found.texts] == ["a", "b"]
    assert not found.computed


@pytest.mark.parametrize(
    "text", ["a", "'a' + b", "f('a')", "['a' + b]", "['a' 'b']", "'never closed", "2 * 512", "[f(1)]"]
)
def test_what_is_no_literal_is_computed(text: str) -> None:
    assert value(text).computed


def test_statements() -> None:
    found = assignments("a=1;b='2'\r\n\nimport os\nif x:\n  c = 3\nd = 4\na = 5 # again\n= 6\n")
    assert [(each.name, each.value.text, each.conditional) for each in found.all] == [
        ("a", "1", False),
        ("b", "2", False),
        ("c", "3", True),
        ("d", "4", False),
        ("a", "5", False),
    ]
    assert found.others == 3
    assert found.last()["a"].value.text == "5"
    assert found.problem is None


def test_a_list_that_is_never_closed() -> None:
    found = assignments("a = 1\nb = [ 'x',\nc = 2\n")
    assert found.problem is not None
    assert found.problem.at.line == 2
