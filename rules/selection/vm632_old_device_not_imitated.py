from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, finding, rule

from ..shared.architectures import ALL_ARCHITECTURES
from ..shared.wording import listed


@rule(
    "VM632",
    "old-device-not-imitated",
    Severity.ERROR,
    article=("FV-U3",),
    sources=("P-07", "P-17", "P-18", "P-04b"),
    architectures=ALL_ARCHITECTURES,
    demands=("requirements.devices.emulated",),
    fits_if={"deployment.platform.id": "names a platform that imitates these devices"},
)
def old_device_not_imitated(workload: Workload) -> Iterator[Finding]:
    """Not every hypervisor imitates old hardware, and monitors for microVMs imitate none.

    ## Why

    A guest that insists on a Sound Blaster or on a floppy drive finds it only where the hypervisor has a model of it.
    QEMU and the desktop products do; ESXi and Hyper-V keep to what servers need, Firecracker and Cloud Hypervisor to
    virtio devices.

    ## When it stays silent

    Only devices that a platform surely does not have count. Containers on the host's own kernel see its hardware.
    """
    wanted = workload.requirements.devices.emulated
    if not wanted or not workload.deployed:
        return
    if both(lambda: bool(_not_imitated(workload)), lambda: not _sees_host_hardware(workload)):
        platform, missing = workload.platform, _not_imitated(workload)
        yield finding(
            "requirements.devices.emulated",
            f"the guest insists on {listed(missing)}, and {platform.name} imitates no such device",
            because=("deployment.platform.id",),
            help="use a platform that imitates old hardware, such as QEMU or a desktop hypervisor",
            entry=missing[0],
        )


def _not_imitated(workload: Workload) -> list[str]:
    without = workload.platform.data.get("devices", {}).get("without", ())
    wanted = workload.requirements.devices.emulated or ()
    return [device for device in wanted if "*" in without or device.lower() in without]


def _sees_host_hardware(workload: Workload) -> bool:
    """Whether it is a container on the host's own kernel."""
    return workload.mode.is_container and workload.mode.shares_host_kernel
