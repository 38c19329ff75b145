"""What mends a finding: edits of the files that were read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from vmlint.findings.place import Place


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
