"""Findings as workflow commands, which GitHub Actions shows as annotations in the files of a pull request.

GitHub shows ten errors, ten warnings and ten notices of a step; the others are in its log only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vmlint.findings.severity import Severity
from vmlint.inert import visible
from vmlint.report import wording
from vmlint.report.about import About, explain
from vmlint.report.screen import real_name

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.run.result import Run, Tally

SHOWN = 10
"""Annotations of one kind that GitHub shows for a step."""
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_DATA = str.maketrans(_DATA)
_IN_PROPERTY = str.maketrans(_DATA | {":": "%3A", ",": "%2C"})


def report(run: Run, about: About) -> Iterator[str]:
    """Yield a workflow command for each finding that is not accepted."""
    for result in run:
        for found in result.diagnostics:
            if found.accepted is None:
                yield _command(found, about)


def left_out(tally: Tally) -> str:
    """Return what GitHub does not show as annotations; empty where it shows all."""
    more = [(tally.severities[severity] - SHOWN, severity) for severity in sorted(_COMMANDS, reverse=True)]
    beyond = ", ".join(wording.count(number, str(severity)) for number, severity in more if number > 0)
    if not beyond:
        return ""
    return f"GitHub shows {SHOWN} annotations of a kind for each step, so {beyond} will be in the log only"


def _command(found: Diagnostic, about: About) -> str:
    place = found.place
    properties = {"file": visible(real_name(place.file)), "line": str(place.line), "endLine": str(place.end_line)}
    if place.line == place.end_line:  # GitHub takes columns of one line only
        properties |= {"col": str(place.column), "endColumn": str(max(place.end_column, place.column))}
    properties["title"] = visible(f"{found.code} {found.name}")
    said = ",".join(f"{name}={value.translate(_IN_PROPERTY)}" for name, value in properties.items())
    return f"::{_COMMANDS[found.severity]} {said}::{chr(10).join(_message(found, about)).translate(_IN_DATA)}\n"


def _message(found: Diagnostic, about: About) -> Iterator[str]:
    yield visible(found.message)
    for text in found.help:
        yield f"help: {visible(text)}"
    for candidate in found.suggestions[:1]:
        condition, listed = wording.conditional(candidate.needs)
        yield f"fits {condition}".rstrip() + f": {wording.offer(candidate)}"
        yield from (f"  if {each}" for each in listed)
    yield about.page(found.code) or explain(found.code)
