from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, finding, rule

from ..shared.architectures import ALL_ARCHITECTURES
from ..shared.fields import guest_os_field
from ..shared.modes import has_mode, modes_in_question

TRIALS = ("dev", "test")
"""Environments in which an emulator may show what it cannot serve."""


@rule(
    "VM635",
    "guest-bound-to-its-makers-machines",
    Severity.ERROR,
    article=("T1-D4", "FV-C4"),
    sources=("R14-401", "R14-402", "R14-403"),
    architectures=ALL_ARCHITECTURES,
    fits_if={"deployment.mode": "is emulation, for a trial", "environment": "is dev or test, for a trial"},
)
def guest_bound_to_its_makers_machines(workload: Workload) -> Iterator[Finding]:
    """Some systems run on the machines of their maker alone, whatever a hypervisor for other machines can do.

    ## Why

    AIX starts in partitions of IBM's Power servers, z/OS on IBM Z, HP-UX on HPE's Integrity servers. They know the
    devices and the firmware of these machines, and their licences are bound to them. Another hypervisor on the same
    kind of CPU brings neither.

    ## When it stays silent

    An emulator may show such a system in development or a test, if its licence allows that.
    """
    if not workload.deployed or not workload.guest.os.knows("id"):
        return
    system = workload.catalog.guest(workload.guest.os.id)
    if system is None or not system.has("onlyOn"):
        return
    if both(
        lambda: "emulation" in modes_in_question(workload),
        lambda: has_mode(workload, "emulation"),
        lambda: workload.environment in TRIALS,
    ):
        return
    yield finding(
        guest_os_field(workload),
        f"{system.name} runs on {system.fact('onlyOn')} only, not on {workload.platform.name}",
        because=("deployment.platform.id",),
        help=f"keep it on {system.fact('onlyOn')}, or move its programs to another system",
    )
