from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from vmlint.api import Confidence, Finding, Severity, Version, Workload, finding, repair, rule

from ..shared.architectures import VIRTUAL_MACHINES

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip


@rule(
    "VM806",
    "machine-type-not-in-qemu",
    Severity.NOTE,
    worst=Severity.ERROR,
    sources=("R13-723", "R8-303", "R8-304", "R8-305"),
    symptoms=("unsupported machine type", "Use -machine help to list supported machines"),
    architectures=VIRTUAL_MACHINES,
    thresholds={"long_gone": "Years without a machine type in QEMU after which hardly a host still has it."},
)
def machine_type_not_in_qemu(workload: Workload, *, long_gone: int = 2) -> Iterator[Finding]:
    """QEMU keeps a version of a machine type for six years, and a machine that names an older one does not start.

    ## Why

    `pc-q35-4.0` is the board as QEMU 4.0 built it. Such types let a running machine move to a newer QEMU; three years
    after its release each is deprecated, after six it is gone. A file that was written once and copied since still
    names the type of its first day. A host that is older than the type does not have it either.

    ## What it looks like

    "unsupported machine type 'pc-q35-4.0'", when the machine is started after an upgrade of the host.

    ## Severity

    Where the QEMU is known, by the version of the platform or by the host's system, a type that it does not have is an
    error. Otherwise the file runs on an older host: a note, and a warning for a type that is gone for years.

    A name without a version that QEMU does not have (`pc-q35`) is an error.

    ## When it stays silent

    Types without a version (`q35`, `pc`) are always those of the QEMU at hand. Names of distributions
    (`pc-i440fx-rhel7.6.0`, `pc-q35-jammy`) follow their own schedule. A type that the host's QEMU still has is fine.
    """
    deployment = workload.deployment
    types = workload.catalog.machine_types
    machine = types.versioned(deployment.get("machine", ""))
    if machine is None:
        right = types.without_version(deployment.get("machine", ""))
        if right and deployment.platform.knows("id") and "machines" in workload.platform.data:
            yield finding(
                "deployment.machine",
                f"no machine type of QEMU is called {deployment.machine}; without a version it is {right}",
                severity=Severity.ERROR,
                confidence=Confidence.MEDIUM,
                because=("deployment.platform.id",),
                repairs=(repair("the type of the QEMU at hand", machine=right),),
            )
        return
    removal = types.removal(machine)
    chosen, host = deployment.platform, workload.host.os
    has = types.qemu_of(
        chosen.id if chosen.knows("id") else "",
        chosen.version.text if chosen.knows("version") else "",
        host.id if host.knows("id") else "",
    )
    told_by = "deployment.platform.version" if chosen.knows("version") else "host.os.id"
    if has:
        known = Version(has)
        if known < Version(machine.release) and not known.is_coarser_than(Version(machine.release)):
            yield finding(
                "deployment.machine",
                f"{deployment.machine} came with QEMU {machine.release}, and the host has QEMU {has}",
                severity=Severity.ERROR,
                because=(told_by,),
                help=f"use a type that both have, such as {machine.family}-{has}",
            )
        elif removal and known >= Version(removal.release):
            yield finding(
                "deployment.machine",
                f"{_gone(deployment.machine, removal.release, removal.month)}, and the host has QEMU {has}",
                severity=Severity.ERROR,
                because=(told_by,),
                help=_instead(machine.family),
            )
    elif removal:
        year, month = map(int, removal.month.split("-"))
        yield finding(
            "deployment.machine",
            _gone(deployment.machine, removal.release, removal.month),
            severity=Severity.WARNING if date(year + long_gone, month, 1) <= workload.today else None,
            confidence=Confidence.MEDIUM,
            help=_instead(machine.family),
        )
    elif chosen.knows("id") and types.may_lack(chosen.id, machine) and not chosen.knows("version"):
        _ = chosen.version  # undecided: an older QEMU does not have it yet


def _gone(machine: str, release: str, month: str) -> str:
    year, number = month.split("-")
    return f"QEMU has no machine type {machine} from {release} on ({MONTHS[int(number) - 1]} {year})"


def _instead(family: str) -> str:
    plain = {"pc-q35": "q35", "pc-i440fx": "pc"}.get(family, family)
    return (
        f"write {plain} for the newest type that the host has, and start the guest anew; "
        "Windows may find its network card and activation changed"
    )
