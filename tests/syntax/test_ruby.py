"""The subset of Ruby: statements, the blocks that they open, and what is written out."""

from __future__ import annotations

import pytest

from vmlint.findings.problem import Unreadable
from vmlint.syntax.ruby.parse import parse


def steps(text: str) -> list[str]:
    return [step.kind for statement in parse(text).statements for step in statement.steps]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.b do |c|\nend", ["call", "end"]),
        ("a { |b| c }", ["call", "end"]),
        ("a = { b: 1 }", []),
        ("while a do\nb\nend", ["branch", "end"]),
        ("a if b", []),
        ("a = if b then 1 else 2 end", ["branch", "end"]),
        ("def a(b) = b", []),
        ("def a\nend", ["definition", "end"]),
        ("a.end\nb.do", []),
        ("# do\n=begin\ndo\n=end\nx = <<~A\ndo\nA\n__END__\ndo", []),
    ],
)
def test_blocks(text: str, expected: list[str]) -> None:
    assert steps(text) == expected
    assert parse(text).balanced


@pytest.mark.parametrize("text", ["a do", "end", "a {\nend", "a do\n}"])
def test_blocks_and_ends_that_do_not_match(text: str) -> None:
    assert not parse(text).balanced


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("'a'", "a"), ('"a\\"b"', 'a"b'), (":a", "a"), ("1_024", 1024), ("2 * 1024", 2048), ("true", True),
        ('"#{a}"', None), ("1 + 2", None), ("a", None), ("%w[a]", None), ("/a/", None), ("[1]", None),
    ],
)  # fmt: skip
def test_values(value: str, expected: object) -> None:
    (statement,) = parse(f"x.y = {value}").statements
    assert statement.call
    assert (statement.call.receiver, statement.call.path, statement.call.assigns) == ("x", ("y",), "=")
    assert parse("").value(statement.call.rest[1:]).value == expected


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("A = 1", True),
        ("A = 1\nA = 2", False),
        ("if b\nA = 1\nend", False),
        ("while b do\nend\nA = 1", True),
        ("x do\nA = 1\nend", True),
        ("A = 1\nx { |A| }", False),
        ("A, b = 1, 2", False),
    ],
)
def test_constants(text: str, known: bool) -> None:
    assert ("A" in parse(text).constants) is known


def test_places_and_arguments() -> None:
    (statement,) = parse('\n  v.customize ["modifyvm", :id] if linux').statements
    assert statement.call
    assert [[word.text for word in each] for each in statement.call.arguments] == [["modifyvm"], ["id"]]
    assert statement.words[0].at == (2, 3, 2, 4)
    assert statement.modified


def test_a_file_that_is_too_long() -> None:
    with pytest.raises(Unreadable):
        parse(" " * (2**20 + 1))
