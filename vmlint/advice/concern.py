"""One thing that a move to another platform asks, or changes."""

from __future__ import annotations

from vmlint.record import NamedTuple

KINDS = ("breaks", "choose", "check", "before", "open", "lost", "advice", "after")
"""In the order in which they are told: what cannot be, what has to be settled first, what else changes."""
UNSETTLED = frozenset({"choose", "check", "before", "open"})
"""Kinds without which nobody can say that a machine will run."""


class Concern(NamedTuple):
    """One thing that a move asks, or changes."""

    id: str
    kind: str
    """One of :data:`KINDS`."""
    text: str
    path: str = ""
    """The field that it rests on; empty where it is several or none."""
