"""Windows containers (section 3 of the article, on the other kernel)."""

from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, repair, rule

from .families import (
    asked_elsewhere,
    family_name,
    is_desktop_release,
    is_windows,
    lacks_windows,
    needs_windows,
    precedes_images,
    runs_windows_images,
)
from .listing import listed
from .wording import offers


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

    Windows images hold user space only and run on the Windows kernel of their host, or in a small virtual machine that
    Windows' own Hyper-V starts. No setting, no runtime and no sandbox for Linux makes a Linux host run them: the pull
    already fails with "no matching manifest". A Kubernetes cluster needs Windows nodes for them.

    Docker Desktop on Windows can switch from its Linux machine to Windows containers, so there the rule waits for the
    mode to be stated. A Windows virtual machine is no container, even where Kubernetes schedules it. What runs Linux on
    any host, such as LXC or Firecracker, is for VM402 and VM624; releases of Windows without images are for VM628.
    """
    if asked_elsewhere(workload) or not needs_windows(workload):
        return
    os = workload.guest.os
    if os.knows("id") and precedes_images(workload.catalog.guest(os.id)):
        return  # a Windows host would not help
    host = workload.host.os
    elsewhere = host.knows("family") and host.family != "windows"
    where = f"this one is {family_name(host.family)}" if elsewhere else f"{workload.platform.name} runs Linux ones only"
    stated = workload.guest.os.knows("family")
    yield finding(
        "guest.os.family" if stated else "deployment.mode",
        f"Windows containers need a Windows host, and {where}",
        because=("deployment.platform.id", *(["deployment.mode"] if stated else []), "host.os.family"),
        help=(
            "run it on a Windows node, or in a virtual machine",
            "a .NET application may run on a Linux base image instead",
        ),
    )


@rule(
    "VM628",
    "guest-without-container-image",
    Severity.ERROR,
    article=("CT-C1", "CT-D3"),
    sources=("P-31", "P-34"),
    architectures=("container",),
    fits_if={"guest.os.id": "names a system that there are container images of"},
)
def guest_without_container_image(workload: Workload) -> Iterator[Finding]:
    """A Windows container starts from an image that Microsoft publishes, and most releases of Windows have none.

    Base images are made from Windows Server 2016 and its successors: Nano Server, Server Core, and since 2022 Server
    itself. Nothing older was ever made into one. An application of Windows XP or Server 2008 R2 needs a virtual
    machine, or has to run on a newer base.

    For the desktop releases it is a warning, since the manifest may name the developer's own system where the image's
    is meant. Old versions of Windows 10 had a large base image (`windows`); Windows 11 has none and runs images of
    Windows Server. A warning too is a workload of `kind: desktop`: Windows images have no desktop and no remote desktop
    by design. Where the host cannot run Windows containers anyway, VM421 speaks and those warnings wait.

    Linux desktops in containers work and are not meant, nor is macOS, of which VM402 speaks, as it does of Windows on a
    platform that runs Linux only.
    """
    os = workload.guest.os
    if (
        asked_elsewhere(workload)
        or os.family != "windows"
        or (workload.deployment.platform.knows("id") and not runs_windows_images(workload))
    ):
        return
    release = workload.catalog.guest(os.id) if os.knows("id") else None
    name = release.name if release else "Windows"
    if precedes_images(release):
        yield finding(
            "guest.os.id",
            f"there is no container image of {name}; the oldest is Windows Server 2016",
            because=("deployment.architecture",),
            help="run it in a virtual machine, or the application on a current base image (win2k22, win2k25)",
        )
    elif lacks_windows(workload):
        return
    elif is_desktop_release(release):
        yield finding(
            "guest.os.id",
            f"{name} is a desktop system, and the current base images of containers are of Windows Server",
            severity=Severity.WARNING,
            because=("deployment.architecture",),
            help="state the system of the image, such as win2k22 or win2k25",
        )
    elif workload.knows("kind") and workload.kind == "desktop":
        yield finding(
            "kind",
            "a desktop is wanted, and Windows containers have neither a desktop nor remote desktop",
            severity=Severity.WARNING,
            because=("guest.os.family", "deployment.architecture"),
            help="run it in a virtual machine",
        )


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

    Privileged mode, capabilities and shared PID or IPC namespaces are inventions of the Linux kernel. A pod that states
    `os.name: windows` with one of those fields is refused by the API server; one that states no `os` loses them without
    a word, and what needed them fails later. HostProcess containers (`securityContext.windowsOptions.hostProcess`) are
    what Windows has for agents of the node.

    The host's network is not meant: HostProcess containers use it. A field that is set to `false` or to nothing asks
    for nothing, and a Windows pod is refused for it all the same; that is for the pod's own file to say.
    """
    if workload.platform.placement != "orchestrator" or not is_windows(workload):
        return
    deployment = workload.deployment
    if deployment.architecture != "container":
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


@rule(
    "VM426",
    "windows-client-host-process-production",
    Severity.WARNING,
    article=("CT-D1",),
    sources=("S-38c", "R3-07"),
    architectures=("container",),
    fits_if={"host.os.id": "names a server", "deployment.mode": "is hyperv", "environment": "is not production"},
)
def windows_client_host_process_production(workload: Workload) -> Iterator[Finding]:
    """Process isolation on a desktop edition of Windows is there for developers.

    Windows 10 and 11 run Windows containers under Hyper-V isolation, and under process isolation only if they are told
    to. Microsoft offers the latter for development and tests, since a developer without virtualization could run
    nothing otherwise; its support policy for containers asks for Hyper-V on these editions. In production the same
    image belongs on Windows Server.
    """
    if workload.deployment.mode != "process" or workload.environment != "production":
        return
    host = workload.catalog.guest(workload.host.os.id)
    if host is None or not host.data.get("desktop"):
        return
    yield finding(
        "deployment.mode",
        f"process isolation on {host.name} is meant for development, and this is production",
        because=("host.os.id", "environment"),
        help="run it on Windows Server",
        repairs=(
            [repair("the isolation that is supported there, in a small virtual machine", mode="hyperv")]
            if offers(workload, "hyperv")
            else ()
        ),
    )
