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
    return (
        *([Wish("pci", "requirements.devices.pci", "physical PCI devices")] if devices.pci else []),
        *([Wish("pci", GPU, "a whole physical GPU")] if gpu == "passthrough" else []),
        *([Wish("vgpu", GPU, "a share of a GPU (vGPU)")] if gpu == "vgpu" else []),
    )
