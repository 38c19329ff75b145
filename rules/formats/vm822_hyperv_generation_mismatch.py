from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from vmlint.api import Finding, Severity, Workload, finding, repair, rule

from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.fields import guest_arch_field
from ..shared.generations import FIRMWARE, has_generations, of_generation
from ..shared.looks import each_alone
from ..shared.wording import guest_name

WINDOWS_8 = "2012-10-30"
"""The day that the catalogue has for Windows 8 and Windows Server 2012, the first that generation 2 boots (S-66)."""

FIRST_GENERATION_ONLY = frozenset({"sles11", "opensuse12.3"})
"""Releases of other families that Microsoft's table has under generation 1 alone, with their service packs (S-66)."""


@rule(
    "VM822",
    "hyperv-generation-mismatch",
    Severity.ERROR,
    sources=("S-66", "P-04e"),
    architectures=VIRTUAL_MACHINES,
    fits_if={"guest.os.id": "names a release that generation 2 boots", "deployment.generation": "is 1"},
)
def hyperv_generation_mismatch(workload: Workload) -> Iterator[Finding]:
    """A machine of generation 2 has a 64-bit UEFI and no old hardware, so old and 32-bit systems do not start in it.

    ## Why

    The generation decides the firmware: generation 1 is a BIOS machine without Secure Boot and TPM, generation 2 has
    UEFI. A definition that states one and the other is of a machine that cannot be.

    Generation 2 leaves out the BIOS, the IDE controller, the PS/2 keyboard and the old graphics card. Windows 7 and
    Windows Server 2008 R2 still want some of them, and a 32-bit Windows cannot be started by 64-bit firmware at all.
    The generation is chosen when a machine is created and never changes; the way out is a new machine of generation 1
    with the same disk.

    ## What it looks like

    The machine stops at an empty screen, or says that it found no operating system.

    ## Severity

    SLES 11 and openSUSE 12.3 are in Microsoft's table under generation 1 alone: a warning.

    ## When it stays silent

    Windows 8 and Windows Server 2012 are the first that generation 2 boots. Systems that know no UEFI whatever the
    hypervisor (Windows XP, DOS) are left to VM504, generation 1 under Windows 11 to VM622, and more than 64 processors
    in generation 1 to VM615.
    """
    if workload.deployment.states("generation"):
        yield from each_alone((partial(_against_firmware, workload), partial(_against_guest, workload)))
    else:
        yield from _against_guest(workload)


def _against_firmware(workload: Workload) -> Iterator[Finding]:
    """Find a stated generation that has other firmware than the machine is stated to have."""
    stated = workload.deployment.stated().get("generation", "")
    if stated not in FIRMWARE:
        return
    firmware = workload.deployment.firmware.stated()
    other = {"1": "2", "2": "1"}[stated]
    has = FIRMWARE[stated].upper()
    wrong = [
        (firmware.get("type") not in (None, FIRMWARE[stated]), "type", str(firmware.get("type", "")).upper()),
        (stated == "1" and bool(firmware.get("secure_boot")), "secureBoot", "Secure Boot"),
        (stated == "1" and firmware.get("tpm", "none") != "none", "tpm", "a TPM"),
    ]
    found = next(((field, what) for is_wrong, field, what in wrong if is_wrong), None)
    if found:
        field, what = found
        repairs = [repair("the generation with that firmware", generation=other)]
        if field == "type":
            repairs.append(repair("the firmware of that generation", firmware__type=FIRMWARE[stated]))
        yield finding(
            f"deployment.firmware.{field}",
            f"a machine of generation {stated} has {has}{' and nothing more' if field != 'type' else ''}, and this one "
            f"is stated to have {what}",
            because=("deployment.generation",),
            help="state the generation alone: the firmware follows from it",
            repairs=repairs,
        )


def _against_guest(workload: Workload) -> Iterator[Finding]:
    """Find a guest that does not start in generation 2."""
    deployment = workload.deployment
    if not (deployment.generation == "2" if deployment.knows("generation") else has_generations(workload)):
        return
    # The guest comes first: most run in both generations, and then nobody has to say which one it is.
    found = list(_reasons_against(workload))
    if found and deployment.generation == "2":
        yield from found


def _reasons_against(workload: Workload) -> Iterator[Finding]:
    """Yield why this guest does not start in generation 2, whichever generation the machine is of."""
    guest = workload.guest
    if guest.os.family != "windows":
        yield from _other_family(workload)
        return
    release = workload.guest_os if guest.os.knows("id") else None
    if release and release.has("legacyHardware", "firmware"):
        return
    if guest.knows("arch") and guest.arch == "386":
        message = f"a 32-bit {guest_name(workload).removeprefix('a ')} does not start from 64-bit UEFI"
        yield _finding(workload, message, (guest_arch_field(workload),))
    elif str(workload.guest_os.fact("released")) < WINDOWS_8:
        yield _finding(workload, f"{guest_name(workload)} does not start without the hardware of a BIOS machine")


def _other_family(workload: Workload) -> Iterator[Finding]:
    release = workload.guest_os
    if any(release.id == each or release.id.startswith(f"{each}sp") for each in FIRST_GENERATION_ONLY):
        message = f"Microsoft supports {guest_name(workload)} in machines of generation 1 only"
        yield _finding(workload, message, severity=Severity.WARNING)


def _finding(
    workload: Workload,
    message: str,
    because: tuple[str, ...] = ("guest.os.id",),
    severity: Severity | None = None,
) -> Finding:
    return finding(
        "deployment.generation",
        f"{message}, and this machine is of generation 2",
        severity=severity,
        because=because,
        help="create a new machine of generation 1 and give it the disk: a generation cannot be changed",
        repairs=(repair("has a BIOS and the hardware around it", **of_generation(workload, "1")),),
    )
