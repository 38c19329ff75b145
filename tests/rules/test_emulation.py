"""Emulated machines: what the rules say, and how gravely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Tells

SAID = {
    "VM503-several": (
        """
        instances: 4
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        """
        warning (medium) instances: 4 emulated machines are to run, and each takes many times the CPU time of one
            that the CPU runs itself
        because deployment.mode
        help: use hosts with the guest's own CPU architecture, or builds of the guest for the hosts' own
        """,
    ),
    "VM503-dense": (
        """
        instances: 9
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        requirements: {density: {perHost: 4}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu, placement: one-per-host}
        """,
        """
        warning (medium) requirements.density.perHost: 4 emulated machines are to share a host, and each takes many
            times the CPU time of one that the CPU runs itself
        """,
    ),
    "VM503-shared-placement": (
        """
        instances: 4
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu, placement: shared}
        """,
        """
        warning (medium) instances: 4 emulated machines are to run, and each takes many times the CPU time of one
            that the CPU runs itself
        """,
    ),
    "VM506-untrusted": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        requirements: {isolation: {tenancy: untrusted-multi}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        """
        error (high) deployment.mode: emulation is no security boundary, and untrusted code needs one
        because requirements.isolation.tenancy
        help: if the guest's CPU is foreign, put the emulator itself into a hardware-assisted virtual machine
        help: a laboratory whose host is wiped afterwards can be labelled vmlint/malware-lab
        """,
    ),
    "VM506-vm-boundary": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        requirements: {isolation: {level: vm}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        """
        error (high) deployment.mode: emulation is no security boundary, and isolation level vm demands one
        because requirements.isolation.level
        """,
    ),
    "VM506-confidential": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        requirements: {isolation: {level: confidential, untrustedCode: true}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        """
        error (high) deployment.mode: emulation is no security boundary, and untrusted code needs one
        because requirements.isolation.untrustedCode, requirements.isolation.level
        """,
    ),
    "VM507-forgotten-accelerator": (
        """
        guest: {os: debian12, platform: linux/amd64}
        host: {platform: linux/amd64, cpu: {features: [vmx]}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        """
        warning (high) deployment.mode: Debian 12 (Bookworm) is emulated, although the host's amd64 CPU could run it
            itself
        because host.cpu.features, host.platform, guest.platform
        help: check that the host's accelerator is there: /dev/kvm on Linux, HVF on macOS, WHPX on Windows
        help: if the emulator itself is wanted, label the workload vmlint/deterministic-emulation
        repair: the CPU runs the guest itself, where it is the guest's own kind: deployment.mode=hw-assisted
        """,
    ),
    "VM507-arm": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/arm64, cpu: {features: [el2]}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        """
        warning (high) deployment.mode: a Linux guest is emulated, although the host's arm64 CPU could run it itself
        """,
    ),
    "VM507-32-bit-guest-on-amd": (
        """
        guest: {platform: linux/386}
        host: {platform: linux/amd64, cpu: {features: [svm]}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        """
        warning (high) deployment.mode: a Linux guest is emulated, although the host's amd64 CPU could run it itself
        """,
    ),
    "VM507-nested": (
        """
        guest: {platform: linux/amd64}
        host: {platform: linux/amd64, cpu: {features: [vmx]}, virtualized: true, nestedVirtualization: true}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        """
        warning (high) deployment.mode: a Linux guest is emulated, although the host's amd64 CPU could run it itself
        """,
    ),
}
"""What a rule says of a workload, reasons and ways out where they are new."""

UNSAID = {
    "VM506-weaker-boundary": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        requirements: {isolation: {level: sandbox}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        "",
    ),
    "VM507-not-nested": (
        """
        guest: {platform: linux/amd64}
        host: {platform: linux/amd64, cpu: {features: [vmx]}, virtualized: true, nestedVirtualization: false}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        "",
    ),
    "VM507-no-extensions": (
        """
        guest: {platform: linux/amd64}
        host: {platform: linux/amd64, cpu: {features: [fpu, lm]}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        "",
    ),
}
"""Workloads on which a rule is silent, and what it would have to know where it cannot tell."""


@pytest.mark.parametrize("case", [*SAID, *UNSAID])
def test_what_is_said(case: str, tells: Tells) -> None:
    spec, expected = SAID.get(case) or UNSAID[case]
    tells(case.partition("-")[0], spec, expected)


def test_vm506_malware_lab(tells: Tells) -> None:
    spec = """
    guest: {platform: linux/arm64}
    host: {platform: linux/amd64}
    requirements: {isolation: {untrustedCode: true}}
    deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
    """
    tells("VM506", spec, "", '{vmlint/malware-lab: "true"}')


def test_vm506_no_malware_lab(tells: Tells) -> None:
    spec = """
    guest: {platform: linux/amd64}
    host: {platform: linux/amd64}
    requirements: {isolation: {untrustedCode: true}}
    deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
    """
    expected = """
    error (high) deployment.mode: emulation is no security boundary, and untrusted code needs one
    """
    tells("VM506", spec, expected, '{vmlint/malware-lab: "false"}')


def test_vm507_wanted(tells: Tells) -> None:
    spec = """
    guest: {platform: linux/amd64}
    host: {platform: linux/amd64, cpu: {features: [vmx]}}
    deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
    """
    tells("VM507", spec, "", '{vmlint/deterministic-emulation: "true"}')
