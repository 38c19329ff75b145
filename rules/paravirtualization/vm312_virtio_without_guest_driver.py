from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, finding, repair, rule

from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.drivers import installed
from ..shared.fields import guest_os_field
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
    """Windows cannot see a virtio disk until the virtio-win drivers are installed in it.

    ## Why

    Windows brings no virtio storage driver of its own. The usual ways out: attach the virtio-win ISO and load the
    driver during installation, or start on SATA, install the drivers there, and change the bus afterwards.

    ## What it looks like

    The installer finds no disk. An installed system that is moved from another bus stops with INACCESSIBLE_BOOT_DEVICE
    at the next start.

    ## When it stays silent

    Images that carry the drivers state them in `guest.drivers` or `deployment.image.drivers`. Windows releases that no
    such driver exists for are left to VM504.
    """
    devices, guest = workload.deployment.devices, workload.guest
    if guest.os.knows("id") and workload.catalog.guest(guest.os.id) and workload.guest_os.has("legacyHardware"):
        return
    if not both(
        lambda: guest.os.family == "windows",
        lambda: "virtio" in devices.disk.lower(),
        lambda: not installed(workload, "virtio"),
    ):
        return
    yield finding(
        "deployment.devices.disk",
        f"{guest_name(workload)} has no driver for a {devices.disk} disk until virtio-win is installed",
        because=(guest_os_field(workload), "guest.drivers"),
        help=(
            "attach the virtio-win ISO when installing, and load the storage driver there",
            "if the image has the drivers, state them: guest.drivers: [virtio-win]",
        ),
        repairs=(repair("works without drivers; change the bus once they are installed", devices__disk="sata"),),
    )
