"""What is found although the platform is not known: where it is the same on each that may be meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from vmlint.api import Platform, Unknown, Workload, supposing

Found = TypeVar("Found")


def may_hold(workload: Workload, question: Callable[[Platform], bool]) -> bool:
    """Whether something is true of the platform; where none is stated, whether there is one of which it is.

    That takes a look at every entry of the catalogue, so a rule asks it after all that settles more cheaply.
    """
    if workload.deployment.platform.knows("id"):
        return question(workload.platform)
    return any(map(question, workload.catalog.platforms.values()))


def in_any_platform(workload: Workload, look: Callable[[Workload], Found]) -> Found:
    """Return what ``look`` finds: where the platform is not known, what it finds on each that may be meant.

    Raises ``Unknown`` where that differs. The first difference ends the search, so what it costs grows with the
    catalogue only where the platform does not matter.
    """
    try:
        return look(workload)
    except Unknown as missing:
        if workload.deployment.platform.knows("id"):
            raise
        found: list[Found] = []
        for id in _meant(workload):
            try:
                found.append(supposing(workload, "deployment.platform.id", id, look))
            except Unknown:
                raise missing from None
            if found[0] != found[-1]:
                raise
        return found[0]


FIRST = ("docker", "kubernetes", "qemu")
"""The platforms that are tried first: of these, most facts decide something."""


def _meant(workload: Workload) -> list[str]:
    """Return the platforms that may be meant: of a stated architecture, those that go by it."""
    every, architecture = workload.catalog.platforms, workload.deployment.stated().get("architecture")
    ids = dict.fromkeys((*(id for id in FIRST if id in every), *every))
    return [id for id in ids if architecture is None or architecture in every[id].architectures] or list(ids)
