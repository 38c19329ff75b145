from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from vmlint.api import Confidence, Finding, Severity, Version, Workload, both, either, finding, repair, rule

from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.drivers import installed
from ..shared.fields import guest_os_field
from ..shared.looks import each_alone
from ..shared.wording import guest_name


@rule(
    "VM312",
    "virtio-without-guest-driver",
    Severity.WARNING,
    article=("PV-C2",),
    sources=("S-37", "R13-717", "R13-718"),
    symptoms=(
        "0x0000007B INACCESSIBLE_BOOT_DEVICE",
        "We couldn't find any drives",
        "No signed device drivers were found",
        "Windows cannot verify the digital signature for this file",
    ),
    architectures=VIRTUAL_MACHINES,
    fits_if={"guest.drivers": "lists virtio-win"},
)
def virtio_without_guest_driver(workload: Workload) -> Iterator[Finding]:
    """Windows cannot see a virtio disk or network card until the virtio-win drivers are installed in it.

    ## Why

    Windows brings no virtio driver of its own. The usual ways out: attach the virtio-win ISO and load the driver during
    installation, or start on SATA and e1000, install the drivers there, and change the devices afterwards.

    Windows accepts signed drivers alone, and those of newer releases of virtio-win are no longer signed for old
    systems: 0.1.173 is the last for Windows 7 and Server 2008 R2, 0.1.215 for Windows 8 and Server 2012.

    ## What it looks like

    The installer finds no disk. An installed system that is moved from another bus stops with INACCESSIBLE_BOOT_DEVICE
    at the next start. Without a driver of its card a guest has no network.

    ## Severity

    A guest without network still starts, and the driver can be installed in it: a note, where the disk has a driver.
    That a release is too new has medium confidence: signatures changed from one release to the next.

    ## When it stays silent

    Images that carry the drivers state them in `guest.drivers` or `deployment.image.drivers`. Windows releases that no
    such driver exists for are left to VM504.
    """
    guest = workload.guest
    if guest.os.knows("id") and workload.catalog.guest(guest.os.id) and workload.guest_os.has("legacyHardware"):
        return
    last = _last_release(workload)
    too_new = bool(last) and guest.knows("driver_release") and guest.driver_release > Version(last)
    if not both(
        lambda: guest.os.family == "windows",
        lambda: _is_virtio(workload),
        lambda: too_new or not installed(workload, "virtio"),
    ):
        return
    if too_new:
        yield _too_new(workload, last)
        return
    yield from list(each_alone((partial(_disk, workload), partial(_card, workload))))[:1]


def _is_virtio(workload: Workload) -> bool:
    """Whether the disk or the network card is a virtio device."""
    devices = workload.deployment.devices
    return either(lambda: "virtio" in devices.disk.lower(), lambda: "virtio" in devices.nic.lower())


def _last_release(workload: Workload) -> str:
    """Return the last release of virtio-win whose drivers the guest accepts; empty where that is not known."""
    os = workload.guest.os
    release = workload.catalog.guest(os.id) if os.knows("id") else None
    return str(release.data.get("drivers", {}).get("last", {}).get("virtio", "")) if release else ""


def _too_new(workload: Workload, last: str) -> Finding:
    """Build the finding that the drivers at hand are of a release that no longer serves the guest."""
    return finding(
        "guest.driverRelease",
        f"{guest_name(workload)} accepts drivers of virtio-win up to {last}, and these are of "
        f"{workload.guest.driver_release}",
        confidence=Confidence.MEDIUM,
        because=(guest_os_field(workload), "deployment.devices"),
        help=f"attach virtio-win-{last}.iso, from the project's archive of releases",
        repairs=(repair("works without drivers; change the bus once they are installed", devices__disk="sata"),),
    )


def _medium(workload: Workload) -> str:
    """Return which medium of drivers to attach."""
    last = _last_release(workload)
    return f"the ISO of virtio-win {last}, the last with drivers for this system" if last else "the virtio-win ISO"


def _disk(workload: Workload) -> Iterator[Finding]:
    disk = workload.deployment.devices.disk
    if "virtio" in disk.lower():
        yield finding(
            "deployment.devices.disk",
            f"{guest_name(workload)} has no driver for a {disk} disk until virtio-win is installed",
            because=(guest_os_field(workload), "guest.drivers"),
            help=(
                f"when installing, attach {_medium(workload)}, and load the storage driver there",
                "if the image has the drivers, state them: guest.drivers: [virtio-win]",
            ),
            repairs=(repair("works without drivers; change the bus once they are installed", devices__disk="sata"),),
        )


def _card(workload: Workload) -> Iterator[Finding]:
    card = workload.deployment.devices.nic
    if "virtio" in card.lower():
        yield finding(
            "deployment.devices.nic",
            f"{guest_name(workload)} has no driver for a {card} network card until virtio-win is installed",
            severity=Severity.NOTE,
            because=(guest_os_field(workload), "guest.drivers"),
            help=(
                f"attach {_medium(workload)}, and install the network driver from it",
                "if the image has the drivers, state them: guest.drivers: [virtio-win]",
            ),
            repairs=(repair("works without drivers; change the card once they are installed", devices__nic="e1000e"),),
        )
