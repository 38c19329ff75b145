"""vmlint does no more work than it did: its modules and calls are counted, which are the same on every machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import counts

RENEW = "`python -m benchmarks.counts --write` sets the ceilings anew"
CEILINGS = counts.ceilings()


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    return counts.counts(tmp_path_factory.mktemp("counts"))


def test_every_count_has_a_ceiling(counted: dict[str, int]) -> None:
    assert list(counted) == list(CEILINGS), RENEW


@pytest.mark.parametrize("what", CEILINGS)
def test_checking_costs_no_more_than_before(counted: dict[str, int], what: str) -> None:
    assert counted[what] <= CEILINGS[what], f"{what}: is more work worth it? If so, {RENEW}"


@pytest.mark.parametrize("what", CEILINGS)
def test_a_ceiling_is_near_what_it_is_for(counted: dict[str, int], what: str) -> None:
    assert counted[what] * 2 > CEILINGS[what], f"{what}: so far below its ceiling, it could grow unnoticed; {RENEW}"


def test_nothing_but_vmlint_is_counted(tmp_path: Path) -> None:
    # An editable installation puts a finder on the path, whose imports would hide vmlint's own.
    site = counts.as_installed(tmp_path / "site")
    assert (site / "vmlint" / "schemas" / "workload.json").is_file()
    assert (site / "vmlint_rules" / "__init__.py").is_file()
    assert (site / "vmlint" / "__init__.py").is_file()
