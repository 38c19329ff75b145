"""A progress bar for long work on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def followed(items: Sequence[Item], doing: str) -> Iterable[Item]:
    """Return the items; on a terminal, show how many of them were taken."""
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return items
    from rich.console import Console
    from rich.progress import track

    return track(items, doing, console=Console(stderr=True), transient=True)
