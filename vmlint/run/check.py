"""From a file to findings with places: a pure function but for ``Context.open_reference``, which the run provides."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.advice.advisor import Advisor
from vmlint.findings.advice import Advice
from vmlint.findings.codes import CODES
from vmlint.findings.severity import Severity
from vmlint.lint.engine import by_stage, lint
from vmlint.lint.local import risks
from vmlint.lint.outcome import Outcome
from vmlint.lint.rule import STAGES
from vmlint.lint.rulebook import Rulebook
from vmlint.reading import documents
from vmlint.record import NamedTuple
from vmlint.run.foreign import foreign
from vmlint.run.judged import Judged

if TYPE_CHECKING:
    from vmlint.advice.contest import Contest
    from vmlint.findings.diagnostic import Crash, Diagnostic
    from vmlint.findings.finding import Repair
    from vmlint.findings.place import Text
    from vmlint.findings.unknown import Undecided
    from vmlint.findings.verdict import Candidate
    from vmlint.findings.waiver import Use, Waiver
    from vmlint.lint.hit import Hit
    from vmlint.lint.outcome import Outcome
    from vmlint.model.workload import Workload
    from vmlint.reading.context import Annotation
    from vmlint.reading.documents import Reading
    from vmlint.reading.file import File
    from vmlint.reading.subject import Subject
    from vmlint.run.choice import Choice
    from vmlint.run.settings import Settings
    from vmlint.run.waive import Waiving


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
    around: tuple[Waiver, ...] = ()
    """The waivers in the file that cover a line or the whole file."""
    uses: tuple[Use, ...] = ()
    """What the waivers of the settings did in it."""
    choices: tuple[Choice, ...] = ()
    """One for each workload with findings, where pictures are wanted."""
    describes: str = ""
    """What a file without workloads describes instead: ``hosts``, ``a cluster``."""
    unknown_images: tuple[tuple[str, str], ...] = ()
    """(workload, image): images whose needs nobody knows, where a host is given."""


class Memory:
    """What a run remembers from one file to the next. It changes how long an answer takes, never which."""

    def __init__(self, settings: Settings) -> None:
        workload, *others = (by_stage(settings.rules, stage) for stage in STAGES)
        self.rules = Rulebook(workload)
        """The rules of the first stage."""
        self.later = tuple(others)
        """Those of the stages after it."""
        self.foreign = foreign((*settings.rules, *settings.judges))
        """Those of other people's plugins."""
        judges = by_stage(settings.judges, STAGES[0])
        self.advisor = Advisor(self.rules if judges == workload else Rulebook(judges))


def check(file: File, settings: Settings, overlays: Iterable[Annotation] = (), memory: Memory | None = None) -> Checked:
    """Lint every document of a file: manifests, and files of other tools. Never raises for what the file holds.

    ``overlays`` are what manifests elsewhere state about this file: each covers a workload, and is reported itself.
    With the ``memory`` of a run with these settings, what was found in other files need not be found again.
    """
    read = documents.read(file, settings.context, overlays)
    waiving = _waiving(read, settings)
    diagnostics = list(waiving.faults() if waiving else read.faults)
    undecided: list[tuple[str, Undecided]] = []
    crashes = list(read.crashes)
    choices: list[Choice] = []
    memory = memory or Memory(settings)
    hidden: set[str] = set()
    advised = limits.ADVISED
    most = memory.foreign.begin() if memory.foreign else None
    for subject in read.subjects if settings.rules or settings.guards else ():
        draws = len(choices) < limits.PICTURES
        if subject.placed:
            from vmlint.run.on_hosts import together  # imported only where there are several hosts

            advised -= len(subject.placed)
            judge = functools.partial(_judged, settings=settings, memory=memory, draws=False, advised=advised >= 0)
            found = together(subject, [(each.hosts, judge(each.subject)) for each in subject.placed])
        else:
            found = _judged(subject, settings, memory, draws=draws)
        every = found.diagnostics
        if subject.then:
            every, failed = _with_hidden(every, subject, settings, memory, waiving)
            crashes += failed
            diagnostics += _by_hints(every, subject, settings, memory)
        diagnostics += waiving.accept(every, subject) if waiving else every
        if most is not None:
            crashes += most.leave_out(diagnostics)
        hidden |= found.hidden
        undecided += [(subject.workload.name, missing) for missing in found.undecided]
        crashes += found.crashes
        choices += found.choices
    judged = _judged_codes(read, settings, {missing.code for _, missing in undecided} | hidden) if waiving else ()
    diagnostics += waiving.remarks(judged) if waiving else ()
    kept = [each for each in diagnostics if each.code not in CODES or each.code in settings.codes]
    if settings.severities:
        kept = [each._replace(severity=settings.severities.get(each.code, each.severity)) for each in kept]
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
        around=read.around,
        uses=tuple(waiving.uses(judged)) if waiving else (),
        choices=tuple(choices),
        describes=read.describes,
        unknown_images=tuple(_unknown_images(read, settings)),
    )


def _unknown_images(read: Reading, settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield the images whose needs are not judged, although there is a host to judge them by, and rules that do."""
    for subject in read.subjects if any(rule.code.startswith(_OF_NEEDS) for rule in settings.rules) else ():
        if settings.context.hosts or subject.placed:
            from vmlint.model.derive.known_needs import unknown_images  # imported only where a host is given

            yield from ((subject.workload.name, image) for image in unknown_images(subject.workload))


_OF_NEEDS = "VM0"
"""How the codes of the rules begin that compare needs with what is there."""


def _waiving(read: Reading, settings: Settings) -> Waiving | None:
    """Return what accepts findings; ``None`` where no waiver counts, as for most files."""
    if (
        read.waivers
        or read.around
        or settings.waivers
        or any(each.waivers or any(each.around) for each in read.subjects)
    ):
        from vmlint.run.waive import Waiving

        return Waiving(read, settings)
    return None


def _judged_codes(read: Reading, settings: Settings, open_codes: set[str]) -> frozenset[str]:
    """Return the codes of the rules that found in a file all that they can find.

    A rule that was not asked, that was undecided about a workload, or whose findings the profile hides may find more in
    another run; and so may all of them where a part of the file could not be read.
    """
    broken = any(fault.severity is Severity.ERROR and fault.code not in READ_ALL_THE_SAME for fault in read.faults)
    if broken or read.skipped or read.crashes or not read.subjects:
        return frozenset()
    return (settings.codes | {rule.code for rule in settings.rules}) - open_codes


READ_ALL_THE_SAME = frozenset({"VM916", "VM923"})
"""Errors of a file of which everything was read."""


def _order(diagnostic: Diagnostic) -> tuple[int, int, int, str, str]:
    place = diagnostic.place
    return (place.line, place.column, -diagnostic.severity, diagnostic.code, diagnostic.message)


def _judged(subject: Subject, settings: Settings, memory: Memory, *, draws: bool, advised: bool = True) -> Judged:
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
        lint(workload, about_advice if advised else (), advice),
    )
    every = [hit for part in parts for hit in part.hits]
    hits = [hit for hit in every if _reported(hit, settings)]
    crashes = [crash for part in parts for crash in part.crashes]
    warned = {hit.rule.code for hit in hits if hit.severity is Severity.WARNING}
    diagnostics: list[Diagnostic] = []
    lifted = risks(workload, settings.guards)
    if hits or lifted or crashes:
        from vmlint.run.locate import accepted, crashed, located  # imported only where something is found

        diagnostics += [
            located(hit, subject, _offered(hit, workload, contest, warned) if advised else ()) for hit in hits
        ]
        diagnostics += [accepted(risk, subject) for risk in lifted]
        diagnostics += [crashed(crash, subject) for crash in crashes]
    hidden = {hit.rule.code for hit in every if not _reported(hit, settings)} | {crash.code for crash in crashes}
    choices = []
    if settings.pictures and diagnostics:
        from vmlint.run.choice import choice  # imported only where a report shows it

        choices = [choice(workload, contest() if draws else None)]
    return Judged(diagnostics, [missing for part in parts for missing in part.undecided], crashes, hidden, choices)


def _with_hidden(
    found: list[Diagnostic], subject: Subject, settings: Settings, memory: Memory, waiving: Waiving | None
) -> tuple[list[Diagnostic], list[Crash]]:
    """Return the findings of a workload with those that new words to vmlint would hide, and what failed meanwhile."""
    from vmlint.run.hidden import hidden, told, without_milder

    every = found
    remarks: list[Diagnostic] = []
    crashes: list[Crash] = []
    forbids = settings.waiver_policy is not None and settings.waiver_policy.forbidden
    for then in (each for each in subject.then if each.revision or forbids):
        before = _judged(then.subject, settings, memory, draws=False)
        graver = [*hidden(every, before.diagnostics, then, settings)]
        remarks += told(waiving.accept(graver, subject) if waiving else graver, then, subject)
        every = [*without_milder(every, graver), *graver]
        crashes += before.crashes
    return [*every, *remarks], crashes


def _by_hints(
    found: Iterable[Diagnostic], subject: Subject, settings: Settings, memory: Memory
) -> Iterator[Diagnostic]:
    """Yield the findings that a workload would have if nothing was said to vmlint about it, as accepted by that."""
    from vmlint.run.hidden import by_hints
    from vmlint.run.locate import located

    for then in (each for each in subject.then if not each.revision):
        hits = lint(then.subject.workload, memory.rules).hits
        graver = [hit for hit in hits if hit.severity > Severity.NOTE and _reported(hit, settings)]
        yield from by_hints((located(hit, then.subject, ()) for hit in graver), found, then, subject)


def _offered(hit: Hit, workload: Workload, contest: Callable[[], Contest], warned: set[str]) -> tuple[Candidate, ...]:
    """Return the alternatives to show under a finding; a note needs none, unless it is about them."""
    if workload.deployed and (hit.severity > Severity.NOTE or hit.rule.stage == "advice"):
        from vmlint.advice.suggest import suggestions

        return suggestions(contest(), hit, warned)
    return ()


def _reported(hit: Hit, settings: Settings) -> bool:
    severity = settings.severities.get(hit.rule.code, hit.severity)
    return hit.rule.code in settings.named or settings.profile.shows(severity, hit.confidence)


def proposals(outcome: Outcome) -> list[tuple[Repair, ...]]:
    """Return the repairs that each finding proposes, those of the gravest findings first."""
    return [hit.finding.repairs for hit in sorted(outcome.hits, key=lambda hit: -hit.severity)]
