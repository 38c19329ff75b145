"""HCL2: what is written out is read with its place, what is computed is not, and nothing takes long."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

from vmlint.findings.problem import Unreadable
from vmlint.syntax.hcl.parse import parse
from vmlint.syntax.hcl.tree import Body, Term


def value(term: Term | None) -> Any:
    """What a term comes to, as Python would write it; computed ones as ``...``."""
    if term is None:
        return None
    if term.computed:
        return ...
    if term.kind == "list":
        return [value(item) for item in term.items]
    if term.body is not None:
        return {name: value(each) for name, each in term.body.terms.items()}
    return term.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"a"', "a"),
        ('"a\\"b\\n\\u00e9"', 'a"b\né'),
        ('"$${not} %%{one}"', "${not} %{one}"),
        ('"${var.a}"', ...),
        ('"a ${f("}")} b"', ...),
        ('"%{ if x }a%{ endif }"', ...),
        ("12", 12),
        ("-3", -3),
        ("1.5", 1.5),
        ("1e3", 1000),
        ("4 * 1024 * 1024 * 1024", 2**32),
        ("2 + 3 * 4 - 1", 13),
        ("(2 + 3) * 4", 20),
        ("10 / 4", 2.5),
        ("7 % 4", 3),
        ("1 / 0", ...),
        ("4 * var.gib", ...),
        ('2 * "3"', ...),
        ("9" * 40 + " * " + "9" * 40, ...),
        ("true", True),
        ("false # no", False),
        ("null", None),
        ("!true", ...),
        ("true ? 1 : 2", ...),
        ("1 == 1", ...),
        ("[1, 2,\n 3, # three\n]", [1, 2, 3]),
        ("[for x in y : x]", ...),
        ("{for k, v in m : k => v}", ...),
        ("[1][0]", ...),
        ('{ a = 1, "b" : "x"\n c = [true] }', {"a": 1, "b": "x", "c": [True]}),
        ("{ (var.k) = 1, b = 2 }", {"b": 2}),
        ("var.a.b[0].c", ...),
        ("file(\"x\")", ...),
        ("provider::x::f(1)", ...),
        ("<<EOT\na\nb\nEOT", "a\nb\n"),
        ("<<-EOT\n  a ${b}\n  EOT", ...),
        ("/* one */ 1 // two", 1),
        ("a ||\n", ...),
        ("", ...),
        ("@", ...),
    ],
)  # fmt: skip
def test_values(text: str, expected: object) -> None:
    term = parse(f"a = {text}\nb = 1\n").terms["a"]
    assert value(term) == expected
    if not text.endswith("||\n"):
        assert value(parse(f"a = {text}\nb = 1\n").get("b")) == 1, "what follows is read all the same"


def test_blocks() -> None:
    body = parse('resource "x" "y" {\n  disk { size = 1 }\n  disk {\n    size = 2\n  }\n}\nlocals {}\n')
    [resource, locals_] = body.blocks
    assert (resource.kind, resource.labels, locals_.kind) == ("resource", ["x", "y"], "locals")
    assert [value(disk.get("size")) for disk in resource.parts("disk")] == [1, 2]


def test_places() -> None:
    body = parse('a = "x"\r\nb "c" {\r\n\tnumber = 1 + 1\n  text = <<E\nx\nE\n  list = [\n    1,\n  ]\n}\n')
    assert tuple(body.terms["a"].at) == (1, 6, 1, 7), "a text without its quotes"
    [block] = body.blocks
    assert tuple(block.at) == (2, 1, 2, 6)
    assert tuple(block.terms["number"].at) == (3, 11, 3, 16)
    assert tuple(block.terms["text"].at) == (4, 10, 4, 13)
    assert tuple(block.terms["list"].at) == (7, 10, 7, 11), "what goes over lines is shown by the first"


def test_an_attribute_spells_like_a_block() -> None:
    for text in ("disk {\n size = 1\n}", "disk = { size = 1 }", "disk = [{ size = 1 }]"):
        part = parse(text).part("disk")
        assert part is not None
        assert value(part.get("size")) == 1


@pytest.mark.parametrize(
    ("text", "open_ended"),
    [
        ("disk {}", False),
        ('dynamic "disk" {\n for_each = var.x\n content {}\n}', True),
        ("disk = var.disks", True),
        ("disk = [{}, var.disk]", True),
        ("disk = []", False),
        ("", False),
    ],
)
def test_more_of_a_kind(text: str, open_ended: bool) -> None:
    assert parse(text).open_ended("disk") is open_ended


def test_locals() -> None:
    body = parse(
        'locals {\n  a = local.b\n  b = 2\n  loop = local.loop\n  v = var.x\n}\nlocal "c" {\n  expression = "x"\n}\n'
        'x = local.a\ny = local.loop\nz = local.v\nw = local.c\nq = "${local.b}"\nu = local.none\n'
    )
    settled = {name: value(term.settled) for name, term in body.terms.items()}
    assert settled == {"x": 2, "y": ..., "z": ..., "w": "x", "q": 2, "u": ...}
    assert tuple(body.terms["x"].settled.at)[:2] == (3, 7), "a local is shown where it is written out"
    assert body.terms["z"].reference == "local.v"


def test_null_is_as_good_as_absent() -> None:
    body = parse("a = null\nb = { c = 1 }\n")
    assert body.get("a") is None
    assert value(body.get("b", "c")) == 1
    assert body.get("b", "c", "d") is None


def test_lines_of_documentation_are_skipped() -> None:
    body = parse("resource a b {\n  # ...\n  ...\n  size = 1\n  ),\n  other = 2\n}\n} }\nlast = 3\n")
    [block] = body.blocks
    assert {name: value(term) for name, term in block.terms.items()} == {"size": 1, "other": 2}
    assert value(body.get("last")) == 3


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("a {\n  b {\n", "VM903", 2, 5),
        ("a = [1,\n", "VM903", 1, 5),
        ("a = {\n", "VM903", 1, 5),
        ("a = f(1\n", "VM903", 1, 6),
        ('a = "x\n', "VM903", 1, 5),
        ('a = "${x\n', "VM903", 1, 5),
        ("a = <<E\nx\n", "VM903", 1, 5),
        ("a = 1 /* x\n", "VM903", 1, 7),
        ("a = " + "[" * 100, "VM904", 1, 69),
        ("a {\n" * 100, "VM904", 65, 3),
    ],
)
def test_what_is_never_closed(text: str, code: str, line: int, column: int) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(text)
    problem = caught.value.problem
    assert (problem.code, problem.at.line, problem.at.column) == (code, line, column)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "(" * 50_000 + "1" + ")" * 50_000,
        "a = " + "([" * 50_000,
        "a = " + "(x " * 50_000,
        'a = "' + '${"' * 50_000 + '"}' * 50_000 + '"',
        "a = <<E\n" * 50_000,
        "a = " + "1 + " * 50_000 + "1",
        "a = x" + "[0]" * 50_000,
        "a " + "b " * 50_000,
        '"' * 100_000,
        "/*" * 100_000,
        "a = [" + "," * 100_000,
        "a = {" + ") " * 50_000,
        "? \n" * 50_000,
        "a = 1\n" * 600_000,
        "x" * (4 * 2**20 + 1),
    ],
)
def test_hostile_input_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(Unreadable):
        assert isinstance(parse(text), Body)
