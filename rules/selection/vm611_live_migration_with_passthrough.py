from __future__ import annotations

from collections.abc import Iterator, Mapping

from vmlint.api import Finding, Platform, Severity, Workload, finding, rule

from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.devices import DEVICE_NAMES, held_devices
from ..shared.wording import listed


@rule(
    "VM611",
    "live-migration-with-passthrough",
    Severity.ERROR,
    article=("FV-U3",),
    sources=("S-01", "S-55", "S-56", "S-57", "S-58", "P-05", "P-15", "P-16", "P-18", "R8-315"),
    symptoms=(
        "Requested operation is not valid: domain has assigned non-USB host devices",
        "cannot migrate domain: VFIO device doesn't support migration",
    ),
    architectures=VIRTUAL_MACHINES,
    demands=("requirements.mobility.liveMigration",),
    fits_if={"deployment.platform.id": "names a platform that can move a guest with this device"},
)
def live_migration_with_passthrough(workload: Workload) -> Iterator[Finding]:
    """A guest that holds a physical device is tied to the host that the device is in.

    ## Why

    The state of a passed-through device is in its silicon, where the hypervisor cannot read it, so the guest cannot be
    sent elsewhere as long as it holds the device.

    ## What it looks like

    Xen, XCP-ng, vSphere DirectPath, Hyper-V's DDA and VFIO all refuse the move.

    ## Severity

    There are exceptions, and then the finding says no more than "may": VFIO drivers that can migrate (Cloud Hypervisor,
    KVM), Proxmox VE's mappings marked as migratable, one mediated device under KubeVirt, GPU partitions of Hyper-V. On
    vSphere they are for certain network cards, and so not for a GPU.

    ## When it stays silent

    Platforms that move no guest at all are left to VM625. Nothing is reported where the catalogue does not know what
    holds a guest back.
    """
    wanted = workload.requirements.mobility.live_migration
    if wanted in (None, "none"):
        return
    held = dict(held_devices(workload))
    if not held:
        return
    platform = workload.platform
    if platform.fact("liveMigration", "support") != "yes":
        return  # left to VM625, unless only desktops cannot move a guest
    blocked = {path: kind for path, kind in held.items() if kind in platform.fact("liveMigration", "blockedBy")}
    if not blocked:
        return
    exceptions = platform.fact("liveMigration", "exceptions") if platform.has("liveMigration", "exceptions") else ()

    def excepted(path: str, kind: str) -> bool:
        return kind in exceptions or (kind == "pci" and path != GPU and "nic" in exceptions)

    tied = {path: kind for path, kind in blocked.items() if not excepted(path, kind)}
    kinds = listed(sorted({DEVICE_NAMES[kind] for kind in (tied or blocked).values()}))
    first, *others = sorted(blocked, key=lambda path: path not in tied)  # what surely holds it back comes first
    yield finding(
        first,
        f"live migration is {wanted}, and {platform.name} {'cannot' if tied else 'may not be able to'} move a guest "
        f"with {kinds}",
        severity=Severity.ERROR if tied and wanted == "required" else Severity.WARNING,
        because=(*others, "requirements.mobility.liveMigration", "deployment.platform.id"),
        help=(
            *_instead(platform, blocked),
            not tied and "find out whether this device and its driver are among the exceptions",
        ),
    )


GPU = "requirements.devices.gpu.mode"


def _instead(platform: Platform, blocked: Mapping[str, str]) -> Iterator[str]:
    """Yield what does the same without holding the guest back."""
    if any(kind == "pci" and path != GPU for path, kind in blocked.items()):
        yield "a network card: use an SR-IOV function paired with a virtual one"
    blocks = platform.fact("liveMigration", "blockedBy")
    if blocked.get(GPU) == "pci" and platform.data.get("passthrough", {}).get("vgpu") and "vgpu" not in blocks:
        yield "a vGPU (gpu.mode: vgpu) does not hold the guest back here in principle"
    yield "detach the device before the move and attach one after it"
