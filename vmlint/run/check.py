"""From the bytes of a file to findings with places: a pure function, without globals, terminal or network."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence, Set
from datetime import date
from typing import NamedTuple

from vmlint.advice.advise import advise, something_fits, suggestions
from vmlint.catalog import Catalog
from vmlint.findings.codes import STRUCTURE
from vmlint.findings.verdict import Advice, Candidate, Undecided, Verdict
from vmlint.lint.engine import Hit, Outcome, by_stage, lint
from vmlint.lint.lifted import lifted
from vmlint.lint.profiles import EVERYTHING, Profile
from vmlint.lint.rule import Repair, Rule, Severity
from vmlint.model.as_manifest import likeness
from vmlint.model.workload import Workload
from vmlint.reading.host import Context
from vmlint.reading.manifest import Manifest, claims_to_be_manifest, may_be_manifest, read
from vmlint.reading.native import Native, natives, recognised
from vmlint.reading.places import Text
from vmlint.reading.spec import File, PassedOver, Reader
from vmlint.run.diagnostic import (
    Diagnostic,
    Subject,
    accepted,
    crashed,
    diagnostic,
    drifted,
    reader_failed,
    structural,
)
from vmlint.syntax.text import ENCODINGS, Problem, Unreadable
from vmlint.words import error_text


class Checked(NamedTuple):
    """What became of one file."""

    file: str
    recognised: bool
    """Whether anything in it was linted; every other file is passed over."""
    diagnostics: tuple[Diagnostic, ...] = ()
    undecided: tuple[tuple[str, Undecided], ...] = ()
    """(workload, what is missing), in the order of the file."""
    workloads: int = 0
    crashes: tuple[str, ...] = ()
    texts: tuple[Text, ...] = ()
    """The files that places lie in, for code frames."""
    formats: tuple[str, ...] = ()
    """What it was recognised as, beside a manifest: names of readers."""
    passed_over: str = ""
    """Why a file of a known format was not read."""
    subjects: tuple[Subject, ...] = ()
    """What was read in it."""

    @property
    def overlaid(self) -> tuple[tuple[str, Identity], ...]:
        """The workloads of other tools' files, each with its file, that its manifests lie over and speak of."""
        natives = [each.native for each in self.subjects if isinstance(each, Manifest) and each.native]
        return tuple((native.around.file, identity(native)) for native in natives)


Identity = tuple[str, int, int]
"""What tells a workload from all others of its file: its format, and the line and column where it stands."""


def identity(native: Native) -> Identity:
    """Return what tells a workload from all others of its file; several may have one name."""
    return native.format, native.around.line, native.around.column


class Settings(NamedTuple):
    """What a check depends on beside the file."""

    rules: Sequence[Rule]
    """The rules that report."""
    judges: Sequence[Rule]
    """The rules that judge suggestions: also those that were not selected, but none that was ignored."""
    catalog: Catalog
    today: date
    context: Context
    structure: frozenset[str] = frozenset(STRUCTURE)
    """Structure codes that are reported."""
    profile: Profile = EVERYTHING
    """Which findings of the rules are reported."""
    named: frozenset[str] = frozenset()
    """Codes of rules that were asked for by name: all their findings are reported."""
    guards: Sequence[Rule] = ()
    """The security rules whose objections no local catalogue data lifts silently."""


class _Alike(NamedTuple):
    """What the advisor said of workloads, by their likeness: a cluster's pods are alike by the hundred."""

    verdicts: dict[Hashable, Verdict]
    fitting: dict[Hashable, bool]
    """Whether anything fits at all, which is found out sooner than the best that does."""


class _Found:
    """What is being found in one file."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.diagnostics: list[Diagnostic] = []
        self.undecided: list[tuple[str, Undecided]] = []
        self.crashes: list[str] = []
        self.texts: list[Text] = []
        self.subjects: list[Subject] = []
        self.formats: list[str] = []
        self.passed_over = ""
        self.documents = 0
        self.told: set[Problem] = set()
        """What is wrong with hints, which the readers of several formats may meet in one file."""
        self.alike = _Alike({}, {})

    def add(self, subject: Subject) -> None:
        """Lint what was read."""
        self.documents += 1
        self.subjects.append(subject)
        self.texts += [text for text in subject.texts if text not in self.texts]
        if isinstance(subject, Manifest):
            self.diagnostics += [structural(each, subject.texts[0].name) for each in subject.problems]
            self.add_overlay(subject)
        else:
            self.tell(subject.problems, subject.texts[0].name)
        if subject.workload is not None:
            found, missing, broken = _check_workload(subject, self.settings, self.alike)
            self.diagnostics += found
            self.undecided += [(subject.workload.name, entry) for entry in missing]
            self.crashes += broken

    def tell(self, problems: Iterable[Problem], file: str) -> None:
        """Tell what is wrong with hints: with one for all workloads of a file, or in several formats, once."""
        self.diagnostics += [structural(each, file) for each in problems if each not in self.told]
        self.told.update(problems)

    def leave(self, native: Native) -> None:
        """Pass over a workload of which a manifest speaks; what is wrong with the file's hints is told all the same."""
        self.documents += 1
        self.texts += [text for text in native.texts if text not in self.texts]
        self.tell(native.problems, native.texts[0].name)

    def add_overlay(self, manifest: Manifest) -> None:
        """Tell what is wrong with the file of another tool that a manifest lies over, and where the two differ."""
        for failure in manifest.failures:
            self.failed(failure.reader, failure.file, failure.error)
        if manifest.native is not None:
            hints = [structural(problem, manifest.native.around.file) for problem in manifest.native.problems]
            self.diagnostics += [hint for hint in hints if hint not in self.diagnostics]
            self.diagnostics += [drifted(drift, manifest) for drift in manifest.drifts]

    def failed(self, reader: Reader, file: str, error: BaseException) -> None:
        """Tell that a reader crashed."""
        self.crashes.append(f"reader {reader.name}: {error_text(error)}")
        self.diagnostics.append(reader_failed(reader, file, error))

    def broken(self, problem: Problem, name: str, data: bytes) -> None:
        """Tell that the file cannot be read as what it is."""
        self.documents += 1
        self.diagnostics.append(structural(problem, name))
        self.texts = self.texts or [Text(name, _lenient(data))]

    def checked(self, name: str) -> Checked:
        """Return what became of the file."""
        kept = [
            diagnostic
            for diagnostic in self.diagnostics
            if diagnostic.code not in STRUCTURE or diagnostic.code in self.settings.structure
        ]
        kept.sort(key=_order)
        return Checked(
            name,
            self.documents > 0,
            tuple(kept),
            tuple(self.undecided),
            sum(subject.workload is not None for subject in self.subjects),
            tuple(self.crashes),
            tuple(self.texts),
            tuple(self.formats),
            self.passed_over,
            tuple(self.subjects),
        )


def check(name: str, data: bytes, settings: Settings, spoken_for: Set[Identity] = frozenset()) -> Checked:
    """Lint every document of a file: manifests, and files of other tools. Never raises for what the file holds.

    ``spoken_for`` are the workloads of another tool that a manifest elsewhere lies over, and lints with what it adds.
    """
    found = _Found(settings)
    if may_be_manifest(name, data):
        try:
            for manifest in read(name, data, settings.context):
                found.add(manifest)
        except Unreadable as error:
            if claims_to_be_manifest(name, data):
                found.broken(error.problem, name, data)
                return found.checked(name)
    if settings.context.readers and not _is_all_ours(found, data):
        _check_native(File(name, data), found, settings, spoken_for)
    return found.checked(name)


def _is_all_ours(found: _Found, data: bytes) -> bool:
    """Tell whether a file with manifests has nothing beside them."""
    return found.documents > 0 and data.count(b"apiVersion") <= found.documents


def _check_native(file: File, found: _Found, settings: Settings, spoken_for: Set[Identity]) -> None:
    """Lint what the readers of other tools' formats find. One that crashes takes nothing of the others down."""
    for reader in settings.context.readers:
        try:
            for _ in recognised(file, (reader,)):
                found.formats.append(reader.name)
                for native in natives(file, reader, settings.context):
                    if identity(native) in spoken_for:
                        found.leave(native)
                    else:
                        found.add(native)
        except Unreadable as error:
            if reader.name in found.formats:
                found.broken(error.problem, file.name, file.shown.data)
        except PassedOver as reason:
            found.passed_over = str(reason)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - a reader may be anybody's, and meets hostile files
            found.documents += 1
            found.failed(reader, file.name, error)


def _order(diagnostic: Diagnostic) -> tuple[int, int, int, str, str]:
    place = diagnostic.place
    return (place.line, place.column, -diagnostic.severity, diagnostic.code, diagnostic.message)


def _lenient(data: bytes) -> str:
    """Decode what can be decoded, so that a broken file can still be shown around the break."""
    mark = next((pair for pair in ENCODINGS if data.startswith(pair[0])), (b"", "utf-8"))
    return data[len(mark[0]) : 1_000_000].decode(mark[1], "replace")


def _check_workload(
    manifest: Subject, settings: Settings, alike: _Alike
) -> tuple[list[Diagnostic], list[Undecided], list[str]]:
    workload = manifest.workload
    assert workload is not None  # noqa: S101 - the caller looked
    outcome = lint(workload, by_stage(settings.rules, "workload"))
    judges = by_stage(settings.judges, "workload")

    def verdict() -> Verdict:
        like = likeness(workload)
        if like not in alike.verdicts:
            alike.verdicts[like] = advise(workload, judges, proposals(outcome))
        return alike.verdicts[like]

    def anything() -> bool:
        like = likeness(workload)
        if like not in alike.fitting:
            alike.fitting[like] = something_fits(workload, judges)
        return alike.fitting[like]

    advice = Advice(tuple(hit.rule.code for hit in outcome.errors), verdict, anything)
    late = [
        lint(workload, by_stage(settings.rules, "undecided"), outcome.undecided),
        lint(workload, by_stage(settings.rules, "advice"), advice),
    ]
    hits = [hit for part in (outcome, *late) for hit in part.hits if _reported(hit, settings)]
    crashes = [crash for part in (outcome, *late) for crash in part.crashes]
    undecided = [missing for part in (outcome, *late) for missing in part.undecided]
    warned = {hit.rule.code for hit in hits if hit.severity is Severity.WARNING}
    diagnostics = [diagnostic(hit, manifest, _offered(hit, workload, advice, warned)) for hit in hits]
    diagnostics += [accepted(found, manifest) for found in lifted(workload, settings.guards)]
    diagnostics += [crashed(crash, manifest) for crash in crashes]
    return diagnostics, undecided, [f"{crash.rule.code} ({crash.rule.plugin}): {crash.error}" for crash in crashes]


def _offered(hit: Hit, workload: Workload, advice: Advice, warned: set[str]) -> tuple[Candidate, ...]:
    """Return the alternatives to show under a finding; mere advice needs none, unless it is about them."""
    if workload.deployed and (hit.severity > Severity.NOTE or hit.rule.stage == "advice"):
        return suggestions(advice.verdict, hit, warned)
    return ()


def _reported(hit: Hit, settings: Settings) -> bool:
    return hit.rule.code in settings.named or settings.profile.shows(hit.severity, hit.confidence)


def proposals(outcome: Outcome) -> list[tuple[Repair, ...]]:
    """Return the repairs that each finding proposes, those of the gravest findings first."""
    return [hit.finding.repairs for hit in sorted(outcome.hits, key=lambda hit: -hit.severity)]
