"""How bad a finding is, and how sure."""

from __future__ import annotations

from enum import IntEnum


class Severity(IntEnum):
    """How bad a finding is.

    ``ERROR``: cannot start, cannot do what the manifest demands, or breaks a boundary it asks for. ``WARNING``: works,
    but contradicts a demand, a vendor's statement or a lifecycle. ``NOTE``: a better fit exists.
    """

    NOTE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


class Confidence(IntEnum):
    """How sure a finding is, whatever its severity.

    ``HIGH``: the facts at hand leave no other reading. ``MEDIUM``: true of the documented behaviour, and something that
    a manifest does not say can make a difference. ``LOW``: a hint that an auditor wants and a committer does not.
    """

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    def __str__(self) -> str:
        return self.name.lower()
