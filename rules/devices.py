"""Physical devices: a part of the host handed to a guest, and the ways of running that cannot hand it over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from vmlint.api import Finding, Severity, Workload, finding, repair, rule

from .listing import listed
from .wording import offers

MACHINES = ("type1", "type2", "full-virtualization")
"""The words under which a virtual machine may turn out to be emulated."""


class Wish(NamedTuple):
    """One kind of device that the workload demands to have for itself."""

    cell: str
    """Where the catalogue's ``passthrough`` says whether a platform can do it."""
    path: str
    name: str


def _wishes(workload: Workload) -> tuple[Wish, ...]:
    devices = workload.requirements.devices
    gpu = devices.gpu.mode
    return (
        *([Wish("pci", "requirements.devices.pci", "physical PCI devices")] if devices.pci else []),
        *([Wish("pci", "requirements.devices.gpu.mode", "a whole physical GPU")] if gpu == "passthrough" else []),
        *([Wish("vgpu", "requirements.devices.gpu.mode", "a share of a GPU (vGPU)")] if gpu == "vgpu" else []),
    )


@rule(
    "VM505",
    "physical-device-in-emulated-machine",
    Severity.ERROR,
    article=("FV-U3", "FV-C2"),
    sources=("S-32",),
    architectures=MACHINES,
    fits_if={
        "guest.platform": "names a CPU architecture that the host runs itself",
        "host.platform": "has a CPU that runs {guest.arch} code itself",
        "deployment.mode": "is not emulation",
    },
)
def physical_device_in_emulated_machine(workload: Workload) -> Iterator[Finding]:
    """An emulated machine imitates hardware; it is no place for a real device of the host.

    "Specific hardware" can mean two opposite things. A card of thirty years ago, such as a Sound Blaster or an NE2000,
    is imitated, and emulation is the way to have it: that is `requirements.devices.emulated`. A device that sits in the
    host has to be handed through, which is the business of hardware-assisted virtualization with an IOMMU.

    USB devices are not meant: QEMU relays them to an emulated machine too.
    """
    wishes = _wishes(workload)
    if not wishes or workload.deployment.mode != "emulation":
        return
    yield finding(
        "deployment.mode",
        f"{listed(wish.name for wish in wishes)} must reach the guest, and an emulated machine only imitates hardware",
        because=dict.fromkeys(wish.path for wish in wishes),
        help="if an old device model is meant, ask for it under requirements.devices.emulated",
        repairs=(repair("hands devices of the host through", mode="hw-assisted"),)
        if offers(workload, "hw-assisted")
        else (),
    )


@rule(
    "VM609",
    "device-passthrough-unsupported",
    Severity.ERROR,
    article=("FV-U3", "T1-C4"),
    sources=("P-04b", "P-11c", "P-17", "P-26"),
    fits_if={
        "deployment.platform.id": "names a platform that hands devices of the host through",
        "deployment.mode": "runs on the host's own kernel",
    },
)
def device_passthrough_unsupported(workload: Workload) -> Iterator[Finding]:
    """Not every platform can give a guest a device of the host.

    Handing a PCI device through takes an IOMMU, and a hypervisor that was made for it. Desktop products mostly share
    the GPU for 3-D graphics and keep the device itself; microVM monitors leave it out on purpose. The same goes for a
    vGPU, a slice of a card that the guest drives as if it were its own. A guest on such a platform starts without the
    device, or its definition is refused.

    `gpu: {mode: shared}` asks for none of this. Containers that run on the host's own kernel use the host's driver and
    are not judged, nor is a platform of which the catalogue does not say. Emulation is VM505's.
    """
    wishes = _wishes(workload)
    if not wishes or not workload.deployed or _reached_by_host_driver(workload):
        return
    deployment, platform = workload.deployment, workload.platform
    if deployment.knows("mode") and deployment.mode == "emulation":
        return
    refused = [
        wish
        for wish in wishes
        if platform.has("passthrough", wish.cell) and platform.fact("passthrough", wish.cell) is False
    ]
    if refused:
        yield finding(
            "deployment.platform.id",
            f"{listed(wish.name for wish in refused)} must reach the guest, which {platform.name} does not offer",
            because=dict.fromkeys(wish.path for wish in refused),
            help="use a hypervisor that hands devices through, or share the host's driver (gpu.mode: shared)",
        )
    for wish in wishes if not refused else ():
        platform.fact("passthrough", wish.cell)  # undecided where the catalogue does not say


def _reached_by_host_driver(workload: Workload) -> bool:
    """Tell whether it is a container beside the machine that a desktop product keeps for the others."""
    deployment, platform = workload.deployment, workload.platform
    if not platform.has("host", "kernelFamily") or not deployment.knows("architecture"):
        return False
    if deployment.architecture != "container" or not workload.mode.shares_host_kernel:
        return False
    return bool(deployment.kernel_family != platform.fact("host", "kernelFamily"))
