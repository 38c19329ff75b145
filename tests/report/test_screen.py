"""Making text harmless, measuring it, and deciding on colour."""

from __future__ import annotations

import io
import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vmlint.inert import visible
from vmlint.report.screen import file_name, in_colour, width, wrap, write, write_utf8


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("größe 你好 😀 [red]", "größe 你好 😀 [red]"),
        ("\x1b[31m", "\\x1b[31m"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x00\x7f\x9b", "\\x00\\x7f\\x9b"),
        ("\u202egnp\u2066\u200b\ufeff", "\\u202egnp\\u2066\\u200b\\ufeff"),
        ("\u2028\u2029", "\\u2028\\u2029"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("x" * 501, "x" * 500 + "…"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(st.characters()))
def test_visible_text_has_nothing_to_obey(text: str) -> None:
    shown = visible(text)
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cs", "Zl", "Zp"}
    shown.encode()


@given(st.text(st.sampled_from("\\\\\\nrtxuU012aef#[w\n\x1b\u202e\u3164\U000e0041 "), max_size=12))
def test_every_text_is_told_from_every_other(text: str) -> None:
    shown = visible(text)
    assert read_back(shown) == text
    assert visible(text + "\u200b").startswith(shown)


def read_back(shown: str) -> str:
    """Return what was made visible: an odd number of backslashes before an escape leaves one half of them."""
    escape = r"(\\*)(?:\\(?:([nrt])|x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})))"

    def one(match: re.Match[str]) -> str:
        whole = len(match[1]) + 1
        if whole % 2 == 0:
            return "\\" * (whole // 2) + match[0][whole:]
        number = match[3] or match[4] or match[5]
        char = chr(int(number, 16)) if number else {"n": "\n", "r": "\r", "t": "\t"}[match[2]]
        return "\\" * (whole // 2) + char

    return re.sub(escape, one, shown)


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("你好", 4), ("e\u0301", 1), ("😀", 2), ("ﬁ", 1)])
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


@given(st.lists(st.text("abü你", min_size=1, max_size=12)), st.integers(10, 60))
def test_wrapping_loses_nothing(words: list[str], columns: int) -> None:
    lines = list(wrap(" ".join(words), columns))
    assert " ".join(lines) == " ".join(words)
    assert all(width(line) <= columns or " " not in line for line in lines)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "terminal", "coloured"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
    ],
)
def test_when_there_is_colour(
    environment: dict[str, str], terminal: bool, coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert in_colour(Terminal() if terminal else io.StringIO()) is coloured


@pytest.mark.parametrize("colour", [False, True])
def test_markup_is_text(colour: bool) -> None:
    stream = io.StringIO()
    write([[("[red]x[/red] :smile: https://a.b 12 'q' " + "long " * 60, "bold" if colour else "")]], stream, colour)
    assert "[red]x[/red] :smile: https://a.b 12 'q' long" in stream.getvalue()
    assert stream.getvalue().count("\n") == 1


@pytest.mark.parametrize(
    ("encoding", "written"), [("ascii", "a - b... \\u4f60\n"), ("cp1252", "a — b… \\u4f60\n"), ("utf-8", "a — b… 你\n")]
)
def test_every_encoding_can_be_written(encoding: str, written: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding, errors="backslashreplace", newline="\n")
    write([[("a — b… 你", "")]], stream, colour=False)
    stream.seek(0)
    assert stream.read() == written


def test_machines_read_utf8() -> None:
    stream = io.TextIOWrapper(buffer := io.BytesIO(), "ascii")
    write_utf8("你\n", stream)
    assert buffer.getvalue() == "你\n".encode()
    plain = io.StringIO()
    write_utf8("你\n", plain)
    assert plain.getvalue() == "你\n"


def test_file_names_that_are_no_utf8() -> None:
    assert file_name("caf\udce9.yaml") == "caf\\udce9.yaml"


def test_every_harmful_character_is_escaped_alone_and_in_a_text() -> None:
    """A text that Python calls printable is not searched: no character that is escaped may be in one."""
    harmful = [char for char in map(chr, range(sys.maxunicode + 1)) if visible(f"\x1b{char}") != f"\\x1b{char}"]
    assert harmful
    assert [char for char in harmful if visible(char) == char] == []
