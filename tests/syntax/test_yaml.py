"""YAML trees: values, places, limits, errors; the same with libyaml and without."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import examples
from vmlint import limits
from vmlint.findings.place import Span
from vmlint.findings.problem import Problem, Unreadable
from vmlint.syntax.text import decode
from vmlint.syntax.yaml import tree as yaml_tree
from vmlint.syntax.yaml.comments import comments
from vmlint.syntax.yaml.cursor import Cursor
from vmlint.syntax.yaml.nodes import Document, ListNode, MapNode, Node, Scalar, find, surprise
from vmlint.syntax.yaml.tree import load

LOADERS = [yaml.SafeLoader, *([yaml_tree.LOADER] if yaml.__with_libyaml__ else [])]


@pytest.fixture(autouse=True, params=LOADERS, ids=lambda loader: loader.__name__)
def _loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_tree, "LOADER", request.param)


def root(text: str) -> Node:
    (document,) = load(text)
    assert document.root is not None
    return document.root


def scalar(text: str) -> Scalar:
    node = root(f"- {text}")
    assert isinstance(node, ListNode)
    (item,) = node.items
    assert isinstance(item, Scalar)
    return item


def plain(node: Node | None) -> Any:
    if isinstance(node, MapNode):
        return {key: plain(value) for key, (_, value) in node.entries.items()}
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    return node.value() if node else None


def refusal(text: str) -> Problem:
    with pytest.raises(Unreadable) as caught:
        load(text)
    return caught.value.problem


def place(node: Node) -> tuple[int, int, int, int]:
    return node.start.line, node.start.column, node.end.line, node.end.column


# Values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((text, None) for text in ("", "~", "null", "Null", "NULL", "!!null null")),
        *((text, True) for text in ("true", "True", "TRUE", "!!bool 'true'")),
        *((text, False) for text in ("false", "False", "FALSE")),
        *((text, 12) for text in ("12", "+12", "012", "0o14", "0xC", "0xc", "!!int '12'")),
        *((text, -12) for text in ("-12", "-012")),
        *((text, 1.5) for text in ("1.5", "+1.5", "15e-1", "0.15E+1", "01.5")),
        *((text, 1.0) for text in ("1.", "1e0", "!!float 1", "!!float '1.0'")),
        (".5", 0.5),
        (".inf", math.inf),
        ("+.INF", math.inf),
        ("-.Inf", -math.inf),
        *(
            (text, text)
            for text in ("yes", "No", "on", "off", "y", "N", "tRUE", "nULL", "12:30:00", "22:22", "2024-01-01")
        ),
        *(
            (text, text)
            for text in ("1_000", "0b101", "0o8", "0xG", "-0x1", "1.2.3", "+", "..", ".e1", "1e", "500m", "٣")
        ),
        *((text, text) for text in (".iNF", "+.nan", "9" * 301, "0x" + "f" * 300)),
        ("'12'", "12"),
        ('"true"', "true"),
        ("''", ""),
        ("!!str 12", "12"),
        ("! 12", "12"),
        ("|\n  12", "12"),
        ('"\\x41\\u00e9\\U0001F600"', "Aé😀"),
    ],
)
def test_values_follow_the_core_schema_of_yaml_1_2(text: str, value: object) -> None:
    read = scalar(text).value()
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_not_a_number(text: str) -> None:
    value = scalar(text).value()
    assert isinstance(value, float)
    assert math.isnan(value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("yes", "YAML 1.1 tools read this as true"),
        ("ON", "YAML 1.1 tools read this as true"),
        ("No", "YAML 1.1 tools read this as false"),
        ("off", "YAML 1.1 tools read this as false"),
        ("y", "some YAML 1.1 tools read this as true"),
        ("N", "some YAML 1.1 tools read this as false"),
        ("017", "YAML 1.1 tools read this as the number 15"),
        ("08", "YAML 1.1 tools read this as text"),
        ("0o17", "YAML 1.1 tools read this as text"),
        ("12:30:00", "YAML 1.1 tools read this as the number 45000"),
        ("22:22", "YAML 1.1 tools read this as the number 1342"),
        ("1_000", "YAML 1.1 tools read this as the number 1000"),
        ("1_0.5", "YAML 1.1 tools read this as the number 10.5"),
        ("0b101", "YAML 1.1 tools read this as the number 5"),
        ("1e3", "YAML 1.1 tools read this as text"),
    ],
)
def test_what_yaml_1_1_reads_otherwise(text: str, message: str) -> None:
    assert surprise(scalar(text)) == message


@pytest.mark.parametrize(
    "text",
    [
        *("", "'yes'", '"017"', "!!str no", "yEs", "true", "null", "x", "+", "1.2.3"),
        *("0", "-5", "8080", "1.5", ".nan", ".inf", "0x1F", "1:60", "0:1", "1_0_x", "0b_", "1:" * 2000 + "1"),
    ],
)
def test_what_yaml_1_1_reads_alike(text: str) -> None:
    assert surprise(scalar(text)) is None


# Trees and places


def test_a_tree_knows_its_places() -> None:
    tree = root('# top\na: 1\n"ü":\n  - x\n  - {b: "c d"}\n')
    assert isinstance(tree, MapNode)
    assert plain(tree) == {"a": 1, "ü": ["x", {"b": "c d"}]}
    key, items = tree.entries["ü"]
    assert place(key) == (2, 0, 2, 3)
    assert not key.plain
    assert isinstance(items, ListNode)
    assert (items.start.line, items.start.column, items.start.index) == (3, 2, 18)
    inner = items.items[1]
    assert isinstance(inner, MapNode)
    assert place(inner) == (4, 4, 4, 14)
    assert place(inner.entries["b"][1]) == (4, 8, 4, 13)


@pytest.mark.parametrize(
    ("text", "roots"),
    [
        ("", []),
        ("# nothing\n", []),
        ("a: 1", [{"a": 1}]),
        ("--- 1\n--- [2]\n...\n---\n", [1, [2], None]),
        ("---\n---\n{}", [None, {}]),
        ("%YAML 1.2\n---\na", ["a"]),
        ("\ufeffa: 1", [{"a": 1}]),
        ("a:\r\n- 1\r\n", [{"a": [1]}]),
    ],
)
def test_every_document_of_a_stream(text: str, roots: list[object]) -> None:
    assert [plain(document.root) for document in load(text)] == roots


def test_a_document_starts_where_its_line_of_dashes_does() -> None:
    assert [document.start.line for document in load("a\n---\nb\n")] == [0, 1]


def test_an_empty_document_has_no_root_but_a_quoted_one_has() -> None:
    assert load("---\n")[0].root is None
    assert plain(load("--- ''\n")[0].root) == ""


@pytest.mark.parametrize("text", ["a:\n- x\n-", "a:", "- b:\n  c:", "- -"])
def test_a_missing_value_at_the_end_has_an_existing_line(text: str) -> None:
    node, _, _ = find(root(text), ["a", 1] if text.startswith("a:\n") else [0, 0] if text == "- -" else [0, "c"])
    if text == "a:":
        node, _, _ = find(root(text), ["a"])
    assert node.start.line == text.count("\n")
    assert node.start.index == len(text)


def test_the_first_of_duplicate_keys_is_kept_and_both_are_reported() -> None:
    tree = root("a: 1\nb: 2\n'a': 3\na: 4\n")
    assert isinstance(tree, MapNode)
    assert plain(tree) == {"a": 1, "b": 2}
    assert Cursor(tree).at("a").number == Cursor(tree).entries["a"].number == 4, "which other tools take"
    assert [(first.start.line, again.start.line) for first, again, _ in tree.duplicates] == [(0, 2), (0, 3)]


@pytest.mark.parametrize(
    ("path", "value", "key", "matched"),
    [
        ([], None, None, 0),
        (["a"], None, "a", 1),
        (["a", 1, "b"], 7, "b", 3),
        (["a", "1", "b"], 7, "b", 3),
        (["a", 0], 5, None, 2),
        (["a", 0, "deeper"], 5, None, 2),
        (["a", 2], None, "a", 1),
        (["a", -1], None, "a", 1),
        (["a", "x"], None, "a", 1),
        (["a", "²"], None, "a", 1),
        (["none", "b"], None, None, 0),
        (["8"], "n", "8", 1),
        ([8], "n", "8", 1),
    ],
)
def test_find_walks_as_far_as_the_tree_goes(
    path: list[str | int], value: object, key: str | None, matched: int
) -> None:
    node, led, taken = find(root("a:\n  - 5\n  - b: 7\n8: n\n"), path)
    assert (led.text if led else None, taken) == (key, matched)
    if value is not None:
        assert plain(node) == value


# Aliases and merge keys


def test_a_scalar_alias_has_its_own_place_and_a_container_is_shared() -> None:
    tree = root("a: &s 1\nb: *s\nc: &m {d: 2}\ne: *m\n*s : f\n")
    assert plain(tree) == {"a": 1, "b": 1, "c": {"d": 2}, "e": {"d": 2}, "1": "f"}
    assert isinstance(tree, MapNode)
    assert place(tree.entries["b"][1]) == (1, 3, 1, 5)
    assert tree.entries["c"][1] is tree.entries["e"][1]


def test_an_anchor_may_be_set_again_and_ends_with_its_document() -> None:
    assert plain(root("[&a 1, *a, &a 2, *a]")) == [1, 1, 2, 2]
    assert refusal("&a 1\n---\n*a\n").at.line == 3


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("- &a {x: 1, y: 2}\n- {<<: *a, y: 3}", {"y": 3, "x": 1}),
        ("- &a {x: 1, y: 2}\n- {y: 3, <<: *a}", {"y": 3, "x": 1}),
        ("- [&a {x: 1}, &b {x: 2, y: 2}]\n- {<<: [*a, *b]}", {"x": 1, "y": 2}),
        ("- \n- {<<: {x: 1}, z: 2}", {"z": 2, "x": 1}),
        ("- [&a {x: 1}, &b {<<: *a, y: 2}]\n- {<<: *b}", {"y": 2, "x": 1}),
        ("- &a {x: 1}\n- {'<<': 2}", {"<<": 2}),
        ("- &a {x: 1}\n- {!!merge <<: *a}", {"x": 1}),
        ("- \n- {!!str <<: 2}", {"<<": 2}),
    ],
)
def test_merge_keys(text: str, value: object) -> None:
    tree = plain(root(text))
    assert tree[1] == value


def test_merged_keys_keep_their_places_and_a_second_merge_is_a_duplicate() -> None:
    tree = root("a: &a {x: 1}\nb: &b {y: 2}\nc:\n  <<: *a\n  <<: *b\n")
    merged, _, _ = find(tree, ["c"])
    assert isinstance(merged, MapNode)
    assert plain(merged) == {"x": 1, "y": 2}
    assert merged.entries["y"][0].start.line == 1
    assert [(first.start.line, again.start.line) for first, again, _ in merged.duplicates] == [(3, 4)]


# What is refused


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "message"),
    [
        ("a:\n\tb: 1", "VM903", 2, 1, "YAML does not allow tabs for indentation; use spaces"),
        ("a: x\n  \tb: 1", "VM903", 2, 3, "YAML does not allow tabs for indentation; use spaces"),
        ("a: |\n\tb", "VM903", 2, 1, "YAML does not allow tabs for indentation; use spaces"),
        ("a: [1,\n  2\n", "VM903", 1, 4, "the [ opened on line 1, column 4 is never closed"),
        ("a: [1\nb: x\nc: [2]\n", "VM903", 1, 4, "the [ opened on line 1, column 4 is never closed"),
        ("a: &x [", "VM903", 1, 7, "the [ opened on line 1, column 7 is never closed"),
        ("a: !!map {b: [", "VM903", 1, 14, "the [ opened on line 1, column 14 is never closed"),
        ("a: {b: 1\n---\nc: 2\n", "VM903", 1, 4, "the { opened on line 1, column 4 is never closed"),
        ("a: [1, {b: 2]\n", "VM903", 1, 8, "the { opened on line 1, column 8 is never closed"),
        ("a: {b: c d: e}\n", "VM903", 1, 11, "',' or '}' is expected here, in the { opened on line 1, column 4"),
        ("a: 'b\nc: 1\n", "VM903", 1, 4, "the ' opened on line 1, column 4 is never closed"),
        ('a: "b\n---\n', "VM903", 1, 4, 'the " opened on line 1, column 4 is never closed'),
        ("a: b: c", "VM903", 1, 5, "': ' is not allowed here"),
        ("a: - b", "VM903", 1, 4, "a list item cannot start here"),
        ("a: 1\nfoo bar\nb: 2", "VM903", 2, 1, "this is neither 'key: value' nor a list item"),
        ("a:\n  - 1\n - 2", "VM903", 3, 2, "the indentation of this line fits no line above it"),
        ("- a\nb: 1", "VM903", 2, 1, "a key cannot follow list items of the same indentation"),
        ("a: 1\n- b", "VM903", 2, 1, "a list item cannot follow keys of the same indentation"),
        ("a: 'b' c", "VM903", 1, 8, "this cannot follow the value before it"),
        ("a: @b", "VM903", 1, 4, "a value cannot start with '@'"),
        ("a: *.yaml", "VM903", 1, 5, "'&' and '*' must be followed by the name of an anchor"),
        ('a: "C:\\qemu"', "VM903", 1, 7, "'\\q' is no escape in a double-quoted text"),
        ("[a,, b]", "VM903", 1, 4, "a value is missing before ','"),
        ("a: |x\n  b", "VM903", 1, 5, "the text of a block begins on the next line; only a comment can follow here"),
        ("--- a\n...\nb\n... c", "VM903", 3, 1, "nothing may follow here: the value of this document has ended"),
        ("%YAML 2.0\n---\na", "VM903", 1, 1, "only YAML 1.1 and 1.2 are read"),
        ("a: !x!y z", "VM903", 1, 4, "no %TAG directive declares the beginning of this tag"),
        ("a: 1\nb: *c", "VM903", 2, 4, "the alias *c has no anchor"),
        ("!!int x", "VM903", 1, 1, "the tag !!int does not fit this value"),
        ("!!bool yes", "VM903", 1, 1, "the tag !!bool does not fit this value"),
        ("a: &x {b: *x}", "VM905", 1, 11, "the alias *x is inside the value of its own anchor"),
        ("a: &x\n  <<: *x", "VM905", 2, 7, "the alias *x is inside the value of its own anchor"),
        ("a: 1\n<<: ~", "VM905", 2, 1, "'<<' takes a mapping or a list of mappings"),
        ("<<: [{a: 1}, 2]", "VM905", 1, 1, "'<<' takes a mapping or a list of mappings"),
        ("? [a]\n: b", "VM905", 1, 3, "a key must be a single value, not a list or a mapping"),
        ("a: &x {}\n*x : b", "VM905", 2, 1, "a key must be a single value, not a list or a mapping"),
        ("a: !custom b", "VM905", 1, 4, "tag !custom is not supported: vmlint never runs what it reads"),
        ("a: !!set {b}", "VM905", 1, 4, "tag !!set is not supported: vmlint never runs what it reads"),
        ("!!map a", "VM905", 1, 1, "tag !!map is not supported: vmlint never runs what it reads"),
        ("!!str [a]", "VM905", 1, 1, "tag !!str is not supported: vmlint never runs what it reads"),
        (
            "!!python/object/apply:os.system [x]",
            "VM905",
            1,
            1,
            "tag !!python/object/apply:os.system is not supported: vmlint never runs what it reads",
        ),
        ("a: \0", "VM902", 1, 4, "the character U+0000 is not allowed in YAML"),
        ("a: b\nc\ud800", "VM902", 2, 2, "the character U+D800 is not allowed in YAML"),
    ],
)
def test_refusals_state_fault_and_place(text: str, code: str, line: int, column: int, message: str) -> None:
    problem = refusal(text)
    assert (problem.code, problem.at.line, problem.at.column, problem.message) == (code, line, column, message)
    assert (problem.at.end_line, problem.at.end_column) > (line, column)


@pytest.mark.parametrize("text", ['"\\ud800"', '"\\U00110000"', '"\\UFFFFFFFF"', '"\\ud83d\\ude00"'])
def test_an_escape_for_no_character_is_refused(text: str) -> None:
    problem = refusal("a: b\nc: " + text)
    assert (problem.code, problem.at.line, problem.message) == ("VM903", 2, "this escape is not a character")


@pytest.mark.parametrize("text", ["!%ED%A0%80 x", "a: !%ff x", "%YAML 1." + "1" * 5000 + "\n---\n", "!x!y"])
def test_oddities_of_the_parsers_are_refused(text: str) -> None:
    assert refusal(text).code == "VM903"


@pytest.mark.parametrize("text", ["image: {{ .Values.image }}\n", "{{ include }}", "{% if a %}\nb: 1\n"])
def test_a_template_is_recognised(text: str) -> None:
    assert "template" in refusal(text).help


# Hostile input


@pytest.mark.parametrize(
    ("step", "code"),
    [
        *((step, "VM904") for step in ("[", "{a: ", "- ", "[\n", "&a [", "!!seq [")),
        *((step, "VM905") for step in ("? ", "{? ", "? - ")),  # a key that is no scalar, before it is deep
        ("- [", "VM903"),
    ],
)
def test_deep_nesting_is_refused(step: str, code: str) -> None:
    # libyaml may find it too deep before the key is seen to be no scalar.
    assert refusal(step * 100_000).code in {code, "VM904"} - ({"VM904"} if code == "VM903" else set())
    assert len(list(comments(step * 10_000 + " #"))) <= 1


@pytest.mark.parametrize("separator", ["", "\n"])
def test_the_deepest_nesting_that_is_read(separator: str) -> None:
    depth = limits.YAML_DEPTH
    assert load(("[" + separator) * depth + "]" * depth)
    problem = refusal(("[" + separator) * (depth + 1) + "]" * (depth + 1))
    assert (problem.code, problem.at.line) == ("VM904", depth + 1 if separator else 1)


def test_the_number_of_values_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "YAML_NODES", 4)
    assert load("[a, b, c]")
    assert refusal("[a, b, c, d]")[:3] == ("VM904", "the file holds more than 4 values", Span(1, 11, 1, 12))
    assert refusal("--- a\n" * 5).at.line == 5


def test_billion_laughs_are_refused_at_the_alias_that_goes_too_far() -> None:
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    problem = refusal("a0: &a0 [lol]\n" + "\n".join(levels))
    assert (problem.code, problem.at.line) == ("VM904", 6)


def test_aliases_count_as_often_as_they_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "YAML_EXPANDED", 7)
    assert load("[&a [x, y], *a, &s z, *s, *a]")  # 3 + 1 + 3
    assert refusal("[&a [x, y], *a, &s z, *s, *a, *s]").at.column == 31
    assert load("[&a {k: v}, &b [*a], *b]")  # 3 + 4
    assert refusal("[&a {k: v}, &b [*a, w], *b]").at.column == 25
    assert load("&a {k: v}\n--- &b [1, 2]\n")


def test_a_flood_of_tag_directives_is_refused() -> None:
    assert refusal("".join(f"%TAG !a{n}! x\n" for n in range(100_000)) + "---\na").code == "VM904"
    assert load("a: |\n" + "  %TAG\n" * 200)


# Comments


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a: 1", []),
        ("a: b#c\nd: 'e # f'\ng: \"h\n  # i\"\n", []),
        ("# one\n\n  # two\na: b # 3\n# four", [(0, 0, "# one"), (2, 2, "# two"), (3, 5, "# 3"), (4, 0, "# four")]),
        ("a: 1 # x\r\n# y\r\nb: 2\r\n", [(0, 5, "# x"), (1, 0, "# y")]),
        ("a: 1 # x\r# y\rb: 2", [(0, 5, "# x"), (1, 0, "# y")]),
        ("\ufeffa: b # x", [(0, 5, "# x")]),
        ("\ufeff# x\na: b", [(0, 0, "# x")]),
        ("ä: '😀' # ü 雲\n", [(0, 7, "# ü 雲")]),
        ("a: | # 1\n  # text\n\n  more # text\n # 2\n# 3\nb: c", [(0, 5, "# 1"), (4, 1, "# 2"), (5, 0, "# 3")]),
        ("a: >-2  # head\n    # text\n\nb: # empty\n", [(0, 8, "# head"), (3, 3, "# empty")]),
        ("a: |\n# none\nb: 1", [(1, 0, "# none")]),
        ("a: &x !!str # one\n  b\nc: *x # two\n", [(0, 12, "# one"), (2, 6, "# two")]),
        ("a: [1, # one\n  2 # two\n] # three\n", [(0, 7, "# one"), (1, 4, "# two"), (2, 2, "# three")]),
        ("{a: 1 # one\n# two\n}", [(0, 6, "# one"), (1, 0, "# two")]),
        ("%YAML 1.1 # one\n--- # two\na\n", [(0, 10, "# one"), (1, 4, "# two")]),
        ("a\n... # one\n# two\n--- |  # three\n # no\n", [(1, 4, "# one"), (2, 0, "# two"), (3, 7, "# three")]),
        ("a: b # x ## y\n", [(0, 5, "# x ## y")]),
        ("a: multi\n  line # x\n", [(1, 7, "# x")]),
        ("? a # x\n: b # y\n", [(0, 4, "# x"), (1, 4, "# y")]),
        ("# only", [(0, 0, "# only")]),
        ("a: 1 # x\u2028b: 2 # y", [(0, 5, "# x"), (1, 5, "# y")]),
    ],
)
def test_comments(text: str, found: list[tuple[int, int, str]]) -> None:
    assert isinstance(load(text), list)
    assert list(comments(text)) == found


# Anything at all

_SNIPPETS = st.sampled_from(
    [
        *(
            "a",
            ": ",
            "- ",
            "? ",
            "[",
            "]",
            "{",
            "}",
            ",",
            "\n",
            "  ",
            "\t",
            "'",
            '"',
            "#",
            " #c",
            "&a ",
            "*a",
            "|\n",
            ">",
        ),
        *("!!int ", "!x ", "<<: ", "---\n", "...\n", "%TAG ! x\n", "\\", "\\ud800", "\r\n", "\x85", "\ufeff", "\0"),
        *("é", "😀", "12", "~", "`", "%"),
    ]
)
_TEXTS = st.lists(_SNIPPETS, max_size=25).map("".join) | st.text(max_size=40)


@examples(200)
@given(_TEXTS)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        documents = load(text)
    except Unreadable as refused:
        problem: Problem | None = refused.problem
    else:
        problem = None
    if problem is not None:
        assert problem.code in {"VM902", "VM903", "VM904", "VM905"}
        assert problem.message
        assert (problem.at.line, problem.at.column) <= (problem.at.end_line, problem.at.end_column)
        return
    assert all(type(document) is Document for document in documents)
    for line, column, comment in comments(text):
        if "\ufeff" not in text:
            assert text.splitlines()[line][column:] == comment


@examples(100)
@given(st.binary(max_size=60) | _TEXTS.map(lambda text: text.encode("utf-16", "replace")))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        load(decode(data))
    except Unreadable as refused:
        code: str | None = refused.problem.code
    else:
        code = None
    assert code in {None, "VM902", "VM903", "VM904", "VM905"}


# No text holds digits: PyYAML writes 1e3 and 0o7 plain, since YAML 1.1 does not take them for numbers.
_VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**20), 10**20),
        st.floats(allow_nan=False),
        st.text(
            st.characters(exclude_categories=["Cs", "Cc", "Nd"], exclude_characters="\ufeff\ufffe\uffff"), max_size=12
        ),
        st.sampled_from(["yes", "no", "null", "017", "12:30:00", "# x", "- a", "a: b", "'", "\t", "\n", " x "]),
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc<-", max_size=4), inner, max_size=4),
    max_leaves=12,
)


@examples(80)
@given(_VALUES, st.sampled_from([None, True, False]))
def test_what_pyyaml_writes_is_read_back(value: object, flow: bool | None) -> None:
    written = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True)
    assert [plain(document.root) for document in load(written)] == [value]


TEXTS = st.text(st.sampled_from('a\\"u😀𐀀\U0010ffffé\n'))


@given(st.recursive(TEXTS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner)))
@examples(100)
def test_json_writes_some_characters_as_two_escapes(value: object) -> None:
    written = [{"😀": value}, "the same place"]
    found = load(json.dumps(written))[0].root
    assert plain(found) == written
    assert isinstance(found, ListNode)
    assert found.items[1].start.column == len(json.dumps(written)) - len('"the same place"]')
