from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Version, Workload, finding, rule

from ..shared.any_platform import in_any_platform
from ..shared.architectures import VIRTUAL_MACHINES


@rule(
    "VM824",
    "hardware-version-newer-than-host",
    Severity.ERROR,
    sources=("R8-310", "P-09", "R13-722"),
    symptoms=(
        "The virtual machine's hardware version is not supported by host",
        "was created by a VMware product that is incompatible with this version",
        "Unsupported hardware family 'virtualbox-2.2'",
        "The OVF package requires unsupported hardware",
    ),
    architectures=VIRTUAL_MACHINES,
    fits_if={"deployment.platform.version": "is one that runs {deployment.machine}"},
)
def hardware_version_newer_than_host(workload: Workload) -> Iterator[Finding]:
    """VMware's products run virtual hardware of their own version or an older one, never a newer one.

    ## Why

    Each release brings a version of virtual hardware (`vmx-21` came with ESXi 8.0 U2). A machine that was made on a
    newer product, or exported from one, names a version that an older host has never heard of. It cannot be lowered in
    place. VirtualBox exports machines of a hardware family of its own, which VMware's products do not know at all.

    ## What it looks like

    The host refuses to import the machine, or to switch it on.

    ## Severity

    A version that no known product has is a note: it may be newer than what is known, or a mistake. A desktop product
    offers to import another maker's machine nevertheless: a warning.

    ## When it stays silent

    A machine that states no version gets the host's own. A host whose update is not stated (`8.0`, where 8.0 U2 is
    needed) is not reported. Products whose releases are not known are left alone.
    """
    types = workload.catalog.machine_types
    machine = workload.deployment.get("machine", "")
    hardware = types.hardware(machine)
    if hardware is None:
        if machine and workload.deployment.platform.knows("id") and types.refuses(workload.platform.id, machine):
            yield finding(
                "deployment.machine",
                f"the hardware family {machine} is that of VirtualBox, and {workload.platform.name} does not know it",
                severity=Severity.WARNING if workload.platform.hosted else None,
                because=("deployment.platform.id",),
                help="write a version that the host has into VirtualSystemType (vmx-11), and a controller it knows",
            )
        return
    if hardware > types.newest_hardware:
        yield finding(
            "deployment.machine",
            f"no product that is known has virtual hardware {hardware}; the newest is {types.newest_hardware}",
            severity=Severity.NOTE,
            confidence=Confidence.MEDIUM,
        )
        return
    yield from in_any_platform(workload, lambda supposed: [*_older(supposed, hardware)])


def _older(workload: Workload, hardware: int) -> Iterator[Finding]:
    """Find a release from before a version of virtual hardware."""
    platform = workload.platform
    first = workload.catalog.machine_types.first_with(platform.id, hardware)
    if not first:
        return
    needed, given = Version(first), workload.deployment.platform.version
    if given < needed and not given.is_coarser_than(needed):
        yield finding(
            "deployment.machine",
            f"virtual hardware {hardware} runs from {platform.name} {first} on, and the host has {given}",
            because=("deployment.platform.version",),
            help=(
                "make the machine anew with hardware that the host has, and give it the disks",
                "an OVF may be exported for older hardware: VMware's converter writes the version that is asked for",
            ),
        )
