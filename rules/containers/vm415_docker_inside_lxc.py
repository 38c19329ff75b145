from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, both, finding, rule


@rule(
    "VM415",
    "docker-inside-lxc",
    Severity.WARNING,
    article=("CT-E1", "CT-E2"),
    sources=("P-15", "P-25", "R2-10"),
    symptoms=("open sysctl net.ipv4.ip_unprivileged_port_start file: reopen fd 8: permission denied: unknown",),
    architectures=("container",),
    fits_if={"host.container": "is none"},
    confidence=Confidence.MEDIUM,
)
def docker_inside_lxc(workload: Workload) -> Iterator[Finding]:
    """An engine for application containers inside a system container stacks two layers that nobody tests together.

    ## Why

    Both layers want to set up namespaces, control groups and a security profile, and the inner one needs what the outer
    one forbids. All of them share the host's kernel, and a system container cannot be moved while it runs. Proxmox
    recommends a virtual machine for application containers where isolation and live migration count.

    ## What it looks like

    An update of either can break it: in November 2025 a security release of runc kept containers from starting in LXC
    everywhere until its profiles were changed, with "open sysctl … permission denied".

    ## Severity

    Incus does support it, with security.nesting, so the confidence is medium. In development and tests it is a note.

    ## When it stays silent

    Orchestrators, products that bring their own machine, and modes that run one are not meant.
    """
    platform = workload.platform
    if platform.placement != "kernel-integrated" or platform.fact("init") != "application":
        return
    if not both(lambda: workload.mode.shares_host_kernel, lambda: workload.host.container == "lxc"):
        return
    trial = workload.get("environment") in ("dev", "test")
    yield finding(
        "deployment.platform.id",
        f"{platform.name} inside an LXC container shares the kernel of a host it does not own, and may break with"
        " updates of either",
        severity=Severity.NOTE if trial else None,
        because=("host.container", "deployment.mode"),
        help=(
            "run the engine in a virtual machine, which is isolated and can be moved while it runs",
            "where it stays: nesting switched on, an unprivileged container, and host and engine updated together",
        ),
    )
