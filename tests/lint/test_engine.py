"""Running rules: which are called, what an unknown fact does, and that nothing depends on chance."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from vmlint.api import Finding, Severity, Unknown, Workload, both, either, finding, rule
from vmlint.catalog import Catalog
from vmlint.cli import run
from vmlint.extend.plugins import Installed, Plugin
from vmlint.lint.engine import lint
from vmlint.lint.rule import Rule
from vmlint.lint.rulebook import Rulebook
from vmlint.model.derive import DERIVATIONS
from vmlint.model.paths import assign, remove
from vmlint.model.workload import clone

CATALOG = Catalog()
ROOT = Path(__file__).parents[2]


def workload(**facts: str) -> Workload:
    made = Workload(CATALOG, DERIVATIONS, date(2026, 11, 22))
    made.name = "w"
    for path, text in facts.items():
        assign(made, path.replace("__", "."), text)
    return made


def made(
    code: str = "TEST001", architectures: tuple[str, ...] = (), demands: tuple[str, ...] = ()
) -> tuple[Rule, list[str]]:
    """A rule that keeps a record of its calls."""
    calls: list[str] = []

    @rule(code, "test-rule", Severity.ERROR, article=("G-2",), architectures=architectures, demands=demands)
    def check(workload: Workload) -> Iterator[Finding]:
        """A rule for the tests."""
        calls.append(workload.name)
        yield finding("deployment.mode", "flagged")

    return check, calls


def test_a_rule_for_other_architectures_is_not_called() -> None:
    check, calls = made(architectures=("container",))
    assert lint(workload(deployment__platform="virtualbox", deployment__architecture="type2"), [check]).hits == ()
    assert calls == []
    assert len(lint(workload(deployment__platform="docker"), [check]).hits) == 1


def test_a_rule_for_deployments_is_not_called_without_one() -> None:
    check, calls = made(architectures=("container",))
    outcome = lint(workload(guest__os="debian12"), [check])
    assert (outcome.hits, outcome.undecided, calls) == ((), (), [])


def test_an_unknown_architecture_leaves_a_rule_undecided() -> None:
    check, calls = made(architectures=("type1",))
    outcome = lint(workload(deployment__mode="hw-assisted"), [check])
    assert [missing.path for missing in outcome.undecided] == ["deployment.platform.id"]
    assert len(calls) == 1  # it finds something in one of the possible architectures, and is not asked in others


def test_a_rule_that_finds_nothing_in_any_architecture_needs_none() -> None:
    @rule("TEST001", "test-rule", Severity.ERROR, article=("G-2",), architectures=("type1", "type2"))
    def check(workload: Workload) -> Iterator[Finding]:
        """It speaks of one architecture, and only in production."""
        if workload.environment == "production" and workload.deployment.architecture == "type2":
            yield finding("environment", "found")

    for environment, missing in (
        ("dev", []),
        ("production", ["deployment.platform.id"]),
        (None, ["deployment.platform.id"]),
    ):
        stated = {"environment": environment} if environment else {}
        outcome = lint(workload(deployment__mode="hw-assisted", **stated), [check])
        assert (outcome.hits, [each.path for each in outcome.undecided]) == ((), missing)


def test_a_rule_about_demands_is_called_where_one_of_them_is_made() -> None:
    check, calls = made(demands=("requirements.nested", "requirements.isolation.level"))
    assert lint(workload(requirements__startup="1s", host__virtualized="true"), [check]) == lint(workload(), [])
    assert calls == []
    assert len(lint(workload(requirements__isolation__level="vm"), [check]).hits) == 1
    assert len(lint(workload(requirements__nested="false"), [check]).hits) == 1  # the rule says what false means


def test_a_rule_about_demands_remembers_whether_they_were_made() -> None:
    check, _ = made(demands=("requirements.startup",))
    book = Rulebook([check])
    for stated in ({}, {"requirements__startup": "1s"}, {"requirements__startup": "2s"}, {}):
        assert len(lint(workload(**stated), book).hits) == len(stated)


def test_a_demand_that_is_not_made_settles_a_rule_in_any_architecture() -> None:
    check, calls = made(architectures=("type1",), demands=("requirements.nested",))
    outcome = lint(workload(deployment__mode="hw-assisted"), [check])
    assert (outcome.hits, outcome.undecided, calls) == ((), (), [])


@pytest.mark.parametrize("choice", [["--ignore", "TEST001"], ["--ignore", "test-rule"], ["--select", "TEST002"]])
def test_a_disabled_rule_is_never_called(
    choice: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    disabled, calls = made()
    enabled, others = made("TEST002")
    enabled = enabled._replace(name="other-rule")
    installed = Installed((disabled, enabled), CATALOG, (Plugin("tests", "tests", "1", rules=2),))
    monkeypatch.setattr("vmlint.extend.plugins.load", lambda: installed)
    file = tmp_path / "w.vmlint.yaml"
    file.write_text("apiVersion: vmlint/v1\nkind: Workload\nmetadata: {name: w}\nspec: {environment: dev}\n")
    assert run(["check", "--format", "concise", *choice, str(file)]) == 1
    assert "TEST002" in capsys.readouterr().out
    assert calls == []
    assert others


def test_reading_an_unknown_fact_ends_a_rule_but_keeps_what_it_found() -> None:
    @rule(
        "TEST003", "reads-on", Severity.ERROR, article=("G-2",), fits_if={"host.kernel.version": "is {resources.cpu}"}
    )
    def reads_on(workload: Workload) -> Iterator[Finding]:
        """A rule that finds one thing before it needs an unknown fact."""
        yield finding("environment", "found first")
        if workload.host.kernel.version:
            yield finding("host.kernel.version", "never reached")

    outcome = lint(workload(environment="dev"), [reads_on])
    assert [hit.finding.message for hit in outcome.hits] == ["found first"]
    assert [missing.path for missing in outcome.undecided] == ["host.kernel.version"]
    assert outcome.undecided[0].condition == ""  # what the condition refers to is unknown itself
    assert lint(workload(resources__cpu="4"), [reads_on]).undecided[0].condition == "is 4"


def test_what_is_no_finding_is_reported_as_a_crash() -> None:
    @rule("TEST004", "yields-text", Severity.ERROR, article=("G-2",))
    def yields_text(workload: Workload) -> Iterator[Finding]:
        """A rule that yields a text instead of a finding."""
        yield "a sentence"  # type: ignore[misc]

    (crash,) = lint(workload(), [yields_text]).crashes
    assert "a sentence" in crash.error


def test_a_fact_can_be_read_or_replaced() -> None:
    known = workload(deployment__platform="docker", host__memory="8Gi")
    assert known.host.get("memory") == 8 * 2**30
    assert known.deployment.get("mode") == "runc"  # derived
    assert (known.deployment.get("placement"), known.deployment.get("placement", "shared")) == (None, "shared")
    with pytest.raises(AttributeError, match="no field 'placemant'"):
        known.deployment.get("placemant")


def test_a_rule_cannot_leave_the_program_but_its_user_can() -> None:
    def leaving(error: BaseException) -> Rule:
        @rule("TEST005", "leaves", Severity.ERROR, article=("G-2",))
        def leaves(workload: Workload) -> Iterator[Finding]:
            """A rule that ends the program."""
            if workload:
                raise error
            yield finding("name", "never reached")

        return leaves

    for error in (SystemExit(0), GeneratorExit(), AssertionError()):
        (crash,) = lint(workload(), [leaving(error)]).crashes
        assert crash.error.startswith(type(error).__name__)
    with pytest.raises(KeyboardInterrupt):
        lint(workload(), [leaving(KeyboardInterrupt())])


def unknown() -> bool:
    raise Unknown("host.memory")


def test_three_valued_logic() -> None:
    assert either(unknown, lambda: True)
    assert both(unknown, lambda: False) is False
    assert either(lambda: False, lambda: False) is False
    assert both(lambda: True, lambda: True)
    with pytest.raises(Unknown, match=r"host\.memory"):
        either(unknown, lambda: False)
    with pytest.raises(Unknown, match=r"host\.memory"):
        both(unknown, lambda: True)


def test_a_copy_holds_what_was_stated_and_derives_anew() -> None:
    original = workload(deployment__platform="docker", guest__os="debian12")
    assert original.deployment.mode == "runc"
    copy = clone(original)
    assign(copy, "deployment.platform", "virtualbox")
    assert (copy.deployment.mode, original.deployment.mode) == ("hw-assisted", "runc")
    assert copy.guest.os.family == "linux"
    remove(copy, "guest.os")
    with pytest.raises(Unknown):
        copy.guest.os.family  # noqa: B018 - reading is the point


def test_output_does_not_depend_on_the_hash_seed_or_the_locale() -> None:
    outputs = set()
    for seed, locale in (("0", "C"), ("1", "C.UTF-8"), ("4242", "C")):
        command = [sys.executable, "-m", "vmlint", "check", "--format", "json", "--today", "2026-11-22", "examples"]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": f"UTC{seed[0]}"}
        outputs.add(subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False).stdout)
    assert len(outputs) == 1
    assert len(outputs.pop()) > 10_000
