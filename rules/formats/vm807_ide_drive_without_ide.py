from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, repair, rule

from ..shared.architectures import VIRTUAL_MACHINES


@rule(
    "VM807",
    "ide-drive-without-ide",
    Severity.ERROR,
    sources=("R8-306", "S-71", "R13-701"),
    symptoms=(
        "IDE controllers are unsupported for this QEMU binary or machine type",
        "IDE bus is not supported",
    ),
    architectures=VIRTUAL_MACHINES,
    fits_if={"deployment.machine": "has an IDE controller, as pc has", "deployment.devices.disk": "is not ide"},
)
def ide_drive_without_ide(workload: Workload) -> Iterator[Finding]:
    """The newer machine types have no IDE controller, and libvirt and KubeVirt refuse a drive on one.

    ## Why

    `q35` imitates a chipset of 2007 with a SATA controller, `virt` on Arm has neither. Files that were written for `pc`
    often keep a CD drive on IDE when the machine type is changed. KubeVirt takes virtio, sata, scsi and usb alone,
    whatever the machine type, so an imported machine of another hypervisor has to change its bus.

    ## What it looks like

    "IDE controllers are unsupported for this QEMU binary or machine type", when the machine is defined; KubeVirt's API
    server answers that the bus is not among those it knows.

    ## When it stays silent

    Whoever states no drive is not asked for one. Proxmox VE and QEMU's own command line put a drive that is called IDE
    on the SATA controller of such a machine.
    """
    devices = workload.deployment.devices
    if "ide" not in devices.get("drives", ()) and devices.get("disk", "").lower() != "ide":
        return
    deployment = workload.deployment
    if deployment.knows("machine") and not workload.catalog.machine_types.of_qemu(deployment.machine):
        return  # a machine of another maker's, whoever is to run it
    platform = workload.platform
    never = platform.data.get("devices", {}).get("ide") is False
    if never:
        message = f"{platform.name} takes no drive on IDE, whatever the machine type"
    else:
        without = platform.data.get("machines", {}).get("withoutIde", ())
        if not without:
            return
        machine = deployment.machine.lower()
        if not any(re.fullmatch(rf"{re.escape(name)}(-[0-9].*)?", machine) for name in without):
            return
        message = f"a machine of type {machine} has no IDE controller, and {platform.name} refuses a drive on one"
    listed = devices.knows("drives") and "ide" in devices.drives
    yield finding(
        "deployment.devices.drives" if listed else "deployment.devices.disk",
        message,
        because=(not never and "deployment.machine", "deployment.platform.id"),
        help="put the drive on sata, or on scsi or virtio where the guest has a driver",
        repairs=(repair("the bus that such a machine has for CD drives and old guests", devices__disk="sata"),)
        if not listed
        else (),
        entry="ide" if listed else "",
    )
