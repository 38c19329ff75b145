"""Isolation (the article's "security"): whether the boundary that is demanded is one that the mode has."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

LEVELS = ("none", "process", "sandbox", "vm", "confidential")
"""From weakest to strongest (manifest field requirements.isolation.level)."""

BOUNDARIES = {
    "none": "no boundary that holds",
    "process": "a boundary between processes of one kernel",
    "sandbox": "a sandbox in front of the host's kernel",
    "vm": "the boundary of a virtual machine",
}


@rule(
    "VM626",
    "isolation-below-demand",
    Severity.ERROR,
    article=("HV-4", "CT-D1"),
    sources=("S-03", "S-29", "S-30", "S-38b"),
    architectures=("type1", "type2", "paravirtualization", "container", "full-virtualization"),
    fits_if={"deployment.mode": "has the boundary that requirements.isolation.level demands"},
)
def isolation_below_demand(workload: Workload) -> Iterator[Finding]:
    """Each way of running has a strongest boundary, and a demand beyond it cannot be met by settings.

    Containers on the host's kernel are kept apart as processes are. gVisor puts a second kernel in front, a virtual
    machine the CPU itself. QEMU promises no isolation at all where it translates instructions. A manifest that demands
    a virtual machine's boundary and deploys a plain container has two plans, and the weaker one will run.

    Emulation is VM506's. Confidential computing is only checked as far as the virtual machine that it needs.
    """
    level = workload.requirements.isolation.level
    if level is None:
        return
    mode = workload.mode
    if mode.boundary == "none":
        return  # VM506 says so already
    wanted = min(LEVELS.index(level), LEVELS.index("vm"))
    if LEVELS.index(mode.boundary) < wanted:
        yield finding(
            "deployment.mode",
            f"isolation of level {level} is demanded, and a {mode.name} has {BOUNDARIES[mode.boundary]}",
            because=("requirements.isolation.level",),
        )
