"""The report as Checkstyle XML, which Jenkins and many annotators of pull requests read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from vmlint.findings.severity import Severity
from vmlint.report.screen import real_name
from vmlint.report.xml import HEAD, start

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.report.about import About
    from vmlint.run.result import Run

_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "info"}


def report(run: Run, about: About) -> Iterator[str]:  # noqa: ARG001 - every report is called alike
    """Yield an element for each file with findings that are not accepted: Checkstyle knows no accepted ones."""
    yield f'{HEAD}<checkstyle version="4.3">\n'
    for result in run:
        counting = (found for found in result.diagnostics if found.accepted is None)
        for file, group in groupby(counting, key=lambda found: found.place.file):
            yield f"  {start('file', {'name': real_name(file)})}\n"
            yield from map(_error, group)
            yield "  </file>\n"
    yield "</checkstyle>\n"


def _error(found: Diagnostic) -> str:
    attributes = {
        "line": found.place.line,
        "column": found.place.column,
        "severity": _SEVERITIES[found.severity],
        "message": f"{found.name}: {found.message}",
        "source": f"vmlint.{found.code}",
    }
    return f"    {start('error', attributes, empty=True)}\n"
