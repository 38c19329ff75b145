"""What the rules on demanded boundaries and on regimes say, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Tells

ASK = (
    "help: ask the assessor, and keep hosts for workloads of one sensitivity (deployment.placement: one-per-host or "
    "node-per-tenant)"
)
ONE = "isolation of level confidential is demanded"

SPEAKS = [
    (
        "VM626",
        "requirements: {isolation: {level: sandbox}}\ndeployment: {platform: docker, mode: runc}",
        """
        error (high) deployment.mode: isolation of level sandbox is demanded, and a container with runc has a
            boundary between processes of one kernel
        because requirements.isolation.level
        """,
    ),
    (
        "VM626",
        "requirements: {isolation: {level: vm}}\ndeployment: {platform: docker, mode: runc}",
        """
        error (high) deployment.mode: isolation of level vm is demanded, and a container with runc has a boundary
            between processes of one kernel
        because requirements.isolation.level
        """,
    ),
    (
        "VM626",
        "requirements: {isolation: {level: vm}}\ndeployment: {platform: docker, mode: gvisor}",
        """
        error (high) deployment.mode: isolation of level vm is demanded, and a container in a gVisor sandbox has a
            sandbox in front of the host's kernel
        because requirements.isolation.level
        """,
    ),
    (
        "VM626",
        "requirements: {isolation: {level: confidential}}\ndeployment: {platform: docker, mode: gvisor}",
        f"""
        error (high) deployment.mode: {ONE}, and a container in a gVisor sandbox has a sandbox in front of the
            host's kernel
        because requirements.isolation.level
        """,
    ),
    (
        "VM626",
        "requirements: {isolation: {level: confidential}}\ndeployment: {platform: firecracker, mode: microvm}",
        f"""
        error (high) deployment.mode: {ONE}, and a microVM has no encrypted memory
        because requirements.isolation.level
        """,
    ),
    (
        "VM626",
        (
            "requirements: {isolation: {level: confidential}}\n"
            "host: {platform: linux/amd64, cpu: {features: [svm, npt]}}\n"
            "deployment: {platform: kvm, architecture: type1}"
        ),
        f"""
        error (high) host.cpu.features: {ONE}, and the host's CPU shows neither SEV nor TDX
        because requirements.isolation.level, host.platform
        help: switch SEV on in the host's firmware setup, or use a host whose CPU has SEV-SNP or TDX
        """,
    ),
    (
        "VM617",
        "requirements: {isolation: {compliance: [pci-dss]}}\ndeployment: {platform: docker}",
        f"""
        note (low) deployment.mode: under pci-dss, an assessor may ask what else runs on the kernel that a
            container with runc shares
        because requirements.isolation.compliance
        {ASK}
        """,
    ),
    (
        "VM617",
        (
            "requirements: {isolation: {compliance: [hipaa, pci-dss], tenancy: trusted-multi}}\n"
            "deployment: {platform: kubernetes, mode: crun, placement: shared}"
        ),
        f"""
        note (low) deployment.mode: under hipaa and pci-dss, an assessor may ask what else runs on the kernel
            that a container with crun shares
        because requirements.isolation.compliance, requirements.isolation.tenancy
        {ASK}
        """,
    ),
    (
        "VM617",
        (
            "requirements: {isolation: {compliance: [pci-dss]}}\n"
            "deployment: {platform: windows-containers, mode: process}"
        ),
        f"""
        note (low) deployment.mode: under pci-dss, an assessor may ask what else runs on the kernel that a
            Windows container with process isolation shares
        because requirements.isolation.compliance
        {ASK}
        """,
    ),
]

SILENT = [
    ("VM626", "requirements: {isolation: {level: process}}\ndeployment: {platform: docker, mode: runc}", ""),
    ("VM626", "requirements: {isolation: {level: sandbox}}\ndeployment: {platform: docker, mode: gvisor}", ""),
    ("VM626", "requirements: {isolation: {level: vm}}\ndeployment: {platform: docker, mode: kata}", ""),
    (
        "VM626",
        "requirements: {isolation: {level: confidential}}\ndeployment: {platform: virtualbox, mode: hw-assisted}",
        "needs catalog.virtualbox confidential.support",
    ),
    ("VM626", "requirements: {isolation: {level: confidential}}\ndeployment: {platform: qemu, mode: emulation}", ""),
    ("VM626", "requirements: {isolation: {level: vm}}\ndeployment: {platform: qemu, mode: emulation}", ""),
    ("VM626", "deployment: {platform: docker}", ""),
    (
        "VM626",
        (
            "requirements: {isolation: {level: confidential}}\n"
            "host: {platform: linux/amd64, cpu: {features: [svm, sev]}}\n"
            "deployment: {platform: kvm, architecture: type1}"
        ),
        "",
    ),
    (
        "VM626",
        (
            "requirements: {isolation: {level: confidential}}\n"
            "host: {platform: linux/amd64, cpu: {features: [vmx, tdx]}}\n"
            "deployment: {platform: kvm, architecture: type1}"
        ),
        "",
    ),
    (
        "VM626",
        (
            "requirements: {isolation: {level: confidential}}\n"
            "host: {platform: linux/amd64, cpu: {features: [vmx, ept]}}\n"
            "deployment: {platform: kvm, architecture: type1}"
        ),
        "needs host.cpu.features",
    ),
    (
        "VM626",
        (
            "requirements: {isolation: {level: confidential}}\n"
            "host: {platform: linux/s390x, cpu: {features: [x]}}\n"
            "deployment: {platform: kvm, architecture: type1}"
        ),
        "",
    ),
    (
        "VM617",
        "requirements: {isolation: {compliance: [pci-dss], tenancy: single}}\ndeployment: {platform: docker}",
        "",
    ),
    (
        "VM617",
        (
            "requirements: {isolation: {compliance: [pci-dss], tenancy: untrusted-multi}}\n"
            "deployment: {platform: docker}"
        ),
        "",
    ),
    ("VM617", "requirements: {isolation: {compliance: []}}\ndeployment: {platform: docker}", ""),
    (
        "VM617",
        (
            "requirements: {isolation: {compliance: [pci-dss]}}\n"
            "deployment: {platform: docker, placement: node-per-tenant}"
        ),
        "",
    ),
    (
        "VM617",
        "requirements: {isolation: {compliance: [pci-dss]}}\ndeployment: {platform: docker, placement: one-per-host}",
        "",
    ),
]
"""Where it says nothing, or which fact it needs."""


@pytest.mark.parametrize(("code", "spec", "expected"), SPEAKS + SILENT)
def test_what_it_says(tells: Tells, code: str, spec: str, expected: str) -> None:
    tells(code, spec, expected)
