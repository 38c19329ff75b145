from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Platform, Severity, Workload, both, either, finding, repair, rule

from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.drivers import installed
from ..shared.fields import guest_os_field
from ..shared.wording import guest_name

GAIN = {
    "disk": "virtio about doubles sequential writes in Proxmox's figures",
    "nic": "virtio moves up to three times as much in Proxmox's figures",
}
"""What S-23 promises of virtio, against an emulated IDE disk and an emulated e1000."""

NOT_SLOWER = frozenset({"nvme", "usb"})
"""Emulated disks that S-23's figures say nothing about: NVMe is a lean interface, USB is chosen for other reasons."""


@rule(
    "VM311",
    "emulated-device-where-pv-driver-works",
    Severity.NOTE,
    worst=Severity.WARNING,
    article=("PV-A2", "PV-C3"),
    sources=("S-23", "S-37", "P-02"),
    architectures=VIRTUAL_MACHINES,
)
def emulated_device_where_pv_driver_works(workload: Workload) -> Iterator[Finding]:
    """A guest that has paravirtual drivers should not be made to talk to an imitation of old hardware.

    ## Why

    This is where the article's claim for para-virtualization still holds: not for the CPU, but for devices. Each access
    to an emulated IDE disk or e1000 card leaves the guest and is imitated in software; virtio, vmxnet3 or a synthetic
    device takes whole requests. Linux and the BSDs have the drivers built in. The figures that a finding quotes are
    Proxmox's own, for virtio on KVM.

    Changing the bus of an installed guest renames its disks and may need a new initramfs: do it on purpose.

    ## Severity

    Where high performance is demanded it is a warning, otherwise a note. In development and tests, and where no figures
    exist (an e1000e is what VMware's desktop products give by themselves), it has low confidence.

    ## When it stays silent

    Not reported are guests without the driver (Windows without virtio-win, DOS, XP), workloads that insist on the old
    device (`requirements.devices.emulated`), Xen, whose drivers unplug the emulated twin by themselves, and IDE disks
    on Hyper-V, which the guest reaches through the fast path once it runs.
    """
    os = workload.guest.os
    if os.knows("id") and workload.catalog.guest(os.id) and workload.guest_os.has("legacyHardware"):
        return
    platform, devices = workload.platform, workload.deployment.devices
    if not platform.has("devices", "driver") or not platform.has("devices", "emulated"):
        return
    driver = platform.fact("devices", "driver")
    if driver == "xen":
        return
    if not both(
        lambda: either(lambda: _is_slow(workload, "disk"), lambda: _is_slow(workload, "nic")),
        lambda: either(
            lambda: driver in workload.guest_os.fact("drivers", "builtin"), lambda: installed(workload, driver)
        ),
    ):
        return
    high = workload.requirements.performance.class_ == "high"
    measured = driver == "virtio" and _on_kvm(platform)
    hint = not high and (not measured or workload.get("environment") in ("dev", "test"))
    for field in ("disk", "nic"):
        if devices.knows(field) and _is_slow(workload, field):
            better = platform.fact("devices", "paravirtual", field)[0]
            yield finding(
                f"deployment.devices.{field}",
                f"{getattr(devices, field)} is emulated, and {guest_name(workload)} has the driver for {better}"
                + (f"; {GAIN[field]}" if measured else ""),
                severity=Severity.WARNING if high else None,
                confidence=Confidence.LOW if hint else None,
                because=(guest_os_field(workload), high and "requirements.performance.class"),
                help=_way_over(workload) if field == "disk" else (),
                repairs=(repair("the paravirtual device", **{f"devices__{field}": better}),),
            )


def _on_kvm(platform: Platform) -> bool:
    """Whether it is Linux's own hypervisor, which the figures are about, and not some program with virtio."""
    systems = platform.fact("host", "os")
    brought = "own" in systems and platform.has("host", "kernelFamily") and platform.fact("host", "kernelFamily")
    return not platform.hosted and ("linux" in systems or brought == "linux")


def _way_over(workload: Workload) -> str:
    """Return what to do before the disk of an installed guest changes its bus."""
    if workload.guest.os.family == "windows":
        return (
            "in an installed guest, add a second disk of the new kind first, so that Windows loads its driver at boot"
        )
    return "in an installed guest, check first that its initramfs and fstab do not depend on the old device"


def _is_slow(workload: Workload, field: str) -> bool:
    platform = workload.platform
    if not platform.has("devices", "emulated", field) or not platform.has("devices", "paravirtual", field):
        return False
    if field == "disk" and platform.fact("devices", "driver") == "hyperv":
        return False
    device = str(getattr(workload.deployment.devices, field)).lower()
    insisted = {word.lower() for word in workload.requirements.devices.emulated or ()}
    return device in platform.fact("devices", "emulated", field) and device not in NOT_SLOWER | insisted
