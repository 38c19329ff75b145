"""What authors of rules use: every case is found, and one that does not hold is refused with what to write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from vmlint.api import Finding, Rule, Severity, Workload, finding, rule
from vmlint.catalog import Catalog
from vmlint.testing import Case, cases, judge

CATALOG = Catalog()
HEAD = "apiVersion: vmlint/v1\nkind: Workload\n"


@rule("ACME001", "acme-cramped", Severity.WARNING, sources=("ACME-HB",), optional=True)
def cramped(workload: Workload) -> Iterator[Finding]:
    """Our tills need a gibibyte."""
    if "crash" in workload.labels:
        raise SystemExit(0)
    if workload.resources.memory < 2**30:
        yield finding("resources.memory", "less than a gibibyte", because=("deployment.platform",))


def document(name: str, memory: str = "", more: str = "") -> str:
    resources = f"  resources: {{memory: {memory}}}\n" if memory else "  environment: dev\n"
    return f"{HEAD}metadata:\n  labels: {{name: other}}\n  name: {name} # the name: of it\n{more}spec:\n{resources}"


FLAGGED, PASSING, UNDECIDED = (
    document("flagged-small", "512Mi"),
    document("passing-large", "4Gi"),
    document("undecided-unsaid") + "  # undecided: needs resources.memory\n",
)


def with_cases(folder: Path, text: str) -> Rule:
    file = folder / "acme001_acme_cramped.yaml"
    file.write_text(text, "utf-8")
    return cramped._replace(file=str(file))


def test_cases_stand_beside_the_module() -> None:
    assert cramped.cases == Path(__file__).parent / "acme001_acme_cramped.yaml"


@pytest.mark.parametrize("separator", ["---\n", "--- # next\n", "---   \n", "...\n---\n", "---\n# small\n\n"])
def test_documents(tmp_path: Path, separator: str) -> None:
    text = "# Every “till”.\n---\n" + separator.join((FLAGGED, PASSING, UNDECIDED)) + "---\n# nothing more\n"
    registered = with_cases(tmp_path, text)
    found = list(cases([registered]))
    assert [case.name for case in found] == ["flagged-small", "passing-large", "undecided-unsaid"]
    assert str(found[0]) == "ACME001-flagged-small"
    assert "".join(case.text for case in found) + "---\n# nothing more\n" == text
    for case in found:
        judge(case, [registered], CATALOG)


def test_a_separator_inside_a_text_separates_nothing(tmp_path: Path) -> None:
    more = "  annotations:\n    note: |\n      a\n      ---\n      name: b\n"
    registered = with_cases(tmp_path, document("flagged-note", "1Mi", more) + "---\n" + PASSING)
    assert [case.name for case in cases([registered])] == ["flagged-note", "passing-large"]


@rule("ACME002", "acme-late", Severity.WARNING, sources=("ACME-HB",))
def late(workload: Workload) -> Iterator[Finding]:
    """Our tills go in 2030."""
    if workload.today >= date(2030, 1, 1):
        yield finding("environment", "late")


def test_a_case_may_name_its_own_day(tmp_path: Path) -> None:
    file = tmp_path / "acme002_acme_late.yaml"
    texts = (document("passing-early"), f"# today: 2030-01-01\n{document('flagged-late')}", document("passing-again"))
    file.write_text("---\n".join(texts), "utf-8")
    registered = late._replace(file=str(file))
    for case in cases([registered]):
        judge(case, [registered], CATALOG)


def refused(case: Case, rules: list[Rule] | None = None) -> str:
    with pytest.raises(AssertionError) as raised:
        judge(case, rules or [case.rule], CATALOG)
    return str(raised.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (document("flagged-a", "4Gi"), "flagged-a: ACME001 should find something\n"),
        (document("flagged-a"), "  found:\n    line 7: undecided: needs resources.memory\n"),
        (
            document("passing-a", "1Mi"),
            "passing-a: ACME001 should find nothing, with every fact that it needs\n",
        ),
        (document("passing-a"), "passing-a: ACME001 should find nothing, with every fact that it needs\n"),
        (document("undecided-a", "1Mi"), "should be undecided for want of a fact\n"),
        (document("undecided-a", "4Gi"), "  found:\n    (nothing)\n"),
        (document("good-a", "4Gi"), "good-a: begin the name with flagged-, passing-, undecided-"),
        (HEAD + "spec: {environment: dev}\n", "document 1: it could not be linted: VM910: "),
        (document("flagged-a", "lots"), "flagged-a: it could not be linted: VM911: "),
        (document("flagged-a", "1Mi").replace("other", "other, crash: very"), "a rule crashed: ACME001"),
        ("apiVersion: [x", "unreadable: it could not be linted: VM90"),
        (
            "apiVersion: vmlint/v1\nkind: Host\nmetadata: {name: passing-a}\nspec: {memory: 8Gi}\n",
            "passing-a: expected one document of kind Workload, found 0",
        ),
    ],
)
def test_what_does_not_hold(tmp_path: Path, text: str, expected: str) -> None:
    registered = with_cases(tmp_path, text)
    message = refused(next(iter(cases([registered]))))
    assert message.startswith(f"{tmp_path / 'acme001_acme_cramped.yaml'}:1: ")
    assert expected in message


@pytest.mark.parametrize("text", ["", "# nothing yet\n", UNDECIDED])
def test_kinds_that_are_missing_are_refused(tmp_path: Path, text: str) -> None:
    missing = [case for case in cases([with_cases(tmp_path, text)]) if not case.text]
    assert [refused(case).partition("…: ")[2] for case in missing] == [
        f"there is no document of the name {kind}-…; write one" for kind in ("flagged", "passing")
    ]


def test_a_missing_file_is_refused() -> None:
    assert [case.name for case in cases([cramped])] == ["flagged-…", "passing-…"]


def test_a_rule_that_is_not_installed_is_refused(tmp_path: Path) -> None:
    registered = with_cases(tmp_path, FLAGGED)
    case = next(iter(cases([registered])))
    assert "ACME001 is not among the rules" in refused(case, [registered._replace(code="ACME002")])


def test_host_documents_are_found_beside_the_cases(tmp_path: Path) -> None:
    (tmp_path / "host.yaml").write_text("apiVersion: vmlint/v1\nkind: Host\nspec: {memory: 8Gi}\n", "utf-8")
    registered = with_cases(tmp_path, PASSING.replace("spec:\n", "spec:\n  hostRef: host.yaml\n"))
    judge(next(iter(cases([registered]))), [registered], CATALOG)


def test_the_day_can_be_chosen(tmp_path: Path) -> None:
    @rule("ACME001", "acme-late", Severity.WARNING, sources=("ACME-HB",))
    def late(workload: Workload) -> Iterator[Finding]:
        """No change after the freeze."""
        if workload.today > date(2027, 1, 1):
            yield finding("name", "too late")

    file = with_cases(tmp_path, FLAGGED).cases
    case = Case(late._replace(file=str(file)), "flagged-small", FLAGGED, 1)
    judge(case, [late], CATALOG, today=date(2027, 6, 1))
    assert "(nothing)" in refused(case, [late])
