"""Hints in a file of another tool: comments that state for vmlint what the format cannot.

``# vmlint: environment=production`` states one field below ``spec`` of every workload in the file. Any comment in one
line will do: the file's own tool ignores it. A malformed hint is reported (VM916).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.findings.problem import Problem
from vmlint.reading.claim import may_hold_remarks
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.findings.place import Span
    from vmlint.reading.file import File
    from vmlint.reading.hint_forms import Wrong
    from vmlint.reading.remarks import Remark
    from vmlint.reading.spec import Spec


class Hint(NamedTuple):
    """One field and its text."""

    path: str
    text: str
    at: Span


class Hints(NamedTuple):
    """The hints in a file's comments."""

    taken: tuple[Hint, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Malformed hints, and hints that are given twice with two values (VM916)."""


def hints_of(spec: Spec, file: File) -> list[Hint]:
    """Return the hints to a workload: those in the file's comments, and after them, since they win, its own."""
    return [*hints(file).taken, *(Hint(*each) for each in spec.hints)]


def hints(file: File) -> Hints:
    """Return the hints in a file's comments."""
    if hints not in file.memo:
        file.memo[hints] = _hints(file)
    found: Hints = file.memo[hints]
    return found


def _hints(file: File) -> Hints:
    if not may_hold_remarks(file):
        return Hints()
    from vmlint.reading.remarks import remarks  # imported only where there may be any

    taken: dict[str, Hint] = {}
    problems: list[Problem] = []
    for remark in remarks(file):
        if len(taken) + len(problems) >= limits.HINTS:
            break
        fault = _take(remark, file, taken)
        if fault is not None:
            problems.append(fault)
    return Hints(tuple(taken.values()), tuple(problems))


def _take(remark: Remark, file: File, taken: dict[str, Hint]) -> Problem | None:
    """Take the hint of a remark, or return why it is malformed. The first hint of a field counts."""
    from vmlint.findings.fix import replacing  # imported only where there are remarks
    from vmlint.reading import hint_forms, waiver_forms

    if waiver_forms.is_meant(remark.text):
        return None
    parsed = hint_forms.read(remark.text)
    start, length = remark.column, len(remark.text)
    if remark.is_inner:
        parsed = _in_one_line(remark, "=".join(parsed)) if isinstance(parsed, hint_forms.Stated) else None
    elif parsed is None and (meant := hint_forms.continued(remark.text_below)):
        parsed = _in_one_line(remark, meant)
        start, length = remark.mark, len("vmlint:")
    at = file.span(remark.line, start + 1, length)
    if isinstance(parsed, hint_forms.Stated):
        first = taken.setdefault(parsed.path, Hint(parsed.path, parsed.text, at))
        if hint_forms.alike(first.text, parsed.text):
            return None
        parsed = hint_forms.differs(parsed.path, parsed.text, first.text, first.at.line)
    if parsed is None:
        return None
    about = f"replace {remark.text!r} by {parsed.meant!r}"
    fixes = (replacing(about, at, parsed.meant, safe=bool(remark.language)),) if parsed.meant else ()
    return Problem("VM916", parsed.message, at, parsed.help, fixes)


def _in_one_line(remark: Remark, meant: str) -> Wrong:
    from vmlint.reading import hint_forms

    return hint_forms.Wrong("a hint is a comment in one line", f"write {remark.in_one_line(meant)}")
