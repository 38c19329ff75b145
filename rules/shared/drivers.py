"""Drivers for paravirtual devices."""

from __future__ import annotations

from vmlint.api import Workload

DRIVER_SETS = {"virtio": "virtio-win", "xen": "xen-pv", "vmware": "vmware-tools", "hyperv": "hyperv-ic"}
"""The set that a guest without built-in drivers has to install, by the driver that a platform's devices want."""


def installed(workload: Workload, driver: str) -> bool:
    """Whether the drivers that a guest needs for a platform's devices are stated to be installed."""
    image, wanted = workload.deployment.image, DRIVER_SETS[driver]
    return (image.knows("drivers") and wanted in image.drivers) or wanted in workload.guest.drivers
