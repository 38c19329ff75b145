"""What holds for all hosts of a cluster: the fields of ``host.cluster``."""

from vmlint.model.fields import Group, fact
from vmlint.model.vocabulary import LiveMigration, NamedValue


class Cluster(Group, path="host.cluster", title="Cluster", example={"homogeneous": True, "nodes": 6}):
    """The hosts that an instance may be placed on, and what is set for all of them. Absent means unknown."""

    homogeneous: bool = fact(
        "Hosts are alike",
        "Whether all hosts of the cluster have the same processors.",
        True,
    )
    nodes: int = fact(
        "Number of hosts",
        "How many hosts the cluster has.",
        6,
        unit="hosts",
    )
    architecture: str = fact(
        "CPU architecture by default",
        "The CPU architecture of machines that name none, by the cluster's settings.",
        "amd64",
        "arm64",
    )
    cpu_model: str = fact(
        "CPU model by default",
        "The CPU model of machines that name none, by the cluster's settings. Files of KubeVirt take it from here.",
        "host-model",
        "Haswell-noTSX",
    )
    machine: str = fact(
        "Machine type by default",
        "The machine type of amd64 machines that name none, by the cluster's settings. Files of KubeVirt take it from "
        "here.",
        "q35",
        "pc-q35-rhel9.6.0",
    )
    machine_types: frozenset[str] = fact(
        "Machine types taken",
        "Machine types that the cluster takes, as patterns of shells. It refuses what fits none of them.",
        ["q35*", "pc-q35*", "virt*"],
    )
    devices: frozenset[str] = fact(
        "Devices handed out",
        "Devices of the hosts that machines may have, by the names under which they ask for them. What is not in the "
        "list is refused.",
        ["nvidia.com/GA102GL_A10"],
        [],
    )
    software_emulation: bool = fact(
        "Emulates where it must",
        "Whether machines are emulated on a host without hardware virtualization, where they would not start "
        "otherwise (useEmulation of KubeVirt).",
        True,
        False,
    )
    live_migration: LiveMigration = fact(
        "Moves at a drain",
        "Whether machines that say nothing about it move to another host when theirs is drained: none, preferred, or "
        "required. Files of KubeVirt take it from here.",
        "required",
    )
    runtime_classes: frozenset[NamedValue] = fact(
        "Runtime classes",
        "The RuntimeClass objects of the cluster, each as name=handler. Of a class in this list, the handler decides "
        "what runs a pod; of others, the name has to do.",
        ["secure=kata-qemu"],
    )
