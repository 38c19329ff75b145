from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Need, Severity, Workload, both, format_size, named_values, rule

from ..shared.granted import is_privileged
from ..shared.modes import container_mode
from ..shared.settings import to_set
from ..shared.stack import Answer, by_rows, met, unmet

SHM = "/dev/shm"  # noqa: S108 - only compared

USUAL_SHM = 64 * 2**20
"""Bytes of /dev/shm that engines give a container (docs.docker.com, docker run --shm-size)."""

UNLIMITED = ("-1", "unlimited", "infinity")
"""What Compose, Docker and systemd's units write for no limit."""


@rule(
    "VM008",
    "container-limit-too-low",
    Severity.WARNING,
    article=("CT-D3",),
    sources=("S-39",),
    symptoms=(
        "could not resize shared memory segment: No space left on device",
        "Bus error (core dumped)",
        "memory locking requested for elasticsearch process but memory is not locked",
    ),
    architectures=("container",),
    layers=("container",),
    fits_if={
        "deployment.sharedMemory": "is large enough",
        "deployment.ulimits": "has the limit that is needed",
    },
)
def container_limit_too_low(workload: Workload) -> Iterator[Finding]:
    """A limit that the engine sets for every container is too low for this program.

    ## Why

    Engines give a container 64 MiB of shared memory and their own limits of locked memory and open files. Databases,
    browsers and video analysis need more, and fail only under load.

    ## When it stays silent

    About amounts outside of Docker and Podman, and where the container shares the host's memory (`ipc: host`).
    """
    yield from unmet(workload, _resolve, "container.")


def _resolve(workload: Workload, need: Need) -> Answer | None:
    if not workload.deployed:
        return None
    kind = need.feature.id.removeprefix("container.")
    if kind == "shm-size":
        return _shared_memory(workload, need) if need.feature.operator and _of_engine(workload) else None
    if kind.startswith("ulimit."):
        return _limit(workload, need, kind.removeprefix("ulimit.")) if _of_engine(workload) else None
    if not container_mode(workload):
        return None
    if kind == "privileged" and _of_engine(workload):
        help = to_set(workload, "privileged", "true")
        says = "the container is not privileged"
        return None if is_privileged(workload, need) else Answer("withheld", says, "deployment.privileged", help=help)
    return by_rows(workload, need) or None


def _of_engine(workload: Workload) -> bool:
    """Whether it is an ordinary container of an engine, rather than of a cluster."""
    return both(
        lambda: workload.platform.placement != "orchestrator",
        lambda: workload.deployment.mode in ("runc", "crun"),
    )


def _shared_memory(workload: Workload, need: Need) -> Answer | None:
    deployment = workload.deployment
    size = int(deployment.shared_memory) if deployment.states("shared_memory") else USUAL_SHM
    if need.feature.is_met_by(str(size)):
        return None
    if any(mount.split(":")[1:2] == [SHM] for mount in deployment.get("mounts", ())):
        return None
    if "ipc" in deployment.host_namespaces:
        return None
    value = need.feature.value
    help = to_set(workload, "sharedMemory", f"{-(-int(value) // 2**20)}m" if value.isdigit() else value)
    return Answer("withheld", f"the container has {format_size(size)}", "deployment.sharedMemory", help=help)


def _limit(workload: Workload, need: Need, name: str) -> Answer | None:
    limits = named_values(workload.deployment.get("ulimits", frozenset()))
    if name not in limits:
        return None  # what an engine gives depends on how it was started
    value = limits[name]
    if value in UNLIMITED or met(need, value, "deployment.ulimits"):
        return None
    return Answer("withheld", f"the deployment sets {value}", "deployment.ulimits")
