"""Profiles and confidence as commands: what each run reports, and what naming a rule changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from vmlint.api import Confidence, Finding, Severity, Workload, finding, rule
from vmlint.catalog import Catalog
from vmlint.extend import plugins
from vmlint.extend.plugins import Installed
from vmlint.lint.profiles import PROFILES

if TYPE_CHECKING:
    from tests.conftest import Vmlint

MANIFEST = """\
apiVersion: vmlint/v1
kind: Workload
metadata: {name: hmi}
spec: {instances: 2}
"""


@rule("TEST101", "certain-error", Severity.ERROR, sources=("T-1",))
def certain_error(workload: Workload) -> Iterator[Finding]:
    """It reports instances, once with less confidence."""
    yield finding("instances", "this is certain")
    yield finding("instances", "this is not", confidence=Confidence.MEDIUM)
    yield finding("instances", "this is mild", severity=Severity.WARNING)


@rule("TEST102", "likely-warning", Severity.WARNING, sources=("T-2",), confidence=Confidence.MEDIUM)
def likely_warning(workload: Workload) -> Iterator[Finding]:
    """It reports instances with medium and with low confidence."""
    yield finding("instances", "this is likely")
    yield finding("instances", "this is a hint", confidence=Confidence.LOW)


@rule("TEST103", "faint-hint", Severity.ERROR, sources=("T-3",), confidence=Confidence.LOW)
def faint_hint(workload: Workload) -> Iterator[Finding]:
    """It has only notes, and needs a fact."""
    yield finding("instances", "this is a faint hint")
    if workload.environment == "dev":
        yield finding("environment", "this is never reached")


@rule("TEST104", "on-request", Severity.NOTE, sources=("T-4",), optional=True)
def on_request(workload: Workload) -> Iterator[Finding]:
    """It runs only in the profile strict, or by name."""
    yield finding("instances", "this was asked for")


@rule("TEST105", "boasting", Severity.NOTE, sources=("T-5",), confidence=Confidence.LOW, optional=True)
def boasting(workload: Workload) -> Iterator[Finding]:
    """Its finding has more confidence than it declares."""
    yield finding("instances", "this is out of bounds", confidence=Confidence.HIGH)


MINIMAL = ["this is certain"]
DEFAULT = ["this is certain", "this is not", "this is mild", "this is likely"]
STRICT = [*DEFAULT, "this is a hint", "this is a faint hint", "this was asked for"]


@pytest.fixture(autouse=True)
def own_rules(monkeypatch: pytest.MonkeyPatch, vmlint: Vmlint) -> None:
    rules = (certain_error, likely_warning, faint_hint, on_request)
    installed = Installed(tuple(each._replace(plugin="tests 1.0") for each in rules), Catalog(), ())
    monkeypatch.setattr(plugins, "load", lambda: installed)
    Path("hmi.yaml").write_text(MANIFEST, "utf-8")


def messages(vmlint: Vmlint, *options: str) -> list[str]:
    report = json.loads(vmlint("check", "--format", "json", *options).stdout)
    return [found["message"] for found in report["findings"]]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--profile", "minimal"], MINIMAL),
        ([], DEFAULT),
        (["--profile", "default"], DEFAULT),
        (["--profile", "strict"], STRICT),
        (["--select", "TEST10"], DEFAULT),
        (["--select", "TEST10", "--profile", "minimal"], MINIMAL),
        (["--select", "ALL"], STRICT),
        (["--select", "TEST102"], ["this is likely", "this is a hint"]),
        (["--select", "faint-hint", "--profile", "minimal"], ["this is a faint hint"]),
        (["--select", "on-request"], ["this was asked for"]),
        (["--profile", "strict", "--ignore", "TEST101,TEST102"], ["this is a faint hint", "this was asked for"]),
    ],
    ids=" ".join,
)
def test_what_a_run_reports(vmlint: Vmlint, options: list[str], expected: list[str]) -> None:
    assert sorted(messages(vmlint, *options)) == sorted(expected)


def test_rules_that_a_profile_leaves_out_are_not_undecided_either(vmlint: Vmlint) -> None:
    assert "could not be decided" not in vmlint("check").stdout
    assert "1 check could not be decided" in vmlint("check", "--profile", "strict").stdout


def test_confidence_is_shown_where_it_is_not_high(vmlint: Vmlint) -> None:
    seen = vmlint("check", "--profile", "strict").stdout
    assert seen.count("= confidence: ") == 4
    assert "= confidence: medium\n" in seen
    assert "= confidence: low\n" in seen
    concise = vmlint("check", "--format", "concise", "--select", "TEST102").stdout.splitlines()
    assert concise[0].endswith("warning TEST102 likely-warning: this is a hint (low confidence)")
    assert concise[1].endswith("warning TEST102 likely-warning: this is likely (medium confidence)")
    found = json.loads(vmlint("check", "--format", "json").stdout)["findings"]
    assert {(each["message"], each["confidence"]) for each in found} >= {
        ("this is certain", "high"),
        ("this is likely", "medium"),
    }


def test_a_rule_is_held_to_its_confidence(vmlint: Vmlint, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = Installed((boasting._replace(plugin="tests 1.0"),), Catalog(), ())
    monkeypatch.setattr(plugins, "load", lambda: installed)
    seen = vmlint("check", "--profile", "strict")
    assert seen.status == 4
    assert "promises at most low" in " ".join(seen.stdout.split())


def test_list_of_rules(vmlint: Vmlint) -> None:
    codes = {
        profile: [
            line.split()[0] for line in vmlint("rules", "--profile", profile).stdout.splitlines() if "TEST1" in line
        ]
        for profile in PROFILES
    }
    assert codes == {
        "minimal": ["TEST101"],
        "default": ["TEST101", "TEST102"],
        "strict": ["TEST101", "TEST102", "TEST103", "TEST104"],
    }
    reported = {
        rule["code"]: rule["confidence"] for rule in json.loads(vmlint("rules", "--format", "json").stdout)["rules"]
    }
    assert (reported["TEST101"], reported["TEST102"], reported["TEST103"]) == ("high", "medium", "low")


def test_unknown_profile(vmlint: Vmlint) -> None:
    seen = vmlint("check", "--profile", "paranoid")
    assert seen.status == 2
    assert "expected one of minimal, default, strict, not 'paranoid'" in seen.stderr
