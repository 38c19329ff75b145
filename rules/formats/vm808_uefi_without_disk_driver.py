from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, finding, repair, rule

from ..shared.architectures import VIRTUAL_MACHINES


@rule(
    "VM808",
    "uefi-without-disk-driver",
    Severity.ERROR,
    sources=("R8-307", "S-23"),
    symptoms=("BdsDxe: No bootable option or device was found", "BdsDxe: failed to load Boot0001"),
    architectures=VIRTUAL_MACHINES,
    fits_if={
        "deployment.devices.disk": "is a controller that UEFI has a driver for, such as virtio-scsi",
        "deployment.firmware.type": "is bios",
    },
)
def uefi_without_disk_driver(workload: Workload) -> Iterator[Finding]:
    """UEFI boots from a disk only if it has a driver for the disk's controller.

    ## Why

    OVMF, the UEFI of QEMU, has drivers for virtio, SATA, IDE, NVMe and USB. For the old SCSI controllers of LSI it is
    built without one, and for MegaRAID there is none. The guest's own driver does not help: the firmware has to read
    its boot loader first.

    ## What it looks like

    The machine ends in the UEFI shell, or says that there is no bootable option or device.

    ## Severity

    The drivers for VMware's PVSCSI and LSI's Fusion-MPT exist, and distributions may switch them on: a warning of
    medium confidence.

    ## When it stays silent

    Only the disk that holds the system is judged; others are the guest's affair. VMware's firmware knows its own
    controllers. Without a known firmware nothing is reported.
    """
    deployment = workload.deployment
    disk = deployment.devices.get("disk", "").lower()  # one that nobody stated is chosen to fit
    if not disk or (deployment.firmware.knows("type") and deployment.firmware.type != "uefi"):
        return
    data = workload.platform.data.get("firmware", {})
    without, optional = data.get("withoutDriver", ()), data.get("optionalDriver", ())
    if disk not in (*without, *optional) or deployment.firmware.type != "uefi":
        return
    surely = disk in without
    yield finding(
        "deployment.devices.disk",
        f"UEFI {'has no driver' if surely else 'is mostly built without a driver'} for {disk} controllers, so the "
        f"machine does not boot from {'this' if surely else 'such a'} disk",
        severity=None if surely else Severity.WARNING,
        confidence=None if surely else Confidence.MEDIUM,
        because=("deployment.firmware.type", "deployment.platform.id"),
        help="put the disk on virtio-scsi, or on sata until the guest has the driver",
        repairs=(
            repair("UEFI boots from it, and Linux has the driver", devices__disk="virtio-scsi"),
            repair("UEFI boots from it, and every guest has a driver", devices__disk="sata"),
        ),
    )
