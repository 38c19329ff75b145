"""Edits of a document: trying them out, and as an editor takes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from lsprotocol.types import (
    OptionalVersionedTextDocumentIdentifier,
    TextDocumentEdit,
    TextEdit,
    WorkspaceEdit,
)

from vmlint.findings.severity import Severity
from vmlint.lsp.diagnostics import address
from vmlint.lsp.documents import place_of
from vmlint.lsp.text import EditedText, after
from vmlint.record import NamedTuple
from vmlint.run.proof import UNREADABLE

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.findings.fix import Edit
    from vmlint.lsp.documents import Document, Documents
    from vmlint.lsp.workbench import Workbench


class Trial(NamedTuple):
    """What is found after some edits were made."""

    gone: bool
    """Whether the finding is not reported any more."""
    brings: bool
    """Whether there are errors that were not there before."""
    breaks: bool
    """Whether one of these says that the file cannot be read any more."""

    def holds(self, *, uncovers: bool) -> bool:
        """Whether the edits may be offered; ``uncovers``: what they mend had kept a part from being read."""
        return self.gone and not (self.breaks if uncovers else self.brings)


def tried(found: Diagnostic, edits: Iterable[Edit], document: Document, bench: Workbench) -> Trial | None:
    """Make some edits on the side, lint, and return what became of a finding.

    ``None`` where the edits cannot be made.
    """
    changed = _changed(edits, bench.documents)
    if changed is None:
        return None
    other = bench.instead(changed)
    here = other.documents.here(document.place)
    if here is None or (after_edits := other.found(here)).failure:
        return None
    before, now = bench.found(document).here, after_edits.here
    same = [each for each in now if _alike(each) == _alike(found)]
    known = {_alike(each) for each in before}
    errors = [each for each in now if each.severity is Severity.ERROR and _alike(each) not in known]
    breaks = any(each.code in UNREADABLE for each in errors)
    return Trial(len(same) < sum(_alike(each) == _alike(found) for each in before), bool(errors), breaks)


def _alike(found: Diagnostic) -> tuple[str, ...]:
    return found.code, found.workload, found.path, found.entry


def _changed(edits: Iterable[Edit], documents: Documents) -> Mapping[str, str] | None:
    """Return the texts after some edits, by the path of their files; ``None`` where one cannot be read."""
    by_file: dict[str, list[Edit]] = defaultdict(list)
    for edit in edits:
        by_file[edit.place.file].append(edit)
    changed = {}
    for file, of_file in by_file.items():
        edited = documents.text(file)
        if edited is None:
            return None
        try:
            changed[file] = after(edited.text, [_as_written(edit, edited) for edit in of_file])
        except ValueError:
            return None
    return changed


def _as_written(edit: Edit, edited: EditedText) -> tuple[int, int, str]:
    """Return where an edit begins and ends, and its text with the line ends of the document."""
    at, new = edit.place, edit.text
    start, end = edited.reported_index(at.line, at.column), edited.reported_index(at.end_line, at.end_column)
    if start == len(edited.text) and new.endswith("\n") and edited.text and not edited.text.endswith(("\n", "\r")):
        new = f"\n{new[:-1]}"  # a line behind the last one, which has no end, gets none either
    return start, end, new.replace("\n", "\r\n") if "\r\n" in edited.text else new


def workspace_edit(edits: Sequence[Edit], documents: Documents, *, versioned: bool) -> WorkspaceEdit | None:
    """Return edits as an editor takes them; ``versioned`` where it refuses those of an older version of a document."""
    by_file: dict[str, list[TextEdit]] = defaultdict(list)
    for edit in edits:
        edited = documents.text(edit.place.file)
        if edited is None:
            return None
        start, end, new = _as_written(edit, edited)
        by_file[edit.place.file].append(TextEdit(edited.range(start, end), new))
    if not versioned:
        return WorkspaceEdit(changes={address(file, documents): each for file, each in by_file.items()})
    changes = []
    for file, each in by_file.items():
        document = documents.here(place_of(file))
        named = OptionalVersionedTextDocumentIdentifier(
            address(file, documents), document.version if document is not None else None
        )
        changes.append(TextDocumentEdit(named, each))
    return WorkspaceEdit(document_changes=changes)
