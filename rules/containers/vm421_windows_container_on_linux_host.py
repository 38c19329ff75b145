from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.windows import asked_elsewhere, needs_windows, precedes_images
from ..shared.wording import family_name


@rule(
    "VM421",
    "windows-container-on-linux-host",
    Severity.ERROR,
    article=("CT-D3", "CT-C1"),
    sources=("S-44", "S-43", "P-31"),
    symptoms=(
        "no matching manifest for linux/amd64 in the manifest list entries",
        'image operating system "windows" cannot be used on this platform',
    ),
    architectures=("container",),
    fits_if={
        "guest.os.id": "names a system other than Windows",
        "host.platform": "names a windows host",
        "deployment.mode": "is process or hyperv, after switching to Windows containers",
    },
)
def windows_container_on_linux_host(workload: Workload) -> Iterator[Finding]:
    """A Windows container needs a Windows host.

    ## Why

    Windows images hold user space only and run on the Windows kernel of their host, or in a small virtual machine that
    Windows' own Hyper-V starts. No setting, no runtime and no sandbox for Linux makes a Linux host run them. A
    Kubernetes cluster needs Windows nodes for them.

    ## What it looks like

    The pull already fails with "no matching manifest".

    ## When it stays silent

    Docker Desktop on Windows can switch from its Linux machine to Windows containers, so there the mode has to be
    stated. A Windows virtual machine is no container, even where Kubernetes schedules it. Platforms that run Linux on
    any host, such as LXC or Firecracker, are left to VM402 and VM624, releases of Windows without images to VM628.
    """
    os = workload.guest.os
    if os.knows("id") and precedes_images(workload.catalog.guest(os.id)):
        return  # a Windows host would not help
    if asked_elsewhere(workload) or not needs_windows(workload):
        return
    host = workload.host.os
    elsewhere = host.knows("family") and host.family != "windows"
    where = f"this one is {family_name(host.family)}" if elsewhere else f"{workload.platform.name} runs Linux ones only"
    stated = workload.guest.os.knows("family")
    yield finding(
        "guest.os.family" if stated else "deployment.mode",
        f"Windows containers need a Windows host, and {where}",
        because=("deployment.platform.id", stated and "deployment.mode", "host.os.family"),
        help=(
            "run it on a Windows node, or in a virtual machine",
            "a .NET application may run on a Linux base image instead",
        ),
    )
