"""The virtual machine that was chosen: its firmware, devices, disks and cards, fields of ``deployment``."""

from vmlint.model.fields import Group, fact
from vmlint.model.vocabulary import (
    AccessMode,
    CacheMode,
    Exposure,
    FirmwareType,
    Name,
    OtherDevice,
    SnapshotKind,
    TpmVersion,
    VariableFormat,
    XenTypeOption,
)


class FirmwareOffer(
    Group, path="deployment.firmware", title="Firmware offered", example={"type": "uefi", "secureBoot": True}
):
    """Firmware that the virtual machine offers. What the guest needs is under guest.firmware. Absent means
    unknown.
    """

    type: FirmwareType = fact(
        "Firmware offered",
        "Firmware that the virtual machine boots with: bios or uefi.",
        "uefi",
    )
    secure_boot: bool = fact(
        "Secure Boot offered",
        "Whether Secure Boot is switched on for the virtual machine.",
        True,
    )
    secure_boot_template: str = fact(
        "Keys of Secure Boot",
        "The set of keys that Secure Boot trusts, where the platform has several, in its own word.",
        "MicrosoftUEFICertificateAuthority",
        "MicrosoftWindows",
    )
    tpm: TpmVersion = fact(
        "TPM offered",
        "Version of the virtual trusted platform module: 1.2 or 2.0; none states that there is none.",
        "2.0",
        "none",
    )
    tpm_persistent: bool = fact(
        "TPM keeps its contents",
        "Whether what the guest stores in its virtual TPM outlives the machine's next stop.",
        True,
    )
    variable_store: bool = fact(
        "Variables kept",
        "Whether the variables of UEFI, such as boot entries and keys of Secure Boot, outlive the machine's next stop.",
        True,
    )
    variable_format: VariableFormat = fact(
        "Format of the variables",
        "Format of the file that holds the variables of UEFI: raw or qcow2. Only qcow2 can hold snapshots.",
        "qcow2",
    )
    smm: bool = fact(
        "System Management Mode",
        "Whether System Management Mode is switched on for the virtual machine, which some platforms want before "
        "they offer Secure Boot.",
        True,
    )


class DeviceModels(
    Group, path="deployment.devices", title="Device models", example={"disk": "virtio", "nic": "virtio"}
):
    """Models of the virtual machine's devices, in the words of its hypervisor. Absent means unknown."""

    disk: str = fact(
        "Disk controller",
        "Model of the disk controller that the guest sees.",
        "virtio",
        "pvscsi",
        "ide",
    )
    nic: str = fact(
        "Network card",
        "Model of the network card that the guest sees.",
        "virtio",
        "vmxnet3",
        "e1000",
    )
    video: str = fact(
        "Graphics card",
        "Model of the graphics card that the guest sees.",
        "virtio",
        "qxl",
    )
    drives: tuple[str, ...] = fact(
        "Controllers of all drives",
        "Models of the controllers of all disks and CD drives, one entry for each drive. An empty list states that "
        "there are no drives.",
        ["virtio", "virtio", "ide"],
        [],
    )
    disks: tuple[str, ...] = fact(
        "Controllers of all disks",
        "Models of the controllers of all disks, one entry for each disk, without drives for CDs and floppies; an "
        "unknown model where that is left to the product.",
        ["ide", "virtio"],
    )
    nics: tuple[str, ...] = fact(
        "Models of all network cards",
        "Models of all network cards, one entry for each card; an unknown model where that is left to the product.",
        ["virtio", "e1000"],
    )
    others: frozenset[OtherDevice] = fact(
        "Other devices",
        "Devices beside disks and cards: serial, parallel, floppy, sound, usb (a controller), usb-redirection (from a "
        "user's machine), cd-image (a medium in a CD drive), shared-folder, shared-memory, persistent-memory, "
        "watchdog, smartcard, vsock; of the host: host-tpm, host-lun (storage with SCSI commands passed through), "
        "host-device (any other), host-kernel (a kernel that is started), host-channel (to one of its programs), "
        "host-input (a keyboard or mouse), host-service (what another program of the host serves, as vhost-user); "
        "machine-link (a cable to another machine); and qemu-arguments (whatever arguments to QEMU add). An empty list "
        "states that there are none.",
        ["serial", "usb"],
        [],
    )


class Xen(Group, path="deployment.xen", title="Xen settings", example={"pvshim": True}):
    """Settings that only Xen guests have. Absent means unknown."""

    pvshim: bool = fact(
        "PV shim",
        "Whether a Xen PV guest runs inside the PV shim, which keeps it behind a hardware boundary.",
        True,
    )
    type_option: XenTypeOption = fact(
        "Option that chooses the type",
        "How the guest's xl.cfg chooses the type of guest: by type, by the older builder, or not at all (none).",
        "type",
    )
    ignored_options: tuple[str, ...] = fact(
        "Ignored options",
        "Options in the guest's xl.cfg that its type of guest does not have, by their names there. An empty list "
        "states that there are none.",
        ["viridian", "nestedhvm"],
        [],
    )


class Tuning(Group, path="deployment.tuning", title="Tuning", example={"cpuPinning": True, "hugepages": True}):
    """Settings that hold resources for this guest alone. Absent means unknown."""

    cpu_pinning: bool = fact(
        "CPUs pinned",
        "Whether virtual CPUs are bound to physical ones.",
        True,
    )
    numa_bound: bool = fact(
        "Bound to NUMA nodes",
        "Whether its CPUs or its memory are bound to NUMA nodes of the host.",
        True,
    )
    hugepages: bool = fact(
        "Huge pages",
        "Whether the guest's memory is backed by huge pages.",
        True,
    )
    invariant_tsc: bool = fact(
        "Invariant TSC",
        "Whether the guest is shown a time stamp counter of constant rate (invtsc), which ties it to its host.",
        True,
    )
    locked_memory: bool = fact(
        "Memory locked",
        "Whether the guest's memory is locked, so that the host never swaps it out.",
        True,
    )


class Storage(Group, path="deployment.storage", title="Storage", example={"accessMode": "rwx"}):
    """Its volumes and disks: how they are attached, cached and kept. Absent means unknown."""

    access_mode: AccessMode = fact(
        "Volume access",
        "How the volumes can be attached: rwo (one host at a time) or rwx (several hosts at once, which live "
        "migration needs).",
        "rwx",
    )
    cache: tuple[CacheMode, ...] = fact(
        "Cache modes of its disks",
        "How the host caches the machine's disks, one entry for each disk that says so: none, writeback, writethrough, "
        "directsync, or unsafe (flushes of the guest are ignored). An empty list states that no disk says so.",
        ["none", "unsafe"],
        [],
    )
    snapshots: frozenset[SnapshotKind] = fact(
        "Snapshots",
        "Where snapshots of its disks are or would be kept: internal (in the disk's own file) or external (in files "
        "beside it). An empty list states that there are none.",
        ["external"],
        [],
    )
    on_snapshot: bool = fact(
        "Disk on a snapshot",
        "Whether what one of its disks holds is spread over several files, because snapshots of it exist.",
        True,
    )
    disks: int = fact(
        "Number of disks",
        "How many disks the machine has; drives for CDs and floppies are none.",
        2,
        unit="disks",
    )
    formats: tuple[str, ...] = fact(
        "Formats of its disks",
        "Formats of the files or devices behind the machine's disks, one entry for each disk.",
        ["qcow2", "raw"],
    )
    remote: bool = fact(
        "Disks on remote storage",
        "Whether one of its disks is on storage that the host reaches over a network: iSCSI, Ceph, Fibre Channel.",
        True,
    )
    independent: bool = fact(
        "Disks outside of snapshots",
        "Whether one of its disks is set apart from snapshots: independent, in the words of VMware.",
        True,
    )
    shared: bool = fact(
        "Disks shared",
        "Whether another machine may write to one of its disks at the same time.",
        True,
    )
    serials: bool = fact(
        "Serial numbers of disks",
        "Whether the guest is shown serial numbers by which it can tell its disks apart.",
        True,
    )
    change_tracking: bool = fact(
        "Changes tracked",
        "Whether the platform keeps record of the blocks of its disks that changed, so that a copy can be brought up "
        "to date.",
        True,
    )
    encrypted: bool = fact(
        "Encrypted by the platform",
        "Whether the platform keeps the machine's files encrypted. Encryption within the guest is its own matter.",
        True,
    )
    suspended: bool = fact(
        "Suspended",
        "Whether the machine was suspended, with its memory kept beside its disks.",
        True,
    )


class Network(
    Group, path="deployment.network", title="Network", example={"exposure": "private", "binding": "masquerade"}
):
    """How the workload is reached. Absent means unknown."""

    exposure: Exposure = fact(
        "Exposure",
        "Who can reach the workload over the network: none (nobody), private (inside the organisation), or public "
        "(the internet).",
        "private",
    )
    binding: str = fact(
        "Network binding",
        "How the guest is tied to the network, in the platform's own word.",
        "masquerade",
        "bridge",
    )
    drivers: frozenset[Name] = fact(
        "Kinds of networks",
        "What makes the networks that a container is in, in the engine's word: bridge, macvlan, transparent.",
        ["macvlan"],
    )
    cards: int = fact(
        "Number of network cards",
        "How many network cards the machine has.",
        2,
        unit="cards",
    )
    mac_addresses: tuple[Name, ...] = fact(
        "MAC addresses",
        "Addresses of the network cards, one entry for each card that states one, in lower case with colons.",
        ["52:54:00:12:34:56"],
    )
