"""A finding with its place, as reports show it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from vmlint.findings.codes import CODES
from vmlint.findings.place import START, Place
from vmlint.findings.severity import Confidence, Severity
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.findings.fix import Fix
    from vmlint.findings.problem import Problem
    from vmlint.findings.verdict import Candidate


class Derived(NamedTuple):
    """Why a fact that nobody stated is known."""

    value: str
    sources: tuple[str, ...]
    """The stated fields from which it follows."""
    why: str
    given: bool = False
    """Whether an option or a variable of the environment states it, which ``why`` names."""


class Related(NamedTuple):
    """Another field that a finding rests on, with its place."""

    path: str
    place: Place
    derived: Derived | None = None


class LocalEntry(NamedTuple):
    """A catalogue entry that documents of a project or a plugin describe, completely or in part."""

    id: str
    blocks: tuple[str, ...]
    """The blocks that they describe; empty for the whole entry."""
    files: tuple[str, ...]


class Accepted(NamedTuple):
    """Why a finding does not count: somebody accepted it. It stays visible as accepted."""

    by: str
    """``waiver``, ``baseline``, ``before`` for what was there before the change that is linted, or ``hint`` for what is
    not found because of what a file says to vmlint alone."""
    reason: str = ""
    until: str = ""
    """The last day of a waiver, as ``2027-03-01``; empty where it has none."""
    place: Place | None = None
    """Where the waiver stands."""
    scope: str = ""
    """What the waiver covers: ``line``, ``workload`` or ``file``."""


class Diagnostic(NamedTuple):
    """A finding as a report shows it."""

    code: str
    name: str
    severity: Severity
    message: str
    path: str
    """The field at fault; empty if the file itself is at fault."""
    place: Place
    workload: str = ""
    """Name of the workload; empty if there is none."""
    because: tuple[Related, ...] = ()
    help: tuple[str, ...] = ()
    suggestions: tuple[Candidate, ...] = ()
    derived: Derived | None = None
    """Set if the field at fault was not stated but follows from others."""
    confidence: Confidence = Confidence.HIGH
    local: tuple[LocalEntry, ...] = ()
    """The local catalogue data that it rests on."""
    also: tuple[str, ...] = ()
    """Names of other workloads with the same finding, because they share the line at fault."""
    entry: str = ""
    """If the field is a list: the entry at fault."""
    value: str = ""
    """The value of the field at fault as its user writes it; empty where it is unknown."""
    accepted: Accepted | None = None
    """Set if it does not count, because a waiver or the baseline accepts it."""
    fixes: tuple[Fix, ...] = ()
    """Edits that mend it, the best first."""
    document: str = ""
    """What tells the workload from others of the same name in its file, such as ``Deployment/shop``."""


class Crash(NamedTuple):
    """A rule or a reader that failed with an internal error."""

    code: str
    """The rule's code, or VM921 for a reader."""
    who: str
    """``rule VM403 of acme 1.0``, ``the reader of Compose files``."""
    error: str

    def __str__(self) -> str:
        return f"{self.who} failed: {self.error}"


def own(code: str, message: str, place: Place, path: str = "", workload: str = "", help: str = "") -> Diagnostic:
    """Build a finding of vmlint itself, with the name and severity of its code."""
    about = CODES[code]
    return Diagnostic(code, about.name, about.severity, message, path, place, workload, help=(help,) if help else ())


def of_file(problem: Problem, file: str) -> Diagnostic:
    """Build the finding for a problem with a file."""
    found = own(problem.code, problem.message, problem.at.of(file), help=problem.help)
    return found._replace(fixes=tuple(fix.of(file) for fix in problem.fixes)) if problem.fixes else found


def of_crash(crash: Crash, file: str) -> Diagnostic:
    """Build VM921: a reader failed on a file."""
    return own("VM921", str(crash), START.of(file))


def merged(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Merge findings that are equal except for the workload's name: services with one anchor, machines of one box."""
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
    """Return a finding without what identifies its workload: its name and its place."""
    because = (related._replace(place=found.place) for related in found.because)
    return found._replace(workload="", because=tuple(because))
