from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from vmlint.api import Finding, Severity, Workload, both, either, finding, repair, rule

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
    sources=("S-37",),
    symptoms=("0x0000007B INACCESSIBLE_BOOT_DEVICE", "We couldn't find any drives"),
    architectures=VIRTUAL_MACHINES,
    fits_if={"guest.drivers": "lists virtio-win"},
)
def virtio_without_guest_driver(workload: Workload) -> Iterator[Finding]:
    """Windows cannot see a virtio disk or network card until the virtio-win drivers are installed in it.

    ## Why

    Windows brings no virtio driver of its own. The usual ways out: attach the virtio-win ISO and load the driver during
    installation, or start on SATA and e1000, install the drivers there, and change the devices afterwards.

    ## What it looks like

    The installer finds no disk. An installed system that is moved from another bus stops with INACCESSIBLE_BOOT_DEVICE
    at the next start. Without a driver of its card a guest has no network.

    ## Severity

    A guest without network still starts, and the driver can be installed in it: a note, where the disk has a driver.

    ## When it stays silent

    Images that carry the drivers state them in `guest.drivers` or `deployment.image.drivers`. Windows releases that no
    such driver exists for are left to VM504.
    """
    guest = workload.guest
    if guest.os.knows("id") and workload.catalog.guest(guest.os.id) and workload.guest_os.has("legacyHardware"):
        return
    if not both(
        lambda: guest.os.family == "windows",
        lambda: _is_virtio(workload),
        lambda: not installed(workload, "virtio"),
    ):
        return
    yield from list(each_alone((partial(_disk, workload), partial(_card, workload))))[:1]


def _is_virtio(workload: Workload) -> bool:
    """Whether the disk or the network card is a virtio device."""
    devices = workload.deployment.devices
    return either(lambda: "virtio" in devices.disk.lower(), lambda: "virtio" in devices.nic.lower())


def _disk(workload: Workload) -> Iterator[Finding]:
    disk = workload.deployment.devices.disk
    if "virtio" in disk.lower():
        yield finding(
            "deployment.devices.disk",
            f"{guest_name(workload)} has no driver for a {disk} disk until virtio-win is installed",
            because=(guest_os_field(workload), "guest.drivers"),
            help=(
                "attach the virtio-win ISO when installing, and load the storage driver there",
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
                "attach the virtio-win ISO, and install the network driver from it",
                "if the image has the drivers, state them: guest.drivers: [virtio-win]",
            ),
            repairs=(repair("works without drivers; change the card once they are installed", devices__nic="e1000e"),),
        )
