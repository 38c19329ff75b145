from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, both, finding, repair, rule

from ..shared.architectures import VIRTUAL_MACHINES


@rule(
    "VM815",
    "internal-snapshot-with-uefi",
    Severity.WARNING,
    sources=("R8-309", "S-32"),
    symptoms=("internal snapshots of a VM with pflash based firmware are not supported",),
    architectures=VIRTUAL_MACHINES,
    fits_if={"deployment.storage.snapshots": "has external ones only", "deployment.firmware.type": "is bios"},
    confidence=Confidence.MEDIUM,
)
def internal_snapshot_with_uefi(workload: Workload) -> Iterator[Finding]:
    """A snapshot inside the disk leaves out UEFI's variables, and libvirt long refused it for that.

    ## Why

    An internal snapshot is kept in the disk's own file. The variables of UEFI are in another one, mostly a raw file,
    which cannot hold a snapshot. libvirt makes internal snapshots of such machines from 10.9 on, reverts and deletes
    them from 10.10 on, and only if the variables are in a qcow2 file.

    ## What it looks like

    "internal snapshots of a VM with pflash based firmware are not supported", when the first one is made.

    ## Severity

    No file says which libvirt will read it, so the confidence is medium.

    ## When it stays silent

    External snapshots, kept in files beside the disk, have no such limit. Nor do platforms that take snapshots of the
    storage, as Proxmox VE does.
    """
    deployment = workload.deployment
    if not both(
        lambda: "internal" in deployment.storage.get("snapshots", ()),
        lambda: "internalSnapshots" in workload.platform.data.get("firmware", {}),
        lambda: deployment.firmware.type == "uefi",
    ):
        return
    since = workload.platform.fact("firmware", "internalSnapshots")
    yield finding(
        "deployment.storage.snapshots",
        f"snapshots of a machine with UEFI are kept inside its disk, which works from {since} on only, with the "
        "variables in a qcow2 file",
        because=("deployment.firmware.type", "deployment.platform.id"),
        help="use external snapshots, or keep the variables in a qcow2 file on a host with a new libvirt",
        repairs=(repair("files beside the disk, which every libvirt can make", storage__snapshots="external"),),
        entry="internal",
    )
