"""What accepts findings: a comment in a file, a remark of its format, or an entry of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.findings.place import Place


FOREVER = "9999-12-31"
"""The last day of a waiver that has none, where days are compared."""


class Waiver(NamedTuple):
    """A waiver as it is written."""

    rules: tuple[str, ...]
    """Codes or names of rules. ``VM408:/etc`` is limited to findings about this entry of a list."""
    place: Place
    reason: str = ""
    until: str = ""
    """The last day on which it counts, as ``2027-03-01``; empty where it has none."""
    scope: str = "file"
    """What it covers: ``line``, ``workload`` or ``file``."""
    workload: str = ""
    """Only findings about this workload; empty for all."""
    field: str = ""
    """Only findings about this field or one below it; empty for all."""
    lines: tuple[int, ...] = ()
    """The lines that one of scope ``line`` covers, in the file in which it stands: the last is the one that is meant,
    others are hints between the two."""
    words: tuple[Place, ...] = ()
    """The places of ``rules``, where they are written one after the other in one line."""
    whole: Place | None = None
    """What to remove with it, where that can be done safely."""


class Use(NamedTuple):
    """What a waiver of the project's settings did in one file."""

    place: Place
    """The place of the waiver."""
    number: int
    """Which of its rules."""
    state: str
    """``used``; ``missed``: it has run out, and would have accepted something; ``unknown``: the rule did not run, or
    could not be decided; ``unused``."""


class WaiverPolicy(NamedTuple):
    """What a project demands of its waivers."""

    reason: bool = False
    """Whether each must have a reason."""
    until: bool = False
    """Whether each must have a last day."""
    longest: int = 0
    """Days from today within which the last day must lie; 0 for any."""
    soon: int = 14
    """Days before the last day from which on it is reported."""
    forbidden: tuple[str, ...] = ()
    """Codes, prefixes of codes, or names of rules that cannot be waived."""
