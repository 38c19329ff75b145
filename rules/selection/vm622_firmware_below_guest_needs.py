from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from vmlint.api import Confidence, Finding, Platform, Severity, Unknown, Workload, both, either, finding, repair, rule

from ..shared.any_platform import may_hold
from ..shared.editions import edition
from ..shared.wording import guest_name, listed

PARTICULAR_FAMILIES = frozenset({"windows"})
"""Families with releases that insist on some firmware, as the catalogue of guests has them (S-07, S-70, S-73)."""


class Need(NamedTuple):
    """One thing that the guest insists on."""

    field: str
    """Field of ``deployment.firmware`` that would offer it."""
    value: str
    path: str
    """Where the need comes from."""

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        return {"type": f"{self.value.upper()} firmware", "secureBoot": "Secure Boot"}.get(
            self.field, f"a TPM {self.value}"
        )


@rule(
    "VM622",
    "firmware-below-guest-needs",
    Severity.ERROR,
    sources=("S-07", "S-70", "S-73", "P-04e", "P-08", "P-17"),
    symptoms=("This PC can't run Windows 11", "This PC doesn't currently meet Windows 11 system requirements"),
    fits_if={
        "guest.os.id": "names a release that the machine's firmware suits",
        "deployment.firmware.type": "is what the guest needs",
        "deployment.firmware.secureBoot": "is true",
        "deployment.firmware.tpm": "is the version that the guest needs",
        "deployment.architecture": "is one whose firmware suits the guest",
    },
)
def firmware_below_guest_needs(workload: Workload) -> Iterator[Finding]:
    """An installer that insists on UEFI, Secure Boot or a TPM refuses a machine that lacks one of them.

    ## Why

    Windows 11 wants UEFI, a machine capable of Secure Boot, and a TPM 2.0, none of which a virtual machine has unless
    it was given them. What the manifest itself demands under `guest.firmware` is judged in the same way, and a
    container, which has no firmware, cannot offer it. The same holds the other way round: a system from before UEFI
    does not boot on a platform that has nothing else.

    Firmware is chosen before installation: an installed guest does not survive a switch from BIOS to UEFI, so change a
    definition only while its disk is empty.

    ## What it looks like

    Setup stops with "This PC can't run Windows 11".

    ## Severity

    A machine on which only Secure Boot is switched off gets a warning, since an installed guest runs on. What a release
    insists on has medium confidence: an answer file or a patched medium can have its Setup skip the check (LabConfig).

    ## When it stays silent

    IoT Enterprise editions of Windows 11 are exempt, LTSC alone is not: state `guest.os.edition`. Windows Server 2025
    needs these only for some features. Media that are patched to skip the check are a reason to ignore the finding.
    """
    if not workload.deployed:
        return
    yield from _no_common_firmware(workload)
    demanded = list(_demanded(workload))
    if workload.deployment.knows("architecture") and _is_container(workload):
        # Whatever its release is: an image has no installer that could insist on anything.
        yield from _in_container(workload, demanded)
        return
    needs = [*demanded, *_release_needs(workload)]
    if not needs or (not demanded and _offers_all(workload, needs)):
        return  # of a container, what is demanded is judged alone
    if _is_container(workload):
        yield from _in_container(workload, demanded)
        return
    missing, refused = [], []
    unknown: Unknown | None = None
    for need in needs:
        try:
            if _machine_lacks(workload, need):
                missing.append(need)
        except Unknown as unstated:
            if _platform_lacks(workload, need):
                refused.append(need)
            else:
                unknown = unknown or unstated
    if missing:
        yield _finding(workload, missing, _offer_field(workload, missing[0]), "the virtual machine lacks")
    if refused:
        yield _finding(workload, refused, "deployment.platform.id", f"{workload.platform.name} does not offer")
    if unknown and not (missing or refused):
        raise unknown


def _offers_all(workload: Workload, needs: list[Need]) -> bool:
    """Whether the machine is stated to have all that is needed."""
    try:
        return not any(_machine_lacks(workload, need) for need in needs)
    except Unknown:
        return False


def _in_container(workload: Workload, demanded: list[Need]) -> Iterator[Finding]:
    lacking = [need for need in demanded if not _platform_offers(workload, need)]
    if lacking:
        yield _finding(workload, lacking, "deployment.architecture", "a container has not")


def _no_common_firmware(workload: Workload) -> Iterator[Finding]:
    """Find guest and platform with firmware, and none in common. A platform without any is left to VM624."""
    os, demanded = workload.guest.os, workload.guest.firmware.type
    release = workload.catalog.guest(os.id) if os.knows("id") else None
    boots: list[str] = release.fact("firmware", "types") if release and release.has("firmware", "types") else []
    if release is None or demanded or len(boots) != 1:
        return
    if "type" in release.data["firmware"].get("needs", ()):
        return  # judged as a need, from which editions can be exempt
    if both(
        lambda: _boots_none(workload.platform, boots),
        lambda: not _is_container(workload),
        lambda: may_hold(workload, lambda platform: _boots_none(platform, boots)),
    ):
        platform, offered = workload.platform, sorted(_firmware_of(workload.platform))
        yield finding(
            "deployment.platform.id",
            f"{release.name} boots from {boots[0].upper()} only, and {platform.name} offers "
            f"{listed(firmware.upper() for firmware in offered)} only",
            because=("guest.os.id",),
        )


def _boots_none(platform: Platform, firmware: Collection[str]) -> bool:
    """Whether a platform has firmware, and none of these types."""
    return bool(_firmware_of(platform)) and not set(firmware) & _firmware_of(platform)


def _firmware_of(platform: Platform) -> set[str]:
    """Return the types of firmware that a platform offers; none where it has none, or nobody knows."""
    return set(platform.data.get("firmware", {}).get("types", ()))


def _is_container(workload: Workload) -> bool:
    """Whether it is no machine; a platform without containers need not be asked which of its words is meant."""
    deployment = workload.deployment
    if deployment.knows("mode") and not workload.mode.is_container:
        return False
    open_word = not deployment.knows("architecture") and deployment.platform.knows("id")
    if open_word and "container" not in workload.platform.architectures:
        return False
    return bool(deployment.architecture == "container")


def _finding(workload: Workload, needs: list[Need], path: str, verb: str) -> Finding:
    machine = path.startswith(("deployment.firmware.", "deployment.generation"))
    mild = all(need.field == "secureBoot" and need.path == "guest.os.id" for need in needs)
    return finding(
        path,
        f"{guest_name(workload)} needs {listed(need.name for need in needs)}, which {verb}",
        severity=Severity.WARNING if machine and mild else Severity.ERROR,
        confidence=Confidence.MEDIUM if all(need.path == "guest.os.id" for need in needs) else Confidence.HIGH,
        because=dict.fromkeys(need.path for need in needs),
        help="change it before the guest is installed: an installed one does not boot from other firmware"
        if machine
        else (),
        repairs=(repair("the same platform can offer it", **_changes(workload, needs)),) if machine else (),
    )


def _changes(workload: Workload, needs: list[Need]) -> dict[str, str]:
    changes = {f"firmware__{need.field}": need.value for need in needs}
    if "firmware__secureBoot" in changes:
        changes.setdefault("firmware__type", "uefi")
    if workload.deployment.states("generation"):
        changes["generation"] = "1" if changes.get("firmware__type") == "bios" else "2"
    return changes


def _demanded(workload: Workload) -> Iterator[Need]:
    """Yield what the manifest demands."""
    demanded = workload.guest.firmware
    if demanded.type:
        yield Need("type", demanded.type, "guest.firmware.type")
    if demanded.secure_boot:
        yield Need("secureBoot", "true", "guest.firmware.secureBoot")
    if demanded.tpm and demanded.tpm != "none":
        yield Need("tpm", demanded.tpm, "guest.firmware.tpm")


def _release_needs(workload: Workload) -> Iterator[Need]:
    """Yield what the release insists on beyond what the manifest demands."""
    os, demanded = workload.guest.os, workload.guest.firmware
    if not os.knows("id") and os.family not in PARTICULAR_FAMILIES:
        return
    release = workload.guest_os
    if not release.has("firmware", "needs"):
        return
    if os.knows("edition") and edition(os.edition, release.data["firmware"].get("exemptEditions", ())):
        return
    stated = {"type": demanded.type, "secureBoot": demanded.secure_boot, "tpm": demanded.tpm}
    for field, value in release.fact("firmware", "needs").items():
        wanted = "true" if value is True else str(value)
        # A demand for something else comes on top; `none` and `false` say that this guest does without.
        if stated[field] is None or stated[field] not in (wanted, value, "none", False):
            yield Need(field, wanted, "guest.os.id")


def _offer_field(workload: Workload, need: Need) -> str:
    """Return the field that states what the machine offers instead."""
    stated = workload.deployment.firmware.stated()
    fields = (need.field, "type") if need.field == "secureBoot" else (need.field,)
    named = next((field for field in fields if _ATTRIBUTES.get(field, field) in stated), None)
    return f"deployment.firmware.{named}" if named else "deployment.generation"


_ATTRIBUTES = {"secureBoot": "secure_boot"}


def _machine_lacks(workload: Workload, need: Need) -> bool:
    offered = workload.deployment.firmware
    if need.field == "type":
        return offered.type != need.value
    if need.field == "secureBoot":
        return either(lambda: not offered.secure_boot, lambda: offered.type == "bios")
    return offered.tpm == "none" or (need.value == "2.0" and offered.tpm != "2.0")


def _platform_offers(workload: Workload, need: Need) -> bool:
    """Whether the platform gives its containers a virtual TPM too, as Incus does (P-25).

    Its entry then speaks of a TPM and of no firmware types, which only a machine has.
    """

    def gives(platform: Platform) -> bool:
        of_containers = platform.has("firmware", "tpm") and not platform.has("firmware", "types")
        return of_containers and need.value in platform.fact("firmware", "tpm")

    return need.field == "tpm" and may_hold(workload, gives) and gives(workload.platform)


def _platform_lacks(workload: Workload, need: Need) -> bool:
    """Whether the platform is known not to offer something at all."""
    platform: Platform = workload.platform
    if need.field == "type":
        return platform.has("firmware", "types") and need.value not in platform.fact("firmware", "types")
    if need.field == "secureBoot":
        return platform.has("firmware", "secureBoot") and not platform.fact("firmware", "secureBoot")
    return platform.has("firmware", "tpm") and need.value not in platform.fact("firmware", "tpm")
