"""Places stay right whatever ends a line for some program: a frame shows what its finding is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fuzz.subjects import ROOT
from vmlint.run.result import result_of

if TYPE_CHECKING:
    from tests.formats.conftest import Look, Seen

ODD = {
    "next line": "\x85",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "lone CR": "\r",
    "CR LF": "\r\n",
    "form feed": "\x0c",
    "vertical tab": "\x0b",
    "file separator": "\x1c",
    "tab": "\t",
    "wide": "雲雲",
    "combining": "e\u0301",
    "byte order mark inside": "\ufeff",
    "beyond the first plane": "😀",
    "direction": "\u202e",
}


def commented(name: str, text: str, odd: str) -> str:
    """Return a file with a comment in which something odd stands, under its first line, or over it."""
    mark = "//" if name.endswith((".json", ".jsonc")) else "#"
    markup = text.lstrip("\ufeff").startswith("<")
    comment = f"<!-- a{odd}b -->\n" if markup else f"{mark} a{odd}{mark} b\n"
    first, rest = text.split("\n", 1)
    return f"{first}\n{comment}{rest}" if markup or first.startswith((".", "#")) else comment + text


FLAGGED = {file.parent.name + "/" + file.name: file for file in sorted((ROOT / "examples/native").glob("*/flagged*"))}
NO_COMMENTS = ("firecracker",)


def pointed_at(seen: Seen) -> set[tuple[str, str, str]]:
    """Return what stands at the place of each finding in the line that its frame shows."""
    result = result_of(seen.checked, details=False)
    found = set()
    for each in result.diagnostics:
        place = each.place
        line = result.lines.get(place.file, {}).get(place.line, "")
        end = place.end_column - 1 if place.line == place.end_line else None
        found.add((each.code, each.message, line[place.column - 1 : end]))
    return found


def is_refused(seen: Seen) -> bool:
    """Whether the file cannot be read with the character, and that is told."""
    return any(code in ("VM902", "VM903") for code, *_ in seen.problems)


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
@pytest.mark.parametrize("name", [name for name in FLAGGED if not name.startswith(NO_COMMENTS)])
def test_a_comment_above_moves_no_place(look: Look, name: str, odd: str) -> None:
    file = FLAGGED[name]
    text = file.read_text("utf-8")
    before = pointed_at(look(file.name, text))
    assert before
    seen = look(file.name, commented(file.name, text, odd))
    assert is_refused(seen) or pointed_at(seen) == before


@pytest.mark.parametrize("name", FLAGGED)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_ends_of_lines_move_no_place(look: Look, name: str, encoding: str, end: str) -> None:
    file = FLAGGED[name]
    text = file.read_text("utf-8")
    seen = look(file.name, text.replace("\n", end).encode(encoding))
    assert is_refused(seen) or pointed_at(seen) == pointed_at(look(file.name, text))
