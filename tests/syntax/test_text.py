"""Decoding: encodings, and the place of what cannot be decoded."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vmlint import limits
from vmlint.findings.place import Span
from vmlint.findings.problem import Problem, Unreadable
from vmlint.syntax.text import BOM, at, decode, forbidden


def refusal(data: bytes) -> Problem:
    with pytest.raises(Unreadable) as caught:
        decode(data)
    return caught.value.problem


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_every_unicode_encoding_is_read(encoding: str) -> None:
    assert decode("näme: 雲😀\r\n".encode(encoding)) == "näme: 雲😀\r\n"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-8"])
def test_the_byte_order_mark_decides_and_goes(encoding: str) -> None:
    assert decode((BOM + "a: ü").encode(encoding)) == "a: ü"


def test_an_empty_file_is_an_empty_text() -> None:
    assert decode(b"") == ""


def test_the_first_bad_byte_is_shown_at_its_place() -> None:
    problem = refusal("a: ü\nb: ".encode() + b"\xff\xfe!")
    assert problem == Problem("VM902", "0xff is not valid UTF-8", Span(2, 4, 2, 5), "save the file as UTF-8")


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"\xff\xfea\0\n\0\0\xd8", (2, 1)),  # a lone surrogate
        (b"\xff\xfea\0b", (1, 2)),  # half a unit
        (b"\xff\xfe\0\0a\0\0\0\n\0\0\0\xff\xff\xff\xff", (2, 1)),
        (b"\xef\xbb\xbfa\xff", (1, 2)),  # columns do not count the mark
        (b"a\r\nb\rc\n\xed\xa0\x80", (4, 1)),
    ],
)
def test_undecodable_bytes_in_any_encoding(data: bytes, place: tuple[int, int]) -> None:
    problem = refusal(data)
    assert (problem.code, problem.at.line, problem.at.column) == ("VM902", *place)


@pytest.mark.parametrize(
    "character", ["\0", "\x07", "\x0b", "\x0c", "\x1b", "\x7f", "\x80", "\x9f", "\ufffe", "\uffff"]
)
def test_control_characters_are_refused(character: str) -> None:
    problem = refusal(f"ok: ä\nbad: {character}\n".encode())
    assert (problem.code, problem.at.line, problem.at.column) == ("VM902", 2, 6)
    assert f"U+{ord(character):04X}" in problem.message


def test_the_first_of_several_control_characters_is_shown() -> None:
    assert refusal("a\x9f\x07\0".encode()).at.column == 2


@pytest.mark.parametrize("text", ["\t\r\n", "\x85\u2028\u2029", "\xa0\ud7ff\ue000\ufffd\U0010ffff", "a" + BOM])
def test_what_yaml_allows_is_allowed(text: str) -> None:
    assert decode(text.encode()) == text


def test_forbidden_finds_surrogates_and_what_is_before_them() -> None:
    assert forbidden("ab\ud800") == 2
    assert forbidden("a\x01\ud800") == 1
    assert forbidden("a\ud800\x01") == 1
    assert forbidden("ok ü") is None


def test_a_file_over_the_limit_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.FILE_BYTES == 16 * 1024 * 1024
    monkeypatch.setattr(limits, "FILE_BYTES", 8)
    assert decode(b"12345678") == "12345678"
    assert refusal(b"\xff" * 9).code == "VM904"


def test_places_count_the_line_breaks_of_editors_alone() -> None:
    text = "a\r\nb\rc\nd\x85e\u2028f"
    problem = at("X", "", text, text.index("f"), length=3)
    assert (problem.at.line, problem.at.column, problem.at.end_line, problem.at.end_column) == (4, 5, 4, 8)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_text_comes_back_or_holds_what_is_forbidden(text: str, encoding: str) -> None:
    assume(not (encoding == "utf-16" and text.startswith("\0")))  # these bytes are the mark of UTF-32 as well
    try:
        assert decode(text.encode(encoding)) == text.lstrip(BOM)
    except Unreadable:
        assert forbidden(text) is not None


@given(st.binary())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        decode(data)
    except Unreadable as refused:
        code: str | None = refused.problem.code
    else:
        code = None
    assert code in {None, "VM902"}
