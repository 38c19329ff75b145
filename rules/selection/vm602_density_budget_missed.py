from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Size, Workload, finding, format_size, rule


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
    if per_host is None or not workload.deployed or (deployment.knows("overcommit") and deployment.overcommit):
        return
    memory, available = workload.resources.memory, workload.host.memory
    mode = workload.mode
    overhead = Size.parse(mode.fact("memoryOverhead")) if mode.has("memoryOverhead") else Size(0)
    needed = per_host * (memory + overhead)
    if needed <= available:
        return
    own = f", each with {format_size(overhead)} for mode {mode.id}," if overhead else ""
    yield finding(
        "requirements.density.perHost",
        f"{per_host} instances of {format_size(memory)}{own} need {format_size(needed)}, "
        f"the host has {format_size(available)}",
        because=("resources.memory", "host.memory", overhead > 0 and "deployment.mode"),
        help="declare deployment.overcommit: true if more memory is promised than there is, on purpose",
    )
