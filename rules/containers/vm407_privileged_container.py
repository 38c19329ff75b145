from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, both, either, finding, rule

from ..shared.fields import distrust_fields
from ..shared.host_access import AGENT_HELP, confidence, node_agent
from ..shared.kernels import own_kernels
from ..shared.windows import in_a_windows_pod
from ..shared.wording import listed

BROAD_CAPABILITIES = frozenset({"ALL", "SYS_ADMIN", "SYS_MODULE"})
"""Capabilities that amount to the host's root: mounting anything, loading kernel code."""

BUILDERS = (None, "ci-runner")
"""Kinds of workload that may build images."""


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

    ## Why

    Privileged mode switches off what makes a container: it sees the host's devices, may mount its file systems and load
    code into its kernel. SYS_ADMIN, SYS_MODULE and ALL come close to that one by one. Whoever takes over such a
    container has the node.

    ## Severity

    It is an error where the workload is untrusted, and where it runs in production under a compliance regime. On a
    developer's machine (a desktop product, or `environment: dev` on a single engine) it has low confidence, and so has
    a trusted system container (LXC) that keeps AppArmor and dropped capabilities, which still hold its root.

    ## When it stays silent

    Agents whose task is the host (label `vmlint/role: node-agent`: storage and network drivers, monitoring) and
    sandboxes with a kernel of their own are not meant. What privilege still reaches from a Kata machine is left to
    VM413, a Windows pod, which has no such fields, to VM425.
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
        return
    privileged = deployment.knows("privileged") and deployment.privileged
    regimes = workload.requirements.isolation.compliance
    severity = Severity.WARNING
    because: tuple[str, ...] = ("deployment.mode",)
    if workload.untrusted:
        severity, because = Severity.ERROR, ("deployment.mode", *distrust_fields(workload))
    elif regimes and workload.knows("environment") and workload.environment == "production":
        severity, because = Severity.ERROR, ("deployment.mode", "environment", "requirements.isolation.compliance")
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
        f"{what} the container's root the rights of the host's, past the isolation that a container has",
        severity=severity,
        because=because,
        help=(
            "grant the single capabilities and devices that it needs instead"
            if privileged
            else "grant narrower ones: tracing can do with PERFMON and BPF, and the host can load modules itself",
            workload.get("kind") in BUILDERS and "image builds can do without (rootless BuildKit)",
            AGENT_HELP,
        ),
        repairs=own_kernels(workload, "kata"),
        confidence=Confidence.LOW if privileged and held and not workload.untrusted else confidence(workload),
        entry="" if privileged else next(iter(broad().values())),
    )
