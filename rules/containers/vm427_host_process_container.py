from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.fields import distrust_fields
from ..shared.host_access import AGENT_HELP, confidence, node_agent
from ..shared.windows import in_a_windows_pod


@rule(
    "VM427",
    "host-process-container",
    Severity.WARNING,
    worst=Severity.ERROR,
    security=True,
    article=("CT-D2",),
    sources=("S-77", "R3-06"),
    architectures=("container",),
)
def host_process_container(workload: Workload) -> Iterator[Finding]:
    """A HostProcess container is a process of its Windows node, with the rights of an account there.

    ## Why

    It is what privileged mode is for Linux: it sees the node's files, services and network, mostly as SYSTEM. Nothing
    of a container is left but its image. Whoever takes it over has the node and its other pods.

    ## Severity

    It is an error where the workload is untrusted.

    ## When it stays silent

    Agents whose task is the node (label `vmlint/role: node-agent`: network and storage drivers, monitoring) are what it
    is meant for.
    """
    deployment = workload.deployment
    if node_agent(workload) or not (deployment.knows("host_process") or in_a_windows_pod(workload)):
        return  # nothing else has them
    if not deployment.host_process:
        return
    yield finding(
        "deployment.hostProcess",
        "a HostProcess container runs on its Windows node itself, with none of the isolation that a container has",
        severity=Severity.ERROR if workload.untrusted else None,
        confidence=confidence(workload),
        because=("deployment.platform.id", *distrust_fields(workload)),
        help=("run it as an ordinary container where it does not manage the node", AGENT_HELP),
    )
