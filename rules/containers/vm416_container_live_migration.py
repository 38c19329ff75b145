from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Platform, Severity, Workload, finding, rule

from ..shared.migration import MEANS
from ..shared.modes import in_any_mode

RANK = ("no", "snapshot", "experimental", "checkpoint-restore", "yes")
"""Values of ``liveMigration.support``, the least first."""

CONTAINER_SUPPORT = {"kata": "no"}
"""What a way to run containers allows at best, where the platform's word is about others: Kata has neither checkpoint
nor restore (P-19)."""


@rule(
    "VM416",
    "container-live-migration",
    Severity.ERROR,
    article=("CT-C1",),
    sources=("P-15", "P-17", "P-18", "P-19", "P-20", "P-21", "P-22", "P-24", "P-25", "S-82"),
    architectures=("container",),
    demands=("requirements.mobility.liveMigration",),
    fits_if={
        "deployment.mode": "can be moved while it runs",
        "deployment.platform.id": "names a platform that moves running containers",
    },
)
def container_live_migration(workload: Workload) -> Iterator[Finding]:
    """Containers are replaced, not moved: a new instance starts elsewhere and the old one stops.

    ## Why

    A process depends on its kernel in too many places to be carried away while it runs. Podman, and gVisor by hand, can
    stop a container, copy its state and restore it, within the limits of CRIU; Docker and system containers have the
    same only as an experiment; Kubernetes and Windows containers not at all. Firecracker restores snapshots. A workload
    that must not notice the move needs a virtual machine, or replicas that make the move unnecessary.

    ## When it stays silent

    Where a platform moves virtual machines (Proxmox VE, Incus, Cloud Hypervisor), that says nothing about its
    containers. No demand, or `none`, means that nobody wants to move it.
    """
    wanted = workload.requirements.mobility.live_migration
    if wanted in (None, "none"):
        return
    platform, moded = workload.platform, workload.deployment.knows("mode")
    severity = in_any_mode(workload, lambda supposed: _severity(wanted, _support(supposed)))
    if severity is None:
        return
    yield finding(
        "requirements.mobility.liveMigration",
        f"live migration is {wanted}, and a container on {platform.name} "
        f"{MEANS[_support(workload) if moded else _at_best(platform)]}",
        severity=severity,
        because=("deployment.platform.id", "deployment.mode"),
        help="run several replicas and let the orchestrator replace them, or run it in a virtual machine",
    )


def _at_best(platform: Platform) -> str:
    """Return what a platform can do with its containers, in whatever way they run."""
    apart = platform.has("liveMigration", "containers")
    return str(platform.fact("liveMigration", "containers" if apart else "support"))


def _support(workload: Workload) -> str:
    """Return what the platform can do with containers of the chosen mode."""
    support = _at_best(workload.platform)
    if support == "no":
        return support
    return min(support, CONTAINER_SUPPORT.get(workload.deployment.mode, "yes"), key=RANK.index)


def _severity(wanted: str, support: str) -> Severity | None:
    """Return how grave it is; ``None`` where containers can be moved."""
    if support == "yes":
        return None
    return Severity.ERROR if wanted == "required" and support != "checkpoint-restore" else Severity.WARNING
