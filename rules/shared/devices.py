"""Devices of the host that a workload wants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from vmlint.api import Workload, pci_address


class Wish(NamedTuple):
    """One kind of device that the workload demands to have for itself."""

    cell: str
    """Where the catalogue's ``passthrough`` says whether a platform can do it."""
    path: str
    name: str


GPU = "requirements.devices.gpu.mode"
_HOST_DISK = re.compile(r"/dev/(?:disk/|sd[a-z]|nvme[0-9]|mapper/|zvol/)")


def wished(workload: Workload) -> tuple[Wish, ...]:
    """Return the devices of the host that must reach the guest."""
    devices = workload.requirements.devices
    gpu = devices.gpu.mode
    kinds = {
        Wish("pci", "requirements.devices.pci", "physical PCI devices"): devices.pci,
        Wish("pci", GPU, "a whole physical GPU"): gpu == "passthrough",
        Wish("vgpu", GPU, "a share of a GPU (vGPU)"): gpu == "vgpu",
    }
    return tuple(kind for kind, demanded in kinds.items() if demanded)


DEVICE_NAMES = {
    "pci": "a passed-through PCI device",
    "vgpu": "a virtual GPU",
    "usb": "a passed-through USB device",
    "host-disk": "a disk of the host",
}
"""Kinds of devices that the catalogue knows, as a sentence names one."""


def held_devices(workload: Workload) -> Iterator[tuple[str, str]]:
    """Yield the field of each device that is demanded or given, and its kind as the catalogue names it."""
    devices = workload.requirements.devices
    if devices.pci:
        yield "requirements.devices.pci", "pci"
    if devices.gpu.mode in ("passthrough", "vgpu"):
        yield "requirements.devices.gpu.mode", "vgpu" if devices.gpu.mode == "vgpu" else "pci"
    if devices.usb:
        yield "requirements.devices.usb", "usb"
    deployment = workload.deployment
    given = deployment.get("host_devices", ())
    if any(pci_address(device) or _is_resource(workload, device) for device in given):
        yield "deployment.hostDevices", "pci"
    elif any(device.startswith("usb:") for device in given):
        yield "deployment.hostDevices", "usb"
    elif any(_HOST_DISK.match(device) for device in given):
        yield "deployment.hostDevices", "host-disk"


def _is_resource(workload: Workload, device: str) -> bool:
    """Whether a device is named as a cluster's resource (`nvidia.com/TU104GL`) rather than by its address."""
    return bool(re.fullmatch(r"[^/][^/.]*+\.[^/]+/[^/]+", device)) and workload.platform.placement == "orchestrator"
