"""Rules on KubeVirt's machines: what they say, and how gravely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Tells

SAID = {
    "VM843-refused": (
        """
        guest: {os: fedora43}
        deployment: {platform: kubevirt, firmware: {type: uefi, secureBoot: true, smm: false}}
        """,
        """
        error (high) deployment.firmware.smm: Secure Boot is on and System Management Mode is off, and KubeVirt refuses
            such a machine
        because deployment.firmware.secureBoot, deployment.platform.id
        help: write features: {smm: {enabled: true}}; or efi: {secureBoot: false}, since efi alone means Secure Boot
        repair: keeps Secure Boot: deployment.firmware.smm=true
        """,
    ),
    "VM843-32-bit": (
        """
        guest: {platform: linux/386}
        deployment: {platform: kubevirt, firmware: {type: uefi, secureBoot: true, smm: false}}
        """,
        """
        error (high) deployment.firmware.smm: Secure Boot is on and System Management Mode is off, and KubeVirt refuses
            such a machine
        """,
    ),
    "VM843-whether-secure-boot-is-on": (
        "deployment: {platform: kubevirt, firmware: {type: uefi, smm: false}}",
        "needs deployment.firmware.secureBoot",
    ),
    "VM843-whether-smm-is-on": (
        "deployment: {platform: kubevirt, firmware: {type: uefi, secureBoot: true}}",
        "needs deployment.firmware.smm",
    ),
    "VM843-no-firmware-stated": ("deployment: {platform: kubevirt, firmware: {smm: false}}", ""),
    "VM843-bios": ("deployment: {platform: kubevirt, firmware: {type: bios, smm: false}}", ""),
    "VM843-secure-boot-switched-off": (
        "deployment: {platform: kubevirt, firmware: {type: uefi, secureBoot: false, smm: false}}",
        "",
    ),
    "VM843-arm": (
        """
        guest: {platform: linux/arm64}
        deployment: {platform: kubevirt, firmware: {type: uefi, secureBoot: true, smm: false}}
        """,
        "",
    ),
    "VM843-elsewhere": (
        "deployment: {platform: kvm, architecture: type1, firmware: {type: uefi, secureBoot: true, smm: false}}",
        "",
    ),
    "VM844-windows": (
        """
        guest: {os: win11}
        deployment: {platform: kubevirt, firmware: {type: uefi, secureBoot: true, smm: true, tpm: "2.0",
          tpmPersistent: false}}
        """,
        """
        note (high) deployment.firmware.tpmPersistent: what the guest keeps in its TPM is lost whenever the machine
            stops
        because guest.os.family, deployment.firmware.tpm, deployment.platform.id
        help: make the TPM persistent before BitLocker or anything else seals its keys in it
        """,
    ),
    "VM844-demanded": (
        """
        guest: {os: fedora43, firmware: {tpm: "2.0"}}
        deployment: {platform: kubevirt, firmware: {tpm: "2.0", tpmPersistent: false}}
        """,
        """
        warning (high) deployment.firmware.tpmPersistent: what the guest keeps in its TPM is lost whenever the machine
            stops
        because guest.firmware.tpm, deployment.firmware.tpm, deployment.platform.id
        help: make the TPM persistent before BitLocker or anything else seals its keys in it
        repair: keeps the TPM's contents on a volume: deployment.firmware.tpmPersistent=true
        """,
    ),
    "VM844-family-not-known": (
        "deployment: {platform: kubevirt, firmware: {tpm: '2.0', tpmPersistent: false}}",
        "needs guest.os.id",
    ),
    "VM846-bios": (
        """
        guest: {platform: linux/arm64}
        deployment: {platform: kubevirt, firmware: {type: bios}}
        """,
        """
        error (high) deployment.firmware.type: KubeVirt on arm64 offers UEFI firmware only, not BIOS
        because guest.platform, deployment.platform.id
        repair: the firmware that there is: deployment.firmware.type=uefi
        """,
    ),
    "VM846-secure-boot": (
        """
        guest: {platform: linux/arm64}
        deployment: {platform: kubevirt, firmware: {type: uefi, secureBoot: true}}
        """,
        """
        error (high) deployment.firmware.secureBoot: KubeVirt on arm64 has no Secure Boot
        because guest.platform, deployment.platform.id
        help: write efi: {secureBoot: false}, since efi alone means Secure Boot
        repair: UEFI without Secure Boot: deployment.firmware.secureBoot=false
        """,
    ),
    "VM846-cpu": (
        """
        guest: {platform: linux/arm64}
        deployment: {platform: kubevirt, cpuModel: host-model}
        """,
        """
        error (high) deployment.cpuModel: KubeVirt on arm64 gives a guest the host's own CPU and no model such as
            host-model
        because guest.platform, deployment.platform.id
        help: leave the model out, or write host-passthrough
        repair: the only model that there is: deployment.cpuModel=host-passthrough
        """,
    ),
    "VM846-devices": (
        """
        guest: {platform: linux/arm64}
        deployment: {platform: kubevirt, devices: {disk: SATA, nic: e1000, video: vga}, tuning: {hugepages: true}}
        """,
        """
        error (high) deployment.devices.disk: KubeVirt on arm64 has no disk bus sata, only virtio and scsi
        because guest.platform, deployment.platform.id
        warning (medium) deployment.devices.nic: KubeVirt on arm64 has no tested network card e1000, only virtio
        because guest.platform, deployment.platform.id
        error (high) deployment.devices.video: KubeVirt on arm64 has no video device vga, only virtio and ramfb
        because guest.platform, deployment.platform.id
        warning (medium) deployment.tuning.hugepages: KubeVirt on arm64 does not support huge pages
        because guest.platform, deployment.platform.id
        """,
    ),
    "VM846-ramfb": (
        """
        guest: {platform: linux/arm64}
        deployment:
          platform: kubevirt
          cpuModel: host-passthrough
          firmware: {type: uefi, secureBoot: false}
          devices: {disk: scsi, nic: virtio, video: ramfb}
          tuning: {hugepages: false}
        """,
        "",
    ),
}


@pytest.mark.parametrize("case", SAID)
def test_says(case: str, tells: Tells) -> None:
    tells(case.split("-")[0], *SAID[case])
