"""What the host's kernel, its engine and its graphics processors offer: the fields of ``host.cgroup`` and its like."""

from vmlint.model.fields import Group, fact
from vmlint.model.values import Version
from vmlint.model.vocabulary import CgroupVersion, FeatureValue, GpuVendor


class ControlGroups(Group, path="host.cgroup", title="Control groups", example={"version": "2"}):
    """The control groups of the host's kernel, as they are mounted. Absent means unknown."""

    version: CgroupVersion = fact(
        "Version of control groups",
        "Which hierarchy is mounted: 1 (legacy), 2 (unified), or hybrid (1 with the unified one beside it, for systemd "
        "alone).",
        "2",
        1,
    )
    controllers: frozenset[str] = fact(
        "Controllers",
        "Controllers that can be used, as /sys/fs/cgroup/cgroup.controllers or /proc/cgroups lists them. What is not "
        "in the list is not there.",
        ["cpu", "cpuset", "memory"],
    )


class HostGpu(Group, path="host.gpu", title="GPU of the host", example={"vendor": "nvidia", "driver": "550.54.15"}):
    """The graphics processors of the host. Absent means unknown."""

    vendor: GpuVendor = fact(
        "GPU vendor",
        "Who made the graphics processors.",
        "nvidia",
        "none",
    )
    driver: Version = fact(
        "GPU driver",
        "Version of the driver on the host, as nvidia-smi prints it for one of NVIDIA's. Containers share it.",
        "550.54.15",
    )
    compute: Version = fact(
        "Compute capability",
        "Of one of NVIDIA's: which generation of instructions it has, as nvidia-smi --query-gpu=compute_cap prints it.",
        8.9,
        "12.0",
    )


class HostSecurity(Group, path="host.security", title="Security of the host", example={"modules": ["apparmor"]}):
    """What the host's kernel and its engine enforce. Absent means unknown."""

    modules: frozenset[str] = fact(
        "Security modules",
        "Linux security modules that are active, as /sys/kernel/security/lsm lists them. An empty list states that "
        "there are none.",
        ["apparmor"],
        ["selinux"],
    )
    rootless: bool = fact(
        "Engine without root",
        "Whether the container engine runs as an ordinary user.",
        True,
    )
    user_namespaces: bool = fact(
        "User namespaces for everybody",
        "Whether an ordinary user, or an ordinary program in a container, may create user namespaces.",
        True,
    )
    secure_boot: bool = fact(
        "Secure Boot of the host",
        "Whether the host itself was started with Secure Boot, as mokutil --sb-state tells: its kernel then loads no "
        "module without a signature that it trusts.",
        True,
    )
    libseccomp: Version = fact(
        "Version of libseccomp",
        "Version of the library by which the engine filters system calls; one that is too old knows no newer calls.",
        "2.5.4",
    )


class HostFeatures(
    Group,
    path="host.features",
    title="Features of the host",
    example={"present": ["kernel.config.PSI"], "absent": ["cpu.avx"]},
):
    """Features of any layer that no other field holds, each by the id that needs name it by. Absent means unknown."""

    present: frozenset[FeatureValue] = fact(
        "Features that are there",
        "Ids of features that the host has, each with its value after = where it has one.",
        ["net.multicast", "kernel.hugepages.2Mi=1024"],
    )
    absent: frozenset[FeatureValue] = fact(
        "Features that are not there",
        "Ids of features that the host does not have.",
        ["kernel.config.BINDER_IPC"],
    )
    complete: bool = fact(
        "Lists are complete",
        "Whether the host has no other features than those that are listed: true only for a dump.",
        False,
    )
