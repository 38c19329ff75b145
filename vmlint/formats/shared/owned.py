"""Objects of a cluster that another object of the same input made, as in what ``kubectl get all -o yaml`` prints.

They are told once, under their maker. But anybody can write that an object has an owner: so it is left out only where
a maker of its kind stands there too, and asks for all that the object does.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from vmlint.api import Cursor, Skipped, Spec

from .kubernetes import Identity, PassedOver, identity, owners

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


Read = Callable[[str, Cursor], Spec]
"""Reads an object by its kind. Raises ``Skipped`` for one whose name a template fills in."""


def untold(entries: Iterable[tuple[str, Cursor]], read: Read, passed_over: PassedOver) -> Iterator[Spec]:
    """Yield a workload for each object, but none for one that its maker tells of. Raises what ``settle`` raises."""
    workloads = [*entries]
    there = {identity(entry, kind): entry for kind, entry in workloads}

    @functools.cache
    def made_by(maker: Identity) -> Spec | None:
        try:
            return read(maker.kind, there[maker])
        except Skipped:
            return None  # what a template makes is not known

    for kind, entry in workloads:
        try:
            spec = read(kind, entry)
        except Skipped:
            passed_over.object()
            continue
        passed_over.read += 1
        makers = {each for each in owners(entry) if each.kind in MAKERS.get(kind, ()) and each in there}
        # Kubernetes lets one owner manage an object; with several, each is told.
        maker = made_by(makers.pop()) if len(makers) == 1 else None
        if maker is None or not _asks_for_all(maker, spec):
            yield spec
    passed_over.settle()


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
