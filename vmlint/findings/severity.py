"""How bad a finding is, and how sure."""

from __future__ import annotations

from enum import IntEnum


class Severity(IntEnum):
    """How bad a finding is.

    ``ERROR``: the workload cannot start, cannot meet a requirement, or breaks a security boundary that is required.
    ``WARNING``: it works, but contradicts a requirement, a vendor's statement or a lifecycle. ``NOTE``: a better fit
    exists.
    """

    NOTE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


class Confidence(IntEnum):
    """How sure a finding is. It does not depend on the severity.

    ``HIGH``: the known facts allow no other conclusion. ``MEDIUM``: true for the documented behaviour, but something
    that a manifest cannot state can make a difference. ``LOW``: a hint for an audit, not for everyday commits.
    """

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    def __str__(self) -> str:
        return self.name.lower()
