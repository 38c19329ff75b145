"""A finding that a waiver or the baseline accepts: kept where the format knows such a thing, left out elsewhere."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from tests.report.consumers import READERS, check, strict_json
from vmlint.findings.diagnostic import Accepted, Diagnostic
from vmlint.findings.place import Place
from vmlint.findings.severity import Severity
from vmlint.report import code_scanning, statistics
from vmlint.report.about import About
from vmlint.report.formats import module
from vmlint.report.sarif import left_out
from vmlint.run.result import Result, Run

HERE = Place("a.yaml", 2, 1, 2, 5)
COUNTS = Diagnostic("TEST001", "counts", Severity.ERROR, "it counts", "name", HERE, "till")
WAIVED = COUNTS._replace(
    code="TEST002",
    message="waived here",
    accepted=Accepted("waiver", "the vendor wants it", "2027-03-01", Place("a.yaml", 1, 3, 1, 30)),
)
IN_SETTINGS = WAIVED._replace(
    message="waived there", accepted=Accepted("waiver", "until it moves", place=Place("vmlint.toml", 4, 1, 4, 9))
)
OLD = WAIVED._replace(message="was there before", accepted=Accepted("baseline"))


def run() -> Run:
    return Run([Result("a.yaml", recognised=True, diagnostics=(COUNTS, WAIVED, IN_SETTINGS, OLD))])


def written(form: str) -> str:
    return "".join(module(form).report(run(), About()))


@pytest.mark.parametrize("form", ["code-scanning", "github", "gitlab", "checkstyle", "markdown"])
def test_left_out(form: str) -> None:
    assert READERS[form](written(form)) == ["it counts"]


def test_markdown_counts_them() -> None:
    assert written("markdown").startswith("### vmlint: 1 error in 1 file (1 in the baseline; 2 waived)\n")


def test_skipped_in_junit() -> None:
    cases = ElementTree.fromstring(written("junit")).findall("./testsuite/testcase")
    skipped = [reason.get("message") for case in cases for reason in case.findall("skipped")]
    assert skipped == ["waiver until 2027-03-01: the vendor wants it", "waiver: until it moves", "baseline"]
    assert [case.find("failure") is not None for case in cases] == [True, False, False, False]


def test_suppressed_in_sarif() -> None:
    (log,) = check("sarif", strict_json(written("sarif")))["runs"]
    suppressions = [result.get("suppressions", []) for result in log["results"]]
    assert [[(each["kind"], each["justification"]) for each in of] for of in suppressions] == [
        [],
        [("inSource", "waiver until 2027-03-01: the vendor wants it")],
        [("external", "waiver: until it moves")],
        [("external", "baseline")],
    ]
    place = suppressions[1][0]["location"]["physicalLocation"]
    assert place["region"] == {"startLine": 1, "startColumn": 3, "endLine": 1, "endColumn": 30}


def test_no_open_alert_of_code_scanning(monkeypatch: pytest.MonkeyPatch) -> None:
    """GitHub ignores suppressions, so there are none, and what is accepted takes the place of nothing that counts."""
    assert "suppressions" not in written("code-scanning")
    monkeypatch.setattr("vmlint.report.sarif.RESULTS", 1)
    assert READERS["code-scanning"](written("code-scanning")) == ["it counts"]
    passed = run()
    assert len([*passed]) == 1
    assert code_scanning.left_out(passed.tally) == ""


def test_first_to_go_where_sarif_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vmlint.report.sarif.RESULTS", 2)
    assert READERS["sarif"](written("sarif")) == ["it counts", "waived here"]
    passed = run()
    assert len([*passed]) == 1
    assert left_out(passed.tally) == "SARIF holds the gravest 2 findings, 2 more are left out"


def test_counted_in_statistics() -> None:
    (first, second) = statistics.counted(run())
    assert (first.code, first.findings, first.accepted) == ("TEST001", 1, 0)
    assert (second.code, second.findings, second.accepted) == ("TEST002", 0, 3)
    rows = ["".join(text for text, _ in line) for line in statistics.lines(run())]
    assert rows[:2] == ["1  error TEST001 counts", "0  error TEST002 counts (3 accepted)"]
