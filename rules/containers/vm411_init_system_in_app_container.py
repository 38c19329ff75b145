from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.oci import Reference

INIT_IMAGES = ("kindest/node", "-init")
"""What ends the name of an image made to start systemd in an application container: kind's nodes, and ubi-init."""


@rule(
    "VM411",
    "init-system-in-app-container",
    Severity.WARNING,
    article=("CT-E1", "CT-E2"),
    sources=("P-15", "P-25"),
    symptoms=(
        "System has not been booted with systemd as init system (PID 1). Can't operate.",
        "Failed to connect to bus: Host is down",
    ),
    architectures=("container",),
    demands=("guest.init",),
)
def init_system_in_app_container(workload: Workload) -> Iterator[Finding]:
    """An application container starts one program; it does not boot a system with systemd.

    ## Why

    Docker and Kubernetes run the image's entry point as process 1 and stop when it ends. Nothing starts services or
    timers. Software that installs itself as a set of services wants a system container (LXC, Incus) or a virtual
    machine, which do boot.

    ## What it looks like

    systemctl answers "System has not been booted with systemd as init system".

    ## When it stays silent

    Platforms that set systemd up by themselves when they find it are not meant, nor are images made for it, such as
    kind's nodes and Red Hat's init images. A unikernel is left to VM613.
    """
    if workload.guest.init != "systemd" or workload.platform.fact("init") != "application":
        return
    if workload.guest.os.get("family") == "unikernel":
        return
    image = workload.deployment.image
    if image.knows("ref") and Reference.parse(image.ref).repository.endswith(INIT_IMAGES):
        return
    yield finding(
        "guest.init",
        f"needs systemd as process 1, and {workload.platform.name} starts a single program there",
        because=("deployment.platform.id",),
        help=(
            "run one service per container, or use a system container (LXC, Incus) or a virtual machine",
            "an image built to start systemd needs extra rights and mounts here",
        ),
    )
