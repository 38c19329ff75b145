"""From the bytes of a file to findings with places: a pure function, without globals, terminal or network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from vmlint.advisor.advise import advise, something_fits, suggestions
from vmlint.catalog import Catalog
from vmlint.engine import Crash, Hit, Outcome, by_stage, lint
from vmlint.model.advice import Advice, Candidate, Undecided
from vmlint.model.build import is_stated, value_at
from vmlint.model.workload import Workload
from vmlint.readers.host import Context
from vmlint.readers.manifest import Manifest, claims_to_be_manifest, may_be_manifest, read
from vmlint.readers.places import Place, Text
from vmlint.readers.text import ENCODINGS, Problem, Unreadable
from vmlint.rule import Repair, Rule, Severity
from vmlint.structure import STRUCTURE


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


class Checked(NamedTuple):
    """What became of one file."""

    file: str
    recognised: bool
    """Whether it holds any vmlint document; every other file is passed over."""
    diagnostics: tuple[Diagnostic, ...] = ()
    undecided: tuple[tuple[str, Undecided], ...] = ()
    """(workload, what is missing), in the order of the file."""
    workloads: int = 0
    crashes: tuple[str, ...] = ()
    texts: tuple[Text, ...] = ()
    """The files that places lie in, for code frames."""


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


def check(name: str, data: bytes, settings: Settings) -> Checked:
    """Lint every document of a file. Never raises for what the file holds."""
    if not may_be_manifest(name, data):
        return Checked(name, recognised=False)
    diagnostics: list[Diagnostic] = []
    undecided: list[tuple[str, Undecided]] = []
    crashes: list[str] = []
    texts: list[Text] = []
    workloads = documents = 0
    try:
        for manifest in read(name, data, settings.context):
            documents += 1
            texts += [text for text in manifest.texts if text not in texts]
            diagnostics += [_structural(problem, manifest.texts[0].name) for problem in manifest.problems]
            if manifest.workload is not None:
                workloads += 1
                found, missing, broken = _check_workload(manifest, settings)
                diagnostics += found
                undecided += [(manifest.workload.name, entry) for entry in missing]
                crashes += broken
    except Unreadable as error:
        if not claims_to_be_manifest(name, data):
            return Checked(name, recognised=False)
        documents += 1
        diagnostics.append(_structural(error.problem, name))
        texts = texts or [Text(name, _lenient(data))]
    kept = [
        diagnostic
        for diagnostic in diagnostics
        if diagnostic.code not in STRUCTURE or diagnostic.code in settings.structure
    ]
    kept.sort(key=_order)
    return Checked(name, documents > 0, tuple(kept), tuple(undecided), workloads, tuple(crashes), tuple(texts))


def _order(diagnostic: Diagnostic) -> tuple[int, int, int, str, str]:
    place = diagnostic.place
    return (place.line, place.column, -diagnostic.severity, diagnostic.code, diagnostic.message)


def _lenient(data: bytes) -> str:
    """Decode what can be decoded, so that a broken file can still be shown around the break."""
    mark = next((pair for pair in ENCODINGS if data.startswith(pair[0])), (b"", "utf-8"))
    return data[len(mark[0]) : 1_000_000].decode(mark[1], "replace")


def _structural(problem: Problem, file: str) -> Diagnostic:
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


def _check_workload(manifest: Manifest, settings: Settings) -> tuple[list[Diagnostic], list[Undecided], list[str]]:
    workload = manifest.workload
    assert workload is not None  # noqa: S101 - the caller looked
    outcome = lint(workload, by_stage(settings.rules, "workload"))
    judges = by_stage(settings.judges, "workload")
    advice = Advice(
        tuple(hit.rule.code for hit in outcome.errors),
        lambda: advise(workload, judges, proposals(outcome)),
        lambda: something_fits(workload, judges),
    )
    late = [
        lint(workload, by_stage(settings.rules, "undecided"), outcome.undecided),
        lint(workload, by_stage(settings.rules, "advice"), advice),
    ]
    hits = [hit for part in (outcome, *late) for hit in part.hits]
    crashes = [crash for part in (outcome, *late) for crash in part.crashes]
    undecided = [missing for part in (outcome, *late) for missing in part.undecided]
    warned = {hit.rule.code for hit in hits if hit.severity is Severity.WARNING}
    diagnostics = [_diagnostic(hit, manifest, advice, warned) for hit in hits]
    diagnostics += [_crashed(crash, manifest) for crash in crashes]
    return diagnostics, undecided, [f"{crash.rule.code} ({crash.rule.plugin}): {crash.error}" for crash in crashes]


def proposals(outcome: Outcome) -> list[tuple[Repair, ...]]:
    """Return the repairs that each finding proposes, those of the gravest findings first."""
    return [hit.finding.repairs for hit in sorted(outcome.hits, key=lambda hit: -hit.severity)]


def _diagnostic(hit: Hit, manifest: Manifest, advice: Advice, warned: set[str]) -> Diagnostic:
    found, workload = hit.finding, manifest.workload
    assert workload is not None  # noqa: S101 - the caller looked
    offered: tuple[Candidate, ...] = ()
    if workload.deployed and (hit.severity > Severity.ADVICE or hit.rule.stage == "advice"):
        offered = suggestions(advice.verdict, hit, warned)
    return Diagnostic(
        hit.rule.code,
        hit.rule.name,
        hit.severity,
        found.message,
        found.path,
        manifest.place(found.path),
        workload.name,
        tuple(Related(path, manifest.place(path), _derived(workload, path)) for path in found.because),
        found.help,
        offered,
        _derived(workload, found.path),
    )


def _derived(workload: Workload, path: str) -> Derived | None:
    derivation = workload.derived.get(path)
    if derivation is None:
        return None
    value = value_at(workload, path)
    text = ", ".join(sorted(map(str, value))) if isinstance(value, frozenset) else str(value)
    return Derived(text, tuple(source for source in derivation.sources if is_stated(workload, source)), derivation.why)


def _crashed(crash: Crash, manifest: Manifest) -> Diagnostic:
    described = STRUCTURE["VM920"]
    workload = manifest.workload
    assert workload is not None  # noqa: S101 - the caller looked
    message = f"rule {crash.rule.code} of {crash.rule.plugin} failed: {crash.error}"
    return Diagnostic(
        described.code, described.name, described.severity, message, "", manifest.place("name"), workload.name
    )
