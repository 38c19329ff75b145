from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, both, either, finding, needs_of, rule

from ..shared.fields import distrust_fields
from ..shared.host_access import AGENT_HELP, ROOTLESS, as_root, confidence, may_be_rootless, node_agent, rootless
from ..shared.kernels import own_kernels
from ..shared.windows import in_a_windows_pod
from ..shared.wording import listed

BROAD_CAPABILITIES = frozenset({"ALL", "SYS_ADMIN", "SYS_MODULE"})
"""Capabilities that amount to the host's root: mounting anything, loading kernel code."""

REACHING = {
    "DAC_READ_SEARCH": "opens any file of the host by its handle, past the container's own root directory",
    "SYS_RAWIO": "reads and writes the host's memory and hardware where a device file or a port lets it",
}
"""Capabilities that lead out of a container by one door, and what each does."""

TRACING = ("SYS_PTRACE", "takes over any process of the host, whose PID namespace the container shares")

WIDER = {
    "BPF": "loads programs into the host's kernel",
    "MAC_ADMIN": "changes the security policy of the host's kernel",
    "MAC_OVERRIDE": "is not bound by the security policy of the host's kernel",
    "PERFMON": "watches all processes of the host",
    "SYSLOG": "reads the log of the host's kernel, with addresses in it",
    "SYS_BOOT": "may load another kernel to start",
    "SYS_TIME": "sets the clock of the host and of all its containers",
}
"""Capabilities that reach the host without being a way out by themselves."""

NETWORK = ("NET_ADMIN", "sets up interfaces, routes and firewall")

BUILDERS = (None, "ci-runner")
"""Kinds of workload that may build images."""


@rule(
    "VM407",
    "privileged-container",
    Severity.WARNING,
    worst=Severity.ERROR,
    security=True,
    article=("CT-D2",),
    sources=("S-77", "S-76", "S-40", "R8-313"),
    architectures=("container",),
    yields_to=("VM419",),
)
def privileged_container(workload: Workload) -> Iterator[Finding]:
    """A privileged container on a shared kernel is root on the host in all but name.

    ## Why

    Privileged mode switches off what makes a container: it sees the host's devices, may mount its file systems and load
    code into its kernel. SYS_ADMIN, SYS_MODULE and ALL come close to that one by one, DAC_READ_SEARCH and SYS_RAWIO
    open one door each, and SYS_PTRACE takes over any process where the PID namespace is the host's. Whoever takes over
    such a container has the node.

    ## Severity

    It is an error where the workload is untrusted, and where it runs in production under a compliance regime. On a
    developer's machine (a desktop product, or `environment: dev` on a single engine) it has low confidence, and so has
    a trusted system container (LXC) that keeps AppArmor and dropped capabilities, which still hold its root.

    Capabilities that reach the host without being a way out (BPF, SYS_TIME, SYS_BOOT) are a note, and so is NET_ADMIN,
    with low confidence where the container has a network of its own, as VPN clients do.

    Where an ordinary user can run the engine, as Podman's can, it has medium confidence: what breaks out then has that
    user's rights. Where the host's engine is known to run so (`host.security.rootless`), it is a note, and a warning
    where it were an error.

    ## When it stays silent

    Agents whose task is the host (label `vmlint/role: node-agent`: storage and network drivers, monitoring) and
    sandboxes with a kernel of their own are not meant. What privilege still reaches from a Kata machine is left to
    VM413, a Windows pod, which has no such fields, to VM425. SYS_PTRACE without the host's processes is a debugger's.
    """
    if node_agent(workload) or in_a_windows_pod(workload):
        return
    deployment = workload.deployment

    def broad() -> dict[str, str]:
        given = {capability.upper().removeprefix("CAP_"): capability for capability in sorted(deployment.capabilities)}
        return {name: given[name] for name in sorted(given.keys() & BROAD_CAPABILITIES)}

    if not both(
        lambda: workload.mode.shares_host_kernel, lambda: either(lambda: deployment.privileged, lambda: bool(broad()))
    ):
        if both(lambda: workload.mode.shares_host_kernel, lambda: any(_narrower(workload))):
            yield from _narrower(workload)
        return
    privileged = deployment.knows("privileged") and deployment.privileged
    regimes = workload.requirements.isolation.compliance
    severity = Severity.WARNING
    because: tuple[str, ...] = ("deployment.mode",)
    if workload.untrusted:
        severity, because = Severity.ERROR, ("deployment.mode", *distrust_fields(workload))
    elif regimes and workload.knows("environment") and workload.environment == "production":
        severity, because = Severity.ERROR, ("deployment.mode", "environment", "requirements.isolation.compliance")
    of_user = rootless(workload)
    if of_user:
        severity = Severity.NOTE if severity is Severity.WARNING else Severity.WARNING
        because = (*because, "host.security.rootless")
    held = workload.deployment.mode == "lxc" and deployment.knows("unconfined") and not deployment.unconfined
    if privileged and held:
        what = "a privileged container has no user namespace, which gives"
    elif privileged:
        what = "privileged mode gives"
    else:
        what = f"the {'capability' if len(broad()) == 1 else 'capabilities'} {listed(broad())}"
        what += " gives" if len(broad()) == 1 else " give"
    yield finding(
        "deployment.privileged" if privileged else "deployment.capabilities",
        f"{what} the container's root the rights of "
        + ("the user whose engine it is" if of_user else "the host's")
        + ", past the isolation that a container has",
        severity=severity,
        because=because,
        help=(
            _way_out(workload)
            if privileged
            else "grant narrower ones: tracing can do with PERFMON and BPF, and the host can load modules itself",
            workload.get("kind") in BUILDERS and "image builds can do without (rootless BuildKit)",
            may_be_rootless(workload) and not of_user and ROOTLESS,
            AGENT_HELP,
        ),
        repairs=() if severity is not Severity.ERROR and _keeps_disks(workload) else own_kernels(workload, "kata"),
        confidence=Confidence.LOW
        if privileged and held and not workload.untrusted
        else as_root(workload, confidence(workload)),
        entry="" if privileged else next(iter(broad().values())),
    )


def _keeps_disks(workload: Workload) -> bool:
    """Whether a privileged container of Kata would have the host's disks too: Docker hands them over (VM413)."""
    deployment = workload.deployment
    return deployment.get("privileged") is True and deployment.platform.get("id") == "docker"


def _way_out(workload: Workload) -> str:
    """Return what to do about privileged mode, which some programs cannot do without."""
    for need in needs_of(workload):
        if need.feature.id == "container.privileged" and need.must:
            source = need.source.partition(";")[0]
            return (
                f"{need.who} runs in privileged mode only ({source}): keep it on a host that nobody else's work is on"
                + (f", or {need.help}" if need.help else "")
            )
    return "grant the single capabilities and devices that it needs instead"


def _narrower(workload: Workload) -> Iterator[Finding]:
    """Find capabilities that open one door to the host, or reach it without being a way out."""
    deployment = workload.deployment
    given = {name.upper().removeprefix("CAP_"): name for name in sorted(deployment.capabilities)}
    if rootless(workload):
        return  # such capabilities count in the user's own namespace alone
    doors = {name: what for name, what in REACHING.items() if name in given}
    tracing, what = TRACING
    if tracing in given and "pid" in deployment.get("host_namespaces", ()):
        doors[tracing] = what
    for name, what in sorted(doors.items()):
        yield finding(
            "deployment.capabilities",
            f"the capability {name} {what}",
            severity=Severity.ERROR if workload.untrusted else None,
            confidence=as_root(workload, confidence(workload)),
            because=("deployment.mode", *distrust_fields(workload), name == tracing and "deployment.hostNamespaces"),
            help=("do without it, or run what needs it on the host", AGENT_HELP),
            repairs=own_kernels(workload, "kata"),
            entry=given[name],
        )
    shares_network = "network" in deployment.get("host_namespaces", ())
    network, sets_up = NETWORK
    wider = WIDER | ({network: f"{sets_up} of the {'host' if shares_network else 'container'}"})
    for name in sorted(given.keys() & wider.keys() - doors.keys()):
        own = name == network and not shares_network
        yield finding(
            "deployment.capabilities",
            f"the capability {name} {wider[name]}",
            severity=Severity.NOTE,
            confidence=Confidence.LOW if own else as_root(workload, confidence(workload)),
            because=("deployment.mode", name == network and shares_network and "deployment.hostNamespaces"),
            help=("keep it only where the program needs it", AGENT_HELP),
            entry=given[name],
        )
    if tracing in given and not deployment.knows("host_namespaces"):
        _ = deployment.host_namespaces  # undecided: with the host's processes it is a way out
