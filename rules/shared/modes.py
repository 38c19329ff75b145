"""What a mode of running takes, and whether a platform offers it."""

from __future__ import annotations

from vmlint.api import Mode, Unknown, Workload


def mode_is_stated(workload: Workload) -> bool:
    """Whether the mode was written down, rather than derived from the platform's usual one."""
    return workload.deployment.states("mode")


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
