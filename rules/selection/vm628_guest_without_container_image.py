from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, finding, rule

from ..shared.windows import asked_elsewhere, is_desktop_release, lacks_windows, precedes_images, runs_windows_images


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

    ## Why

    Base images are made from Windows Server 2016 and its successors: Nano Server, Server Core, and since 2022 Server
    itself. Nothing older was ever made into one. An application of Windows XP or Server 2008 R2 needs a virtual
    machine, or has to run on a newer base.

    ## Severity

    For the desktop releases it is a warning, since the manifest may name the developer's own system where the image's
    is meant. Old versions of Windows 10 had a large base image (`windows`); Windows 11 has none and runs images of
    Windows Server. A workload of `kind: desktop` is an error whatever its release: Windows images have no desktop and
    no remote desktop by design.

    ## When it stays silent

    Where the host cannot run Windows containers anyway, VM421 comes first and those warnings wait. Linux desktops in
    containers work. macOS is left to VM402, as is Windows on a platform that runs Linux only.
    """
    os = workload.guest.os
    if asked_elsewhere(workload) or not both(
        lambda: not workload.deployment.platform.knows("id") or runs_windows_images(workload),
        lambda: os.family == "windows",
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
    elif workload.knows("kind") and workload.kind == "desktop":
        yield finding(
            "kind",
            "a desktop is wanted, and Windows containers have neither a desktop nor remote desktop",
            because=("guest.os.family", "deployment.architecture"),
            help="run it in a virtual machine",
        )
    elif is_desktop_release(release):
        yield finding(
            "guest.os.id",
            f"{name} is a desktop system, and the current base images of containers are of Windows Server",
            severity=Severity.WARNING,
            because=("deployment.architecture",),
            help="state the system of the image, such as win2k22 or win2k25",
        )
