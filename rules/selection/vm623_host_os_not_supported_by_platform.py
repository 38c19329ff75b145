from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, finding, rule

from ..shared.editions import edition
from ..shared.host_releases import precedes
from ..shared.kernels import hides_a_machine
from ..shared.windows import host_asked_elsewhere, is_desktop_release
from ..shared.wording import family_name, listed


@rule(
    "VM623",
    "host-os-not-supported-by-platform",
    Severity.ERROR,
    article=("T2-S1", "T2-C1"),
    sources=("S-19", "P-11a", "P-22", "P-29", "P-04f", "R13-715", "R13-716"),
    symptoms=("Docker Desktop requires Windows 10 Pro/Enterprise (15063+) or Windows 10 Home (19018+).",),
    fits_if={
        "host.platform": "has an operating system that the platform installs on",
        "host.os.id": "names a release that the platform installs on",
    },
)
def host_os_not_supported_by_platform(workload: Workload) -> Iterator[Finding]:
    """A platform that is installed on an operating system exists for some systems only.

    ## Why

    Parallels Desktop is a program for macOS, Hyper-V a part of Windows, KVM a part of Linux. On a host with another
    system there is nothing to install, however well the hardware would do. Some modes ask the same of a platform that
    runs on several systems: Docker starts gVisor and Kata on Linux only, and Hyper-V isolation on Windows only.

    A release counts as well: Docker Desktop is for desktops and supported on no Windows Server, WSL 2 came to servers
    with Windows Server 2022, and Home editions of Windows have no Hyper-V.

    ## Severity

    That Docker Desktop is not for servers has medium confidence: some of its releases ran there nevertheless.


    Who writes `docker` or `kubernetes` for Linux programs on a Mac or a Windows desktop nearly always means a product
    that hides a Linux machine: Docker Desktop, Lima, Podman's machine, kind or minikube on one of them. There it is a
    warning, which asks to name that product, because its limits are those that count.

    ## When it stays silent

    A platform that brings its own system replaces whatever ran on the machine, so it is never at fault here; neither is
    one whose vendor names no list, nor a port that its makers call experimental, such as Podman's to FreeBSD. Where
    nothing is known of the host of a container, VM402 asks for one.
    """
    if not workload.deployed:
        return
    platform = workload.platform
    families = platform.fact("host", "os")
    if "own" in families or host_asked_elsewhere(workload):
        return
    family = workload.host.os.family
    experimental = platform.fact("host", "experimentalOs") if platform.has("host", "experimentalOs") else ()
    if family in experimental:
        return
    if hides_a_machine(workload):
        yield finding(
            "deployment.platform.id",
            f"{platform.name} runs Linux programs on {family_name(family)} only through a product that hides a Linux "
            "machine",
            severity=Severity.WARNING,
            because=("host.os.family", "guest.os.family"),
            help="state the product that is really used: docker-desktop, lima, podman (its machine)"
            + (", wsl2" if family == "windows" else ""),
        )
        return
    if family not in families:
        yield finding(
            "deployment.platform.id",
            f"{platform.name} runs on {listed(map(family_name, families))}, and the host runs {family_name(family)}",
            because=("host.os.family",),
        )
        return
    yield from _release(workload)
    underneath = workload.mode.data.get("hostFamilies") if workload.deployment.knows("mode") else None
    if underneath and workload.deployment.kernel_family not in underneath:
        yield finding(
            "deployment.mode",
            f"a {workload.mode.name} needs a {listed(map(family_name, underneath))} host,"
            f" and {platform.name} runs on {family_name(workload.deployment.kernel_family)} here",
            because=("host.os.family", "deployment.platform.id"),
        )


def _release(workload: Workload) -> Iterator[Finding]:
    """Whether the platform installs on the release of the host's system, and in its edition."""
    platform, os = workload.platform, workload.host.os
    limits = platform.data["host"].get("releases", {}).get(os.family)
    if not limits:
        return
    lacking = limits.get("withoutEditions", ())
    if lacking and os.knows("edition") and edition(os.edition, lacking):
        yield finding(
            "host.os.edition",
            f"the edition {os.edition} of {family_name(os.family)} has no {platform.name}",
            because=("deployment.platform.id",),
            help="use the edition Pro or one above it",
        )
    if not (limits.get("desktop") or "server" in limits):
        return
    release = workload.catalog.guest(os.id)
    if release is None or not release.known or is_desktop_release(release):
        return
    if limits.get("desktop"):
        yield finding(
            "host.os.id",
            f"{platform.name} is for desktop systems, and the host runs {release.name}",
            confidence=Confidence.MEDIUM,
            because=("deployment.platform.id",),
            help="run Windows containers on the server's engine, and Linux containers in a Linux machine of Hyper-V",
        )
    elif precedes(workload, release, limits["server"]):
        first = workload.catalog.guests[limits["server"]]
        yield finding(
            "host.os.id",
            f"{platform.name} runs on servers from {first.name} on, and the host runs {release.name}",
            because=("deployment.platform.id",),
            help="use a newer release of the host, or a Linux machine of Hyper-V",
        )
