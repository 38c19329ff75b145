"""From findings with paths to findings with places: what rules found in a subject, as reports show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.findings.codes import ACCEPTED_RISK
from vmlint.findings.diagnostic import Crash, Derived, Diagnostic, Related, own
from vmlint.findings.unknown import Unknown
from vmlint.lint.local import local_entries
from vmlint.model.paths import derivation_of, stated_sources, value_at
from vmlint.words import as_text, local_to

if TYPE_CHECKING:
    from vmlint.findings.fix import Fix
    from vmlint.findings.verdict import Candidate, Risk
    from vmlint.lint.hit import Hit
    from vmlint.reading.subject import Subject


def located(hit: Hit, subject: Subject, offered: tuple[Candidate, ...]) -> Diagnostic:
    """Return a rule's finding with its place, and with the alternatives that are offered for it."""
    found = hit.finding
    return Diagnostic(
        hit.rule.code,
        hit.rule.name,
        hit.severity,
        found.message,
        found.path,
        subject.place(found.path, found.entry),
        subject.workload.name,
        _related(subject, found.because),
        found.help,
        offered,
        _derived(subject, found.path),
        hit.confidence,
        local_entries(subject.workload, (found.path, *found.because)),
        entry=found.entry,
        value="" if found.entry else _value(subject, found.path),
        document=subject.document,
        fixes=_respelt(found.path, found.instead, subject) if found.instead else (),
    )


def _respelt(path: str, instead: str, subject: Subject) -> tuple[Fix, ...]:
    """Return the fix that writes the right spelling of a value, where the file holds nothing but the value there."""
    at, value = subject.places.exact(path), _value(subject, path)
    if at is None or at.line != at.end_line:
        return ()
    quotes, odd = divmod(at.end_column - at.column - len(value), 2)
    if odd or quotes not in (0, 1):
        return ()
    from vmlint.findings.fix import Edit, Fix  # imported only for what is mended

    inside = at._replace(column=at.column + quotes, end_column=at.end_column - quotes)
    return (Fix(f"replace {value!r} by {instead!r}", (Edit(inside, instead),), safe=True, changes=((path, instead),)),)


def accepted(risk: Risk, subject: Subject) -> Diagnostic:
    """Build VM629: local catalogue data suppresses the finding of a rule that guards a boundary."""
    finding = risk.finding
    return own(
        ACCEPTED_RISK,
        f"{risk.code} would object ({finding.message}): lifted by {local_to(*risk.files)}; accepted risk",
        subject.place(finding.path, finding.entry),
        finding.path,
        subject.workload.name,
    )._replace(
        because=_related(subject, finding.because),
        derived=_derived(subject, finding.path),
        entry=finding.entry,
        value="" if finding.entry else _value(subject, finding.path),
        document=subject.document,
        local=local_entries(subject.workload, (finding.path, *finding.because)),
    )


def crashed(crash: Crash, subject: Subject) -> Diagnostic:
    """Build VM920: a rule failed on a workload."""
    found = own("VM920", str(crash), subject.place("name"), workload=subject.workload.name)
    return found._replace(document=subject.document)


def _related(subject: Subject, paths: tuple[str, ...]) -> tuple[Related, ...]:
    return tuple(Related(path, subject.place(path), _derived(subject, path)) for path in paths)


def _value(subject: Subject, path: str) -> str:
    """Return the value of a field as its user writes it; empty where it has none."""
    try:
        value = value_at(subject.workload, path)
    except (Unknown, KeyError):  # the second for what is no field of the model: a label, the catalogue
        return ""
    return "" if value is None else as_text(value)


def _derived(subject: Subject, path: str) -> Derived | None:
    derivation = derivation_of(subject.workload, path)
    if derivation is not None:
        sources = stated_sources(subject.workload, path)
        return Derived(as_text(value_at(subject.workload, path)), sources, derivation.why)
    if path in subject.defaults:
        value = as_text(value_at(subject.workload, path))
        return Derived(value, (), f"a default of the format: {subject.defaults[path]}")
    at = subject.given.get(path)
    if at is not None and not at.line:  # an option or a variable, which has no line to show
        return Derived(_value(subject, path), (), f"stated by {at.file}", given=True)
    return None
