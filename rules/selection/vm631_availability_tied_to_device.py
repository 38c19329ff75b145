from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, pci_address, rule

from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.devices import GPU
from ..shared.wording import listed

NAMES = {"pci": "a passed-through PCI device", "usb": "a passed-through USB device"}


@rule(
    "VM631",
    "availability-tied-to-device",
    Severity.ERROR,
    article=("FV-U3",),
    sources=("S-55", "R8-315", "R8-316"),
    symptoms=("VM_HAS_VUSBS",),
    architectures=VIRTUAL_MACHINES,
    demands=("requirements.availability",),
    fits_if={"deployment.platform.id": "names a platform that restarts a machine with this device elsewhere"},
)
def availability_tied_to_device(workload: Workload) -> Iterator[Finding]:
    """A machine that holds a device of its host is not restarted on another host when that one fails.

    ## Why

    The device is in the host that failed. vSphere's HA, the clusters of Hyper-V Server up to 2019 and XenServer's HA
    therefore leave such machines out.

    ## What it looks like

    The setting is refused, or the machine stays down until its host is back.

    ## When it stays silent

    Only what is known to hold a machine back on the platform counts: from Windows Server 2025 on, Hyper-V restarts a
    machine where a pool has another such device. Whether it can move while it runs is left to
    VM611.
    """
    if workload.requirements.availability not in ("ha", "mission-critical"):
        return
    held = dict(_held(workload))
    if not held:
        return
    platform = workload.platform
    if not platform.has("failover", "blockedBy"):
        return
    tied = {path: kind for path, kind in held.items() if kind in platform.fact("failover", "blockedBy")}
    if not tied:
        return
    first, *others = tied
    yield finding(
        first,
        f"availability {workload.requirements.availability} is demanded, and {platform.name} does not restart a "
        f"machine with {listed(sorted({NAMES[kind] for kind in tied.values()}))} on another host",
        because=(*others, "requirements.availability", "deployment.platform.id"),
        help="reach the device over the network (a USB server, an SR-IOV function paired with a virtual card), or let "
        "the application keep a copy of itself elsewhere",
    )


def _held(workload: Workload) -> Iterator[tuple[str, str]]:
    """Yield the field of each device of the host that is demanded or given, and its kind."""
    devices = workload.requirements.devices
    if devices.pci:
        yield "requirements.devices.pci", "pci"
    if devices.gpu.mode == "passthrough":
        yield GPU, "pci"
    if devices.usb:
        yield "requirements.devices.usb", "usb"
    given = workload.deployment.get("host_devices", ())
    if any(pci_address(device) for device in given):
        yield "deployment.hostDevices", "pci"
    elif any(device.startswith("usb:") for device in given):
        yield "deployment.hostDevices", "usb"
