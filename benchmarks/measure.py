"""Run commands in turn, and measure the time and the memory of each."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

SAMPLED = 0.25
"""Seconds between two looks at the memory of all processes of a command. Shorter commands are not disturbed by any."""
_LAUNCHER = Path(__file__).parent / "launcher.py"


class Command(NamedTuple):
    """A tool as it is called, and what is expected of it."""

    label: str
    words: Sequence[str]
    folder: Path
    """Where it runs."""
    status: int = 0
    """The exit status without which the figures would be those of a failure."""
    environment: Mapping[str, str] = {}
    """Added to the environment of the benchmark."""
    emptied: Path | None = None
    """A folder that is removed before each run: a cache that shall be found empty."""
    primed: bool = False
    """Run it once before the first round even if there is one round only: a cache that shall be found full."""
    files: int = 1
    """How many files it reads."""
    megabytes: float = 0.0
    """How much it reads."""


class Run(NamedTuple):
    """One run: seconds of wall clock, seconds of CPU of all its processes, and peak memory in MiB."""

    wall: float
    cpu: float
    memory: float


class Result(NamedTuple):
    """All runs of a command; the figures of a table are medians of them."""

    command: Command
    runs: tuple[Run, ...]

    @property
    def wall(self) -> float:
        """Seconds of wall clock."""
        return statistics.median(run.wall for run in self.runs)

    @property
    def cpu(self) -> float:
        """Seconds of CPU, of all processes."""
        return statistics.median(run.cpu for run in self.runs)

    @property
    def least_cpu(self) -> float:
        """Seconds of CPU of the run that was disturbed least."""
        return min(run.cpu for run in self.runs)

    @property
    def memory(self) -> float:
        """Peak MiB."""
        return statistics.median(run.memory for run in self.runs)

    @property
    def rate(self) -> float:
        """Files per second of wall clock."""
        return self.command.files / self.wall

    @property
    def megabytes_rate(self) -> float:
        """MB per second of wall clock."""
        return self.command.megabytes / self.wall


class UnexpectedError(Exception):
    """A command did not end as expected; the message names it."""


def run(command: Command) -> Run:
    """Run a command once. Raises :class:`UnexpectedError` if it ends with another exit status than the expected one.

    A small process starts it: one that is started directly inherits the peak memory of this large one.
    """
    if command.emptied:
        shutil.rmtree(command.emptied, ignore_errors=True)
    environment = {**os.environ, **command.environment}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    launched = subprocess.run(
        [sys.executable, "-I", "-S", _LAUNCHER, str(SAMPLED), *command.words],
        cwd=command.folder,
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    wall, cpu, memory, status = json.loads(launched.stdout)
    if status != command.status:
        shown = " ".join(command.words[:6])
        raise UnexpectedError(f"{command.label}: `{shown} …` ended with status {status}, not {command.status}")
    return Run(wall, cpu, memory)


def rounds(commands: Sequence[Command], count: Mapping[str, int]) -> list[Result]:
    """Run all commands in turn, round by round, so that what else the machine does disturbs all alike.

    ``count`` is how often each label is run. Before the first round, each that is run more than once runs once without
    being counted: it compiles what is not yet compiled, and brings the files into memory.
    """
    found: dict[str, list[Run]] = {command.label: [] for command in commands}
    for command in commands:
        if command.primed or count[command.label] > 1:
            run(command)
    for number in range(max(count.values(), default=0)):
        for command in commands:
            if number < count[command.label]:
                found[command.label].append(run(command))
    return [Result(command, tuple(found[command.label])) for command in commands]
