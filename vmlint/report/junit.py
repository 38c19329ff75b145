"""The report as JUnit XML: a suite for each file that was linted, a failed test for each finding.

An accepted finding is a skipped test. One below ``--fail-on`` is a passed test that says what was found. A file that
could not be read, or a rule that crashed, is an error. A file without findings has one passed test.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vmlint.findings.codes import CODES
from vmlint.findings.severity import Severity
from vmlint.record import NamedTuple
from vmlint.report.about import About, explain, why_accepted
from vmlint.report.screen import real_name
from vmlint.report.xml import HEAD, start, text

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.run.result import Result, Run


class _Case(NamedTuple):
    kind: str
    """``failure``, ``error``, ``skipped`` or ``system-out``."""
    xml: str


def report(run: Run, about: About) -> Iterator[str]:
    """Yield a suite for each file that was linted or could not be read."""
    yield f'{HEAD}<testsuites name="vmlint">\n'
    for result in run:
        if result.recognised or result.diagnostics:
            yield _suite(result, about)
    yield "</testsuites>\n"


def _suite(result: Result, about: About) -> str:
    file = real_name(result.file)
    cases = [_case(found, file, about) for found in result.diagnostics]
    kinds = [case.kind for case in cases]
    counts = {
        "name": file,
        "tests": len(cases) or 1,
        "failures": kinds.count("failure"),
        "errors": kinds.count("error"),
        "skipped": kinds.count("skipped"),
    }
    passed = start("testcase", {"name": "no findings", "classname": file}, empty=True)
    inside = "".join(f"    {case.xml}\n" for case in cases) or f"    {passed}\n"
    return f"  {start('testsuite', counts)}\n{inside}  </testsuite>\n"


def _case(found: Diagnostic, file: str, about: About) -> _Case:
    about_what = " ".join(filter(None, (found.workload, found.path)))
    name = f"{found.code} {found.name}" + (f": {about_what}" if about_what else "")
    opened = start("testcase", {"name": name, "classname": file})
    if found.accepted is not None:
        inside = start("skipped", {"message": why_accepted(found.accepted)}, empty=True)
        return _Case("skipped", f"{opened}{inside}</testcase>")
    if found.severity < about.fail_on:
        return _Case("system-out", f"{opened}<system-out>{_details(found, about)}</system-out></testcase>")
    kind = "error" if found.code in CODES and found.severity is Severity.ERROR else "failure"
    failed = start(kind, {"message": found.message, "type": str(found.severity)})
    return _Case(kind, f"{opened}{failed}{_details(found, about)}</{kind}></testcase>")


def _details(found: Diagnostic, about: About) -> str:
    place = found.place
    lines = (
        f"{real_name(place.file)}:{place.line}:{place.column}: {found.severity} {found.code}: {found.message}",
        *(f"help: {each}" for each in found.help),
        about.page(found.code) or explain(found.code),
    )
    return "\n".join(map(text, lines))
