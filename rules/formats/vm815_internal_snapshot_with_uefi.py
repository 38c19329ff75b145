from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, finding, repair, rule

from ..shared.architectures import VIRTUAL_MACHINES


@rule(
    "VM815",
    "internal-snapshot-with-uefi",
    Severity.WARNING,
    sources=("R8-309", "S-32"),
    symptoms=("internal snapshots of a VM with pflash based firmware are not supported",),
    architectures=VIRTUAL_MACHINES,
    fits_if={"deployment.storage.snapshots": "has external ones only", "deployment.firmware.type": "is bios"},
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

    No file says which libvirt will read it, so the confidence is medium, unless the variables are in a raw file, of
    which no libvirt can make a snapshot. Where they are in a qcow2 file, it is a note.

    ## When it stays silent

    Where neither the machine has internal snapshots nor any are demanded (`requirements.snapshots`). External
    snapshots, kept in files beside the disk, have no such limit. Nor do platforms that take snapshots of the storage,
    as Proxmox VE does.
    """
    firmware, kept = workload.deployment.firmware, workload.deployment.storage.get("snapshots", ())
    demanded = workload.requirements.snapshots not in (None, "none") and "external" not in kept
    if not ("internal" in kept or demanded) or (firmware.knows("type") and firmware.type != "uefi"):
        return
    since = workload.platform.data.get("firmware", {}).get("internalSnapshots", "")
    if not since or firmware.type != "uefi":
        return
    format_ = firmware.get("variable_format")
    how = {
        "raw": "is refused: its variables are in a raw file, which can hold none",
        "qcow2": f"works from {since} on only",
    }.get(format_ or "", f"works from {since} on only, with the variables in a qcow2 file")
    stated = "internal" in kept
    yield finding(
        "deployment.storage.snapshots" if stated else "requirements.snapshots",
        f"a snapshot inside the disk{'' if stated else ', the usual kind,'} of a machine with UEFI {how}",
        severity=Severity.NOTE if format_ == "qcow2" else None,
        confidence=None if format_ == "raw" else Confidence.MEDIUM,
        because=(
            "deployment.firmware.type",
            format_ and "deployment.firmware.variableFormat",
            "deployment.platform.id",
        ),
        help="use external snapshots, or keep the variables in a qcow2 file on a host with a new libvirt: "
        "<nvram format='qcow2'>",
        repairs=(repair("files beside the disk, which every libvirt can make", storage__snapshots="external"),),
        entry="internal" if stated else "",
    )
