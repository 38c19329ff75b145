"""Whether a Windows image has a Windows to run on."""

from __future__ import annotations

from vmlint.api import GuestOS, Unknown, Workload, both, either

from .modes import families, mode_is_stated


def is_windows(workload: Workload) -> bool:
    """Whether the guest is Windows. Where nobody stated it, a mode that runs nothing else says so."""
    os, deployment = workload.guest.os, workload.deployment
    if os.knows("family") or not deployment.knows("mode") or not workload.mode.is_container:
        return bool(os.family == "windows")
    return families(workload.mode) == {"windows"} or bool(os.family == "windows")


FIRST_WITH_IMAGES = "2015-07-29"
"""Release of Windows 10, with whose kernel containers came (Server 2016 is its server; P-31, P-34)."""


def precedes_images(release: GuestOS | None) -> bool:
    """Whether a release of Windows is older than its containers, so that there is no image of it on any host."""
    return release is not None and release.has("released") and str(release.fact("released")) < FIRST_WITH_IMAGES


def is_desktop_release(release: GuestOS | None) -> bool:
    """Whether a release is for desktops, of which Windows has no current images."""
    return release is not None and release.has("desktop") and bool(release.fact("desktop"))


def has_no_image(workload: Workload) -> bool:
    """Whether there is no container image of the guest's release of Windows, or hardly one: left to VM628."""
    os = workload.guest.os
    if not os.knows("id") or not os.knows("family") or os.family != "windows":
        return False
    release = workload.catalog.guest(os.id)
    return precedes_images(release) or is_desktop_release(release)


def runs_windows_images(workload: Workload) -> bool:
    """Whether the platform runs Windows containers at all, on whichever host: LXC and Firecracker never do."""
    modes = [workload.catalog.modes[name] for name in workload.platform.modes]
    return any(mode.is_container and "windows" in families(mode) for mode in modes)


def has_no_windows(workload: Workload) -> bool:
    """Whether a Windows image would have no Windows to run on, as far as is known."""
    try:
        return runs_windows_images(workload) and _without_windows(workload)
    except Unknown:
        return False


def _without_windows(workload: Workload) -> bool:
    return either(lambda: host_without_windows(workload), lambda: stays_on_linux(workload))


def needs_windows(workload: Workload) -> bool:
    """Whether a Windows image has no Windows to run on; unknown until guest and host settle it."""
    return both(
        lambda: is_windows(workload),
        lambda: runs_windows_images(workload),
        lambda: _without_windows(workload),
    )


def asked_elsewhere(workload: Workload) -> bool:
    """Whether nobody stated what the guest is, in a mode that runs no Windows: VM402 or VM624 asks for it."""
    os, deployment = workload.guest.os, workload.deployment
    if os.knows("family") or not deployment.knows("mode") or not workload.mode.is_container:
        return False
    return "windows" not in families(workload.mode)


def host_asked_elsewhere(workload: Workload) -> bool:
    """Whether VM402 asks for a host of the guest's family, so that nobody has to ask for one of several."""
    deployment, host, guest = workload.deployment, workload.host.os, workload.guest.os
    if host.knows("family") or not guest.knows("family") or deployment.knows("kernel_family"):
        return False
    if not deployment.knows("mode") or not workload.mode.shares_host_kernel:
        return False
    return guest.family in workload.platform.data["host"].get("os", ())


def in_a_windows_pod(workload: Workload) -> bool:
    """Whether this is a container of a Windows pod, which has none of Linux' means to reach its host: left to VM425."""
    try:
        return workload.platform.placement == "orchestrator" and is_windows(workload)
    except Unknown:
        return False


def host_without_windows(workload: Workload) -> bool:
    """Whether the platform runs on the host, and Windows does not. Where the platform does not: left to VM623."""
    family = workload.host.os.family
    return family != "windows" and family in workload.platform.fact("host", "os")


def stays_on_linux(workload: Workload) -> bool:
    """Whether the platform runs containers on Linux; unknown where it can switch and nobody said to what."""
    if mode_is_stated(workload) and families(workload.mode) == {"windows"}:
        return False  # on Linux it has no Windows, and nothing stays there
    if workload.deployment.kernel_family != "linux":
        return False
    if workload.platform.hosted and runs_windows_images(workload) and not mode_is_stated(workload):
        raise Unknown("deployment.mode")
    return True


def lacks_windows(workload: Workload) -> bool:
    """Whether this container has no Windows to run on, as far as is known: left to VM421."""
    try:
        return needs_windows(workload)
    except Unknown:
        return False
