from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, finding, rule

from ..shared.architectures import VIRTUAL_MACHINES


@rule(
    "VM809",
    "uefi-variables-lost",
    Severity.NOTE,
    worst=Severity.WARNING,
    sources=("R8-312", "S-23"),
    symptoms=("no efidisk configured! Using temporary efivars disk.",),
    architectures=VIRTUAL_MACHINES,
    fits_if={"deployment.firmware.variableStore": "is true", "deployment.firmware.type": "is bios"},
)
def uefi_variables_lost(workload: Workload) -> Iterator[Finding]:
    """UEFI keeps boot entries and keys in variables, and without a place for them a machine starts as new each time.

    ## Why

    An installer registers the boot loader of its system as a boot entry. If that is lost, the firmware looks for the
    one file that every medium may have (`\\EFI\\BOOT\\BOOTX64.EFI`), which not every system installs, and an order that
    somebody chose is gone. So are keys that were enrolled for Secure Boot.

    ## What it looks like

    The guest boots after its installation and not after the next stop: it ends in the UEFI shell.

    ## Severity

    It is a warning where the platform warns of it itself, as Proxmox VE does. Elsewhere it is often meant, for machines
    that start from a finished image each time, and has low confidence.

    ## When it stays silent

    Where nobody says what becomes of the variables, the platform is taken to keep them. Confidential guests are started
    without variables on purpose, since the host could change them.
    """
    firmware = workload.deployment.firmware
    if workload.requirements.isolation.level == "confidential":
        return
    if firmware.get("variable_store", True) or firmware.type != "uefi":
        return
    warns = workload.platform.data.get("firmware", {}).get("warnsWithoutVariables", False)
    yield finding(
        "deployment.firmware.variableStore",
        "nothing keeps the variables of UEFI: boot entries and keys are lost whenever the machine stops",
        severity=Severity.WARNING if warns else None,
        confidence=Confidence.HIGH if warns else Confidence.LOW,
        because=("deployment.firmware.type", "deployment.platform.id"),
        help="give it a place for them: efidisk0 in Proxmox VE, nvram in libvirt, persistent: true in KubeVirt",
    )
