"""What is demanded, and what one instance gets: the fields of ``requirements`` and ``resources``."""

from vmlint.model.features import FeatureNeed
from vmlint.model.fields import Group, demand, fact
from vmlint.model.values import Duration, OciPlatform, Size
from vmlint.model.vocabulary import (
    Availability,
    Cpus,
    Effort,
    GpuMode,
    IsolationLevel,
    LicenceBudget,
    LiveMigration,
    PerformanceClass,
    Realtime,
    SnapshotNeed,
    Tenancy,
)


class Isolation(
    Group, path="requirements.isolation", title="Isolation", example={"tenancy": "untrusted-multi", "level": "vm"}
):
    """How far it must be kept apart from other workloads. Absent means that nothing of it is demanded."""

    tenancy: Tenancy | None = demand(
        "Tenancy",
        "Who shares the machine: single (one tenant), trusted-multi (several who trust each other), or "
        "untrusted-multi (strangers).",
        "untrusted-multi",
    )
    level: IsolationLevel | None = demand(
        "Weakest boundary accepted",
        "The least separation from other workloads that is acceptable: process (shared kernel), sandbox (gVisor and "
        "the like), vm, or confidential (a VM with encrypted memory).",
        "vm",
    )
    untrusted_code: bool | None = demand(
        "Runs untrusted code",
        "Whether it executes code of unknown origin, such as customers' functions or pull requests from strangers.",
        True,
    )
    compliance: tuple[str, ...] | None = demand(
        "Compliance regimes",
        "Regimes that the workload falls under, as free labels. vmlint never certifies; it only reminds.",
        ["pci-dss"],
        ["hipaa"],
    )


class Latency(Group, path="requirements.performance.latency", title="Latency", example={"p99": "10ms"}):
    """How fast an answer must come. Absent means that nothing of it is demanded."""

    p99: Duration | None = demand(
        "99th percentile of latency",
        "The time within which 99 of 100 answers must come, as a Go duration with its unit, such as 10ms.",
        "10ms",
        "250us",
    )


class Performance(
    Group, path="requirements.performance", title="Performance", example={"class": "high", "realtime": "soft"}
):
    """How fast it must run. Absent means that nothing of it is demanded."""

    class_: PerformanceClass | None = demand(
        "Performance class",
        "How close to the bare machine it must run: best-effort, standard, or high.",
        "high",
    )
    latency: Latency
    realtime: Realtime | None = demand(
        "Real-time demand",
        "Whether deadlines bind: none, soft (a late answer is worth less), or hard (a late answer is a failure).",
        "soft",
    )


class Density(Group, path="requirements.density", title="Density", example={"perHost": 40}):
    """How many instances must fit. Absent means that nothing of it is demanded."""

    per_host: int | None = demand(
        "Instances on one host",
        "How many instances must fit on one host.",
        40,
        unit="instances",
    )


class Gpu(Group, path="requirements.devices.gpu", title="GPU needed", example={"mode": "passthrough", "count": 1}):
    """How a GPU must reach the workload. Absent means that nothing of it is demanded."""

    mode: GpuMode | None = demand(
        "Way to the GPU",
        "How the workload must reach a GPU: shared with others, vgpu (its own slice), passthrough (a whole "
        "card), or none.",
        "passthrough",
        "none",
    )
    count: int | None = demand(
        "Number of GPUs",
        "How many GPUs or vGPUs one instance needs.",
        1,
        unit="GPUs",
    )


class DeviceNeeds(
    Group, path="requirements.devices", title="Devices needed", example={"pci": ["10de:20f1"], "usb": ["0529:0001"]}
):
    """Devices that the workload must reach. What is passed through is under deployment.hostDevices. Absent
    means that nothing of it is demanded.
    """

    gpu: Gpu
    pci: tuple[str, ...] | None = demand(
        "PCI devices",
        "Physical PCI devices that must be handed to the guest: vendor:device in hexadecimal, or a word of your own "
        "for a class of devices.",
        ["10de:20f1"],
        ["hsm"],
    )
    usb: tuple[str, ...] | None = demand(
        "USB devices",
        "Physical USB devices that must be handed to the guest: vendor:product in hexadecimal, or a word of your own.",
        ["0529:0001"],
        ["licence-dongle"],
    )
    emulated: tuple[str, ...] | None = demand(
        "Old devices to imitate",
        "Legacy hardware that the guest insists on and the hypervisor must imitate.",
        ["sb16", "ne2000"],
        ["floppy"],
    )


class Mobility(Group, path="requirements.mobility", title="Mobility", example={"liveMigration": "required"}):
    """Whether a running instance must be able to move. Absent means that nothing of it is demanded."""

    live_migration: LiveMigration | None = demand(
        "Live migration",
        "Whether a running instance must move to another host without a stop: none, preferred, or required.",
        "required",
    )


class Management(Group, path="requirements.management", title="Management", example={"effort": "low", "central": True}):
    """What running it may cost in people's time. Absent means that nothing of it is demanded."""

    effort: Effort | None = demand(
        "Effort to run it",
        "low demands something that one person can run beside other work; any states that effort does not matter.",
        "low",
    )
    central: bool | None = demand(
        "Central management",
        "Whether all hosts must be managed from one place.",
        True,
    )


class Budget(Group, path="requirements.budget", title="Budget", example={"licence": "none"}):
    """What running it may cost in licences. Absent means that nothing of it is demanded."""

    licence: LicenceBudget | None = demand(
        "Money for licences",
        "none demands a platform without a paid licence; paid states that licences may cost.",
        "none",
    )


class Requirements(Group, path="requirements", title="Requirements", example={"startup": "500ms", "nested": True}):
    """What the business demands of any place it runs in. Only what is stated here can make a deployment wrong. Absent
    means that nothing of it is demanded.
    """

    features: tuple[FeatureNeed, ...] | None = demand(
        "Features needed",
        "What it needs of the layers below it, each by the id of a feature, with a bound where the feature has a "
        "value: a flag of the CPU, an option of the kernel, a system call, a device. docs/needs-and-offers.md lists "
        "them.",
        ["cpu.avx", "kernel.sysctl.vm.max_map_count>=262144"],
        ["device.tun"],
    )
    isolation: Isolation
    performance: Performance
    startup: Duration | None = demand(
        "Time to start",
        "The longest time that may pass from the request until an instance answers, as a Go duration with its unit, "
        "such as 500ms or 2m30s.",
        "500ms",
        "2m30s",
    )
    density: Density
    devices: DeviceNeeds
    mobility: Mobility
    nested: bool | None = demand(
        "Nested virtualization",
        "Whether the workload itself must run virtual machines inside.",
        True,
    )
    snapshots: SnapshotNeed | None = demand(
        "Snapshots",
        "What snapshots of a machine must hold: none, disk (its disks), or memory (its memory as well, so that it can "
        "go on from there).",
        "disk",
        "memory",
    )
    availability: Availability | None = demand(
        "Availability",
        "What happens when a host fails: none (it may stay down), ha (it restarts elsewhere), or mission-critical.",
        "ha",
    )
    management: Management
    budget: Budget
    portability: tuple[OciPlatform, ...] | None = demand(
        "Platforms to run on",
        "All platforms that the same workload must run on, each written os/arch or os/arch/variant, such as "
        "linux/arm64.",
        ["linux/amd64", "linux/arm64"],
    )


class Resources(Group, path="resources", title="Resources", example={"cpu": 4, "memory": "8Gi"}):
    """What one instance gets of the machine. Absent means unknown."""

    cpu: Cpus = fact(
        "CPUs of one instance",
        "What one instance gets, as a Kubernetes CPU quantity: a number of CPUs such as 4 or 0.5, or thousandths "
        "such as 500m.",
        4,
        "500m",
    )
    memory: Size = fact(
        "Memory of one instance",
        "What one instance gets, as a quantity of bytes: 8Gi is binary (1024), 8G decimal (1000); the unit must be "
        "written.",
        "8Gi",
        "512M",
    )
    disk: Size = fact(
        "Disk of one instance",
        "What one instance gets, as a quantity of bytes: 64Gi is binary (1024), 64G decimal (1000); the unit must be "
        "written.",
        "64Gi",
    )
