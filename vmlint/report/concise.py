"""One line for each finding, for editors and problem matchers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.findings.severity import Confidence
from vmlint.inert import visible
from vmlint.report import wording
from vmlint.report.screen import Line, file_name
from vmlint.words import local_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.run.result import Run


def report(run: Run) -> Iterator[Line]:
    """Yield ``path:line:column: error VM301 name: message [help]`` for every finding that is not accepted."""
    for result in run:
        yield from (_line(found) for found in result.diagnostics if found.accepted is None)


def _line(found: Diagnostic) -> Line:
    place = found.place
    return [
        (f"{file_name(place.file)}:{place.line}:{place.column}: ", ""),
        (f"{found.severity} {found.code}", wording.STYLES[found.severity]),
        (f" {found.name}: {visible(found.message)}{_doubt(found)}{_local(found)}{_advice(found)}", ""),
    ]


def _doubt(found: Diagnostic) -> str:
    return f" ({found.confidence} confidence)" if found.confidence < Confidence.HIGH else ""


def _local(found: Diagnostic) -> str:
    files = dict.fromkeys(file for entry in found.local for file in entry.files)
    cited = local_to(*files)
    return f" {visible(cited)}" if files and cited not in found.message else ""


def _advice(found: Diagnostic) -> str:
    """Return the first thing that could be done."""
    if found.help:
        return f" [{visible(found.help[0])}]"
    if found.suggestions:
        best = found.suggestions[0]
        conditions = wording.conditions(best.needs)
        return f" [fits{' if ' if conditions else ''}{', and '.join(conditions)}: {wording.changes(best)}]"
    return ""
