from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, finding, repair, rule

from ..shared.modes import in_any_mode
from ..shared.mounts import dead_sockets, mounts
from ..shared.windows import in_a_windows_pod
from ..shared.wording import listed

SHARED = ("host_namespaces", "mounts", "privileged")
"""The fields of a deployment that say what a container shares with its host."""


@rule(
    "VM413",
    "kata-limits",
    Severity.WARNING,
    worst=Severity.ERROR,
    article=("CT-D3",),
    sources=("S-40", "P-19", "R2-02", "R2-03", "R14-133"),
    symptoms=("Host networking requested, not supported by runtime",),
    architectures=("container",),
)
def kata_limits(workload: Workload) -> Iterator[Finding]:
    """A container in a virtual machine of its own shares with the host only what can be carried into the machine.

    ## Why

    The container's network card is the machine's, so it cannot have the host's network, and it shares neither processes
    nor memory with the host. A socket file of the host is visible, and nobody listens behind it in the machine's
    kernel. Privileged mode gives the rights of the machine's root, and by default the host's disks on top, unless the
    runtime is set up with privileged_without_host_devices.

    ## What it looks like

    With the host's network some engines refuse ("Host networking requested, not supported by runtime"), others start it
    with a network that is broken, and Kata's makers warn that the host's may be broken too. A monitor in "the host's
    PID namespace" sees the machine's few processes and reports nothing wrong.

    ## Severity

    Many runtimes keep the host's disks from privileged containers, so that finding has low confidence where the engine
    has a setting for it, as containerd and CRI-O have, and Docker does not.

    ## When it stays silent

    Hosts without hardware virtualization are left to VM101, platforms that cannot start Kata (Podman) to VM621. Where
    the host's engine keeps its devices from the runtime's privileged containers (`host.runtimesWithoutDevices`), that
    is not reported.
    """
    if in_a_windows_pod(workload):
        return  # it cannot be in Kata's machine
    deployment = workload.deployment
    if all(map(deployment.knows, SHARED)) and not (
        deployment.host_namespaces
        or deployment.privileged
        or any(each.engine_socket for each in mounts(deployment.mounts))
    ):
        return
    if deployment.knows("mode"):
        yield from _beyond(workload)
    else:
        yield from in_any_mode(workload, lambda supposed: [*_beyond(supposed)])


def _beyond(workload: Workload) -> Iterator[Finding]:
    """Find what cannot be carried into the machine."""
    deployment, mode = workload.deployment, workload.mode
    if mode.data.get("hostNetwork", True):
        return
    shared = deployment.get("host_namespaces", frozenset())
    if "network" in shared:
        yield finding(
            "deployment.hostNamespaces",
            f"a {mode.name} cannot have the host's network: its network card is the machine's",
            severity=Severity.ERROR,
            because=("deployment.mode",),
            help="publish its ports, or give it a network of its own (a CNI plugin)",
            repairs=(repair("an ordinary container has the host's network", mode="runc"),),
        )
    apart = [{"pid": "processes", "ipc": "shared memory"}[name] for name in sorted(shared - {"network"}, reverse=True)]
    if apart:
        yield finding(
            "deployment.hostNamespaces",
            f"a {mode.name} sees the {listed(apart)} of its machine, and never the host's",
            confidence=Confidence.MEDIUM,
            because=("deployment.mode",),
            help="run what has to look at the host as an ordinary container",
        )
    yield from dead_sockets(workload, "has a kernel of its own, and the engine listens in the host's")
    handler = deployment.runtime_handler if deployment.knows("runtime_handler") else ""
    if deployment.get("privileged") is True and handler not in workload.host.get("runtimes_without_devices", ()):
        # Docker has no setting that keeps the host's devices from a privileged container.
        settable = deployment.platform.get("id", "") != "docker"
        yield finding(
            "deployment.privileged",
            f"privileged mode hands the host's disks to a {mode.name}, unless the runtime is told not to",
            confidence=Confidence.LOW if settable else Confidence.MEDIUM,
            because=("deployment.mode",),
            help=(
                settable and "set privileged_without_host_devices = true for the runtime (containerd, CRI-O)",
                "grant the single capabilities that it needs instead",
            ),
        )
    for field in SHARED:
        getattr(deployment, field)  # what is not stated stays undecided, whatever was found
