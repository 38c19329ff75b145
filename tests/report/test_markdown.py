"""A comment on a pull request keeps to the size that GitHub takes, and says what is missing."""

from __future__ import annotations

import re

from tests.report.consumers import READERS
from vmlint.findings.diagnostic import Diagnostic
from vmlint.findings.place import Place
from vmlint.findings.severity import Severity
from vmlint.report import markdown
from vmlint.report.about import About
from vmlint.run.result import Result, Run


def run(number: int, length: int) -> Run:
    found = tuple(
        Diagnostic(
            "TEST001", "n", Severity.WARNING, f"{each} {'x' * length}", "name", Place("a.yaml", each, 1, each, 2)
        )
        for each in range(1, number + 1)
    )
    return Run([Result("a.yaml", recognised=True, diagnostics=found, lines={"a.yaml": {}})])


def written(number: int, length: int) -> str:
    return "".join(markdown.report(run(number, length), About()))


def test_whole() -> None:
    text = written(20, 10)
    assert len(READERS["markdown"](text)) == text.count("<details>") == 20
    assert "left out" not in text
    assert "not shown" not in text


def test_first_the_details_go() -> None:
    text = written(100, 400)
    assert len(READERS["markdown"](text)) == 100
    cut = 100 - text.count("<details>")
    assert text.endswith(f"\nThe details of {cut} findings are left out.\n")
    assert len(text) > 64_000


def test_then_the_rows_go() -> None:
    text = written(1_000, 490)
    rows = len(READERS["markdown"](text))
    assert 100 < rows < 200
    assert f"{1_000 - rows} of 1000 findings are not shown here." in text
    assert len(text) > 64_000


def test_pages_are_linked() -> None:
    about = About(docs_url="https://docs.example.invalid/{code}")
    (row,) = re.findall(r"^\| warning .*", "".join(markdown.report(run(1, 1), about)), re.MULTILINE)
    assert row.startswith("| warning | [TEST001](<https://docs.example.invalid/TEST001>) n | a.yaml:1 | ")


def test_nothing_found() -> None:
    assert "".join(markdown.report(Run([]), About())) == "### vmlint: nothing was linted\n"
