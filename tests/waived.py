"""What tests of waivers share: a text linted with all rules, and what its fixes make of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from vmlint.extend.plugins import load
from vmlint.findings.diagnostic import Diagnostic
from vmlint.findings.place import Place
from vmlint.lint.profiles import DEFAULT
from vmlint.lint.rule import Rule
from vmlint.reading.context import Context
from vmlint.reading.file import File
from vmlint.run.check import Checked, Memory, check
from vmlint.run.settings import Settings

TODAY = date(2026, 11, 22)
INSTALLED = load()
RULES: Sequence[Rule] = tuple(rule for rule in INSTALLED.rules if DEFAULT.admits(rule))
SETTINGS = Settings(
    RULES, RULES, Context(INSTALLED.catalog, TODAY, readers=INSTALLED.readers), profile=DEFAULT, every=INSTALLED.rules
)
_MEMORY = Memory(SETTINGS)

Found = tuple[str, str, str, str, str]
"""What a finding is but for its line: code, message, field, workload, entry."""


def lint(name: str, text: str, **settings: Any) -> Checked:
    """Lint a text under a file name."""
    return check_bytes(name, text.encode(), SETTINGS._replace(**settings))


def check_bytes(name: str, data: bytes, settings: Settings) -> Checked:
    """Lint the bytes of a file."""
    return check(File(name, data), settings, memory=_MEMORY)


def split(checked: Checked) -> tuple[list[Diagnostic], list[Diagnostic], list[Diagnostic]]:
    """Return the findings that count, those that are accepted, and those about waivers."""
    about = [each for each in checked.diagnostics if "VM922" <= each.code <= "VM925"]
    others = [each for each in checked.diagnostics if each not in about]
    counting = [each for each in others if each.accepted is None]
    return counting, [each for each in others if each.accepted is not None], about


def bare(found: Iterable[Diagnostic]) -> list[Found]:
    """Return findings without their places."""
    return sorted((each.code, each.message, each.path, each.workload, each.entry) for each in found)


def mended(text: str, found: Iterable[Diagnostic], safe: bool = True) -> str:
    """Return a text with the first fix of each finding applied; fixes must not overlap."""
    edits = [edit for each in found for fix in each.fixes[:1] if fix.safe or not safe for edit in fix.edits]
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def offsets(place: Place) -> tuple[int, int]:
        return starts[place.line - 1] + place.column - 1, starts[place.end_line - 1] + place.end_column - 1

    end = len(text) + 1
    for edit in sorted(set(edits), key=lambda edit: edit.place, reverse=True):
        begin, until = offsets(edit.place)
        assert begin <= until <= end
        text, end = text[:begin] + edit.text + text[until:], begin
    return text
