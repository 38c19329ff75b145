"""Thresholds: a rule declares them as parameters, a project sets them, an index of rules keeps them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from vmlint.api import Finding, Rule, Severity, Workload, finding, keep_index, rule, rules_in
from vmlint.extend.plugins import load
from vmlint.lint.rule import Threshold
from vmlint.lint.thresholds import with_thresholds

ABOUT = {"few_hosts": "Hosts up to which it says nothing.", "strictly": "Whether it looks twice."}


@rule("ACME001", "few-hosts", Severity.WARNING, sources=("T-1",), thresholds=ABOUT)
def few_hosts(workload: Workload, *, few_hosts: int = 3, strictly: bool = False) -> Iterator[Finding]:
    """It says what it judges by."""
    yield finding("name", f"{few_hosts} {strictly}")


def said(judge: Rule) -> list[str]:
    return [found.message for found in judge.check(None)]


def test_parameters_are_thresholds() -> None:
    assert few_hosts.thresholds == (
        Threshold("few-hosts", 3, ABOUT["few_hosts"]),
        Threshold("strictly", False, ABOUT["strictly"]),
    )
    assert [each.parameter for each in few_hosts.thresholds] == ["few_hosts", "strictly"]
    assert said(few_hosts) == ["3 False"]


def test_a_project_sets_some_of_them() -> None:
    (judge,) = with_thresholds([few_hosts], {"ACME001": {"few-hosts": 5}, "ACME002": {"x": 1}})
    assert said(judge) == ["5 False"]
    assert said(few_hosts) == ["3 False"]  # what is registered stays as it is


def test_a_rule_that_yields_yields_to_one_with_the_same_thresholds() -> None:
    yielding = few_hosts._replace(code="ACME002", yields_to=("ACME001",), others=(few_hosts,))
    (judge,) = with_thresholds([yielding], {"ACME001": {"few-hosts": 5}})
    assert said(judge) == ["3 False"]
    assert said(judge.others[0]) == ["5 False"]


def register(about: Mapping[str, str] | None, **defaults: Any) -> Rule:
    def check(workload: Workload, *, few: Any = 1) -> Iterator[Finding]:
        """Why."""
        yield from ()

    check.__kwdefaults__ = defaults
    return rule("ACME001", "acme", Severity.NOTE, sources=("T-1",), thresholds=about)(check)


@pytest.mark.parametrize(
    ("about", "defaults", "message"),
    [
        (
            None,
            {"few": 1},
            "thresholds describes nothing; it describes each keyword-only parameter of the function, al",
        ),
        ({"many": "Many."}, {"few": 1}, "thresholds describes many; it describes each keyword-only parameter of the"),
        ({"few": "Few."}, {}, "all with defaults: few"),
        ({"few": "Few."}, {"few": "3"}, "threshold few is '3', which is no number from zero on"),
        ({"few": "Few."}, {"few": None}, "threshold few is None, which is no number from zero on"),
        ({"few": "Few."}, {"few": -1}, "threshold few is -1, which is no number from zero on"),
        ({"few": " "}, {"few": 1}, "threshold few needs a sentence that says what it bounds"),
    ],
)
def test_declarations_that_are_refused(about: Mapping[str, str] | None, defaults: Any, message: str) -> None:
    with pytest.raises(TypeError) as raised:
        register(about, **defaults)
    assert message in str(raised.value)


MODULE = '''\
from vmlint.api import Severity, finding, rule


@rule("ACME009", "rack-full", Severity.NOTE, sources=("T-1",), thresholds={"units": "Units of a rack."})
def rack_full(workload, *, units: float = 0.5):
    """A rack is full."""
    yield finding("name", str(units))
'''


def test_an_index_keeps_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "rack_rules"
    (home / "racks").mkdir(parents=True)
    (home / "__init__.py").touch()
    (home / "racks" / "acme009_rack_full.py").write_text(MODULE, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    keep_index("rack_rules")
    del sys.modules["rack_rules.racks.acme009_rack_full"]
    (listed,) = rules_in("rack_rules")
    assert "rack_rules.racks.acme009_rack_full" not in sys.modules
    assert listed.thresholds == (Threshold("units", 0.5, "Units of a rack."),)
    (judge,) = with_thresholds([listed], {"ACME009": {"units": 0.75}})
    assert (said(listed), said(judge)) == (["0.5"], ["0.75"])


DECLARED = [(each, threshold) for each in load().rules for threshold in each.thresholds]


@pytest.mark.parametrize(("judge", "threshold"), DECLARED, ids=[f"{r.code} {t.name}" for r, t in DECLARED])
def test_every_threshold_of_vmlint_is_a_sentence_about_a_parameter(judge: Rule, threshold: Threshold) -> None:
    assert threshold.about.endswith(".")
    assert threshold.about[0].isupper()
    assert judge.code.startswith("VM")
