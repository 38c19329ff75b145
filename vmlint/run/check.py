"""From a file to findings with places: a pure function but for ``Context.open_reference``, which the run provides."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from vmlint import limits
from vmlint.advice.advisor import Advisor
from vmlint.findings.codes import CODES
from vmlint.findings.severity import Severity
from vmlint.findings.verdict import Advice, Candidate
from vmlint.lint.engine import by_stage, lint
from vmlint.lint.local import risks
from vmlint.lint.outcome import Outcome
from vmlint.lint.rule import STAGES
from vmlint.lint.rulebook import Rulebook
from vmlint.reading import documents
from vmlint.run.choice import Choice, choice
from vmlint.run.locate import accepted, crashed, located

if TYPE_CHECKING:
    from vmlint.advice.contest import Contest
    from vmlint.findings.diagnostic import Crash, Diagnostic
    from vmlint.findings.finding import Repair
    from vmlint.findings.place import Text
    from vmlint.findings.unknown import Undecided
    from vmlint.lint.hit import Hit
    from vmlint.lint.outcome import Outcome
    from vmlint.model.workload import Workload
    from vmlint.reading.context import Annotation
    from vmlint.reading.file import File
    from vmlint.reading.subject import Subject
    from vmlint.run.settings import Settings


class Checked(NamedTuple):
    """The result for one file."""

    file: str
    recognised: bool
    """Whether anything in it was linted; otherwise the file is skipped."""
    diagnostics: tuple[Diagnostic, ...] = ()
    undecided: tuple[tuple[str, Undecided], ...] = ()
    """(workload, what is missing), in the order of the file."""
    crashes: tuple[Crash, ...] = ()
    texts: tuple[Text, ...] = ()
    """The files of the places, for code frames."""
    formats: tuple[str, ...] = ()
    """The formats that it was recognised as, besides a manifest: names of readers."""
    skipped: str = ""
    """Why a file of a known format was not read."""
    subjects: tuple[Subject, ...] = ()
    """The workloads that were read in it."""
    readable: bool = True
    """Whether it could be read at all."""
    choices: tuple[Choice, ...] = ()
    """One for each workload with findings, where pictures are wanted."""


class Memory:
    """What a run remembers from one file to the next. It changes how long an answer takes, never which."""

    def __init__(self, settings: Settings) -> None:
        workload, *others = (by_stage(settings.rules, stage) for stage in STAGES)
        self.rules = Rulebook(workload)
        """The rules of the first stage."""
        self.later = tuple(others)
        """Those of the stages after it."""
        judges = by_stage(settings.judges, STAGES[0])
        self.advisor = Advisor(self.rules if judges == workload else Rulebook(judges))


def check(file: File, settings: Settings, overlays: Iterable[Annotation] = (), memory: Memory | None = None) -> Checked:
    """Lint every document of a file: manifests, and files of other tools. Never raises for what the file holds.

    ``overlays`` are what manifests elsewhere state about this file: each covers a workload, and is reported itself.
    With the ``memory`` of a run with these settings, what was found in other files need not be found again.
    """
    read = documents.read(file, settings.context, overlays)
    diagnostics = list(read.faults)
    undecided: list[tuple[str, Undecided]] = []
    crashes = list(read.crashes)
    choices: list[Choice] = []
    memory = memory or Memory(settings)
    for subject in read.subjects if settings.rules or settings.guards else ():
        found = _judged(subject, settings, memory, draws=len(choices) < limits.PICTURES)
        diagnostics += found.diagnostics
        undecided += [(subject.workload.name, missing) for missing in found.undecided]
        crashes += found.crashes
        choices += found.choices
    kept = (each for each in diagnostics if each.code not in CODES or each.code in settings.codes)
    return Checked(
        file.name,
        read.documents > 0,
        tuple(sorted(kept, key=_order)),
        tuple(undecided),
        tuple(crashes),
        tuple(read.texts),
        tuple(read.formats),
        read.skipped,
        tuple(read.subjects),
        choices=tuple(choices),
    )


def _order(diagnostic: Diagnostic) -> tuple[int, int, int, str, str]:
    place = diagnostic.place
    return (place.line, place.column, -diagnostic.severity, diagnostic.code, diagnostic.message)


class _Judged(NamedTuple):
    """What the rules found in one workload."""

    diagnostics: list[Diagnostic]
    undecided: list[Undecided]
    crashes: list[Crash]
    choices: list[Choice]


def _judged(subject: Subject, settings: Settings, memory: Memory, *, draws: bool) -> _Judged:
    about_undecided, about_advice = memory.later
    workload, advisor = subject.workload, memory.advisor
    outcome = lint(workload, memory.rules)
    contest = functools.cache(lambda: advisor.contest(workload, proposals(outcome)))
    errors = tuple(hit.rule.code for hit in outcome.errors)
    advice = Advice(
        errors,
        lambda: contest().verdict,
        lambda: advisor.contest(workload, ()).something_fits,
        lambda: contest().something_surely_fits,
        lambda: contest().is_incurable(errors),
    )
    parts = (
        outcome,
        lint(workload, about_undecided, outcome.undecided),
        lint(workload, about_advice, advice),
    )
    hits = [hit for part in parts for hit in part.hits if _reported(hit, settings)]
    crashes = [crash for part in parts for crash in part.crashes]
    warned = {hit.rule.code for hit in hits if hit.severity is Severity.WARNING}
    diagnostics = [located(hit, subject, _offered(hit, workload, contest, warned)) for hit in hits]
    diagnostics += [accepted(risk, subject) for risk in risks(workload, settings.guards)]
    diagnostics += [crashed(crash, subject) for crash in crashes]
    choices = [choice(workload, contest() if draws else None)] if settings.pictures and diagnostics else []
    return _Judged(diagnostics, [missing for part in parts for missing in part.undecided], crashes, choices)


def _offered(hit: Hit, workload: Workload, contest: Callable[[], Contest], warned: set[str]) -> tuple[Candidate, ...]:
    """Return the alternatives to show under a finding; a note needs none, unless it is about them."""
    if workload.deployed and (hit.severity > Severity.NOTE or hit.rule.stage == "advice"):
        from vmlint.advice.suggest import suggestions

        return suggestions(contest(), hit, warned)
    return ()


def _reported(hit: Hit, settings: Settings) -> bool:
    return hit.rule.code in settings.named or settings.profile.shows(hit.severity, hit.confidence)


def proposals(outcome: Outcome) -> list[tuple[Repair, ...]]:
    """Return the repairs that each finding proposes, those of the gravest findings first."""
    return [hit.finding.repairs for hit in sorted(outcome.hits, key=lambda hit: -hit.severity)]
