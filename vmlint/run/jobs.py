"""Whether several processes share the work of a run."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence

from vmlint.record import NamedTuple
from vmlint.run.settings import SettingsOf

Follow = Callable[[Sequence[str]], Iterable[str]]
"""Yields the names of the files to lint unchanged, and may show the progress."""

LEAST = {"fork": 256, "spawn": 2_000}
"""Files from which several processes are quicker than one: forked from this one, or started anew."""


class Jobs(NamedTuple):
    """The processes that a run may use."""

    number: int
    """How many; 0 for one a core."""
    settings: Callable[[], SettingsOf]
    """Makes the settings once more, for a process that starts anew."""
    lost: Callable[[], None]
    """Called where a process ended before its work was done, so that this one does the rest."""
    method: str = ""
    """How they start; empty for what is right on this system."""

    @property
    def start_method(self) -> str:
        """``fork`` where it is safe: on Linux, in a process without threads. Else ``spawn``."""
        if self.method or sys.platform != "linux":
            return self.method or "spawn"
        import threading

        return "fork" if threading.active_count() == 1 else "spawn"

    def pay(self, names: Sequence[str]) -> bool:
        """Whether several processes are quicker than one. Standard input can be read by this process only."""
        if len(names) < min(LEAST.values()) or "-" in names:
            return False
        return self.size > 1 and len(names) >= LEAST[self.start_method]

    @property
    def size(self) -> int:
        """How many processes there are to be."""
        return self.number or cores()


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
