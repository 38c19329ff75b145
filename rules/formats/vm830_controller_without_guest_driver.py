from __future__ import annotations

from collections.abc import Collection, Iterator

from vmlint.api import Finding, Platform, Severity, Workload, both, finding, repair, rule

from ..shared.any_platform import may_hold
from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.drivers import installed
from ..shared.fields import guest_os_field
from ..shared.wording import guest_name


@rule(
    "VM830",
    "controller-without-guest-driver",
    Severity.ERROR,
    sources=("R13-727", "R13-728"),
    symptoms=(
        "0x0000007B INACCESSIBLE_BOOT_DEVICE",
        "No drives were found",
        "dracut-initqueue timeout",
    ),
    architectures=VIRTUAL_MACHINES,
    fits_if={"deployment.devices.disk": "is a controller that the guest has a driver for, such as sata"},
)
def controller_without_guest_driver(workload: Workload) -> Iterator[Finding]:
    """Newer systems have no driver for the SCSI controller that QEMU takes unasked, nor Windows for VMware's PVSCSI.

    ## Why

    QEMU imitates LSI's 53C895A, which libvirt calls lsilogic. Windows has had no driver for it since Vista, nor has Red
    Hat Enterprise Linux since release 7. Proxmox VE uses it where `scsihw` is absent, libvirt and Xen where a disk is
    on plain `scsi`. VMware's own controller of that name is another one.

    PVSCSI is the controller that VMware recommends, and the one that Terraform's provider for vSphere adds unasked. The
    media of Windows before Server 2022 are without its driver.

    ## What it looks like

    The installer finds no disk. A guest that was moved stops with INACCESSIBLE_BOOT_DEVICE, or waits in dracut.

    ## Severity

    The driver for PVSCSI can be loaded while Windows is installed: a warning.

    ## When it stays silent

    Guests that the catalogue does not say it of, and platforms whose `lsi` is another controller.
    """
    disk = workload.deployment.devices.get("disk", "").lower()
    old = disk.startswith("lsi")
    if not old and disk != "pvscsi":
        return
    kind = "lsi" if old else disk
    if not both(
        # Of another maker's controller of that name nothing is known.
        lambda: not old or disk in _old_ones(workload.platform),
        lambda: all(kind in _without(workload, each) for each in _releases(workload)),
        lambda: old or not installed(workload, "vmware"),
        lambda: not old or may_hold(workload, lambda platform: disk in _old_ones(platform)),
    ):
        return
    yield finding(
        "deployment.devices.disk",
        f"{guest_name(workload)} has no driver for a disk on the {disk} controller"
        + ("" if old else " until VMware's are installed"),
        severity=None if old else Severity.WARNING,
        because=(guest_os_field(workload), "deployment.platform.id" if old else "guest.drivers"),
        help="put the disk on sata, or on virtio-scsi where the guest has the driver"
        if old
        else (
            "when installing, load the driver pvscsi from the ISO of VMware Tools, or begin on lsilogic-sas",
            "if the image has the drivers, state them: guest.drivers: [vmware-tools]",
        ),
        repairs=(repair("every guest of this age has a driver", devices__disk="sata"),),
    )


def _old_ones(platform: Platform) -> Collection[str]:
    """Return the controllers that a platform imitates and newer systems have no driver for."""
    found: Collection[str] = platform.data.get("firmware", {}).get("withoutDriver", ())
    return found


def _without(workload: Workload, id: str) -> Collection[str]:
    """Return the controllers that a release has no driver for; none where the catalogue does not say."""
    release = workload.catalog.guest(id)
    found: Collection[str] = release.data.get("drivers", {}).get("without", ()) if release else ()
    return found


def _releases(workload: Workload) -> list[str]:
    """Return the guest's id, or those of which the file says that it is one."""
    os = workload.guest.os
    return sorted(os.one_of) if not os.knows("id") and os.states("one_of") else [workload.guest_os.id]
