from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Platform, Severity, Workload, finding, repair, rule

from ..shared.any_platform import may_hold
from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.fields import guest_os_field
from ..shared.wording import family_name, guest_name


@rule(
    "VM826",
    "boot-loader-not-trusted",
    Severity.ERROR,
    sources=("R13-704", "R13-705", "R13-706", "R13-707", "R13-708", "R13-709", "R13-710"),
    symptoms=(
        "BdsDxe: failed to load Boot0001: Access Denied",
        "The signed image's hash is not allowed (DB)",
        "The unsigned image's hash is not allowed (DB)",
    ),
    architectures=VIRTUAL_MACHINES,
    fits_if={"guest.os.id": "names a system whose boot loader the machine's firmware trusts"},
    confidence=Confidence.MEDIUM,
)
def boot_loader_not_trusted(workload: Workload) -> Iterator[Finding]:
    """With Secure Boot on, firmware starts only a boot loader that is signed with a key it trusts.

    ## Why

    Firmware trusts Microsoft's keys as delivered: that of Windows, and that of the UEFI CA, which signs the shim of
    most Linux distributions. Arch Linux, NixOS, Alpine, Gentoo and the BSDs have no loader with such a signature, nor
    had Debian before release 10. On Hyper-V a machine has a template with one of the two keys, and the usual one,
    MicrosoftWindows, trusts no Linux at all.

    ## What it looks like

    The machine finds nothing to boot, or the firmware says "Access Denied". Hyper-V shows "The signed image's hash is
    not allowed (DB)".

    ## Severity

    Who has signed the loader and enrolled keys of their own may leave Secure Boot on, so the confidence is medium. On
    Hyper-V with a template that nobody states, it is a note.

    ## When it stays silent

    Where Secure Boot is not stated to be on: firmware that only could do it starts everything.
    """
    firmware = workload.deployment.firmware
    if not firmware.knows("secure_boot") or not firmware.secure_boot:
        return
    os = workload.guest.os
    name = workload.guest_os.id if os.knows("id") else os.get("family", "")  # of some families no release is signed
    if workload.catalog.boot_loaders.unsigned(name):
        yield finding(
            "deployment.firmware.secureBoot",
            f"the boot loader of {guest_name(workload)} is not signed with a key that firmware trusts, and Secure Boot "
            "is on",
            because=(guest_os_field(workload),),
            help=(
                "switch Secure Boot off for this machine",
                "or sign the boot loader, and enrol your own key in the machine's firmware",
            ),
            repairs=(repair("the firmware then starts any boot loader", firmware__secureBoot="false"),),
        )
    else:
        yield from _by_template(workload)


def _distrusting(workload: Workload, platform: Platform, family: str) -> tuple[str, str] | None:
    """Return the set of keys that the machine has on a platform, and one that trusts its guest.

    ``None`` where the machine's own does, or no other set would, or sets are not known.
    """
    templates = platform.data.get("firmware", {}).get("secureBootTemplates")
    if not templates:
        return None
    name = str(workload.deployment.firmware.get("secure_boot_template", templates["default"]))
    sets = {key.casefold(): families for key, families in templates["families"].items()}
    if family in sets.get(name.replace(" ", "").casefold(), (family,)):
        return None
    better = next((key for key, families in templates["families"].items() if family in families), None)
    return (name, better) if better else None


def _by_template(workload: Workload) -> Iterator[Finding]:
    """Whether the machine's set of keys trusts the boot loaders of the guest's family."""
    family, stated = workload.guest.os.family, workload.deployment.firmware.knows("secure_boot_template")
    if not may_hold(workload, lambda platform: _distrusting(workload, platform, family) is not None):
        return
    found = _distrusting(workload, workload.platform, family)
    if found is None:
        return
    name, better = found
    yield finding(
        "deployment.firmware.secureBootTemplate" if stated else "deployment.firmware.secureBoot",
        f"Secure Boot is on, and the template {name}"
        + ("" if stated else f", which {workload.platform.name} takes unless told otherwise,")
        + f" does not trust boot loaders of {family_name(family)}",
        severity=None if stated else Severity.NOTE,
        because=(guest_os_field(workload), "deployment.platform.id"),
        help=f"give the machine the template {better}"
        + ("" if stated else f", and state it: deployment.firmware.secureBootTemplate: {better}"),
        repairs=(repair("trusts the guest's boot loader", firmware__secureBootTemplate=better),),
    )
