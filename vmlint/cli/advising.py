"""Asking the advisor about the workloads of files, each kind of workload once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.advice.hinges import hinges
from vmlint.advice.lead import lead
from vmlint.advice.picture import picture
from vmlint.advice.whole import Judged, whole
from vmlint.cli.resolve import limits
from vmlint.findings.severity import Severity
from vmlint.lint.engine import lint
from vmlint.lint.local import risks
from vmlint.model.as_manifest import likeness
from vmlint.record import NamedTuple
from vmlint.report.advised import Advised, Why
from vmlint.report.ranking import Present
from vmlint.report.whole import Together
from vmlint.run.check import Memory, proposals

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from vmlint.findings.diagnostic import Crash
    from vmlint.findings.verdict import Verdict
    from vmlint.lint.outcome import Outcome
    from vmlint.model.workload import Workload
    from vmlint.reading.subject import Subject
    from vmlint.run.by_file import ByFile
    from vmlint.run.settings import Settings


class Asked(NamedTuple):
    """A workload that is advised on."""

    subject: Subject
    file: str
    """The file by whose settings it is judged."""

    @property
    def place(self) -> str:
        """The file in which it stands."""
        return self.subject.place("name").file


class Advising:
    """The advisor of a run. What it remembers of one workload serves the next."""

    def __init__(self, settings: ByFile) -> None:
        self._settings = settings
        self._memories: dict[int, tuple[Settings, Memory]] = {}

    def one(self, asked: Asked) -> Advised:
        """Return all that there is to say about one workload."""
        held = self._settings.lookup.config(asked.file)
        settings = self._settings.of(held)
        memory, workload = self._memory(settings), asked.subject.workload
        outcome, verdict = _judged(memory, workload)
        errors = tuple((hit.rule.code, hit.finding.message) for hit in outcome.hits if hit.severity > Severity.NOTE)
        found = risks(workload, settings.guards)
        present = Present(asked.place, workload.name, workload.deployed, errors, found, tuple(limits(held)))
        why = lead(workload, verdict)
        told = Why(why, hinges(workload, why.first, lambda other: _judged(memory, other)[1])) if why else None
        return Advised(present, picture(workload, verdict), verdict, told, outcome.crashes)

    def together(self, every: Iterable[Asked]) -> tuple[Together, list[Crash]]:
        """Return the answer for many workloads, and what crashed."""
        names: list[tuple[str, str]] = []
        numbers: dict[Hashable, int] = {}
        alike: list[int] = []
        judged: list[Judged] = []
        crashes: list[Crash] = []
        for asked in every:
            workload = asked.subject.workload
            settings = self._settings.of(self._settings.lookup.config(asked.file))
            key = (id(settings), likeness(workload), id(workload.catalog), workload.today)
            if key not in numbers:
                outcome, verdict = _judged(self._memory(settings), workload)
                crashes += outcome.crashes
                numbers[key] = len(judged)
                judged.append(Judged(workload, verdict))
            alike.append(numbers[key])
            names.append((asked.place, workload.name))
        return Together(names, len(judged), whole(judged, alike)), crashes

    def _memory(self, settings: Settings) -> Memory:
        return self._memories.setdefault(id(settings), (settings, Memory(settings)))[1]


def _judged(memory: Memory, workload: Workload) -> tuple[Outcome, Verdict]:
    outcome = lint(workload, memory.rules)
    return outcome, memory.advisor.contest(workload, proposals(outcome)).verdict
