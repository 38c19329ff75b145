from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.migration import MEANS


@rule(
    "VM625",
    "live-migration-not-offered",
    Severity.ERROR,
    article=("T2-D3",),
    sources=("P-17", "P-26", "P-29", "P-11a", "S-57", "S-69"),
    architectures=VIRTUAL_MACHINES,
    demands=("requirements.mobility.liveMigration",),
    fits_if={"deployment.platform.id": "names a platform with live migration"},
)
def live_migration_not_offered(workload: Workload) -> Iterator[Finding]:
    """A virtual machine can move only if its platform knows how.

    ## Why

    Server hypervisors send a running guest from host to host. Desktop products and microVM monitors mostly do not: at
    best they save a snapshot that is restored somewhere else, and connections break. VirtualBox can teleport a machine,
    by hand and to a host that waits for it: no manager does so when a host is emptied. Hyper-V moves guests between
    servers only: on Windows 10 and 11 it cannot.

    ## What it looks like

    Maintenance of the host is downtime of the guest.

    ## When it stays silent

    What keeps one guest from moving on a platform that can is left to VM611 and VM618, containers to VM416.
    """
    wanted = workload.requirements.mobility.live_migration
    if wanted in (None, "none"):
        return
    platform = workload.platform
    support = platform.fact("liveMigration", "support")
    desktop = support == "yes" and _on_desktop(workload)
    if support not in ("no", "snapshot", "experimental", "manual") and not desktop:
        return
    by_hand = support == "manual" and not desktop
    yield finding(
        "requirements.mobility.liveMigration",
        f"live migration is {wanted}, and {platform.name} {MEANS['no' if desktop else support]}"
        + (" on a desktop edition of Windows" if desktop else ""),
        severity=Severity.ERROR if wanted == "required" else Severity.NOTE if by_hand else Severity.WARNING,
        because=("deployment.platform.id", desktop and "host.os.id"),
    )


def _on_desktop(workload: Workload) -> bool:
    """Whether the host runs a desktop system, on which the platform moves nothing."""
    platform, os = workload.platform, workload.host.os
    if platform.data["liveMigration"].get("desktopHosts", True) or not os.knows("id"):
        return False
    host = workload.catalog.guest(os.id)
    return bool(host and host.data.get("desktop"))
