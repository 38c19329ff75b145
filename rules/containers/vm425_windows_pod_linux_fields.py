from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, finding, rule

from ..shared.windows import is_windows
from ..shared.wording import listed


@rule(
    "VM425",
    "windows-pod-linux-fields",
    Severity.ERROR,
    article=("CT-D3",),
    sources=("S-43", "R3-06"),
    symptoms=("cannot be set for a windows pod",),
    architectures=("container",),
    fits_if={
        "guest.os.id": "names a system other than Windows",
        "guest.os.family": "is not windows",
        "deployment.privileged": "is false",
        "deployment.capabilities": "is empty",
        "deployment.hostNamespaces": "has neither pid nor ipc",
    },
)
def windows_pod_linux_fields(workload: Workload) -> Iterator[Finding]:
    """A pod of Windows containers has none of Linux' means to reach the host.

    ## Why

    Privileged mode, capabilities and shared PID or IPC namespaces are features of the Linux kernel. HostProcess
    containers (`securityContext.windowsOptions.hostProcess`) are what Windows has for agents of the node.

    ## What it looks like

    A pod that states `os.name: windows` with one of those fields is refused by the API server. One that states no `os`
    loses them without a message, and what needed them fails later.

    ## When it stays silent

    The host's network is not meant: HostProcess containers use it. A field that is set to `false` or to nothing is not
    reported, although a Windows pod is refused for it all the same.
    """
    deployment = workload.deployment
    if not both(
        lambda: workload.platform.placement == "orchestrator",
        lambda: is_windows(workload),
        lambda: deployment.architecture == "container",
        lambda: _may_want_any(workload),
    ):
        return
    wanted = {}
    if deployment.get("privileged"):
        wanted["deployment.privileged"] = "privileged mode"
    if deployment.get("capabilities"):
        names = sorted(deployment.capabilities)
        wanted["deployment.capabilities"] = f"the {'capability' if len(names) == 1 else 'capabilities'} {listed(names)}"
    spaces = sorted({"pid", "ipc"} & deployment.get("host_namespaces", frozenset()))
    if spaces:
        wanted["deployment.hostNamespaces"] = f"the host's {listed(spaces)} namespace{'s' if len(spaces) > 1 else ''}"
    if not wanted:
        # What nobody stated may still be set: the rule is decided only by all three.
        _ = deployment.privileged, deployment.capabilities, deployment.host_namespaces
        return
    path, *others = wanted
    yield finding(
        path,
        f"a Windows container cannot have {listed(wanted.values(), 'or')}",
        because=(*others, "guest.os.family", "deployment.platform.id"),
        help="leave the fields out; an agent of the node can run as a HostProcess container",
    )


def _may_want_any(workload: Workload) -> bool:
    """Whether one of the fields is set, or may be although nobody stated it."""
    deployment = workload.deployment
    spaces = deployment.get("host_namespaces", {"pid"})
    return bool(deployment.get("privileged", True) or deployment.get("capabilities", True) or {"pid", "ipc"} & spaces)
