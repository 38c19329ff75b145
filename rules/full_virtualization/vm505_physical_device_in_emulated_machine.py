from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, repair, rule

from ..shared.architectures import POSSIBLY_EMULATED
from ..shared.devices import wished
from ..shared.emulation import why_emulated
from ..shared.modes import offers
from ..shared.wording import listed


@rule(
    "VM505",
    "physical-device-in-emulated-machine",
    Severity.ERROR,
    article=("FV-U3", "FV-C2"),
    sources=("S-32",),
    architectures=POSSIBLY_EMULATED,
    demands=("requirements.devices.pci", "requirements.devices.gpu.mode"),
    fits_if={
        "guest.platform": "names a CPU architecture that the host runs itself",
        "host.platform": "has a CPU that runs {guest.arch} code itself",
        "deployment.mode": "is not emulation",
    },
)
def physical_device_in_emulated_machine(workload: Workload) -> Iterator[Finding]:
    """An emulated machine imitates hardware; it is no place for a real device of the host.

    ## Why

    "Specific hardware" can mean two opposite things. A card of thirty years ago, such as a Sound Blaster or an NE2000,
    is imitated, and emulation is the way to have it: that is `requirements.devices.emulated`. A device that is in the
    host has to be handed through, which takes hardware-assisted virtualization with an IOMMU.

    ## When it stays silent

    USB devices are not meant: QEMU relays them to an emulated machine too.
    """
    devices = wished(workload)
    if not devices or workload.deployment.mode != "emulation":
        return
    yield finding(
        "deployment.mode",
        f"{listed(device.name for device in devices)} must reach the guest, and an emulated machine only imitates"
        " hardware",
        because=dict.fromkeys((*(device.path for device in devices), *why_emulated(workload))),
        help="if an old device model is meant, ask for it under requirements.devices.emulated",
        repairs=(repair("hands devices of the host through", mode="hw-assisted"),)
        if offers(workload, "hw-assisted")
        else (),
    )
