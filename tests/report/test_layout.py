"""Columns and hanging paragraphs: aligned by what a terminal shows, and the same at any width where they are piped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest

from vmlint.report.layout import grid, hanging

if TYPE_CHECKING:
    from tests.conftest import Vmlint
    from vmlint.report.screen import Line


def shown(lines: Iterable[Line]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def test_wide_and_combining_characters_keep_the_columns_aligned() -> None:
    rows = [[(word, ""), ("end", "bold")] for word in ("ascii", "你好", "e\u0301", "")]
    assert shown(grid(rows, indent=1)) == [" ascii  end", " 你好   end", " e\u0301      end", "        end"]
    assert shown(grid([])) == []


@pytest.mark.parametrize(
    ("sign", "hang", "expected"),
    [
        ("", 2, [" one two", "   three"]),
        ("x", None, [" x one two", "   three"]),
        ("long:", 2, [" long:", "   one two", "   three"]),
    ],
)
def test_hanging(sign: str, hang: int | None, expected: list[str]) -> None:
    lines = shown(hanging("one two three", 10, 1, sign, "bold", hang))
    assert [line.rstrip() for line in lines] == expected


@pytest.mark.parametrize("command", [("schema", "--guests"), ("rules",), ("facts", "--formats")], ids=str)
def test_lists_are_one_line_for_each_row_at_any_width(
    vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    narrow = vmlint(*command)
    monkeypatch.setenv("COLUMNS", "200")
    assert vmlint(*command) == narrow
