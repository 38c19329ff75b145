from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from vmlint.api import Confidence, Finding, Severity, Workload, finding, repair, rule

from ..shared.looks import each_alone
from ..shared.wording import listed


@rule(
    "VM618",
    "storage-blocks-live-migration",
    Severity.ERROR,
    sources=("S-69", "P-16"),
    symptoms=(
        "DisksNotLiveMigratable",
        "is not shared, live migration requires that all PVCs must be shared (using ReadWriteMany access mode)",
        "InterfaceNotLiveMigratable",
    ),
    architectures=("type1", "type2", "paravirtualization", "full-virtualization"),
    demands=("requirements.mobility.liveMigration",),
    fits_if={
        "deployment.storage.accessMode": "is one with which a guest can move (rwx)",
        "deployment.network.binding": "is one with which a guest can move, such as masquerade",
    },
)
def storage_blocks_live_migration(workload: Workload) -> Iterator[Finding]:
    """A guest can move only to where its disks and its address are as well.

    ## Why

    KubeVirt sends the memory of a guest and expects its volumes at the target, so both nodes must be able to mount them
    at once (ReadWriteMany). A guest that is bridged into the pod network has the pod's own address, and the pod at the
    target has another. Either makes KubeVirt mark the guest as not migratable.

    ## What it looks like

    The move is refused when it is wanted, and a drain of the node waits for it.

    ## Severity

    A bridge into a secondary network does no harm, and an annotation lifts the ban for network plugins that keep the
    address. A manifest shows neither, so the finding on the binding has medium confidence.

    ## When it stays silent

    Platforms that copy disks with the guest, or of which the catalogue does not say, are not judged. Devices are left
    to VM611.
    """
    wanted = workload.requirements.mobility.live_migration
    if wanted in (None, "none"):
        return
    yield from each_alone((partial(_volumes, workload), partial(_binding, workload)))


def _volumes(workload: Workload) -> Iterator[Finding]:
    platform, wanted = workload.platform, workload.requirements.mobility.live_migration
    if not platform.has("liveMigration", "accessModes"):
        return
    modes = platform.fact("liveMigration", "accessModes")
    given = workload.deployment.storage.access_mode
    if given not in modes:
        yield finding(
            "deployment.storage.accessMode",
            f"live migration is {wanted}, and {platform.name} moves a guest only if its volumes are "
            f"{listed(modes, 'or')}, not {given}",
            severity=_as_demanded(workload),
            because=("requirements.mobility.liveMigration", "deployment.platform.id"),
            help="move the disks to a storage class that several nodes can mount at once",
            repairs=(repair("volumes that several nodes mount at once", storage__accessMode=modes[0]),),
        )


def _binding(workload: Workload) -> Iterator[Finding]:
    platform, wanted = workload.platform, workload.requirements.mobility.live_migration
    if not platform.has("liveMigration", "blockingBindings"):
        return
    blocking = platform.fact("liveMigration", "blockingBindings")
    given = workload.deployment.network.binding
    if given.lower() in blocking:
        yield finding(
            "deployment.network.binding",
            f"live migration is {wanted}, and {platform.name} does not move a guest with the network binding {given}",
            severity=_as_demanded(workload),
            confidence=Confidence.MEDIUM,
            because=("requirements.mobility.liveMigration", "deployment.platform.id"),
            help="use a binding that keeps the guest's address apart from the pod's, such as masquerade",
        )


def _as_demanded(workload: Workload) -> Severity:
    """Return how grave it is that a guest cannot move: a wish is not a demand."""
    return Severity.ERROR if workload.requirements.mobility.live_migration == "required" else Severity.WARNING
