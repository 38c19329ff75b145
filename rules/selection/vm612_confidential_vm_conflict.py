from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from vmlint.api import Confidence, Finding, Severity, Workload, finding, rule

from ..shared.looks import each_alone


class Wish(NamedTuple):
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
    sources=("S-60", "P-15", "P-18"),
    architectures=("type1", "type2", "paravirtualization", "full-virtualization"),
    fits_if={"deployment.platform.id": "names a platform whose confidential machines can do that"},
)
def confidential_vm_conflict(workload: Workload) -> Iterator[Finding]:
    """Memory that the host cannot read is memory that the host cannot move, share with a device or vouch for.

    A confidential machine (SEV, SEV-SNP, TDX, IBM Secure Execution) is encrypted with a key that stays in one
    processor. What a hypervisor otherwise does with a guest's memory fails with it: most cannot send such a guest to
    another host, some refuse to hand it a PCI device, and KubeVirt wants Secure Boot off. The guest then does not
    start, or the move is refused when the host has to be emptied.

    What fails differs by platform, by release and by the processor's technology, so the rule repeats what a platform's
    own documentation says and nothing more. Whether the machine can be confidential at all is VM626's question.
    """
    if workload.requirements.isolation.level != "confidential":
        return
    wishes = tuple(_wishes(workload))
    if not wishes:
        return
    if not workload.platform.fact("confidential", "support"):
        return  # VM626
    yield from each_alone(partial(_conflict, workload, wish) for wish in wishes)


def _conflict(workload: Workload, wish: Wish) -> Iterator[Finding]:
    platform = workload.platform
    if not platform.fact("confidential", wish.cell):
        yield finding(
            wish.path,
            f"a confidential machine is demanded, and on {platform.name} one cannot {wish.name}",
            severity=wish.severity,
            confidence=wish.confidence,
            because=("requirements.isolation.level", "deployment.platform.id"),
            help=_help(workload, wish),
        )


def _help(workload: Workload, wish: Wish) -> Iterator[str]:
    if wish.cell != "liveMigration" and (said := workload.platform.data["confidential"].get("note")):
        yield str(said).removesuffix(".")
    yield "give up one of the two demands, or split the workload"


def _wishes(workload: Workload) -> Iterator[Wish]:
    demanded, deployment = workload.requirements, workload.deployment
    moves = demanded.mobility.live_migration
    if moves in ("preferred", "required"):
        yield Wish(
            "liveMigration",
            "requirements.mobility.liveMigration",
            "be moved while it runs",
            Severity.ERROR if moves == "required" else Severity.WARNING,
        )
    if workload.passes_devices_through:
        yield Wish(
            "passthrough",
            "requirements.devices.pci" if demanded.devices.pci else "requirements.devices.gpu.mode",
            "hold a PCI device of the host",
            confidence=Confidence.MEDIUM,
        )
    if workload.guest.firmware.secure_boot or deployment.firmware.get("secure_boot"):
        yield Wish(
            "secureBoot",
            "guest.firmware.secureBoot" if workload.guest.firmware.secure_boot else "deployment.firmware.secureBoot",
            "have Secure Boot",
        )
