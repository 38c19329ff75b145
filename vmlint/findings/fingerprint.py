"""What a finding is the same by, from one run to the next: never a line, and never the words of its message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.findings.codes import CODES
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic


class Identity(NamedTuple):
    """What a finding is the same by, within its file."""

    code: str
    workload: str
    document: str
    """What tells the workload from others of the same name."""
    path: str
    entry: str
    value: str
    """The value at fault; empty for an entry of a list, for what is wrong with the file itself the message."""


def identity(found: Diagnostic) -> Identity:
    """Return what a finding is the same by."""
    value = "" if found.entry else found.value  # the value of a list is the whole list: another entry would change it
    if found.code in CODES and not found.path:
        value = found.message
    return Identity(found.code, found.workload, found.document, found.path, found.entry, value)


def fingerprint(file: str, found: Identity, number: int = 0) -> str:
    """Return 32 hexadecimal digits that stand for a finding.

    ``file`` is its path from the root of the project, so that the current folder makes no difference. ``number`` counts
    the findings with the same identity in a file, from zero.
    """
    import hashlib  # imported only where a report shows it

    parts = (file, *found, *([str(number)] if number else ()))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
