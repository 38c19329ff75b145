"""The workloads of a document, for its outline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lsprotocol.types import DocumentSymbol, SymbolKind

from vmlint.lsp.documents import place_of

if TYPE_CHECKING:
    from vmlint.lsp.documents import Document
    from vmlint.reading.subject import Subject


def symbols(document: Document, subjects: Iterable[Subject]) -> list[DocumentSymbol]:
    """Return the workloads that are described in a document, each once."""
    found: dict[str, DocumentSymbol] = {}
    for subject in subjects:
        # Of a manifest over another tool's file, the name stands in the manifest and the workload in that file.
        for place in (subject.place("name"), subject.places.around("deployment.platform")):
            name = subject.workload.name
            if name not in found and place_of(place.file) == document.place:
                at = document.edited.range_of(place)
                found[name] = DocumentSymbol(
                    name or "workload", SymbolKind.Object, at, at, subject.format or "manifest"
                )
    return sorted(found.values(), key=lambda each: (each.range.start.line, each.name))
