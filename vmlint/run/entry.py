"""What is kept of a file for later runs, and the digests by which it is found again."""

from __future__ import annotations

from vmlint.catalog.kept import blake2b
from vmlint.record import NamedTuple
from vmlint.run.result import Result


class Reference(NamedTuple):
    """A file that another one refers to, and what was found there."""

    name: str
    """The file that refers; empty for libosinfo's database, which any file may need."""
    reference: str
    found: str
    """A digest of its name and bytes, or why it could not be read."""


class Entry(NamedTuple):
    """What is kept for a file."""

    key: str
    """A digest of its bytes, of its settings, and of the manifests that annotate it."""
    references: tuple[Reference, ...]
    result: Result
    only_workloads: str
    """A digest of its bytes, where it holds nothing but manifests of workloads, to which no other manifest refers."""


def digest(*parts: bytes) -> str:
    """Return a digest of some bytes; where one ends and the next begins makes a difference."""
    made = blake2b(digest_size=16)
    for part in parts:
        if len(parts) > 1:
            made.update(b"%d:" % len(part))
        made.update(part)
    return made.hexdigest()
