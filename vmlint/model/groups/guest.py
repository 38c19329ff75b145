"""What is to run: the fields of ``guest``."""

from vmlint.model.fields import Group, ShortForm, demand, derived, fact, group
from vmlint.model.values import OciPlatform, Version, VersionRange
from vmlint.model.vocabulary import (
    DriverSet,
    FirmwareType,
    Init,
    KernelSource,
    OsFamily,
    OsVersion,
    ParavirtInterface,
    TpmVersion,
)


class GuestOsFacts(
    Group, path="guest.os", title="Guest operating system, in full", example={"id": "win2k22", "family": "windows"}
):
    """The operating system that the workload runs on, field by field. Absent means unknown."""

    id: str = fact(
        "Operating system id",
        "The release that the software runs on, as a libosinfo short id: a product and its version in one word.",
        "win2k22",
        "debian12",
        "ubuntu24.04",
    )
    family: OsFamily = fact(
        "Operating system family",
        "The family that the system belongs to. Follows from the id where vmlint knows it.",
        "windows",
        "linux",
    )
    version: OsVersion = fact(
        "Operating system version",
        "The exact version or build where the id is not exact enough, in the vendor's own spelling, such as the "
        "os.version of a Windows container image.",
        "10.0.20348",
        "22H2",
    )
    edition: str = fact(
        "Edition",
        "The edition where support or hardware needs depend on it, in the vendor's own word.",
        "server-core",
        "ltsc",
        "enterprise",
    )
    age: int = derived("How long ago the release came out, or the one that it only updates.", "full years")
    one_of: tuple[str, ...] = derived(
        "The ids of which it is one, where it was chosen from a tool's list: several where its word covers several."
    )


class GuestKernel(Group, path="guest.kernel", title="Guest kernel", example={"version": "6.1", "modifiable": True}):
    """The kernel that the workload brings or needs: version, modifiable and paravirt describe what it has; source,
    requires, modules and realtime what it needs. What is absent is unknown as far as it is a fact, and not demanded
    as far as it is a need.
    """

    version: Version = fact(
        "Own kernel's version",
        "Version of the kernel that the workload brings, if it brings one: a dotted version such as 6.1. A container "
        "brings none. What it needs of a kernel goes under requires.",
        "6.1",
        "5.14.0-427.el9",
    )
    modifiable: bool = fact(
        "Kernel can be changed",
        "Whether somebody outside the vendor could adapt the kernel to a hypervisor: false for Windows and other "
        "closed systems.",
        True,
        False,
    )
    paravirt: frozenset[ParavirtInterface] = fact(
        "Paravirtual interfaces",
        "Hypervisor interfaces that the kernel has built in. An empty list states that it has none.",
        ["xen-pvh", "virtio"],
        [],
    )
    source: KernelSource | None = demand(
        "Origin of the kernel",
        "Where the kernel must come from: the distribution's own (distro), one you build (custom), or none at all, "
        "as for a container.",
        "distro",
        "custom",
    )
    requires: VersionRange | None = demand(
        "Kernel version needed",
        "Versions of the kernel that the software can run on: bounds separated by commas, such as '>=5.10, <6'. A "
        "bare version means that one or later.",
        ">=5.10, <6",
        "~5.15",
    )
    modules: tuple[str, ...] | None = demand(
        "Kernel modules needed",
        "Names of kernel modules that must be loaded or loadable, as lsmod prints them.",
        ["wireguard"],
        ["overlay", "br_netfilter"],
    )
    realtime: bool | None = demand(
        "Real-time kernel needed",
        "Whether the software needs a real-time (PREEMPT_RT) kernel.",
        False,
    )


class FirmwareNeeds(Group, path="guest.firmware", title="Firmware needs", example={"type": "uefi", "secureBoot": True}):
    """Firmware that the guest insists on. What the machine offers is under deployment.firmware. Absent means that
    nothing of it is demanded.
    """

    type: FirmwareType | None = demand(
        "Firmware needed",
        "Firmware that the guest must boot from: bios or uefi.",
        "uefi",
    )
    secure_boot: bool | None = demand(
        "Secure Boot needed",
        "Whether the guest insists on a machine with Secure Boot.",
        True,
    )
    tpm: TpmVersion | None = demand(
        "TPM needed",
        "Version of the trusted platform module that the guest insists on: 1.2 or 2.0; none states that it needs none.",
        "2.0",
        2.0,
    )


class Guest(Group, path="guest", title="Guest", example={"os": "win2k22", "drivers": ["virtio-win"]}):
    """What the software needs and brings: operating system, CPU, kernel, firmware, drivers. What is absent is unknown
    as far as it is a fact, and not demanded as far as it is a need.
    """

    os: GuestOsFacts = group(
        "Guest operating system",
        "The operating system that the workload runs on: a libosinfo short id such as win2k22, or its fields. Absent "
        "means unknown.",
        "win2k22",
        "debian12",
        {"id": "win2k22", "family": "windows"},
        short=ShortForm("the id", "A libosinfo short id, such as win2k22 or debian12.", lambda text: {"id": text}),
    )
    platform: OciPlatform = fact(
        "Guest platform",
        "Operating system and CPU that the software is built for, written os/arch or os/arch/variant as in OCI "
        "images, such as linux/amd64 or linux/arm/v7.",
        "linux/amd64",
        "windows/amd64",
        "linux/arm/v7",
    )
    kernel: GuestKernel
    firmware: FirmwareNeeds
    drivers: frozenset[DriverSet] = fact(
        "Driver sets installed",
        "Sets of paravirtual drivers installed in the guest: virtio-win for KVM, xen-pv, vmware-tools, or hyperv-ic "
        "(Hyper-V integration). An empty list states that there are none.",
        ["virtio-win"],
        [],
    )
    driver_release: Version = fact(
        "Release of the drivers",
        "Release of virtio-win that is installed in the guest, or that is on a medium attached to it.",
        "0.1.173",
    )
    init: Init | None = demand(
        "Init system needed",
        "The init system that the software must find as process 1: systemd, other for another one, none where "
        "nothing has to start services.",
        "systemd",
        "none",
    )
    licences: tuple[str, ...] | None = demand(
        "Licences held",
        "Licences and support contracts that exist for this guest, as free labels; vmlint knows those of paid "
        "support phases.",
        ["microsoft-esu"],
        ["ubuntu-pro"],
    )
    arch: str = derived("CPU architecture, in the word of OCI images.")
