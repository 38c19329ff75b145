from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, finding, repair, rule

from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.hardware import X86


@rule(
    "VM843",
    "kubevirt-efi-secureboot-smm",
    Severity.ERROR,
    sources=("S-71", "P-16"),
    symptoms=("has EFI SecureBoot enabled. SecureBoot requires SMM, which is currently disabled.",),
    architectures=VIRTUAL_MACHINES,
    fits_if={"deployment.firmware.smm": "is true", "deployment.firmware.secureBoot": "is false"},
)
def kubevirt_efi_secureboot_smm(workload: Workload) -> Iterator[Finding]:
    """KubeVirt starts a machine with Secure Boot only if its System Management Mode is switched on as well.

    ## Why

    The variables of UEFI that hold the keys must be out of the guest's reach, and on x86 only System Management Mode
    keeps them there. KubeVirt does not switch it on by itself, and `bootloader: {efi: {}}` already means Secure Boot.
    `features: {smm: {enabled: true}}` is the cure, or `efi: {secureBoot: false}` where nobody needs Secure Boot.

    ## What it looks like

    The API server refuses the shortest way to write UEFI.

    ## When it stays silent

    A machine whose firmware nobody stated boots from BIOS, which has no Secure Boot. A preference that is named may
    bring SMM along: as long as its contents are unknown, nothing is reported. CPUs without such a mode are left to
    VM846. Platforms that arrange for it themselves are not meant.
    """
    firmware = workload.deployment.firmware
    if not firmware.knows("secure_boot") and not (firmware.knows("type") and firmware.type == "uefi"):
        return
    if workload.guest.knows("arch") and workload.guest.arch not in X86:
        return  # no System Management Mode
    if not both(
        lambda: "smm" in workload.platform.data.get("firmware", {}).get("secureBootNeeds", ()),
        lambda: firmware.secure_boot,
        lambda: not firmware.smm,
    ):
        return
    platform = workload.platform
    yield finding(
        "deployment.firmware.smm",
        f"Secure Boot is on and System Management Mode is off, and {platform.name} refuses such a machine",
        because=("deployment.firmware.secureBoot", "deployment.platform.id"),
        help="write features: {smm: {enabled: true}}; or efi: {secureBoot: false}, since efi alone means Secure Boot",
        repairs=(repair("keeps Secure Boot", firmware__smm="true"),),
    )
