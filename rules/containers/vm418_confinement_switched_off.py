from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, finding, rule

from ..shared.fields import distrust_fields
from ..shared.host_access import AGENT_HELP, confidence, node_agent
from ..shared.windows import in_a_windows_pod
from ..shared.wording import listed

NAMES = {
    "apparmor": "AppArmor",
    "seccomp": "seccomp",
    "selinux": "SELinux",
    "system-paths": "the masks over /proc and /sys",
}


@rule(
    "VM418",
    "confinement-switched-off",
    Severity.NOTE,
    worst=Severity.ERROR,
    security=True,
    article=("CT-D2",),
    sources=("S-77", "S-76"),
    architectures=("container",),
)
def confinement_switched_off(workload: Workload) -> Iterator[Finding]:
    """A container whose profile is switched off may use all of the host's kernel.

    ## Why

    The default profiles leave out some sixty system calls and the files of /proc and /sys that change the host. Most
    ways out of a container that were found in recent years needed one of them. `Unconfined`, `seccomp=unconfined`,
    `label=disable` and `procMount: Unmasked` switch them off as a whole.

    ## What it looks like

    Nothing fails. It shows when somebody takes over the container.

    ## Severity

    It is an error where the workload is untrusted, and a warning where the masks over /proc and /sys are gone: root in
    the container then changes settings of the host's kernel. On a developer's machine, where debuggers need it, it has
    low confidence.

    ## When it stays silent

    A privileged container has no confinement left and is left to VM407. Agents whose task is the host (label
    `vmlint/role: node-agent`) and sandboxes with a kernel of their own are not meant. Kubernetes sets no seccomp
    profile by default: a pod that is silent is not reported.
    """
    if node_agent(workload) or workload.deployment.get("privileged") or in_a_windows_pod(workload):
        return
    if not both(lambda: workload.mode.shares_host_kernel, lambda: bool(workload.deployment.unconfined)):
        return
    switched_off = sorted(workload.deployment.unconfined)
    severity = Severity.ERROR if workload.untrusted else None
    if "system-paths" in switched_off and severity is None:
        severity = Severity.WARNING
    several = len(switched_off) > 1 or "system-paths" in switched_off
    yield finding(
        "deployment.unconfined",
        f"{listed(NAMES[each] for each in switched_off)} {'are' if several else 'is'} switched off, which confine"
        f"{'' if several else 's'} what the container may ask of the host's kernel",
        severity=severity,
        confidence=confidence(workload),
        because=("deployment.mode", *distrust_fields(workload)),
        help=("write a profile that allows the one call that is missing", AGENT_HELP),
        entry=switched_off[-1],
    )
