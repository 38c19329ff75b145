from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, finding, pci_address, repair, rule

from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.devices import wished


@rule(
    "VM825",
    "passthrough-without-reserved-memory",
    Severity.ERROR,
    sources=("R8-311", "S-55"),
    symptoms=("Invalid memory setting: memory reservation (sched.mem.min) should be equal to memsize",),
    architectures=VIRTUAL_MACHINES,
    fits_if={"deployment.tuning.lockedMemory": "is true"},
)
def passthrough_without_reserved_memory(workload: Workload) -> Iterator[Finding]:
    """A device that writes to the guest's memory needs all of that memory to be in place.

    ## Why

    A passed-through device knows nothing of swapping. So ESXi starts a machine with one only if its memory is reserved
    as a whole.

    ## What it looks like

    "Invalid memory setting: memory reservation (sched.mem.min) should be equal to memsize", when it is switched on.

    ## When it stays silent

    QEMU pins the memory by itself where a device is handed over, and so do Hyper-V and Xen. A virtual GPU is a device
    of the same kind on ESXi and is meant as well.
    """
    given = [device for device in workload.deployment.get("host_devices", ()) if pci_address(device)]
    wanted = wished(workload)
    if not given and not wanted:
        return
    if not both(
        lambda: bool(workload.platform.data.get("passthrough", {}).get("reservedMemory")),
        lambda: not workload.deployment.tuning.locked_memory,
    ):
        return
    yield finding(
        "deployment.tuning.lockedMemory",
        f"{workload.platform.name} starts a machine with a passed-through device only if all of its memory is reserved",
        because=("deployment.hostDevices" if given else wanted[0].path, "deployment.platform.id"),
        help="reserve all guest memory: sched.mem.pin = TRUE, with sched.mem.min equal to memSize",
        repairs=(repair("all memory in place for the device", tuning__lockedMemory="true"),),
    )
