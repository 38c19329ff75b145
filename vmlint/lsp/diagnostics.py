"""Findings as an editor shows them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol.types import (
    CodeDescription,
    DiagnosticRelatedInformation,
    DiagnosticSeverity,
    DiagnosticTag,
    Location,
    Position,
    Range,
)
from lsprotocol.types import Diagnostic as Shown

from vmlint.findings.severity import Confidence, Severity
from vmlint.inert import visible
from vmlint.lsp.documents import place_of
from vmlint.report import wording
from vmlint.words import local_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vmlint.findings.diagnostic import Diagnostic, Related
    from vmlint.findings.place import Place
    from vmlint.lsp.documents import Documents

SOURCE = "vmlint"
_SEVERITIES = {
    Severity.ERROR: DiagnosticSeverity.Error,
    Severity.WARNING: DiagnosticSeverity.Warning,
    Severity.NOTE: DiagnosticSeverity.Information,
}
_TAGS = {
    "VM922": DiagnosticTag.Unnecessary,  # a waiver that hides nothing
    "VM701": DiagnosticTag.Deprecated,  # a release past its support, or a product that ended
    "VM703": DiagnosticTag.Deprecated,
    "VM704": DiagnosticTag.Deprecated,
    "VM707": DiagnosticTag.Deprecated,
}
"""How an editor shows what is at fault: faded, or struck through."""
NOWHERE = Range(Position(0, 0), Position(0, 0))
RELATED = 20
"""Other places of a finding that are listed."""


def shown(found: Diagnostic, documents: Documents, docs_url: str = "") -> Shown:
    """Return a finding as an editor shows it. ``docs_url`` is the address of a rule's page, with ``{code}`` in it."""
    tag = _TAGS.get(found.code)
    return Shown(
        range=range_in(found.place, documents),
        message="\n".join(_message(found)),
        severity=_SEVERITIES[found.severity],
        code=found.code,
        code_description=CodeDescription(docs_url.replace("{code}", found.code)) if docs_url else None,
        source=SOURCE,
        tags=[tag] if tag else None,
        related_information=[
            DiagnosticRelatedInformation(location(each.place, documents), _why(each))
            for each in found.because[:RELATED]
        ]
        or None,
        data={"code": found.code, "name": found.name, "workload": found.workload, "field": found.path},
    )


def failed(reason: str) -> Shown:
    """Return what is shown for a document that cannot be linted."""
    first = Range(Position(0, 0), Position(0, 1))
    return Shown(range=first, message=visible(reason), severity=DiagnosticSeverity.Error, source=SOURCE)


def range_in(place: Place, documents: Documents) -> Range:
    """Return a place as the editor counts."""
    edited = documents.text(place.file)
    return edited.range_of(place) if edited is not None else NOWHERE


def location(place: Place, documents: Documents) -> Location:
    """Return a place with the address of its file."""
    return Location(address(place.file, documents), range_in(place, documents))


def address(file: str, documents: Documents) -> str:
    """Return the address of a file: of an open document as its editor writes it."""
    document = documents.here(place_of(file))
    return document.uri if document is not None else Path(file).as_uri() if Path(file).is_absolute() else file


def _message(found: Diagnostic) -> Iterator[str]:
    doubt = f" ({found.confidence} confidence)" if found.confidence < Confidence.HIGH else ""
    files = dict.fromkeys(file for entry in found.local for file in entry.files)
    cited = local_to(*files)
    local = f" {cited}" if files and cited not in found.message else ""
    yield visible(f"{found.message}{doubt}{local}")
    if found.also:
        yield visible(f"in {found.workload} and {', '.join(found.also)}")
    for line in found.help:
        yield f"help: {visible(line)}"
    for candidate in found.suggestions[:1]:
        conditions = wording.conditions(candidate.needs)
        yield f"fits{' if ' if conditions else ''}{', and '.join(conditions)}: {wording.offer(candidate)}"


def _why(related: Related) -> str:
    if related.derived is None:
        return f"because {related.path}"
    return visible(f"because {related.path} is {related.derived.value}: {related.derived.why}")
