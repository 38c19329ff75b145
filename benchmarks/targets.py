"""What vmlint aims at, each as a ratio of figures of one run, so that it holds on any machine."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from benchmarks.measure import Result
from benchmarks.scenarios import CLEAN, TENTH, Row, Table


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


TARGETS = (
    Target("a clean manifest, new process, CPU, against `python -c pass`",
           lambda all: all.own("cold", "one clean manifest").cpu / all.last("cold", "python -c pass").cpu, 5, "x"),
    Target("the same against yamllint",
           lambda all: all.own("cold", "one clean manifest").cpu / all.last("cold", "yamllint").cpu, 0.5, "x"),
    Target("the same with a full cache of results, against `python -c pass`",
           lambda all: (all.own("cold", "one clean manifest", "full cache").cpu
                        / all.last("cold", "python -c pass").cpu), 1.5, "x"),
    Target("files per second, clean manifests, against yamllint", _rate_against("yamllint", CLEAN), 40, "x", True),
    Target("files per second, clean manifests, against zizmor on workflows", _rate_against("zizmor", CLEAN), 2, "x", True),
    Target("files per second, 10 % with findings, against zizmor on workflows", _rate_against("zizmor", TENTH), 2, "x",
           True),
    Target("one more manifest with findings, all different, CPU, against one more clean one",
           lambda all: all.per_flagged("all different") / all.per_clean(), 10, "x"),
    Target("the same in milliseconds", lambda all: all.per_flagged("all different") * 1000, 5, " ms"),
    Target("one more manifest with findings that is like others, in milliseconds",
           lambda all: all.per_flagged("alike") * 1000, 1, " ms"),
    Target("one more clean manifest, in milliseconds", lambda all: all.per_clean() * 1000, 0.42, " ms"),
    Target("the largest set with a full cache of results, wall clock",
           lambda all: all.own("growth", CLEAN, "full cache").wall, 0.5, " s"),
    Target("memory for the largest set", lambda all: all.own("growth", CLEAN).memory, 150, " MiB"),
    Target("memory for the largest set, against the set before it", _flatness, 1.2, "x"),
    Target("growth of CPU with the number of files: the exponent (1 is linear)", _exponent, 1.05, ""),
)  # fmt: skip
