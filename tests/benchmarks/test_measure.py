"""Measuring commands: what a failure looks like, in which order they run, and whose memory is told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.measure import SAMPLED, Command, UnexpectedError, rounds, run
from benchmarks.results import measured, seconds, table
from benchmarks.scenarios import Row, Table


def command(label: str, code: str, folder: Path, status: int = 0) -> Command:
    return Command(label, [sys.executable, "-S", "-c", code], folder, status)


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(UnexpectedError, match=r"broken: .* ended with status 3, not 0"):
        run(command("broken", "raise SystemExit(3)", tmp_path))
    run(command("findings", "raise SystemExit(3)", tmp_path, status=3))


def test_commands_run_in_turn_after_a_run_that_does_not_count(tmp_path: Path) -> None:
    code = "open('order', 'a').write({!r})"
    commands = [command(name, code.format(name), tmp_path) for name in ("a", "b", "c")]
    commands[2] = commands[2]._replace(primed=True)
    results = rounds(commands, {"a": 3, "b": 2, "c": 1})
    assert (tmp_path / "order").read_text() == "abc" + "abc" + "ab" + "a"
    assert [len(result.runs) for result in results] == [3, 2, 1]


def test_a_command_that_runs_once_is_not_warmed_up(tmp_path: Path) -> None:
    rounds([command("slow", "open('order', 'a').write('s')", tmp_path)], {"slow": 1})
    assert (tmp_path / "order").read_text() == "s"


def test_a_cache_is_emptied_before_each_run(tmp_path: Path) -> None:
    code = "import os; os.mkdir('cache')"  # fails where the folder is still there
    rounds([command("cold", code, tmp_path)._replace(emptied=tmp_path / "cache")], {"cold": 2})
    assert (tmp_path / "cache").is_dir()


def test_memory_is_that_of_the_command_and_not_of_what_started_it(tmp_path: Path) -> None:
    ballast = b"x" * (200 * 2**20)  # of this process
    small = run(command("small", "pass", tmp_path)).memory
    large = run(command("large", "x = b'x' * (100 * 2**20)", tmp_path)).memory
    assert len(ballast) / 2**20 > large > small + 90


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the memory of all processes is told by /proc")
def test_memory_is_that_of_all_processes_together(tmp_path: Path) -> None:
    code = f"""
import os, time
child = os.fork()
x = bytearray(b'x' * (60 * 2**20))
time.sleep({SAMPLED * 4})
if child: os.wait()
"""
    assert run(command("two", code, tmp_path)).memory > 110


def test_a_table_names_what_was_not_measured(tmp_path: Path) -> None:
    result = rounds([command("a", "pass", tmp_path)._replace(files=7)], {"a": 1})[0]
    rows = (Row("7 files", "vmlint", "no cache", result), Row("7 files", "other", "", None, "not available"))
    lines = measured(Table("growth", "Seven files", "All different.", rows)).splitlines()
    assert lines[0] == "### Seven files"
    cells = [[cell.strip() for cell in line.split("|")] for line in lines[6:8]]
    assert cells[0][1:3] == ["7 files", "vmlint, no cache"]
    assert cells[0][9:11] == ["1.00", "1"]
    assert cells[1][1:4] == ["7 files", "other", "not available"]


def test_tables_are_aligned() -> None:
    text = table(("tool", "files"), [("vmlint", "1,000"), ("a", "2")], (1,))
    assert text == "| tool   | files |\n| ------ | ----: |\n| vmlint | 1,000 |\n| a      |     2 |\n"


@pytest.mark.parametrize(
    ("value", "text"), [(0.0123, "12.3 ms"), (0.523, "523 ms"), (1.234, "1.23 s"), (203.4, "203 s")]
)
def test_times_have_three_digits(value: float, text: str) -> None:
    assert seconds(value) == text
