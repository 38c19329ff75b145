"""The report on the age of the catalogue."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from vmlint.catalog import Catalog
from vmlint.catalog.lifecycle import Cycle

CATALOG = Catalog()


@pytest.fixture(scope="module")
def age() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalog_age", Path(__file__).parents[2] / "docs" / "catalog_age.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def released(*days: str) -> list[Cycle]:
    return [
        Cycle("zorb", str(number), None, None, None, "", {}, "Zorb", date.fromisoformat(day))
        for number, day in enumerate(days)
    ]


HALF_YEARLY = ("2026-04-01", "2025-10-01", "2025-04-01", "2024-10-01", "2024-04-01", "2023-10-01")


@pytest.mark.parametrize(
    ("days", "today", "said"),
    [
        (HALF_YEARLY, "2027-01-10", "0 came out 284 days ago, and releases are 183 days apart"),
        (HALF_YEARLY, "2026-12-20", ""),
        (HALF_YEARLY[:5], "2030-01-01", ""),
        ((), "2030-01-01", ""),
    ],
)
def test_overdue(age: ModuleType, days: tuple[str, ...], today: str, said: str) -> None:
    assert age.overdue(released(*days), date.fromisoformat(today)) == said


def test_the_oldest_come_first(age: ModuleType) -> None:
    days = [entry.day for entry in age.checked()]
    assert days == sorted(days)
    assert len(days) > len(CATALOG.platforms)


def test_report(age: ModuleType) -> None:
    lines = list(age.report(date(2031, 1, 1), CATALOG))
    assert [line for line in lines if line.endswith(":")] == [
        "Checked longest ago:",
        "A release came out after the entry was checked:",
        "A release is probably missing in lifecycle.csv:",
    ]
    assert any(line.startswith("  kubernetes: ") for line in lines)
