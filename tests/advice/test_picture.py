"""From a verdict to the picture: which column an error, a need or a weakness goes into."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from vmlint.advice.advise import advise
from vmlint.advice.picture import Cell, Picture, picture
from vmlint.extend.plugins import load
from vmlint.lint.engine import by_stage
from vmlint.model.derive import DERIVATIONS
from vmlint.model.paths import assign
from vmlint.model.workload import Workload

INSTALLED = load()
RULES = tuple(rule for rule in by_stage(INSTALLED.rules, "workload") if not rule.optional)


def workload(**facts: str) -> Workload:
    made = Workload(INSTALLED.catalog, DERIVATIONS, date(2026, 11, 22))
    for path, value in facts.items():
        assign(made, path.replace("__", "."), value)
    return made


def drawn(made: Workload) -> Picture:
    return picture(made, advise(made, RULES, ()))


def cells(found: Picture, architecture: str, mode: str) -> dict[str, Any]:
    row = next(row for row in found.rows if (row.architecture, row.mode) == (architecture, mode))
    return {"verdict": row.verdict, **row.cells}


@pytest.fixture(scope="module")
def functions() -> Picture:
    return drawn(
        workload(
            guest__platform="linux/amd64",
            requirements__isolation__tenancy="untrusted-multi",
            requirements__startup="300ms",
            environment="production",
            host__platform="linux/amd64",
            host__virtualized="false",
            host__cpu__features="vmx",
        )
    )


def test_errors_are_shown_under_their_requirement(functions: Picture) -> None:
    assert cells(functions, "container", "runc") == {"verdict": "ruled out", "isolation": Cell("no", ("VM401",))}
    assert cells(functions, "type1", "hw-assisted")["startup"] == Cell("no", ("VM601",))


def test_errors_without_a_requirement_are_shown_under_the_facts(functions: Picture) -> None:
    assert cells(functions, "container", "process")["guest"].codes[0] == "VM402"


def test_what_fits_is_named_with_its_platforms(functions: Picture) -> None:
    row = next(row for row in functions.rows if row.mode == "microvm")
    assert row.verdict == "fits"
    assert "firecracker" in row.platforms


def test_demands_are_listed_with_their_values(functions: Picture) -> None:
    assert functions.asked["isolation"] == (("requirements.isolation.tenancy", "untrusted-multi"),)
    assert functions.asked["startup"] == (("requirements.startup", "300ms"),)
    assert functions.asked["guest"] == (("guest.platform", "linux/amd64"),)
    assert list(functions.asked)[:2] == ["isolation", "startup"]
    assert functions.present is None


def test_what_is_stated_but_not_demanded_is_left_out() -> None:
    found = drawn(workload(guest__os__id="debian12", requirements__mobility__liveMigration="none"))
    assert "mobility" not in found.asked


def test_missing_facts_make_conditions_and_weaknesses_are_weak() -> None:
    unknown = drawn(workload(guest__os__id="debian12", host__platform="linux/amd64"))
    found = cells(unknown, "type1", "hw-assisted")
    assert (found["verdict"], found["host"]) == ("fits if", Cell("if"))
    slow = drawn(workload(guest__os__id="debian12", host__platform="linux/amd64", requirements__startup="5s"))
    assert cells(slow, "type1", "hw-assisted")["startup"] == Cell("weak")


def test_the_present_choice_has_its_own_row() -> None:
    found = drawn(
        workload(
            guest__os__id="win2k22",
            deployment__platform="xen",
            deployment__architecture="paravirtualization",
            requirements__portability="linux/amd64",
        )
    )
    assert found.present is not None
    assert (found.present.mode, found.present.verdict) == ("pv", "ruled out")
    assert found.present.cells["guest"] == Cell("no", ("VM301",))
    assert found.asked["portability"] == (("requirements.portability", "linux/amd64"),)
