"""The words of fields that accept one word of a list, and the other types that have a name in the format."""

from typing import Annotated, Literal

from vmlint.model.features import read_named, read_value, read_variable
from vmlint.model.kinds import TEXT_OR_NUMBER, Kind, Vocabulary
from vmlint.model.values import parse_cpu

WorkloadKind = Annotated[
    Literal["service", "batch", "ci-runner", "desktop", "appliance", "function"], Vocabulary("WorkloadKind")
]
Environment = Annotated[Literal["dev", "test", "staging", "production"], Vocabulary("Environment")]
OsFamily = Annotated[
    Literal[
        "linux",
        "windows",
        "darwin",
        "freebsd",
        "netbsd",
        "openbsd",
        "solaris",
        "illumos",
        "aix",
        "dos",
        "os2",
        "netware",
        "unikernel",
        "other",
    ],
    Vocabulary("OsFamily"),
]
KernelSource = Annotated[Literal["distro", "custom", "none"], Vocabulary("KernelSource")]
ParavirtInterface = Annotated[
    Literal["xen-pv", "xen-pvh", "xen-pvhvm", "virtio", "hyperv", "vmware"], Vocabulary("ParavirtInterface")
]
FirmwareType = Annotated[Literal["bios", "uefi"], Vocabulary("FirmwareType")]
TpmVersion = Annotated[Literal["none", "1.2", "2.0"], Vocabulary("TpmVersion", written_as=TEXT_OR_NUMBER)]
Init = Annotated[Literal["none", "systemd", "other"], Vocabulary("Init")]
DriverSet = Annotated[Literal["virtio-win", "xen-pv", "vmware-tools", "hyperv-ic"], Vocabulary("DriverSet")]
Tenancy = Annotated[Literal["single", "trusted-multi", "untrusted-multi"], Vocabulary("Tenancy")]
IsolationLevel = Annotated[Literal["process", "sandbox", "vm", "confidential"], Vocabulary("IsolationLevel")]
PerformanceClass = Annotated[Literal["best-effort", "standard", "high"], Vocabulary("PerformanceClass")]
Realtime = Annotated[Literal["none", "soft", "hard"], Vocabulary("Realtime")]
GpuMode = Annotated[Literal["none", "shared", "vgpu", "passthrough"], Vocabulary("GpuMode")]
LiveMigration = Annotated[Literal["none", "preferred", "required"], Vocabulary("LiveMigration")]
Availability = Annotated[Literal["none", "ha", "mission-critical"], Vocabulary("Availability")]
Effort = Annotated[Literal["low", "any"], Vocabulary("Effort")]
LicenceBudget = Annotated[Literal["none", "paid"], Vocabulary("LicenceBudget")]
CpuVendor = Annotated[Literal["intel", "amd", "arm", "apple", "other"], Vocabulary("CpuVendor")]
CpuLevel = Annotated[Literal["v1", "v2", "v3", "v4"], Vocabulary("CpuLevel")]
HypervisorPresent = Annotated[Literal["none", "hyperv"], Vocabulary("HypervisorPresent")]
CgroupVersion = Annotated[Literal["1", "2", "hybrid"], Vocabulary("CgroupVersion", written_as=TEXT_OR_NUMBER)]
GpuVendor = Annotated[Literal["none", "nvidia", "amd", "intel", "other"], Vocabulary("GpuVendor")]
HostContainer = Annotated[Literal["none", "lxc", "docker"], Vocabulary("HostContainer")]
Architecture = Annotated[
    Literal["type1", "type2", "paravirtualization", "container", "full-virtualization"], Vocabulary("Architecture")
]
ModeName = Annotated[
    Literal[
        "hw-assisted",
        "pv",
        "pvh",
        "pvhvm",
        "emulation",
        "runc",
        "crun",
        "lxc",
        "process",
        "hyperv",
        "gvisor",
        "kata",
        "microvm",
    ],
    Vocabulary("ModeName"),
]
Generation = Annotated[Literal["1", "2"], Vocabulary("Generation", written_as=TEXT_OR_NUMBER)]
XenTypeOption = Annotated[Literal["type", "builder", "none"], Vocabulary("XenTypeOption")]
Placement = Annotated[Literal["shared", "one-per-host", "node-per-tenant"], Vocabulary("Placement")]
HostNamespace = Annotated[Literal["pid", "ipc", "network"], Vocabulary("HostNamespace")]
AccessMode = Annotated[Literal["rwo", "rwx"], Vocabulary("AccessMode")]
CacheMode = Annotated[Literal["none", "writeback", "writethrough", "directsync", "unsafe"], Vocabulary("CacheMode")]
SnapshotNeed = Annotated[Literal["none", "disk", "memory"], Vocabulary("SnapshotNeed")]
VariableFormat = Annotated[Literal["raw", "qcow2"], Vocabulary("VariableFormat")]
SnapshotKind = Annotated[Literal["internal", "external"], Vocabulary("SnapshotKind")]
HotAddable = Annotated[Literal["cpu", "memory"], Vocabulary("HotAddable")]
OtherDevice = Annotated[
    Literal[
        "serial",
        "parallel",
        "floppy",
        "sound",
        "usb",
        "usb-redirection",
        "cd-image",
        "shared-folder",
        "shared-memory",
        "persistent-memory",
        "watchdog",
        "smartcard",
        "vsock",
        "host-tpm",
        "host-device",
        "host-lun",
        "host-kernel",
        "host-channel",
        "host-input",
        "host-service",
        "machine-link",
        "qemu-arguments",
    ],
    Vocabulary("OtherDevice"),
]
BootDevice = Annotated[
    Literal["disk", "cd", "floppy", "network", "usb", "host-device", "shared-folder", "nothing"],
    Vocabulary("BootDevice"),
]
OtherSetting = Annotated[
    Literal[
        "cpu-limits",
        "memory-limits",
        "disk-limits",
        "network-limits",
        "network-filter",
        "network-link",
        "port-forward",
        "cpu-set",
        "virtual-numa",
        "realtime",
        "enlightenments",
        "no-acpi",
        "clock",
        "smbios",
        "generation-id",
        "graphics-acceleration",
        "screens",
        "start-settings",
        "fresh-disk",
        "block-size",
        "block-job",
        "disk-lock",
        "running",
    ],
    Vocabulary("OtherSetting"),
]
Confinement = Annotated[Literal["seccomp", "apparmor", "selinux", "system-paths"], Vocabulary("Confinement")]
Exposure = Annotated[Literal["none", "private", "public"], Vocabulary("Exposure")]

Cpus = Annotated[float, Kind("Cpus", parse_cpu, TEXT_OR_NUMBER, varies=True)]
Name = Annotated[str, Kind("str", str, varies=True)]
"""A text that nearly every workload has for itself."""
FeatureValue = Annotated[str, Kind("FeatureValue", read_value, varies=True)]
NamedValue = Annotated[str, Kind("NamedValue", read_named, varies=True)]
Variable = Annotated[str, Kind("Variable", read_variable, varies=True)]
OsVersion = Annotated[str, Kind("OsVersion", str, TEXT_OR_NUMBER)]
