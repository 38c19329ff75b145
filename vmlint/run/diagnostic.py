"""A finding as reports show it, with its place: made from what a rule found, or from what was met while reading."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from vmlint.catalog.records import local_to
from vmlint.findings.codes import ACCEPTED_RISK, STRUCTURE
from vmlint.findings.verdict import Candidate
from vmlint.lint.engine import Crash, Hit
from vmlint.lint.lifted import Described, Lifted, described
from vmlint.lint.rule import Confidence, Severity
from vmlint.model.paths import derivation_of, stated_sources, value_at
from vmlint.reading.drift import Drift
from vmlint.reading.manifest import Manifest
from vmlint.reading.native import Native
from vmlint.reading.places import Place
from vmlint.reading.spec import Reader
from vmlint.syntax.text import Problem
from vmlint.words import as_text, error_text


class Derived(NamedTuple):
    """How a fact that nobody stated came about."""

    value: str
    sources: tuple[str, ...]
    """The stated fields that it follows from."""
    why: str


class Related(NamedTuple):
    """Another field that a finding rests on, with its place."""

    path: str
    place: Place
    derived: Derived | None = None


class Diagnostic(NamedTuple):
    """A finding as a report shows it."""

    code: str
    name: str
    severity: Severity
    message: str
    path: str
    """The field at fault; empty for a fault of the file itself."""
    place: Place
    workload: str
    """Name of the workload; empty where it has none."""
    because: tuple[Related, ...] = ()
    help: tuple[str, ...] = ()
    suggestions: tuple[Candidate, ...] = ()
    derived: Derived | None = None
    """Set where the field at fault was not stated but follows from others."""
    confidence: Confidence = Confidence.HIGH
    local: tuple[Described, ...] = ()
    """What local catalogue data it rests on."""
    also: tuple[str, ...] = ()
    """Names of other workloads of which the very same is told, since they share the line at fault."""


Subject = Manifest | Native
"""A workload with the places of its fields, as a manifest or a file of another tool describes it."""


def structural(problem: Problem, file: str) -> Diagnostic:
    """Return what is wrong with a file or a document itself."""
    described = STRUCTURE[problem.code]
    place = Place(file, problem.line, problem.column, problem.end_line, problem.end_column)
    return Diagnostic(
        problem.code,
        described.name,
        described.severity,
        problem.message,
        "",
        place,
        "",
        help=(problem.help,) if problem.help else (),
    )


def reader_failed(reader: Reader, file: str, error: BaseException) -> Diagnostic:
    """Return that a reader crashed on a file."""
    explained = STRUCTURE["VM921"]
    message = f"the reader of {reader.title} failed: {error_text(error)}"
    return Diagnostic(explained.code, explained.name, explained.severity, message, "", Place(file, 1, 1, 1, 1), "")


def told_once(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Fold findings that differ in nothing but the workload: services that share an anchor, machines of one box."""
    latest: dict[tuple[str, str, Place, Severity], int] = {}
    kept: list[Diagnostic] = []
    names: dict[int, list[str]] = {}
    for each in found:
        key = (each.code, each.message, each.place, each.severity)
        index = latest.get(key)
        if index is not None and _nameless(each) == _nameless(kept[index]):
            names.setdefault(index, []).extend(filter(None, [each.workload]))
        else:
            latest[key] = len(kept)
            kept.append(each)
    return tuple(each._replace(also=tuple(names.get(index, ()))) for index, each in enumerate(kept))


def _nameless(found: Diagnostic) -> Diagnostic:
    """Return a finding without what tells one workload from another: its name, and where it stands itself."""
    because = (related._replace(place=found.place) for related in found.because)
    return found._replace(workload="", because=tuple(because))


def drifted(drift: Drift, manifest: Manifest) -> Diagnostic:
    """Return that a manifest and the file that it lies over contradict each other."""
    explained = STRUCTURE["VM917"]
    meant = Derived(drift.value, (), f"a default of the format: {drift.default}") if drift.default else None
    return Diagnostic(
        explained.code,
        explained.name,
        explained.severity,
        drift.message,
        drift.path,
        drift.place,
        manifest.workload.name if manifest.workload else "",
        (Related(drift.path, drift.theirs, meant),),
        (drift.help,),
    )


def diagnostic(hit: Hit, subject: Subject, offered: tuple[Candidate, ...]) -> Diagnostic:
    """Return what a rule found, with the alternatives that are offered for it."""
    found, workload = hit.finding, subject.workload
    assert workload is not None  # noqa: S101 - rules run on workloads only
    return Diagnostic(
        hit.rule.code,
        hit.rule.name,
        hit.severity,
        found.message,
        found.path,
        subject.place(found.path, found.entry),
        workload.name,
        tuple(Related(path, subject.place(path), _derived(subject, path)) for path in found.because),
        found.help,
        offered,
        _derived(subject, found.path),
        hit.confidence,
        described(workload, (found.path, *found.because)),
    )


def accepted(found: Lifted, subject: Subject) -> Diagnostic:
    """Return the objection of a guard that local catalogue data lifts."""
    rule, finding = found.hit.rule, found.hit.finding
    explained = STRUCTURE[ACCEPTED_RISK]
    workload = subject.workload
    assert workload is not None  # noqa: S101 - rules run on workloads only
    paths = (finding.path, *finding.because)
    return Diagnostic(
        explained.code,
        explained.name,
        explained.severity,
        f"{rule.code} would object ({finding.message}): lifted by {local_to(*found.files)}; accepted risk",
        finding.path,
        subject.place(finding.path, finding.entry),
        workload.name,
        tuple(Related(path, subject.place(path), _derived(subject, path)) for path in finding.because),
        derived=_derived(subject, finding.path),
        local=described(workload, paths),
    )


def crashed(crash: Crash, subject: Subject) -> Diagnostic:
    """Return that a rule crashed on a workload."""
    described = STRUCTURE["VM920"]
    workload = subject.workload
    assert workload is not None  # noqa: S101 - rules run on workloads only
    message = f"rule {crash.rule.code} of {crash.rule.plugin} failed: {crash.error}"
    return Diagnostic(
        described.code, described.name, described.severity, message, "", subject.place("name"), workload.name
    )


def _derived(subject: Subject, path: str) -> Derived | None:
    workload = subject.workload
    assert workload is not None  # noqa: S101 - rules run on workloads only
    derivation = derivation_of(workload, path)
    default = subject.defaults.get(path)
    if derivation is None and default is None:
        return None
    value = value_at(workload, path)
    text = as_text(value)
    if derivation is None:
        return Derived(text, (), f"a default of the format: {default}")
    return Derived(text, stated_sources(workload, path), derivation.why)
