from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, finding, repair, rule

from ..shared.fields import distrust_fields
from ..shared.host_access import node_agent


@rule(
    "VM419",
    "nesting-in-privileged-container",
    Severity.WARNING,
    worst=Severity.ERROR,
    security=True,
    article=("CT-D2",),
    sources=("P-15", "S-38"),
    architectures=("container",),
)
def nesting_in_privileged_container(workload: Workload) -> Iterator[Finding]:
    """Nesting opens the host's /proc and /sys to a system container, and root in a privileged one is the host's root.

    ## Why

    A system container (LXC, Incus) that may run containers gets /proc and /sys to mount anew, without the masks over
    them. In an unprivileged container the kernel holds its root off, since that is an ordinary user of the host. In a
    privileged one nothing does: it changes settings of the host's kernel and leaves.

    ## What it looks like

    Nothing fails. Proxmox VE and Incus advise against it.

    ## Severity

    It is an error where the workload is untrusted.

    ## When it stays silent

    Nesting in an unprivileged container is the usual way to run Docker or a current systemd there. Agents whose task is
    the host (label `vmlint/role: node-agent`) are not meant.
    """
    deployment = workload.deployment
    if node_agent(workload) or not both(
        lambda: deployment.mode == "lxc",
        lambda: deployment.nesting,
        lambda: deployment.privileged,
    ):
        return
    yield finding(
        "deployment.nesting",
        "the container may nest others and is privileged, so its root reaches the settings of the host's kernel",
        severity=Severity.ERROR if workload.untrusted else None,
        because=("deployment.privileged", "deployment.mode", *distrust_fields(workload)),
        help="make it unprivileged (restore it from a backup with that option), or run what it nests in a machine",
        repairs=(repair("without containers inside", nesting="false"),),
    )
