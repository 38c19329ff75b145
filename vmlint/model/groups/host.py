"""The machine underneath: the fields of ``host``."""

from vmlint.model.fields import Group, ShortForm, derived, fact, group
from vmlint.model.groups.cluster import Cluster
from vmlint.model.groups.host_layers import ControlGroups, HostFeatures, HostGpu, HostSecurity
from vmlint.model.values import OciPlatform, Size, Version
from vmlint.model.vocabulary import (
    CpuLevel,
    CpuVendor,
    HostContainer,
    HypervisorPresent,
    NamedValue,
    OsFamily,
)


class HostOsFacts(
    Group, path="host.os", title="Host operating system, in full", example={"id": "debian12", "family": "linux"}
):
    """The operating system of the host, field by field. Absent means unknown."""

    id: str = fact(
        "Operating system id",
        "The release that the host runs, as a libosinfo short id: a product and its version in one word.",
        "debian12",
        "win11",
        "ubuntu24.04",
    )
    family: OsFamily = fact(
        "Operating system family",
        "The family of the host's system. Follows from the id where vmlint knows it.",
        "linux",
        "windows",
    )
    version: Version = fact(
        "Operating system version",
        "Version of the host's system: a dotted version such as 22.04 or 15.3.",
        "22.04",
        12,
    )
    build: Version = fact(
        "Operating system build",
        "The exact build, which decides which Windows containers can run: a dotted version such as 10.0.20348.",
        "10.0.20348",
    )
    edition: str = fact(
        "Edition",
        "The edition of the host's system, in the vendor's own word.",
        "pro",
        "datacenter",
    )


class HostKernel(
    Group,
    path="host.kernel",
    title="Host kernel",
    example={"version": "6.1.0-18-amd64", "modules": ["kvm", "wireguard"]},
):
    """The kernel of the host, which containers share. Absent means unknown."""

    version: Version = fact(
        "Kernel version",
        "Version of the running kernel as uname -r prints it: a dotted version such as 6.1.0-18-amd64. Containers "
        "run on this kernel.",
        "6.1.0-18-amd64",
        5.15,
    )
    modules: frozenset[str] = fact(
        "Kernel modules",
        "Modules that are loaded or can be loaded, by name. An empty list states that there are none.",
        ["kvm", "wireguard"],
    )
    builtin: frozenset[str] = fact(
        "Built-in kernel features",
        "Modules that are compiled into the kernel, by name, as modules.builtin lists them.",
        ["overlay"],
        [],
    )
    loaded: frozenset[str] = fact(
        "Kernel modules in use",
        "Modules that are loaded now, by name, as lsmod lists them. A container may load none itself.",
        ["ip_tables", "wireguard"],
    )
    config: frozenset[NamedValue] = fact(
        "Kernel configuration",
        "Options that the kernel was built with, each as name=value without the prefix CONFIG_; n says that an option "
        "is not set. An option that is not listed is unknown.",
        ["BINDER_IPC=m", "DEBUG_INFO_BTF=y"],
        ["MEMCG_V1=n"],
    )
    sysctls: frozenset[NamedValue] = fact(
        "Kernel parameters",
        "Values of kernel parameters, each as name=value, as sysctl -a prints them. One that is not listed is unknown.",
        ["vm.max_map_count=262144"],
    )
    page_size: int = fact(
        "Page size",
        "Size of a page of memory, as getconf PAGESIZE prints it: 4096 on most machines, 16384 or 65536 on some of "
        "Arm and POWER.",
        4096,
        16384,
        unit="bytes",
    )
    cmdline: tuple[str, ...] = fact(
        "Kernel command line",
        "Parameters that the kernel was started with, one word each, as in /proc/cmdline.",
        ["vsyscall=emulate"],
        ["intel_iommu=on", "isolcpus=2-5"],
    )
    realtime: bool = fact(
        "Real-time kernel",
        "Whether the running kernel is a real-time (PREEMPT_RT) kernel.",
        True,
    )


class HostCpu(
    Group, path="host.cpu", title="Host CPU", example={"vendor": "intel", "model": "Intel(R) Xeon(R) Gold 6338"}
):
    """The processors of the host. Absent means unknown."""

    vendor: CpuVendor = fact(
        "CPU vendor",
        "Who made the processors.",
        "intel",
        "amd",
    )
    model: str = fact(
        "CPU model",
        "Model of the processors, as the machine prints it.",
        "Intel(R) Xeon(R) Gold 6338",
    )
    level: CpuLevel = fact(
        "x86-64 level",
        "The psABI level of an x86-64 processor, v1 to v4. Follows from the features where they are listed.",
        "v3",
    )
    features: frozenset[str] = fact(
        "CPU features",
        "Flags as /proc/cpuinfo spells them, and iommu, sev-snp, tdx and el2 where the machine offers them. What is "
        "not in the list is not there.",
        ["vmx", "ept", "iommu"],
    )
    complete: bool = fact(
        "List of features is complete",
        "Whether cpu.features holds every flag that the processor shows, as a copy of /proc/cpuinfo does, so that a "
        "flag which is not in it is not there. Follows where the list has the flags of every CPU of its kind.",
        True,
    )
    shown_model: str = fact(
        "CPU model shown",
        "Where the host is a virtual machine: the CPU model that the hypervisor below shows it, in QEMU's or libvirt's "
        "word, such as kvm64. Follows from the model that the machine prints where that names one.",
        "kvm64",
        "host-passthrough",
    )
    count: int = fact(
        "Logical CPUs",
        "How many logical processors the host has.",
        32,
        unit="processors",
    )


class Cloud(Group, path="host.cloud", title="Cloud", example={"provider": "aws", "instanceType": "m8i.large"}):
    """The cloud that the host is rented from. Absent means unknown."""

    provider: str = fact(
        "Cloud provider",
        "The cloud that the host is rented from, in one word.",
        "aws",
        "gcp",
    )
    instance_type: str = fact(
        "Instance type",
        "The provider's name for the size of the machine.",
        "m8i.large",
    )


class Host(Group, path="host", title="Host", example={"platform": "linux/amd64", "memory": "256Gi"}):
    """The machine underneath. Usually generated by 'vmlint host', or kept in a separate file that hostRef names.
    Absent means unknown.
    """

    os: HostOsFacts = group(
        "Host operating system",
        "The operating system of the host: a libosinfo short id such as debian12, or its fields. Absent means unknown.",
        "debian12",
        "win11",
        {"id": "debian12", "family": "linux"},
        short=ShortForm("the id", "A libosinfo short id, such as debian12 or win11.", lambda text: {"id": text}),
    )
    platform: OciPlatform = fact(
        "Host platform",
        "Operating system and CPU of the host, written os/arch or os/arch/variant as in OCI images, such as "
        "linux/amd64.",
        "linux/amd64",
        "darwin/arm64",
    )
    kernel: HostKernel
    cpu: HostCpu
    cgroup: ControlGroups
    gpu: HostGpu
    security: HostSecurity
    devices: frozenset[str] = fact(
        "Device nodes",
        "Special files of devices that a program on the host can open. What is not in the list is not there.",
        ["/dev/kvm", "/dev/net/tun"],
        [],
    )
    features: HostFeatures
    runtimes: frozenset[NamedValue] = fact(
        "Container runtimes",
        "What the handlers of runtime classes run on this host, each as handler=program, as the engine is set up. A "
        "handler that is not listed is known by its name.",
        ["sealed=kata", "gpu=nvidia-container-runtime"],
    )
    runtimes_without_devices: frozenset[str] = fact(
        "Runtimes without the host's devices",
        "Handlers that keep the host's devices from privileged containers (privileged_without_host_devices).",
        ["kata"],
    )
    memory: Size = fact(
        "Memory",
        "Memory of the host, as a quantity of bytes: 256Gi is binary (1024), 256G decimal (1000); the unit must be "
        "written.",
        "256Gi",
    )
    iommu: bool = fact(
        "IOMMU in use",
        "Whether an IOMMU (VT-d, AMD-Vi, SMMU) is switched on, as passing PCI devices through needs it. Follows "
        "where host.cpu.features lists iommu.",
        True,
        False,
    )
    virtualized: bool = fact(
        "Is a virtual machine",
        "Whether this host is itself a virtual machine.",
        False,
    )
    nested_virtualization: bool = fact(
        "Nested virtualization offered",
        "Whether virtual machines can run inside this host although it is one itself.",
        True,
    )
    hypervisor: str = fact(
        "Hypervisor underneath",
        "Id of the platform that this host runs on, when it is a virtual machine.",
        "vmware-esxi",
        "kvm",
    )
    hypervisor_present: HypervisorPresent = fact(
        "Windows hypervisor active",
        "Whether Windows' own hypervisor is active, as it is with WSL 2 or virtualization-based security: hyperv or "
        "none.",
        "hyperv",
    )
    container: HostContainer = fact(
        "Is a container",
        "Whether this host is itself a container, and of which sort: lxc, docker or none.",
        "lxc",
    )
    layers: tuple[str, ...] = fact(
        "Layers below",
        "What the host itself runs in, from the nearest down to the machine: lxc, docker or another container, and the "
        "ids of the platforms of virtual machines. An empty list states that it is a machine itself.",
        ["lxc", "proxmox-ve"],
        ["kvm", "aws-ec2"],
        [],
    )
    binfmt: frozenset[OciPlatform] = fact(
        "Foreign binaries handled",
        "Platforms whose programs this host runs through registered emulators (binfmt_misc), each written os/arch, "
        "such as linux/arm64.",
        ["linux/arm64"],
        [],
    )
    cluster: Cluster
    cloud: Cloud
    arch: str = derived("CPU architecture, in the word of OCI images.")
