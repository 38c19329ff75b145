"""Targets: computed from the tables of one run, met or not, and not measured where a table is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.measure import Command, Result, Run
from benchmarks.scenarios import CLEAN, Row, Table
from benchmarks.targets import TARGETS, Figures


def row(
    subject: str, tool: str, cpu: float, files: int = 1, state: str = "", wall: float = 0, memory: float = 50
) -> Row:
    command = Command(f"{tool} {subject}", [], Path(), files=files)
    return Row(subject, tool, state, Result(command, (Run(wall or cpu, cpu, memory),)))


def tables(flagged: float = 6.0) -> list[Table]:
    """A start takes 0.04 s, a clean manifest 1 ms, and one with findings ``flagged`` ms (alike: 2 ms)."""
    cold = (
        row("nothing", "python -c pass", 0.01),
        row("one clean manifest", "vmlint", 0.04, state="no cache"),
        row("one clean manifest", "vmlint", 0.012, state="full cache"),
        row("one of the manifests", "yamllint", 0.07),
    )
    many = (
        row("0 % with findings, all different", "vmlint", 0.04 + 0.999, 1000),
        row("50 % with findings, all different", "vmlint", 0.04 + 0.999 + 0.5 * (flagged - 1), 1000),
        row("0 % with findings, alike", "vmlint", 1.0, 1000),
        row("50 % with findings, alike", "vmlint", 1.5, 1000),
    )
    growth = (
        row(CLEAN, "vmlint", 1.0, 1_000, memory=60),
        row(CLEAN, "vmlint", 10.0, 10_000, wall=5.0, memory=90),
        row("1,000 manifests", "yamllint", 5.0, 1_000),
        row("10,000 workflows", "zizmor", 15.0, 10_000),
    )
    return [Table(name, "", "", rows) for name, rows in (("cold", cold), ("many", many), ("growth", growth))]


def told(found: list[Table]) -> list[tuple[str, str, str]]:
    return [target.line(Figures(found, "vmlint")) for target in TARGETS]


def test_targets_are_ratios_of_one_run() -> None:
    by_what = {target.what: line for target, line in zip(TARGETS, told(tables()), strict=True)}
    assert by_what["a clean manifest, new process, CPU, against `python -c pass`"] == ("4.00x", "at most 5x", "yes")
    assert by_what["… against yamllint"] == ("0.57x", "at most 0.5x", "no")
    assert by_what["… with a full cache of results, against `python -c pass`"][0] == "1.20x"
    assert by_what["files/s of clean manifests, against yamllint"] == ("5.00x", "at least 40x", "no")
    assert by_what["… against zizmor on workflows"] == ("3.00x", "at least 2x", "yes")
    assert by_what["files/s with findings in 10 %, against zizmor on workflows"][0] == "not measured"
    assert by_what["CPU of one more clean manifest"] == ("1.00 ms", "at most 0.42 ms", "no")
    assert by_what["CPU of one more manifest with findings, all different"][0] == "6.00 ms"
    assert by_what["… against one more clean manifest"][0] == "6.00x"
    assert by_what["CPU of one more manifest with findings, alike"][0] == "2.00 ms"
    assert by_what["10,000 files at most, full cache, wall clock"][0] == "not measured"
    assert by_what["10,000 files at most, no cache, memory"][0] == "90 MiB"
    assert by_what["memory of the largest set, against the set before it"] == ("1.50x", "at most 1.2x", "no")
    assert by_what["growth of CPU between these: the exponent, 1 is linear"] == ("1.00", "at most 1.05", "yes")
    assert len(by_what) == len(TARGETS)


def test_a_dearer_finding_shows() -> None:
    what = "CPU of one more manifest with findings, all different"
    line = next(target for target in TARGETS if target.what == what).line(Figures(tables(flagged=21.0), "vmlint"))
    assert line == ("21 ms", "at most 5 ms", "no")


@pytest.mark.parametrize("left_out", ["cold", "many", "growth"])
def test_what_was_not_measured_is_not_met(left_out: str) -> None:
    lines = told([table for table in tables() if table.scenario != left_out])
    assert [met for value, _, met in lines if value == "not measured"].count("") == len(
        [value for value, _, _ in lines if value == "not measured"]
    )
    assert "not measured" in [value for value, _, _ in lines]
