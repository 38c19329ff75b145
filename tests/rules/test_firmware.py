"""Firmware that a guest insists on: what the rule says of it, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Tells

CHANGE = "help: change it before the guest is installed: an installed one does not boot from other firmware"
WHOLE = "firmware: {type: uefi, secureBoot: true, tpm: '2.0'}"

SAID = {
    "everything-is-missing": (
        """
        guest: {os: win11}
        deployment: {platform: kvm, architecture: type1, firmware: {type: bios, secureBoot: false, tpm: none}}
        """,
        f"""
        error (high) deployment.firmware.type: Windows 11 needs UEFI firmware, Secure Boot and a TPM 2.0, which the
            virtual machine lacks
        because guest.os.id
        {CHANGE}
        """,
    ),
    "a-bios-has-no-secure-boot": (
        """
        guest: {os: debian12, firmware: {secureBoot: true}}
        deployment: {platform: kvm, architecture: type1, firmware: {type: bios}}
        """,
        f"""
        error (high) deployment.firmware.type: Debian 12 (Bookworm) needs Secure Boot, which the virtual machine lacks
        because guest.firmware.secureBoot
        {CHANGE}
        repair: the same platform can offer it: deployment.firmware.secureBoot=true, deployment.firmware.type=uefi
        """,
    ),
    "an-older-tpm-is-not-enough": (
        f"""
        guest: {{os: win11}}
        deployment: {{platform: kvm, architecture: type1, {WHOLE.replace("2.0", "1.2")}}}
        """,
        f"""
        error (high) deployment.firmware.tpm: Windows 11 needs a TPM 2.0, which the virtual machine lacks
        because guest.os.id
        {CHANGE}
        repair: the same platform can offer it: deployment.firmware.tpm=2.0
        """,
    ),
    "a-newer-tpm-is-enough": (
        """
        guest: {os: debian12, firmware: {tpm: "1.2"}}
        deployment: {platform: kvm, architecture: type1, firmware: {tpm: "2.0"}}
        """,
        "",
    ),
    "no-tpm-at-all": (
        """
        guest: {os: debian12, firmware: {tpm: "1.2"}}
        deployment: {platform: kvm, architecture: type1, firmware: {tpm: none}}
        """,
        "error (high) deployment.firmware.tpm: Debian 12 (Bookworm) needs a TPM 1.2, which the virtual machine lacks",
    ),
    "secure-boot-switched-off-is-a-warning": (
        f"""
        guest: {{os: win11}}
        deployment: {{platform: kvm, architecture: type1, {WHOLE.replace("true", "false")}}}
        """,
        """
        warning (high) deployment.firmware.secureBoot: Windows 11 needs Secure Boot, which the virtual machine lacks
        repair: the same platform can offer it: deployment.firmware.secureBoot=true, deployment.firmware.type=uefi
        """,
    ),
    "secure-boot-that-is-demanded-is-an-error": (
        f"""
        guest: {{os: win11, firmware: {{secureBoot: true}}}}
        deployment: {{platform: kvm, architecture: type1, {WHOLE.replace("true", "false")}}}
        """,
        """
        error (high) deployment.firmware.secureBoot: Windows 11 needs Secure Boot, which the virtual machine lacks
        because guest.firmware.secureBoot
        """,
    ),
    "generation-tells-of-the-machine": (
        """
        guest: {os: win11}
        deployment: {platform: hyperv, generation: "1"}
        """,
        f"""
        error (high) deployment.generation: Windows 11 needs UEFI firmware, Secure Boot and a TPM 2.0, which the
            virtual machine lacks
        because guest.os.id
        {CHANGE}
        repair: the same platform can offer it: deployment.firmware.type=uefi, deployment.firmware.secureBoot=true,
            deployment.firmware.tpm=2.0, deployment.generation=2
        """,
    ),
    "a-bios-that-is-demanded-of-generation-2": (
        """
        guest: {os: debian12, firmware: {type: bios}}
        deployment: {platform: hyperv, generation: "2"}
        """,
        f"""
        error (high) deployment.generation: Debian 12 (Bookworm) needs BIOS firmware, which the virtual machine lacks
        because guest.firmware.type
        {CHANGE}
        repair: the same platform can offer it: deployment.firmware.type=bios, deployment.generation=1
        """,
    ),
    "demands-that-contradict-the-release": (
        f"""
        guest: {{os: win11, firmware: {{type: bios}}}}
        deployment: {{platform: kvm, architecture: type1, {WHOLE}}}
        """,
        """
        error (high) deployment.firmware.type: Windows 11 needs BIOS firmware, which the virtual machine lacks
        because guest.firmware.type
        """,
    ),
    "demands-that-contradict-the-release-on-a-bios": (
        """
        guest: {os: win11, firmware: {type: bios, secureBoot: false, tpm: none}}
        deployment: {platform: kvm, architecture: type1, firmware: {type: bios}}
        """,
        """
        error (high) deployment.firmware.type: Windows 11 needs UEFI firmware, which the virtual machine lacks
        because guest.os.id
        """,
    ),
    "an-older-tpm-is-demanded-of-a-release-that-needs-a-newer": (
        f"""
        guest: {{os: win11, firmware: {{tpm: "1.2"}}}}
        deployment: {{platform: kvm, architecture: type1, {WHOLE.replace("'2.0'", "none")}}}
        """,
        """
        error (high) deployment.firmware.tpm: Windows 11 needs a TPM 1.2 and a TPM 2.0, which the virtual machine lacks
        because guest.firmware.tpm, guest.os.id
        """,
    ),
    "a-guest-that-does-without": (
        """
        guest: {os: win11, firmware: {secureBoot: false, tpm: none}}
        deployment: {platform: kvm, architecture: type1, firmware: {type: uefi, secureBoot: false, tpm: none}}
        """,
        "",
    ),
    "edition-that-is-exempt": (
        """
        guest: {os: {id: win11, edition: IoT Enterprise LTSC}}
        deployment: {platform: kvm, architecture: type1, firmware: {type: bios, secureBoot: false, tpm: none}}
        """,
        "",
    ),
    "the-platform-has-none": (
        """
        guest: {os: debian12, firmware: {type: uefi, secureBoot: true, tpm: "2.0"}}
        deployment: {platform: firecracker, architecture: type1}
        """,
        """
        error (high) deployment.platform.id: Debian 12 (Bookworm) needs UEFI firmware, Secure Boot and a TPM 2.0, which
            Firecracker does not offer
        because guest.firmware.type, guest.firmware.secureBoot, guest.firmware.tpm
        """,
    ),
    "the-machine-lacks-one-thing-and-the-platform-another": (
        """
        guest: {os: debian12, firmware: {type: uefi, tpm: "2.0"}}
        deployment: {platform: firecracker, architecture: type1, firmware: {type: bios}}
        """,
        """
        error (high) deployment.platform.id: Debian 12 (Bookworm) needs a TPM 2.0, which Firecracker does not offer
        because guest.firmware.tpm
        error (high) deployment.firmware.type: Debian 12 (Bookworm) needs UEFI firmware, which the virtual machine lacks
        because guest.firmware.type
        help: change it before the guest is installed: an installed one does not boot from other firmware
        """,
    ),
    "a-container-has-no-firmware": (
        """
        guest: {os: debian12, firmware: {tpm: "2.0"}}
        deployment: {platform: docker}
        """,
        """
        error (high) deployment.architecture: Debian 12 (Bookworm) needs a TPM 2.0, which a container has not
        because guest.firmware.tpm
        """,
    ),
    "a-system-container-with-a-tpm": (
        """
        guest: {os: debian12, firmware: {tpm: "2.0"}}
        deployment: {platform: incus, architecture: container}
        """,
        "",
    ),
    "a-system-container-has-no-older-tpm": (
        """
        guest: {os: debian12, firmware: {tpm: "1.2", type: uefi}}
        deployment: {platform: incus, architecture: container}
        """,
        """
        error (high) deployment.architecture: Debian 12 (Bookworm) needs UEFI firmware and a TPM 1.2, which a container
            has not
        """,
    ),
    "an-image-of-windows-11-has-no-installer": (
        """
        guest: {os: win11}
        deployment: {platform: windows-containers, mode: hyperv}
        """,
        "",
    ),
    "no-firmware-in-common": (
        """
        guest: {os: winnt4.0}
        deployment: {platform: bhyve, firmware: {type: uefi}}
        """,
        """
        error (high) deployment.platform.id: Windows NT 4.0 boots from BIOS only, and bhyve offers UEFI only
        because guest.os.id
        """,
    ),
    "a-mode-that-says-machine": (
        """
        guest: {os: debian12, firmware: {tpm: "2.0"}}
        deployment: {platform: incus, mode: hw-assisted, firmware: {tpm: none}}
        """,
        "error (high) deployment.firmware.tpm: Debian 12 (Bookworm) needs a TPM 2.0, which the virtual machine lacks",
    ),
    "a-platform-without-containers": (
        """
        guest: {os: win11}
        deployment: {platform: xen, firmware: {type: bios}}
        """,
        """
        error (high) deployment.firmware.type: Windows 11 needs UEFI firmware and Secure Boot, which the virtual machine
            lacks
        """,
    ),
    "a-platform-with-both": (
        """
        guest: {os: debian12, firmware: {tpm: "2.0"}}
        deployment: {platform: proxmox-ve, firmware: {tpm: none}}
        """,
        "needs deployment.architecture",
    ),
    "a-platform-that-is-not-known": (
        """
        guest: {os: win11}
        deployment: {machine: q35}
        """,
        "needs deployment.platform.id",
    ),
    "firmware-in-common-is-a-matter-of-demands-where-there-are-any": (
        """
        guest: {os: winnt4.0, firmware: {type: uefi}}
        deployment: {platform: bhyve, firmware: {type: uefi}}
        """,
        "",
    ),
    "a-release-that-boots-from-either": (
        """
        guest: {os: win2k22}
        deployment: {platform: bhyve, firmware: {type: uefi}}
        """,
        "",
    ),
    "firmware-of-the-machine-is-not-known": (
        """
        guest: {os: win11}
        deployment: {platform: kvm, architecture: type1, firmware: {type: uefi, secureBoot: true}}
        """,
        "needs deployment.firmware.tpm",
    ),
    "what-is-missing-is-told-although-the-rest-is-not-known": (
        """
        guest: {os: win11}
        deployment: {platform: kvm, architecture: type1, firmware: {tpm: none}}
        """,
        "error (high) deployment.firmware.tpm: Windows 11 needs a TPM 2.0, which the virtual machine lacks",
    ),
    "a-family-without-such-releases": (
        """
        guest: {platform: linux/amd64}
        deployment: {platform: kvm, architecture: type1, firmware: {type: bios}}
        """,
        "",
    ),
    "a-family-with-such-releases": (
        """
        guest: {platform: windows/amd64}
        deployment: {platform: kvm, architecture: type1, firmware: {type: bios}}
        """,
        "needs guest.os.id",
    ),
}


@pytest.mark.parametrize(("spec", "expected"), SAID.values(), ids=SAID)
def test_what_is_said(tells: Tells, spec: str, expected: str) -> None:
    tells("VM622", spec, expected)
