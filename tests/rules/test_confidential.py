"""Confidential machines: what the rule says, and how gravely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Tells

SAID = {
    "VM612-move-required": (
        """
        guest: {os: debian12}
        requirements: {isolation: {level: confidential}, mobility: {liveMigration: required}}
        deployment: {platform: kubevirt}
        """,
        """
        error (high) requirements.mobility.liveMigration: a confidential machine is demanded, and on KubeVirt one
            cannot be moved while it runs
        because requirements.isolation.level, deployment.platform.id
        help: give up one of the two demands, or split the workload
        """,
    ),
    "VM612-move-preferred": (
        """
        guest: {os: debian12}
        requirements: {isolation: {level: confidential}, mobility: {liveMigration: preferred}}
        deployment: {platform: kubevirt}
        """,
        """
        warning (high) requirements.mobility.liveMigration: a confidential machine is demanded, and on KubeVirt one
            cannot be moved while it runs
        """,
    ),
    "VM612-card": (
        """
        guest: {os: debian12}
        requirements: {isolation: {level: confidential}, devices: {pci: ['8086:1572'], gpu: {mode: passthrough}}}
        deployment: {platform: kubevirt}
        """,
        """
        error (medium) requirements.devices.pci: a confidential machine is demanded, and on KubeVirt one cannot hold
            a PCI device of the host
        help: Secure Boot has to be off for SEV and SEV-SNP. That no host device can be passed through is said of
            SEV and of IBM Secure Execution, not of SEV-SNP
        help: give up one of the two demands, or split the workload
        """,
    ),
    "VM612-gpu": (
        """
        guest: {os: debian12}
        requirements: {isolation: {level: confidential}, devices: {gpu: {mode: passthrough}}}
        deployment: {platform: kubevirt}
        """,
        """
        error (medium) requirements.devices.gpu.mode: a confidential machine is demanded, and on KubeVirt one cannot
            hold a PCI device of the host
        """,
    ),
    "VM612-secure-boot-needed": (
        """
        guest: {os: debian12, firmware: {secureBoot: true}}
        requirements: {isolation: {level: confidential}}
        deployment: {platform: kubevirt, firmware: {secureBoot: true}}
        """,
        """
        error (high) guest.firmware.secureBoot: a confidential machine is demanded, and on KubeVirt one cannot have
            Secure Boot
        """,
    ),
    "VM612-secure-boot-given": (
        """
        guest: {os: debian12}
        requirements: {isolation: {level: confidential}}
        deployment: {platform: kubevirt, firmware: {type: uefi, secureBoot: true}}
        """,
        """
        error (high) deployment.firmware.secureBoot: a confidential machine is demanded, and on KubeVirt one cannot
            have Secure Boot
        """,
    ),
    "VM612-without-a-note": (
        """
        guest: {os: debian12}
        requirements: {isolation: {level: confidential}, mobility: {liveMigration: required}}
        deployment: {platform: cloud-hypervisor, architecture: type1}
        """,
        """
        error (high) requirements.mobility.liveMigration: a confidential machine is demanded, and on Cloud
            Hypervisor one cannot be moved while it runs
        """,
    ),
}
"""What a rule says of a workload, reasons and ways out where they are new."""

UNSAID = {
    "VM612-share-of-a-gpu": (
        """
        guest: {os: debian12}
        requirements: {isolation: {level: confidential}, devices: {gpu: {mode: vgpu}}}
        deployment: {platform: kubevirt}
        """,
        "",
    ),
    "VM612-not-settled": (
        """
        guest: {os: debian12, firmware: {secureBoot: true}}
        requirements: {isolation: {level: confidential}}
        deployment: {platform: cloud-hypervisor, architecture: type1}
        """,
        "needs catalog.cloud-hypervisor confidential.secureBoot",
    ),
    "VM612-not-confidential-at-all": (
        """
        guest: {os: debian12}
        requirements: {isolation: {level: confidential}, mobility: {liveMigration: required}}
        deployment: {platform: virtualbox, architecture: type2}
        """,
        "needs catalog.virtualbox confidential.support",
    ),
    "VM612-no-word-about-it": (
        """
        guest: {os: debian12}
        requirements: {isolation: {level: confidential}, mobility: {liveMigration: required}}
        deployment: {platform: xcp-ng}
        """,
        "needs catalog.xcp-ng confidential.support",
    ),
}
"""Workloads on which a rule is silent, and what it would have to know where it cannot tell."""


@pytest.mark.parametrize("case", [*SAID, *UNSAID])
def test_what_is_said(case: str, tells: Tells) -> None:
    spec, expected = SAID.get(case) or UNSAID[case]
    tells(case.partition("-")[0], spec, expected)
