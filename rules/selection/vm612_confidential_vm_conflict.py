from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from vmlint.api import Confidence, Finding, Severity, Workload, finding, rule

from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.looks import each_alone

TECHNIQUES = frozenset({"sev", "sev_es", "sev_snp", "tdx"})
"""CPU flags of techniques that encrypt a guest's memory; tdx is vmlint's own word."""


class Demand(NamedTuple):
    """Something that is demanded beside encrypted memory."""

    cell: str
    """Where the catalogue's ``confidential`` says whether both go together."""
    path: str
    name: str
    severity: Severity = Severity.ERROR
    confidence: Confidence | None = None


@rule(
    "VM612",
    "confidential-vm-conflict",
    Severity.ERROR,
    sources=("S-60", "P-15", "P-18", "R9-206"),
    architectures=VIRTUAL_MACHINES,
    demands=("requirements.isolation.level",),
    fits_if={
        "deployment.platform.id": "names a platform whose confidential machines can do that",
        "host.cpu.features": "has only a technique with which both go together",
    },
)
def confidential_vm_conflict(workload: Workload) -> Iterator[Finding]:
    """Memory that the host cannot read is memory that the host cannot move, share with a device or vouch for.

    ## Why

    A confidential machine (SEV, SEV-SNP, TDX, IBM Secure Execution) is encrypted with a key that stays in one
    processor. What a hypervisor otherwise does with a guest's memory fails with it: most cannot send such a guest to
    another host, some refuse to hand it a PCI device, and KubeVirt wants Secure Boot off. QEMU cannot move or save one
    under SEV, SEV-SNP or TDX; and from SEV-ES on there is no SMM, in which OVMF guards the variables of Secure Boot.

    ## What it looks like

    The guest does not start, or the move is refused when the host has to be emptied.

    ## When it stays silent

    What fails differs by platform, by release and by the processor's technology, so only what a platform's own
    documentation says is reported. Whether the machine can be confidential at all is left to VM626.
    """
    if workload.requirements.isolation.level != "confidential":
        return
    demands = tuple(_demands(workload))
    if not demands:
        return
    if not workload.platform.fact("confidential", "support"):
        return  # left to VM626
    yield from each_alone(partial(_conflict, workload, demand) for demand in demands)


def _conflict(workload: Workload, demand: Demand) -> Iterator[Finding]:
    platform = workload.platform
    if not platform.fact("confidential", demand.cell) and not _works_after_all(workload, demand):
        yield finding(
            demand.path,
            f"a confidential machine is demanded, and on {platform.name} one cannot {demand.name}",
            severity=demand.severity,
            confidence=demand.confidence,
            because=("requirements.isolation.level", "deployment.platform.id"),
            help=_help(workload, demand),
        )


def _works_after_all(workload: Workload, demand: Demand) -> bool:
    """Whether the host's CPU has only techniques with which both go together."""
    with_it = frozenset(workload.platform.data["confidential"].get(f"{demand.cell}With", ()))
    if not with_it:
        return False
    return {flag for flag in workload.host.cpu.features if flag in TECHNIQUES} <= with_it


def _help(workload: Workload, demand: Demand) -> Iterator[str]:
    if demand.cell != "liveMigration" and (said := workload.platform.data["confidential"].get("note")):
        yield str(said).removesuffix(".")
    yield "give up one of the two demands, or split the workload"


def _demands(workload: Workload) -> Iterator[Demand]:
    demanded, deployment = workload.requirements, workload.deployment
    moves = demanded.mobility.live_migration
    if moves in ("preferred", "required"):
        yield Demand(
            "liveMigration",
            "requirements.mobility.liveMigration",
            "be moved while it runs",
            Severity.ERROR if moves == "required" else Severity.WARNING,
        )
    if workload.passes_devices_through:
        yield Demand(
            "passthrough",
            "requirements.devices.pci" if demanded.devices.pci else "requirements.devices.gpu.mode",
            "hold a PCI device of the host",
            confidence=Confidence.MEDIUM,
        )
    if workload.guest.firmware.secure_boot or deployment.firmware.get("secure_boot"):
        yield Demand(
            "secureBoot",
            "guest.firmware.secureBoot" if workload.guest.firmware.secure_boot else "deployment.firmware.secureBoot",
            "have Secure Boot",
        )
