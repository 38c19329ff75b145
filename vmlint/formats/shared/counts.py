"""How many disks and network cards a machine has, and which devices beside these, where a format lists them all.

Both are told of a machine of which something else is known only: alone, they say nothing of how it is deployed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vmlint.api import Span, Spec

from .paths import OTHERS


def counted(spec: Spec, path: str, places: Sequence[Span]) -> None:
    """State a number of devices by the places where they are listed."""
    if not _is_known(spec):
        return
    if places:
        spec.fact(path, len(places), places[0])
    else:
        spec.default(path, 0, "a machine has the disks and network cards that are listed")


def others(spec: Spec, devices: Iterable[tuple[str, Span]]) -> None:
    """State the devices beside disks and cards, in the words of a manifest."""
    if _is_known(spec):
        spec.entries(OTHERS, devices)


def _is_known(spec: Spec) -> bool:
    return any(known.startswith("deployment.") for known in spec.facts)
