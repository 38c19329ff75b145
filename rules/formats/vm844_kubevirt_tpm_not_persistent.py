from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, finding, repair, rule

from ..shared.architectures import VIRTUAL_MACHINES


@rule(
    "VM844",
    "kubevirt-tpm-not-persistent",
    Severity.NOTE,
    worst=Severity.WARNING,
    sources=("S-70",),
    symptoms=("Enter the recovery key for this drive", "Your PIN isn't available"),
    architectures=VIRTUAL_MACHINES,
    fits_if={"deployment.firmware.tpmPersistent": "is true", "deployment.firmware.tpm": "is none"},
)
def kubevirt_tpm_not_persistent(workload: Workload) -> Iterator[Finding]:
    """A virtual TPM that forgets its keys at the next stop locks the guest out of what it sealed with them.

    ## Why

    KubeVirt keeps a machine's TPM in the pod that runs it, and the pod is gone when the machine stops. `tpm:
    {persistent: true}` keeps it on a volume, for which the cluster needs a storage class.

    ## What it looks like

    BitLocker asks for its recovery key at each start, a PIN of Windows Hello is lost, and disks that LUKS tied to the
    TPM stay closed.

    ## Severity

    Where the manifest demands a TPM (`guest.firmware.tpm`), somebody means to use it: a warning. For a Windows guest it
    is a note, since the installer of Windows 11 only looks whether there is a TPM.

    ## When it stays silent

    Other guests are not judged.
    """
    firmware = workload.deployment.firmware
    demanded = workload.guest.firmware.tpm not in (None, "none")
    if not both(
        lambda: bool(workload.platform.data.get("firmware", {}).get("tpmVolatile")),
        lambda: demanded or workload.guest.os.family == "windows",
        lambda: firmware.tpm != "none",
        lambda: not firmware.tpm_persistent,
    ):
        return
    yield finding(
        "deployment.firmware.tpmPersistent",
        "what the guest keeps in its TPM is lost whenever the machine stops",
        severity=Severity.WARNING if demanded else None,
        because=(
            "guest.firmware.tpm" if demanded else "guest.os.family",
            "deployment.firmware.tpm",
            "deployment.platform.id",
        ),
        help="make the TPM persistent before BitLocker or anything else seals its keys in it",
        repairs=(repair("keeps the TPM's contents on a volume", firmware__tpmPersistent="true"),),
    )
