"""Rules that yield to others: what is left out, and what is refused when plugins load."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.rules.made_up import workload
from vmlint.api import Finding, Rule, Severity, Workload, finding, rule
from vmlint.lint.engine import lint
from vmlint.lint.yielding import with_others

if TYPE_CHECKING:
    from tests.conftest import Vmlint


def made(code: str, *yields_to: str, stage: str = "workload", note: bool = False) -> Rule:
    """A rule that finds something in every workload that states its instances."""

    @rule(code, code.lower(), Severity.ERROR, sources=("S-01",), yields_to=yields_to, stage=stage)
    def check(workload: Workload) -> Iterator[Finding]:
        """Instances are a fault."""
        if code.startswith("DEAF"):
            return
        if workload.instances:
            yield finding("instances", code, severity=Severity.NOTE if note else None)

    return check


@pytest.mark.parametrize(
    ("rules", "left"),
    [
        ([made("ACME001", "ACME002"), made("ACME002")], ["ACME002"]),
        ([made("ACME002"), made("ACME001", "ACME002")], ["ACME002"]),
        ([made("ACME001", "ACME002")], ["ACME001"]),  # the other does not run
        ([made("ACME001", "DEAF002"), made("DEAF002")], ["ACME001"]),
        ([made("ACME001", "ACME002"), made("ACME002", note=True)], ["ACME001", "ACME002"]),  # a note hides no error
        ([made("ACME001", "DEAF002", "ACME003"), made("DEAF002"), made("ACME003")], ["ACME003"]),
        ([made("ACME001", "ACME002"), made("ACME002", "ACME003"), made("ACME003")], ["ACME003"]),
    ],
)
def test_a_finding_is_left_to_the_other_rule(rules: list[Rule], left: list[str]) -> None:
    assert [hit.rule.code for hit in lint(workload(instances="2"), rules).hits] == left


def test_what_is_settled_by_the_other_rule_is_not_undecided() -> None:
    @rule("ACME001", "acme-curious", Severity.ERROR, sources=("S-01",), yields_to=("ACME002",))
    def curious(workload: Workload) -> Iterator[Finding]:
        """Memory is a fault."""
        if workload.resources.memory:
            yield finding("resources.memory", "memory")

    alone = lint(workload(instances="2"), [curious])
    assert [missing.path for missing in alone.undecided] == ["resources.memory"]
    assert lint(workload(instances="2"), [curious, made("ACME002")]).undecided == ()


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        (
            [made("ACME001", "ACME02"), made("ACME002")],
            "ACME001: yields_to names ACME02, and there is no such rule",
        ),
        ([made("ACME001", "VM617")], "ACME001: yields_to names VM617, and there is no such rule"),
        ([made("ACME001", "ACME001")], "ACME001: yields_to leads in a circle: ACME001 to ACME001"),
        (
            [made("ACME001", "ACME003", "ACME002"), made("ACME002", "ACME001"), made("ACME003")],
            "ACME001: yields_to leads in a circle: ACME001 to ACME002 to ACME001",
        ),
        (
            [made("ACME001", "ACME002"), made("ACME002", stage="advice")],
            "ACME001: yields_to names ACME002, which is of the stage advice and not workload",
        ),
    ],
)
def test_what_leads_nowhere_is_refused(rules: list[Rule], sentence: str) -> None:
    with pytest.raises(ValueError, match=r"yields_to") as raised:
        with_others({rule.code: rule for rule in rules})
    assert str(raised.value).startswith(sentence)


JOBS = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: jobs}
spec:
  kind: ci-runner
  requirements: {isolation: {untrustedCode: true}}
  deployment: {platform: kubernetes, mode: runc, placement: node-per-tenant}
"""


@pytest.mark.parametrize(
    ("selected", "reported"),
    [("VM401,VM409", ["VM409"]), ("VM401", []), ("VM409", ["VM409"])],
)
def test_on_the_command_line(vmlint: Vmlint, selected: str, reported: list[str]) -> None:
    Path("jobs.vmlint.yaml").write_text(JOBS, "utf-8")
    seen = vmlint("check", "--format", "json", "--select", selected, "jobs.vmlint.yaml")
    assert [found["code"] for found in json.loads(seen.stdout)["findings"]] == reported


def test_the_page_of_a_rule_names_the_others(vmlint: Vmlint) -> None:
    assert "Yields to: VM409, VM617." in vmlint("explain", "VM401").stdout
