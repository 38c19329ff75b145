from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, finding, rule

from ..shared.fields import distrust_fields
from ..shared.host_access import AGENT_HELP, as_root, confidence, node_agent, rootless
from ..shared.host_paths import buses, holds_devices, holds_keys, of_the_kernel, rules_the_host, tells_secrets
from ..shared.mounts import Mount, mounts
from ..shared.oci import Reference
from ..shared.windows import in_a_windows_pod

NAMESPACES = {
    "ipc": "shares the host's shared memory and message queues with every other process that uses them",
    "network": "shares the host's network: it can reach services that listen on localhost, and claims the host's ports",
}
"""Namespaces whose sharing has common good reasons, and what it means."""

OF_USERS = re.compile(r"/|(?:/var)?/home(?:/.*)?")
"""Directories of the host in which a user's own files are too: Fedora's Atomic Desktops have them below /var/home."""

SOCKET_PROXY = re.compile(r"(?:.*[/-])?socket-?proxy")
"""What ends the name of an image that stands between an engine's socket and those who may not have all of it."""


@rule(
    "VM408",
    "host-namespace-or-runtime-socket",
    Severity.WARNING,
    worst=Severity.ERROR,
    security=True,
    article=("CT-D2",),
    sources=("S-76", "S-77", "R2-11", "R8-301", "R8-302"),
    architectures=("container",),
)
def host_namespace_or_runtime_socket(workload: Workload) -> Iterator[Finding]:
    """A socket, a directory or a namespace of the host in a container is a way out of it.

    ## Why

    Whoever reaches the socket of Docker, containerd or libvirt asks it for a container with all of the host's rights,
    and gets it. A socket that is mounted read-only helps nothing, since requests to it are no writes to the file. A
    writable /etc, /usr/bin or /var/lib/kubelet changes what the host itself runs, and so does whatever lies below them
    that the host obeys: /etc/cron.d, /root/.ssh, /opt/cni/bin. Over the system's D-Bus a container asks systemd and
    other services of the host. In the host's PID namespace it sees every process, with its arguments and its
    environment.

    ## What it looks like

    Nothing fails. It shows when somebody takes over the container.

    ## Severity

    It is an error where the workload is untrusted, and a note for a rootless engine's socket and for D-Bus. Where the
    host's engine is known to run without root, sockets and the PID namespace are a note, and a warning where they were
    an error. What is
    mounted read-only is a step milder: a note, if it holds secrets.

    Devices have medium confidence, since the engine may allow a container to open none of them, and so have directories
    where an ordinary user can run the engine, as Podman's can. These have low
    confidence: anything on a developer's machine (a desktop product, or `environment: dev` on a single engine), a
    socket proxy (by its image's name), which is there to keep others from the socket, the host's network and its shared
    memory, which have good uses (ingress controllers, GPU training), and a read-only directory that holds other things
    beside secrets.

    ## When it stays silent

    Agents whose task is the host (label `vmlint/role: node-agent`) are not meant, nor are files such as
    /etc/localtime, directories of single programs such as /etc/letsencrypt, single devices such as /dev/dri, or
    /proc, /sys and /lib/modules where they are read-only. Directories of root's and devices are left out where the
    host's engine is known to run without root (`host.security.rootless`): it reaches what its user reaches. A sandbox
    with a kernel of its own (gVisor, Kata) shares directories, but neither namespaces nor sockets, which is left to
    VM412 and VM413. The PID and IPC namespaces of a Windows pod are left to VM425.
    """
    if node_agent(workload):
        return
    deployment = workload.deployment
    if not deployment.get("mounts", True) and not deployment.get("host_namespaces", True):
        return
    fields = ("mounts", "host_namespaces")
    if not deployment.knows("mode") and all(map(deployment.knows, fields)) and not any(_ways_out(workload, True)):
        return
    shared = workload.mode.shares_host_kernel
    yield from _ways_out(workload, shared)
    for field in fields if shared else fields[:1]:
        getattr(deployment, field)  # what is not stated stays undecided, whatever was found


def _ways_out(workload: Workload, shared: bool) -> Iterator[Finding]:
    """Find what leads out of a container, which shares the host's kernel or not."""
    deployment = workload.deployment
    found = mounts(deployment.get("mounts", ()))
    if shared:
        yield from _sockets(workload, [each for each in found if each.engine_socket])
        yield from _buses(workload, buses(found))
        if not deployment.get("privileged"):  # one that is privileged has them all, as VM407 says
            yield from _devices(workload, holds_devices(found))
        spaces = deployment.get("host_namespaces", frozenset())
        yield from _namespaces(workload, spaces - {"pid", "ipc"} if in_a_windows_pod(workload) else spaces)
    yield from _directories(workload, [each for each in found if shared or not of_the_kernel(each)])


def _severity(workload: Workload) -> Severity:
    """Return how grave it is that the workload reaches its host."""
    return Severity.ERROR if workload.untrusted else Severity.WARNING


def _of_user(workload: Workload) -> Severity:
    """Return how grave it is where an engine without root bounds it to its user's rights, as VM407 has it."""
    return Severity.NOTE if _severity(workload) is Severity.WARNING else Severity.WARNING


def _is_socket_proxy(workload: Workload) -> bool:
    """Whether a trusted workload is there to pass on single calls to an engine, by its image's name."""
    image = workload.deployment.image
    if workload.untrusted or not image.knows("ref"):
        return False
    return SOCKET_PROXY.fullmatch(Reference.parse(image.ref).repository) is not None


def _sockets(workload: Workload, found: Iterable[Mount]) -> Iterator[Finding]:
    without_root = rootless(workload)
    for each in found:
        proxy, of_user = _is_socket_proxy(workload), each.of_a_user or without_root
        yield finding(
            "deployment.mounts",
            f"{each.path} {'holds the sockets of engines, which let' if each.holds_sockets else 'lets'} the container"
            " start others with "
            + ("the rights of the user whose engine it is" if of_user else "all of the host's rights"),
            severity=_of_user(workload)
            if without_root
            else Severity.NOTE
            if of_user and not workload.untrusted
            else _severity(workload),
            confidence=Confidence.LOW if proxy else confidence(workload),
            because=("deployment.mode", *distrust_fields(workload), without_root and "host.security.rootless"),
            help=(
                "switch on only the calls that its users need, and let nobody else reach its port"
                if proxy
                else "build images without the engine (rootless BuildKit, Buildah), or put a proxy before the socket"
                " that passes only the calls it needs",
                AGENT_HELP,
            ),
            entry=each.text,
        )


def _buses(workload: Workload, found: Iterable[Mount]) -> Iterator[Finding]:
    for each in found:
        yield finding(
            "deployment.mounts",
            f"{each.path} lets the container ask services of the host, systemd among them, to act for it",
            severity=Severity.ERROR if workload.untrusted else Severity.NOTE,
            confidence=Confidence.HIGH if workload.untrusted else min(confidence(workload), Confidence.MEDIUM),
            because=("deployment.mode", *distrust_fields(workload)),
            help=("put a proxy before it that passes only the calls it needs (xdg-dbus-proxy)", AGENT_HELP),
            entry=each.text,
        )


def _devices(workload: Workload, found: Iterable[Mount]) -> Iterator[Finding]:
    if rootless(workload):
        return  # the user whose engine it is may open neither disks nor memory
    for each in found:
        yield finding(
            "deployment.mounts",
            f"{each.path} leads the container to the host's disks and memory, once it is allowed to open devices",
            severity=Severity.NOTE if each.read_only and not workload.untrusted else _severity(workload),
            confidence=Confidence.HIGH if workload.untrusted else min(confidence(workload), Confidence.MEDIUM),
            because=("deployment.mode", *distrust_fields(workload)),
            help=("hand it the devices that it needs, one by one", AGENT_HELP),
            entry=each.text,
        )


def _directories(workload: Workload, found: Iterable[Mount]) -> Iterator[Finding]:
    of_user = rootless(workload)
    for each in found:
        if of_user and not OF_USERS.fullmatch(each.source):
            continue  # the user whose engine it is can neither read nor write what only root can
        if tells_secrets(each) if each.read_only else rules_the_host(each):
            mild = each.read_only and not holds_keys(each)
            yield finding(
                "deployment.mounts",
                f"{each.path} of the host is readable in the container, with the secrets in it"
                if each.read_only
                else f"{each.path} of the host is writable in the container, which can so change what the host runs",
                severity=Severity.NOTE if each.read_only or of_user else _severity(workload),
                confidence=Confidence.LOW if mild else as_root(workload, confidence(workload)),
                because=("deployment.mode", *(() if each.read_only else distrust_fields(workload))),
                help=("mount the files that it needs, read-only where it only reads them", AGENT_HELP),
                entry=each.text,
            )


def _namespaces(workload: Workload, shared: Iterable[str]) -> Iterator[Finding]:
    of_user = rootless(workload)
    for name in sorted(shared):
        if name == "pid":
            yield finding(
                "deployment.hostNamespaces",
                "in the host's PID namespace the container sees every process of the host, "
                + (
                    "and the environment of those of the user whose engine it is" if of_user else "with its environment"
                ),
                severity=_of_user(workload) if of_user else _severity(workload),
                confidence=confidence(workload),
                because=("deployment.mode", *distrust_fields(workload), of_user and "host.security.rootless"),
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
