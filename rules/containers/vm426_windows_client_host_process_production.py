from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, finding, repair, rule

from ..shared.modes import mode_is_stated, offers
from ..shared.windows import is_desktop_release


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

    ## Why

    Windows 10 and 11 run Windows containers under Hyper-V isolation, and under process isolation only if they are told
    to. Microsoft offers the latter for development and tests, since a developer without virtualization could run
    nothing otherwise; its support policy for containers asks for Hyper-V on these editions. In production the same
    image belongs on Windows Server.

    ## When it stays silent

    Windows Server is not meant, nor is any environment but production.
    """
    if not both(
        lambda: workload.environment == "production",
        lambda: is_desktop_release(workload.catalog.guest(workload.host.os.id)),
        lambda: workload.deployment.mode == "process",
        lambda: mode_is_stated(workload) or "hyperv" not in workload.platform.modes,  # else a desktop uses that
    ):
        return
    release = workload.catalog.guest(workload.host.os.id)
    name = release.name if release else workload.host.os.id
    yield finding(
        "deployment.mode",
        f"process isolation on {name} is meant for development, and this is production",
        because=("host.os.id", "environment"),
        help="run it on Windows Server",
        repairs=(
            [repair("the isolation that is supported there, in a small virtual machine", mode="hyperv")]
            if offers(workload, "hyperv")
            else ()
        ),
    )
