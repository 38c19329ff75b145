"""Code frames: marks under the right characters, in any line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from vmlint.findings.place import Place
from vmlint.report.frame import Mark, frame
from vmlint.report.screen import width

if TYPE_CHECKING:
    from collections.abc import Sequence


def mark(
    line: int, column: int, end_column: int, label: str = "", end_line: int | None = None, sign: str = "^"
) -> Mark:
    return Mark(Place("a.yaml", line, column, end_line or line, end_column), label, "red", sign)


def shown(text: str, marks: Sequence[Mark], columns: int = 60, gutter: int = 1) -> list[str]:
    lines = frame(dict(enumerate(text.splitlines(), 1)), marks, gutter, columns)
    return ["".join(part for part, _ in line).rstrip() for line in lines]


def test_tabs_and_wide_characters_are_aligned() -> None:
    assert shown("a:\tb: 你好 x", [mark(1, 7, 9, "two")]) == [
        " 1 | a:  b: 你好 x",
        "   |        ^^^^ two",
    ]


def test_control_characters_are_spelt_out() -> None:
    assert shown("a\x1b\u202eb", [mark(1, 4, 5)]) == [" 1 | a\\x1b\\u202eb", "   |            ^"]


def test_what_looks_like_an_escape_is_told_from_one() -> None:
    assert (
        shown('"\\x1b \\u202e \\n C:\\new \\x61"', [mark(1, 1, 2)])[0] == ' 1 | "\\\\x1b \\\\u202e \\n C:\\new \\x61"'
    )
    assert shown("\\\u202e", [mark(1, 1, 2)])[0] == " 1 | \\\\\\u202e"


def test_commands_to_a_log_are_broken() -> None:
    assert shown("##[a] ##vso[b] ## [c] #[d]", [mark(1, 7, 13)]) == [
        " 1 | \\x23#[a] \\x23#vso[b] ## [c] #[d]",
        "   |          ^^^^^^^^^",
    ]


def test_combining_characters_take_no_room() -> None:
    assert shown("e\u0301e\u0301x", [mark(1, 5, 6)]) == [" 1 | e\u0301e\u0301x", "   |   ^"]


def test_lines_between() -> None:
    text = "one\ntwo\nthree\nfour\nfive\nsix\n"
    assert shown(text, [mark(1, 1, 4), mark(3, 1, 6, "because", sign="-"), mark(6, 1, 4)]) == [
        " 1 | one",
        "   | ^^^",
        " 2 | two",
        " 3 | three",
        "   | ----- because",
        "...",
        " 6 | six",
        "   | ^^^",
    ]


def test_several_marks_in_a_line() -> None:
    assert shown("a: {b: c, d: e}", [mark(1, 14, 15, "at fault"), mark(1, 8, 9, "because of b", sign="-")]) == [
        " 1 | a: {b: c, d: e}",
        "   |              ^ at fault",
        "   |        - because of b",
    ]


def test_span_of_several_lines() -> None:
    text = 'notes: "one\n  two\n\n  three" # end\n'
    assert shown(text, [mark(1, 8, 9, "notes", end_line=4)]) == [
        ' 1 | notes: "one',
        "   |        ^^^^",
        " 2 |   two",
        "   |   ^^^",
        " 3 |",
        ' 4 |   three" # end',
        "   |   ^^^^^^ notes",
    ]


def test_long_span_is_marked_at_its_ends() -> None:
    text = "notes: |\n" + "  word\n" * 9 + "next: 1\n"
    assert shown(text, [mark(1, 8, 1, "notes", end_line=11)], gutter=2) == [
        "  1 | notes: |",
        "    |        ^",
        "...",
        " 10 |   word",
        "    |   ^^^^ notes",
    ]


def test_place_behind_the_end() -> None:
    assert shown("a: b", [mark(2, 1, 1, "here")]) == [" 2 |", "   | ^ here"]
    assert shown("a: b", [mark(1, 40, 41)]) == [" 1 | a: b", "   |     ^"]


def test_long_line_is_cut_around_the_mark() -> None:
    text = "x" * 500 + " fault " + "y" * 500
    assert shown(text, [mark(1, 502, 507, "here")], columns=45) == [
        " 1 | ...xxxxxxxxxxxxxxxx fault yyyyyyyyyyy...",
        "   |                     ^^^^^ here",
    ]


def test_marks_far_apart_show_the_line_twice() -> None:
    text = "first" + "." * 200 + "last"
    assert shown(text, [mark(1, 206, 210), mark(1, 1, 6, sign="-")], columns=35) == [
        " 1 | " + "." * 23 + "last",
        "   | " + " " * 23 + "^^^^",
        " 1 | first" + "." * 22,
        "   | -----",
    ]


def test_a_label_without_room_is_below() -> None:
    assert shown("x" * 40, [mark(1, 38, 41, "because of everything")], columns=50) == [
        " 1 | " + "x" * 40,
        "   | " + " " * 37 + "^^^",
        "   | " + " " * 24 + "because of everything",
    ]


@given(
    st.lists(st.text(st.sampled_from("ab \t你\x1b\u0301😀"), max_size=80), min_size=1, max_size=4),
    st.integers(1, 6), st.integers(1, 99), st.integers(0, 3), st.integers(1, 99), st.integers(30, 100),
)  # fmt: skip
def test_no_frame_is_too_wide_and_none_fails(
    lines: list[str], line: int, column: int, more: int, end: int, columns: int
) -> None:
    place = Place("a.yaml", line, column, line + more, end)
    rows = [
        "".join(part for part, _ in row)
        for row in frame(dict(enumerate(lines, 1)), [Mark(place, "label", "red")], 2, columns)
    ]
    assert any("^" in row for row in rows)
    assert all(width(row.rstrip()) <= columns + 2 for row in rows)
