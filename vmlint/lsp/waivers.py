"""Comments that accept a finding, in the syntax of its file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from vmlint.findings.fix import Edit
from vmlint.findings.place import Span
from vmlint.record import NamedTuple
from vmlint.syntax.lines import split_lines

if TYPE_CHECKING:
    from datetime import date

    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.findings.waiver import WaiverPolicy
    from vmlint.lsp.documents import Document

REASON = "<reason>"
DAYS = 90
"""How long a waiver counts where each must have a last day and the project sets no longest time."""
_COMMENTED_JSON = ("devcontainer.json", ".jsonc", ".json5")
"""Ends of the names of files that may hold comments although they look like JSON."""


class Waivers(NamedTuple):
    """Comments that may accept a finding."""

    where: str
    """What they cover, in a few words."""
    ways: Sequence[Edit]
    """Where one may stand. Which of them counts, linting shows: no comment can stand within a tag of XML, or behind a
    value in some languages."""


def waivers(found: Diagnostic, document: Document, policy: WaiverPolicy, today: date) -> Iterator[Waivers]:
    """Yield the comments that may accept a finding: for its line, and for its file."""
    signs = _signs(document)
    if signs is None:
        return
    until = f" until {today + timedelta(days=policy.longest or DAYS)}" if policy.until else ""
    lines = split_lines(document.edited.text)
    number = found.place.line
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    indent = line[: len(line) - len(line.lstrip())]

    def comment(scope: str) -> str:
        return f"{signs[0]} vmlint: {scope}[{found.code}] {REASON}{until}{signs[1]}"

    here, file = comment("ignore"), comment("ignore-file")
    above, behind = _at(found, number, 1, f"{indent}{here}\n"), _at(found, number, len(line.rstrip()) + 1, f"  {here}")
    yield Waivers("here", (above, behind))
    yield Waivers("in this file", (_at(found, number, 1, f"{indent}{file}\n"),))


def _at(found: Diagnostic, line: int, column: int, text: str) -> Edit:
    return Edit(Span(line, column, line, column).of(found.place.file), text)


def _signs(document: Document) -> tuple[str, str] | None:
    """Return what a comment begins and ends with; ``None`` where the format has no comments."""
    first = document.edited.text.lstrip("\ufeff \t\r\n")[:1]
    if first == "<":
        return "<!--", " -->"
    if first in ("{", "["):
        return ("//", "") if document.name.lower().endswith(_COMMENTED_JSON) else None
    return ("//", "") if first == "/" else ("#", "")
