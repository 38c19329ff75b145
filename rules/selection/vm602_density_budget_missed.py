from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Size, Workload, finding, format_size, rule

from ..shared.modes import in_any_mode


@rule(
    "VM602",
    "density-budget-missed",
    Severity.WARNING,
    article=("CT-A2", "T1-U4"),
    sources=("S-28", "S-59", "P-17", "P-19"),
    demands=("requirements.density.perHost",),
)
def density_budget_missed(workload: Workload) -> Iterator[Finding]:
    """As many instances fit on a host as its memory holds, their own overhead included.

    ## Why

    A virtual machine keeps the memory it was given, and whatever runs around it comes on top: Kata's charts reserve 130
    MiB a pod with its small hypervisors and 320 MiB with QEMU, Firecracker needs up to 5 MiB for itself. The lowest
    figure counts here, and none where the catalogue has none, so the real need is never less than what is reported.

    ## When it stays silent

    Memory that is promised twice on purpose is declared by `deployment.overcommit`.
    """
    per_host = workload.requirements.density.per_host
    deployment = workload.deployment
    if not per_host or not workload.deployed or (deployment.knows("overcommit") and deployment.overcommit):
        return
    memory, available = workload.resources.memory, workload.host.memory
    too_much_alone = per_host * memory > available
    overhead = Size(0) if too_much_alone and not deployment.knows("mode") else in_any_mode(workload, _overhead)
    needed = per_host * (memory + overhead)
    if needed <= available:
        return
    own = f", each with {format_size(overhead)} for mode {deployment.mode}," if overhead else ""
    yield finding(
        "requirements.density.perHost",
        f"{per_host} instances of {format_size(memory)}{own} need {format_size(needed)}, "
        f"the host has {format_size(available)}",
        because=("resources.memory", "host.memory", overhead > 0 and "deployment.mode"),
        help="declare deployment.overcommit: true if more memory is promised than there is, on purpose",
    )


def _overhead(workload: Workload) -> Size:
    """Return what a mode takes besides the instance's own memory, as far as the catalogue knows."""
    mode = workload.mode
    return Size.parse(mode.fact("memoryOverhead")) if mode.has("memoryOverhead") else Size(0)
