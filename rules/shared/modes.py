"""What a mode of running takes, and whether a platform offers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from vmlint.api import Mode, Unknown, Workload, supposing

Found = TypeVar("Found")


def mode_is_stated(workload: Workload) -> bool:
    """Whether the mode was written down, rather than derived from the platform's usual one."""
    return workload.deployment.states("mode")


BY_CPU = frozenset({"hw-assisted", "emulation"})
"""The modes between which the kind of CPU decides where nobody stated one: the host's own, or a foreign one."""


_OF_CPUS = frozenset({"guest.platform", "host.platform", "host.devices"})
"""Facts that say which of the two CPUs it is, or whether the host's has what a cluster that may emulate looks for."""


def possible_modes(workload: Workload) -> frozenset[str]:
    """Return the modes that the deployment may turn out to have. Raises ``Unknown`` where that may be any."""
    try:
        return frozenset({workload.deployment.mode})
    except Unknown as missing:
        if missing.path in _OF_CPUS:
            return BY_CPU
        raise


def modes_in_question(workload: Workload) -> frozenset[str]:
    """Return the modes that the deployment may turn out to have: all of the platform's where nothing says more.

    Where no mode of the platform is what a stated architecture means, that word decides nothing.
    """
    try:
        return possible_modes(workload)
    except Unknown:
        modes, architecture = workload.catalog.modes, workload.deployment.get("architecture")
        every = workload.platform.modes
        alike = (mode for mode in every if architecture and modes[mode].is_container == (architecture == "container"))
        return frozenset(alike) or frozenset(every)


def in_any_mode(
    workload: Workload, look: Callable[[Workload], Found], key: Callable[[Found], object] = lambda found: found
) -> Found:
    """Return what ``look`` finds: where the mode is not known, what it finds in each that may be meant.

    ``key`` says by what two findings are told apart. Raises ``Unknown`` where they differ, or where ``look`` lacks
    another fact in one of them.
    """
    try:
        return look(workload)
    except Unknown as missing:
        deployment = workload.deployment
        if deployment.knows("mode") or not deployment.platform.knows("id"):
            raise
        try:
            meant = sorted(modes_in_question(workload))
            first, *others = [supposing(workload, "deployment.mode", mode, look) for mode in meant]
        except Unknown:
            raise missing from None
        if any(key(other) != key(first) for other in others):
            raise
        return first


def has_mode(workload: Workload, *names: str) -> bool:
    """Whether the deployment has one of several modes; unknown only where it may turn out to."""
    return not possible_modes(workload).isdisjoint(names) and workload.deployment.mode in names


def container_mode(workload: Workload) -> Mode | None:
    """Return the mode of a container; ``None`` for a machine, however it is run. Raises ``Unknown``."""
    deployment = workload.deployment
    if deployment.get("architecture", "container") != "container" and not deployment.knows("mode"):
        return None  # a container in a virtual machine may be called a machine, too, but then its mode is stated
    return workload.mode if workload.mode.is_container else None


def families(mode: Mode) -> frozenset[str]:
    """Return the OS families whose programs a container mode runs."""
    return frozenset(mode.fact("families"))


def offers(workload: Workload, mode: str) -> bool:
    """Whether the chosen platform is known to offer a mode, and not only as something old or unfinished."""
    try:
        facts = workload.platform.modes.get(mode)
    except Unknown:
        return False
    return facts is not None and not facts.keys() & {"removed", "unsupported", "status"}
