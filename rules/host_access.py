"""Containers that reach their host: privilege, namespaces, sockets and directories (section 3 of the article)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, either, finding, rule

from .families import in_a_windows_pod
from .listing import listed
from .mounts import Mount, mounts
from .oci import Reference
from .shared_kernel import own_kernels
from .wording import distrust_fields

BROAD_CAPABILITIES = frozenset({"ALL", "SYS_ADMIN", "SYS_MODULE"})
"""Capabilities that amount to the host's root: mounting anything, loading kernel code."""

NODE_AGENT = ("vmlint/role", "node-agent")
"""The label by which storage, network and monitoring agents say that reaching the host is their task."""

TELLING = frozenset(
    {"/", "/etc", "/etc/kubernetes", "/root", "/var", "/var/lib", "/var/lib/docker", "/var/lib/containerd"}
    | {"/var/lib/kubelet"}
)
"""Directories that hold the host's secrets, or those of its other containers: telling even where read-only."""

RULING = TELLING | {"/boot", "/usr"}
"""Directories in which whoever can write changes what the host runs."""

KERNEL_FILES = frozenset({"/proc", "/sys"})
"""Files of the host's kernel. Who can write them can have a program started outside the container (core_pattern)."""

NAMESPACES = {
    "ipc": "shares the host's shared memory and message queues with every other process that uses them",
    "network": "shares the host's network: it can reach services that listen on localhost, and claims the host's ports",
}
"""Namespaces whose sharing has common good reasons, and what it means."""

SOCKET_PROXY = re.compile(r"(?:.*[/-])?socket-?proxy")
"""What ends the name of an image that stands between an engine's socket and those who may not have all of it."""

BUILDERS = (None, "ci-runner")
"""Kinds of workload that may build images."""

AGENT_HELP = "an agent that manages the node says so with the label vmlint/role: node-agent"


def node_agent(workload: Workload) -> bool:
    """Tell whether reaching the host is the workload's task."""
    label, role = NODE_AGENT
    return workload.labels.get(label) == role


@rule(
    "VM407",
    "privileged-container",
    Severity.WARNING,
    worst=Severity.ERROR,
    security=True,
    article=("CT-D2",),
    sources=("S-77", "S-76", "S-40"),
    architectures=("container",),
)
def privileged_container(workload: Workload) -> Iterator[Finding]:
    """A privileged container on a shared kernel is root on the host in all but name.

    Privileged mode switches off what makes a container: it sees the host's devices, may mount its file systems and load
    code into its kernel. SYS_ADMIN, SYS_MODULE and ALL come close to that one by one. Whoever takes over such a
    container has the node.

    It becomes an error where the workload is untrusted, and where it runs in production under a compliance regime. On
    a developer's machine (a desktop product, or `environment: dev` on a single engine) it comes with low confidence. It
    is silent on agents whose task is the host (label `vmlint/role: node-agent`: storage and network drivers,
    monitoring), and on sandboxes with a kernel of their own. What privilege still reaches from a Kata machine is told
    by VM413, that a Windows pod has no such fields by VM425.
    """
    if node_agent(workload) or not workload.mode.shares_host_kernel or in_a_windows_pod(workload):
        return
    deployment = workload.deployment

    def broad() -> dict[str, str]:
        given = {capability.upper().removeprefix("CAP_"): capability for capability in sorted(deployment.capabilities)}
        return {name: given[name] for name in sorted(given.keys() & BROAD_CAPABILITIES)}

    if not either(lambda: deployment.privileged, lambda: bool(broad())):
        return
    privileged = deployment.knows("privileged") and deployment.privileged
    regimes = workload.requirements.isolation.compliance
    severity = Severity.WARNING
    because: tuple[str, ...] = ("deployment.mode",)
    if workload.untrusted:
        severity, because = Severity.ERROR, ("deployment.mode", *distrust_fields(workload))
    elif regimes and workload.knows("environment") and workload.environment == "production":
        severity, because = Severity.ERROR, ("deployment.mode", "environment", "requirements.isolation.compliance")
    if privileged:
        what = "privileged mode gives"
    else:
        what = f"the {'capability' if len(broad()) == 1 else 'capabilities'} {listed(broad())}"
        what += " gives" if len(broad()) == 1 else " give"
    yield finding(
        "deployment.privileged" if privileged else "deployment.capabilities",
        f"{what} the container's root the rights of the host's, past the isolation that a container has",
        severity=severity,
        because=because,
        help=(
            "grant the single capabilities and devices that it needs instead"
            if privileged
            else "grant narrower ones: tracing can do with PERFMON and BPF, and the host can load modules itself",
            *(["image builds can do without (rootless BuildKit)"] if workload.get("kind") in BUILDERS else []),
            AGENT_HELP,
        ),
        repairs=own_kernels(workload, "kata"),
        confidence=_confidence(workload),
        entry="" if privileged else next(iter(broad().values())),
    )


@rule(
    "VM408",
    "host-namespace-or-runtime-socket",
    Severity.WARNING,
    worst=Severity.ERROR,
    security=True,
    article=("CT-D2",),
    sources=("S-76", "S-77", "R2-11"),
    architectures=("container",),
)
def host_namespace_or_runtime_socket(workload: Workload) -> Iterator[Finding]:
    """A socket, a directory or a namespace of the host in a container is a way out of it.

    Whoever reaches the socket of Docker, containerd or libvirt asks it for a container with all of the host's rights,
    and gets it; that the socket is mounted read-only changes nothing, since it is spoken to and not written. A writable
    /etc or / changes what the host itself runs at its next start. In the host's PID namespace a container sees every
    process, with its arguments and its environment. Nothing fails: it shows when somebody takes over the container.

    It is an error where the workload is untrusted, and advice for a rootless engine's socket. On a developer's machine
    (a desktop product, or `environment: dev` on a single engine) what is reached is its own, a socket proxy (by its
    image's name) is there to keep others from the socket, the host's network and its shared memory have good uses
    (ingress controllers, GPU training), and a read-only directory gives away secrets at most: such hints come with low
    confidence only. Nothing is said of agents whose task is the host (label `vmlint/role: node-agent`), of single files
    such as /etc/localtime, or of /proc and /sys where they are read-only. A sandbox with a kernel of its own (gVisor,
    Kata) shares neither namespaces nor sockets, which is for VM412 and VM413 to say; directories it does share. The PID
    and IPC namespaces of a Windows pod are VM425's.
    """
    if node_agent(workload):
        return
    deployment, shared = workload.deployment, workload.mode.shares_host_kernel
    found = mounts(deployment.get("mounts", ()))
    if shared:
        yield from _sockets(workload, [each for each in found if each.engine_socket])
        spaces = deployment.get("host_namespaces", frozenset())
        yield from _namespaces(workload, spaces - {"pid", "ipc"} if in_a_windows_pod(workload) else spaces)
    yield from _directories(workload, [each for each in found if shared or each.source not in KERNEL_FILES])
    for field in ("mounts", "host_namespaces") if shared else ("mounts",):
        getattr(deployment, field)  # what is not stated stays open, whatever the rest said


def _gravity(workload: Workload) -> Severity:
    """Return how grave it is that the workload reaches its host."""
    return Severity.ERROR if workload.untrusted else Severity.WARNING


def _confidence(workload: Workload) -> Confidence:
    """Return how much it matters: on a desktop what is reached is the machine of who started it."""
    chosen = workload.deployment.platform
    platform = workload.catalog.platform(chosen.id) if chosen.knows("id") else None
    if workload.untrusted:
        return Confidence.HIGH
    if platform and platform.hosted:
        return Confidence.LOW
    # A cluster or a service is others' too, however it is called; a single engine is where one develops.
    alone = platform is None or platform.placement == "kernel-integrated"
    return Confidence.LOW if alone and workload.get("environment") == "dev" else Confidence.HIGH


def _is_socket_proxy(workload: Workload) -> bool:
    """Tell by its image's name whether a trusted workload is there to pass on single calls to an engine."""
    image = workload.deployment.image
    if workload.untrusted or not image.knows("ref"):
        return False
    return SOCKET_PROXY.fullmatch(Reference.parse(image.ref).repository) is not None


def _sockets(workload: Workload, found: Iterable[Mount]) -> Iterator[Finding]:
    for each in found:
        proxy, rootless = _is_socket_proxy(workload), each.of_a_user
        yield finding(
            "deployment.mounts",
            f"{each.path} {'holds the sockets of engines, which let' if each.holds_sockets else 'lets'} the container"
            " start others with "
            + ("the rights of the user whose engine it is" if rootless else "all of the host's rights"),
            severity=Severity.NOTE if rootless and not workload.untrusted else _gravity(workload),
            confidence=Confidence.LOW if proxy else _confidence(workload),
            because=("deployment.mode", *distrust_fields(workload)),
            help=(
                "switch on only the calls that its users need, and let nobody else reach its port"
                if proxy
                else "build images without the engine (rootless BuildKit, Buildah), or put a proxy before the socket"
                " that passes only the calls it needs",
                AGENT_HELP,
            ),
            entry=each.text,
        )


def _directories(workload: Workload, found: Iterable[Mount]) -> Iterator[Finding]:
    for each in found:
        if each.source in (TELLING if each.read_only else RULING | KERNEL_FILES):
            yield finding(
                "deployment.mounts",
                f"{each.path} of the host is readable in the container, with the secrets in it"
                if each.read_only
                else f"{each.path} of the host is writable in the container, which can so change what the host runs",
                severity=Severity.NOTE if each.read_only else _gravity(workload),
                confidence=Confidence.LOW if each.read_only else _confidence(workload),
                because=("deployment.mode", *(() if each.read_only else distrust_fields(workload))),
                help=("mount the files that it needs, read-only where it only reads them", AGENT_HELP),
                entry=each.text,
            )


def _namespaces(workload: Workload, shared: Iterable[str]) -> Iterator[Finding]:
    for name in sorted(shared):
        if name == "pid":
            yield finding(
                "deployment.hostNamespaces",
                "in the host's PID namespace the container sees every process of the host, with its environment",
                severity=_gravity(workload),
                confidence=_confidence(workload),
                because=("deployment.mode", *distrust_fields(workload)),
                help=("share the namespace of the one container it looks at", AGENT_HELP),
                entry=name,
            )
        else:
            yield finding(
                "deployment.hostNamespaces",
                f"the container {NAMESPACES[name]}",
                severity=Severity.NOTE,
                confidence=Confidence.LOW,
                because=("deployment.mode",),
                help=(
                    "publish the ports that it serves"
                    if name == "network"
                    else "more shared memory of its own does as well (shm_size, an emptyDir of medium Memory)",
                    AGENT_HELP,
                ),
                entry=name,
            )
