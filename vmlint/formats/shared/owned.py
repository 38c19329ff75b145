"""Objects of a cluster that another object of the same input made, as in what ``kubectl get all -o yaml`` prints.

They are told once, under their maker. But anybody can write that an object has an owner: so it is left out only where
a maker of its kind stands there too, and asks for all that the object does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from vmlint.api import Cursor, Spec

from .kubernetes import Identity, identity, owners

MAKERS: Mapping[str, frozenset[str]] = {
    "Pod": frozenset({"ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController"}),
    "ReplicaSet": frozenset({"Deployment"}),
    "Job": frozenset({"CronJob"}),
    "VirtualMachineInstance": frozenset({"VirtualMachine", "VirtualMachineInstanceReplicaSet"}),
    "VirtualMachine": frozenset({"VirtualMachinePool"}),
}
"""Kinds of objects -> the kinds that make them. No kind makes itself, so no circle of owners hides its members."""

_MAKERS_OWN = frozenset({"kind", "instances"})
"""Fields in which a maker differs from what it makes."""
_GIVEN = frozenset(
    {
        *("deployment.privileged", "deployment.capabilities", "deployment.hostNamespaces", "deployment.mounts"),
        *("deployment.hostDevices", "deployment.unconfined", "deployment.image.ref", "deployment.otherImages"),
        *("deployment.runtimeClass", "deployment.sysctls"),
    }
)
"""Fields that no cluster fills in: where the maker leaves one open, what an object says there is its own."""


class Owned:
    """Tells which objects of an input their makers tell of already."""

    def __init__(self, entries: Iterable[tuple[str, Cursor]], read: Callable[[str, Cursor], Spec]) -> None:
        self._there = {identity(entry, kind): entry for kind, entry in entries}
        self._read = read
        self._specs: dict[Identity, Spec] = {}

    def is_told(self, kind: str, entry: Cursor, spec: Spec) -> bool:
        """Whether the maker of an object is there and asks for all that the object does."""
        makers = {each for each in owners(entry) if each.kind in MAKERS.get(kind, ()) and each in self._there}
        # Kubernetes lets one owner manage an object; with several, each is told.
        return len(makers) == 1 and _asks_for_all(self._of(makers.pop()), spec)

    def _of(self, maker: Identity) -> Spec:
        if maker not in self._specs:
            self._specs[maker] = self._read(maker.kind, self._there[maker])
        return self._specs[maker]


def _asks_for_all(maker: Spec, made: Spec) -> bool:
    """Whether what an object asks for, its maker asks for, too. What the maker leaves open, the cluster filled in."""
    return all(
        _covers(maker.facts[path].value, fact.value) if path in maker.facts else path not in _GIVEN
        for path, fact in made.facts.items()
        if path not in _MAKERS_OWN and not fact.why
    )


def _covers(whole: Any, part: Any) -> bool:
    if isinstance(part, list | tuple):
        return set(part) <= {*whole} if isinstance(whole, list | tuple) else False
    return bool(whole == part)
