from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.cpu_models import named_models


@rule(
    "VM616",
    "host-passthrough-with-live-migration",
    Severity.WARNING,
    article=("T1-U3",),
    sources=("S-67", "S-23", "S-72"),
    symptoms=("guest CPU doesn't match specification: missing features:",),
    architectures=("type1", "type2", "paravirtualization", "full-virtualization"),
    demands=("requirements.mobility.liveMigration",),
    fits_if={
        "host.cluster.homogeneous": "is true",
        "deployment.cpuModel": "is a named model that every host of the cluster has",
    },
)
def host_passthrough_with_live_migration(workload: Workload) -> Iterator[Finding]:
    """A guest that was shown its host's own processor may fail on the next host.

    ## Why

    Programs look once which instructions there are and go on using them. After a move to another processor some of them
    may be gone. QEMU's documentation calls live migration with the host's own model unsafe. A named model that all
    hosts have is the same everywhere.

    ## What it looks like

    The guest crashes after the move or hours later; going back may be refused too.

    ## When it stays silent

    Between equal hosts it works, so `host.cluster.homogeneous` has to be known. `host-model` is not meant: it is fixed
    as a named model when the machine starts, and a host without it refuses the move. A platform that has no other
    model, as KubeVirt on Arm, is not reported, and one that moves no guest at all is left to VM625.
    """
    wanted = workload.requirements.mobility.live_migration
    if wanted in (None, "none") or workload.host.cluster.get("homogeneous"):
        return
    deployment = workload.deployment
    if deployment.knows("cpu_model") and not _is_whole(workload):
        return
    platform = workload.platform
    if not deployment.knows("cpu_model") and "cpuModels" not in platform.data:
        return  # its machines have no model to choose
    alone = platform.data.get("cpuModels", {}).get("onlyPassthrough", ())
    arch_known = workload.host.knows("arch") or workload.guest.knows("arch")
    if alone and arch_known and _machine_arch(workload) in alone:
        return  # there is no other model
    if not _is_whole(workload):
        return
    if platform.has("liveMigration", "support") and platform.fact("liveMigration", "support") != "yes":
        return  # left to VM625
    if (alone and _machine_arch(workload) in alone) or workload.host.cluster.homogeneous:
        return
    yield finding(
        "deployment.cpuModel",
        f"live migration is {wanted} between different hosts, and the guest sees its host's own processor "
        f"({deployment.cpu_model})",
        because=("requirements.mobility.liveMigration", "host.cluster.homogeneous", "deployment.platform.id"),
        help="name a model that every host of the cluster has: that of its oldest processor",
        repairs=named_models(platform, "v2", workload.host.cpu.get("level", "v2")),
    )


def _is_whole(workload: Workload) -> bool:
    """Whether the guest sees the very processor of its host."""
    model = workload.catalog.cpu_model(workload.deployment.cpu_model)
    return model is not None and model.host == "whole"


def _machine_arch(workload: Workload) -> str:
    """Return the CPU architecture of the machine: no CPU is passed through to a guest of another one."""
    return str(workload.host.arch if workload.host.knows("arch") else workload.guest.arch)
