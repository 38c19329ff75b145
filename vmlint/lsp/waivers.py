"""A comment that accepts a finding, in the syntax of its file and at a line where it counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from vmlint.findings.fix import Edit
from vmlint.findings.place import Span

if TYPE_CHECKING:
    from datetime import date

    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.findings.waiver import WaiverPolicy
    from vmlint.lsp.documents import Document

REASON = "<reason>"
DAYS = 90
"""How long a waiver counts where each must have a last day and the project sets no longest time."""


def waivers(found: Diagnostic, document: Document, policy: WaiverPolicy, today: date) -> Iterator[Edit]:
    """Yield the comments that may accept a finding: in a line of its own above it, and at the end of its line.

    Which of them counts, linting shows: no comment can stand within a tag of XML, or behind a value in some languages.
    """
    until = f" until {today + timedelta(days=policy.longest or DAYS)}" if policy.until else ""
    begin, end = _signs(document.edited.text)
    comment = f"{begin} vmlint: ignore[{found.code}] {REASON}{until}{end}"
    lines = document.edited.text.splitlines()
    number = found.place.line
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    yield _at(found, number, 1, f"{line[: len(line) - len(line.lstrip())]}{comment}\n")
    yield _at(found, number, len(line.rstrip()) + 1, f"  {comment}")


def _at(found: Diagnostic, line: int, column: int, text: str) -> Edit:
    return Edit(Span(line, column, line, column).of(found.place.file), text)


def _signs(text: str) -> tuple[str, str]:
    """Return what a comment begins and ends with."""
    first = text.lstrip("\ufeff \t\r\n")[:1]
    return ("<!--", " -->") if first == "<" else ("//", "") if first in ("{", "[", "/") else ("#", "")
