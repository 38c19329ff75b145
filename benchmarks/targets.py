"""What vmlint aims at, each as a ratio of figures of one run, so that it holds on any machine."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from benchmarks.measure import Result
from benchmarks.scenarios import CLEAN, TENTH, VERIFIED, Row, Table


class Figures(NamedTuple):
    """The results of a run, from which targets are computed for one vmlint."""

    tables: Sequence[Table]
    tool: str

    def rows(self, scenario: str, tool: str, subject: str = "", state: str = "") -> list[Row]:
        """Return the rows that were measured, by number of files. An empty subject stands for all."""
        cacheless = ("", "no cache") if not state else (state,)
        found = [
            row
            for table in self.tables
            if table.scenario == scenario
            for row in table.rows
            if row.tool == tool and row.result and row.state in cacheless and subject in ("", row.subject)
        ]
        return sorted(found, key=lambda row: row.result.command.files if row.result else 0)

    def last(self, scenario: str, tool: str, subject: str = "", state: str = "") -> Result:
        """Return the result with the most files. Raises ``LookupError`` if there is none."""
        return [row.result for row in self.rows(scenario, tool, subject, state) if row.result][-1]

    def own(self, scenario: str, subject: str, state: str = "") -> Result:
        """Return the last result of vmlint itself."""
        return self.last(scenario, self.tool, subject, state)

    def of_size(self, files: int, subject: str) -> Result:
        """Return the result of vmlint for a number of files. Raises ``LookupError``."""
        rows = self.rows("growth", self.tool, subject)
        return next((row.result for row in rows if row.result and row.result.command.files == files), None) or _none()

    def per_clean(self) -> float:
        """Return the CPU seconds that one more clean manifest takes, without the start."""
        many = self.own("many", "0 % with findings, all different")
        return (many.cpu - self.own("cold", "one clean manifest").cpu) / (many.command.files - 1)

    def per_flagged(self, kind: str) -> float:
        """Return the CPU seconds that one more manifest with findings takes: ``alike`` or ``all different``."""
        clean, half = (self.own("many", f"{share} % with findings, {kind}") for share in (0, 50))
        return self.per_clean() + (half.cpu - clean.cpu) / (half.command.files // 2)


def _none() -> Result:
    raise LookupError


def _rate_against(peer: str, subject: str) -> Callable[[Figures], float]:
    """Return the files per second as a multiple of a peer's, for the largest set that both read."""

    def compare(figures: Figures) -> float:
        theirs = figures.last("growth", peer)
        return figures.of_size(theirs.command.files, subject).rate / theirs.rate

    return compare


def _different(figures: Figures) -> float:
    return figures.per_flagged("all different")


def _alike(figures: Figures) -> float:
    return figures.per_flagged("alike")


def _most(figures: Figures, state: str = "") -> Result:
    """Return the result of the largest set of at most 10,000 files. Raises ``LookupError``."""
    rows = figures.rows("growth", figures.tool, CLEAN, state)
    return [row.result for row in rows if row.result and row.result.command.files <= VERIFIED][-1]


def _flatness(figures: Figures) -> float:
    small, large = (row.result for row in figures.rows("growth", figures.tool, CLEAN)[-2:])
    return large.memory / small.memory if small and large else _none().memory


def _exponent(figures: Figures) -> float:
    small, large = (row.result for row in figures.rows("growth", figures.tool, CLEAN)[-2:])
    if not small or not large:
        raise LookupError
    return math.log(large.cpu / small.cpu) / math.log(large.command.files / small.command.files)


class Target(NamedTuple):
    """A figure, and what it should be."""

    what: str
    value: Callable[[Figures], float]
    limit: float
    unit: str
    at_least: bool = False

    def line(self, figures: Figures) -> tuple[str, str, str]:
        """Return the figure, the aim, and whether it is met, as text."""
        aim = f"at {'least' if self.at_least else 'most'} {self.limit:g}{self.unit}"
        try:
            value = self.value(figures)
        except (LookupError, ValueError, ZeroDivisionError):
            return "not measured", aim, ""
        met = value >= self.limit if self.at_least else value <= self.limit
        return f"{value:.2f}{self.unit}" if value < 10 else f"{value:.0f}{self.unit}", aim, "yes" if met else "no"


def _cold_against(tool: str, state: str = "") -> Callable[[Figures], float]:
    """Return the CPU of a new process as a multiple of another tool's."""

    def compare(figures: Figures) -> float:
        return figures.own("cold", "one clean manifest", state).cpu / figures.last("cold", tool).cpu

    return compare


def _milliseconds(seconds: Callable[[Figures], float]) -> Callable[[Figures], float]:
    return lambda figures: seconds(figures) * 1000


BARE = "python -c pass"
TARGETS = (
    Target("a clean manifest, new process, CPU, against `python -c pass`", _cold_against(BARE), 5, "x"),
    Target("… against yamllint", _cold_against("yamllint"), 0.5, "x"),
    Target("… with a full cache of results, against `python -c pass`", _cold_against(BARE, "full cache"), 1.5, "x"),
    Target("files/s of clean manifests, against yamllint", _rate_against("yamllint", CLEAN), 40, "x", True),
    Target("… against zizmor on workflows", _rate_against("zizmor", CLEAN), 2, "x", True),
    Target("files/s with findings in 10 %, against zizmor on workflows", _rate_against("zizmor", TENTH), 2, "x", True),
    Target("CPU of one more clean manifest", _milliseconds(Figures.per_clean), 0.42, " ms"),
    Target("CPU of one more manifest with findings, all different", _milliseconds(_different), 5, " ms"),
    Target("… against one more clean manifest", lambda figures: _different(figures) / figures.per_clean(), 10, "x"),
    Target("CPU of one more manifest with findings, alike", _milliseconds(_alike), 1, " ms"),
    Target(
        "10,000 files at most, full cache, wall clock", lambda figures: _most(figures, "full cache").wall, 0.5, " s"
    ),
    Target("10,000 files at most, no cache, memory", lambda figures: _most(figures).memory, 150, " MiB"),
    Target("memory of the largest set, against the set before it", _flatness, 1.2, "x"),
    Target("growth of CPU between these: the exponent, 1 is linear", _exponent, 1.05, ""),
)
