"""Devices of the host that a workload wants."""

from __future__ import annotations

from typing import NamedTuple

from vmlint.api import Workload


class Wish(NamedTuple):
    """One kind of device that the workload demands to have for itself."""

    cell: str
    """Where the catalogue's ``passthrough`` says whether a platform can do it."""
    path: str
    name: str


GPU = "requirements.devices.gpu.mode"


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
