"""What mends a finding: edits of the files that were read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.findings.place import Place, Span


class Edit(NamedTuple):
    """A stretch of a file, and the text that replaces it."""

    place: Place
    """What is replaced; an empty range inserts."""
    text: str


class Fix(NamedTuple):
    """Edits that mend a finding together."""

    about: str
    """What they do, in a few words: ``replace 'kvmm' by 'kvm'``."""
    edits: tuple[Edit, ...]
    safe: bool
    """Whether the file means the same after them, or only what its author meant."""
    changes: tuple[tuple[str, str], ...] = ()
    """The fields that get another value, each with that; no other fact changes."""

    def of(self, file: str) -> Fix:
        """Return the same for a named file. Who finds a fault knows where it stands, not what its file is called."""
        return self._replace(edits=tuple(Edit(edit.place._replace(file=file), edit.text) for edit in self.edits))


def replacing(about: str, at: Span, text: str, *, safe: bool, changes: tuple[tuple[str, str], ...] = ()) -> Fix:
    """Build a fix of a file whose name is not known: one stretch of it is replaced."""
    return Fix(about, (Edit(at.of(""), text),), safe, changes)
