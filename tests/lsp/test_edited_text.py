"""A text as its editor counts it, and as reports do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position, PositionEncodingKind, Range

from vmlint.findings.place import Span
from vmlint.lsp.text import EditedText, after

ENCODINGS = [*PositionEncodingKind]
TEXTS = st.text(alphabet="ab\n\r\u2028\x85é\U0001d4b3\ud800\ufeff", max_size=30)


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(TEXTS, st.integers(0, 30))
def test_there_and_back(encoding: PositionEncodingKind, text: str, index: int) -> None:
    """An index becomes a position and the same index again, unless it is within a line end."""
    edited = EditedText(text, encoding)
    index = min(index, len(text))
    back = edited.index(edited.position(index))
    within_line_end = text[index - 1 : index + 1] == "\r\n" or (text[back:index].strip("\r\n") == "" and back < index)
    assert back == index or within_line_end


@given(TEXTS, st.integers(0, 30))
def test_reports_there_and_back(text: str, index: int) -> None:
    edited = EditedText(text)
    index = min(index, len(text))
    line, column = edited.reported(index)
    back = edited.reported_index(line, column)
    assert back == index or text[min(back, index) : max(back, index)].strip("\r\n\x85\u2028\u2029\ufeff") == ""


def test_what_lies_beyond_is_at_the_end() -> None:
    edited = EditedText("ab\r\ncd")
    assert edited.index(Position(0, 99)) == 2
    assert edited.index(Position(99, 0)) == 6
    assert edited.reported_index(1, 99) == 2
    assert edited.reported_index(99, 1) == 6
    assert edited.changed(Range(Position(0, 1), Position(1, 1)), "x") == "axd"
    assert edited.changed(Range(Position(1, 0), Position(0, 0)), "x") == "ab\r\nxcd"


def test_an_empty_place_marks_one_character() -> None:
    assert EditedText("ab\n").range_of(Span(1, 1, 1, 1)) == Range(Position(0, 0), Position(0, 1))
    assert EditedText("\nab").range_of(Span(1, 1, 1, 1)) == Range(Position(0, 0), Position(0, 0))
    assert EditedText("").range_of(Span(1, 1, 1, 1)) == Range(Position(0, 0), Position(0, 0))


def test_edits_that_overlap() -> None:
    assert after("abc", [(2, 3, "z"), (0, 1, "x"), (1, 1, "y")]) == "xybz"
    with pytest.raises(ValueError, match="overlap"):
        after("abc", [(0, 2, "x"), (1, 3, "y")])
