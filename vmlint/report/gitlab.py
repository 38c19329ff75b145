"""The report for the Code Quality widget of GitLab: a JSON list of what counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from vmlint.findings.codes import CODES
from vmlint.findings.severity import Severity
from vmlint.inert import visible
from vmlint.report.about import About, Identified, identified
from vmlint.report.json import compact
from vmlint.report.screen import real_name

if TYPE_CHECKING:
    from vmlint.run.result import Run

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}
BOUNDARY, UNCHECKED = "critical", "blocker"
"""An error of a rule that guards a boundary, and what could not be checked at all."""


def report(run: Run, about: About) -> Iterator[str]:
    """Yield a list with an entry for each finding that is not accepted: GitLab knows no accepted ones."""
    guards = {rule.code for rule in about.rules if getattr(rule, "security", False)}
    before = "[\n"
    for result in run:
        for each in identified(result):
            if each.found.accepted is None:
                yield before + compact(_entry(each, guards))
                before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _entry(each: Identified, guards: set[str]) -> dict[str, Any]:
    found, place = each.found, each.found.place
    severity = _SEVERITIES[found.severity]
    if found.severity is Severity.ERROR:
        severity = UNCHECKED if found.code in CODES else BOUNDARY if found.code in guards else severity
    return {
        "description": f"{found.code} {visible(found.name)}: {visible(found.message)}",
        "check_name": found.code,
        "fingerprint": each.fingerprint,
        "severity": severity,
        "location": {
            "path": visible(real_name(place.file)),
            "lines": {"begin": place.line, "end": place.end_line},
        },
    }
