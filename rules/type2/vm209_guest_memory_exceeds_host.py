from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, finding, format_size, rule

from ..shared.architectures import VIRTUAL_MACHINES


@rule(
    "VM209",
    "guest-memory-exceeds-host",
    Severity.WARNING,
    worst=Severity.ERROR,
    article=("T2-D4",),
    sources=("S-23",),
    confidence=Confidence.MEDIUM,
    architectures=VIRTUAL_MACHINES,
    # A judgement, which leaves 4 GiB of 16.
    thresholds={"desktop_percent": "Percent of a desktop's memory that guests take before its own system has to swap."},
)
def guest_memory_exceeds_host(workload: Workload, *, desktop_percent: int = 75) -> Iterator[Finding]:
    """Guests that are given all the memory of their host leave nothing for the host itself.

    ## Why

    A virtual machine keeps what it was given. When the guests of a host add up to what it has, its own system, the
    device models and the file cache have to live from swap. Proxmox advises to leave the host a gigabyte at least.

    ## What it looks like

    Some platforms refuse to start the guest, others kill it when it really uses its memory.

    ## Severity

    On a desktop, where a whole working environment runs beside the guests, more than three quarters is a warning.

    ## When it stays silent

    Instances are added up only where they are known to share one host (`host.cluster.nodes: 1`); with `placement:
    one-per-host`, or where nobody says how many there are, one counts. Memory that is promised twice on purpose, as
    ballooning and page sharing allow, is declared by `deployment.overcommit`. A container's figures are limits. Where
    `requirements.density.perHost` says how many must fit, VM602 counts them.
    """
    deployment = workload.deployment
    if workload.requirements.density.per_host is not None or (deployment.knows("overcommit") and deployment.overcommit):
        return
    alone = list(_memory_taken(workload, 1, desktop_percent))
    count = _instances_on_host(workload)
    together = list(_memory_taken(workload, count, desktop_percent))
    alike = [each.severity for each in alone] == [each.severity for each in together]
    hosts = workload.host.cluster.get("nodes") if alike else workload.host.cluster.nodes
    yield from together if hosts == 1 else alone


def _instances_on_host(workload: Workload) -> int:
    """Return how many instances one host may have to hold: all, unless they are kept apart."""
    deployment = workload.deployment
    apart = deployment.knows("placement") and deployment.placement == "one-per-host"
    instances: int = workload.get("instances", 1)
    return 1 if apart else instances


def _memory_taken(workload: Workload, count: int, desktop_percent: int) -> Iterator[Finding]:
    one, available = workload.resources.memory, workload.host.memory
    taken = count * one
    full = taken >= available
    if not full and not (100 * taken > desktop_percent * available and workload.platform.hosted):
        return
    guests = f"{count} guests of {one} take {format_size(taken)}" if count > 1 else f"the guest takes {one}"
    rest = "nothing for the host" if full else f"less than {100 - desktop_percent} percent for the desktop"
    yield finding(
        "resources.memory",
        f"{guests} of the {available} that the host has, which leaves {rest}",
        severity=Severity.ERROR if full else Severity.WARNING,
        because=(
            "host.memory",
            count > 1 and "instances",
            count > 1 and "host.cluster.nodes",
            not full and "deployment.platform.id",
        ),
        help=(
            "give the guests less, or run fewer of them at a time",
            "declare deployment.overcommit: true if memory is promised twice on purpose",
        ),
    )
