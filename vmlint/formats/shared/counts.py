"""How many disks and network cards a machine has, which devices beside these, and which settings, where a format tells.

All are told of a machine of which something else is known only: alone, they say nothing of how it is deployed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vmlint.api import Span, Spec

from .paths import BOOT_ORDER, OTHERS, SETTINGS, UNREAD


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


def leftovers(
    spec: Spec,
    *,
    boots: Iterable[tuple[str, Span]] = (),
    settings: Iterable[tuple[str, Span]] = (),
    unread: Iterable[tuple[str, Span]] = (),
) -> None:
    """State what a machine starts from, its settings that a platform has to be given anew, and what was not read."""
    if not _is_known(spec):
        return
    for path, entries in ((BOOT_ORDER, boots), (SETTINGS, settings), (UNREAD, unread)):
        first: dict[str, Span] = {}
        for word, at in entries:
            first.setdefault(word, at)
        spec.entries(path, first.items())


def _is_known(spec: Spec) -> bool:
    return any(known.startswith("deployment.") for known in spec.facts)
