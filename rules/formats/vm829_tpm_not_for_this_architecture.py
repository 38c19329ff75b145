from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, repair, rule

from ..shared.any_platform import in_any_platform
from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.fields import guest_arch_field
from ..shared.wording import listed


@rule(
    "VM829",
    "tpm-not-for-this-architecture",
    Severity.ERROR,
    sources=("R9-267",),
    symptoms=(
        "TPM 1.2 is not supported on ARM",
        "TPM 1.2 is not supported on architecture 'aarch64'",
        "TPM 1.2 is not supported with the SPAPR device model",
    ),
    architectures=VIRTUAL_MACHINES,
    fits_if={"deployment.firmware.tpm": "is 2.0", "guest.platform": "names an x86 CPU"},
)
def tpm_not_for_this_architecture(workload: Workload) -> Iterator[Finding]:
    """A TPM 1.2 belongs to PCs: machines of other architectures have TPM 2.0 only.

    ## Why

    Version 1.2 was made for PCs with a BIOS. The TPM of QEMU's Arm and Power machines is one of version 2.0, and
    libvirt refuses any other. Files that began as a PC's keep the old version when the architecture is changed.

    ## What it looks like

    libvirt refuses the machine when it is defined.

    ## When it stays silent

    Whoever states no TPM is not asked for one, and a TPM without a version gets the one that the machine can have. What
    a guest needs is left to VM622.
    """
    firmware = workload.deployment.firmware
    if firmware.get("tpm") != "1.2":
        return
    versions = in_any_platform(workload, _versions)
    if not versions or firmware.tpm in versions:
        return
    yield finding(
        "deployment.firmware.tpm",
        f"{workload.platform.name} gives {workload.guest.arch} machines a TPM {listed(versions, 'or')} only",
        because=(guest_arch_field(workload), "deployment.platform.id"),
        repairs=(repair("the version that such a machine can have", firmware__tpm=max(versions)),),
    )


def _versions(workload: Workload) -> tuple[str, ...]:
    """Return the only versions of a TPM that machines of the guest's architecture have; none where nothing limits."""
    by_arch = workload.platform.data.get("firmware", {}).get("tpmOnArch", {})
    return tuple(by_arch.get(workload.guest.arch, ())) if by_arch else ()
