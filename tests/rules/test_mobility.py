"""Mobility: what the rules on platforms that move nothing say, and how gravely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Tells

SAID = {
    "VM416-kubernetes-required": (
        """
        guest: {platform: linux/amd64}
        requirements: {mobility: {liveMigration: required}}
        deployment: {platform: kubernetes}
        """,
        """
        error (high) requirements.mobility.liveMigration: live migration is required, and a container on Kubernetes
            has no live migration
        because deployment.platform.id, deployment.mode
        help: run several replicas and let the orchestrator replace them, or run it in a virtual machine
        """,
    ),
    "VM416-docker-preferred": (
        """
        guest: {platform: linux/amd64}
        requirements: {mobility: {liveMigration: preferred}}
        deployment: {platform: docker}
        """,
        """
        warning (high) requirements.mobility.liveMigration: live migration is preferred, and a container on Docker
            Engine has experimental checkpoints at best
        """,
    ),
    "VM416-podman-preferred": (
        """
        guest: {platform: linux/amd64}
        requirements: {mobility: {liveMigration: preferred}}
        deployment: {platform: podman}
        """,
        """
        warning (high) requirements.mobility.liveMigration: live migration is preferred, and a container on Podman
            is stopped, copied and restored (CRIU), which takes time and has limits
        """,
    ),
    "VM416-podman-required": (
        """
        guest: {platform: linux/amd64}
        requirements: {mobility: {liveMigration: required}}
        deployment: {platform: podman}
        """,
        """
        warning (high) requirements.mobility.liveMigration: live migration is required, and a container on Podman is
            stopped, copied and restored (CRIU), which takes time and has limits
        """,
    ),
    "VM416-firecracker-required": (
        """
        guest: {platform: linux/amd64}
        requirements: {mobility: {liveMigration: required}}
        deployment: {platform: firecracker, architecture: container}
        """,
        """
        error (high) requirements.mobility.liveMigration: live migration is required, and a container on Firecracker
            can only save a snapshot and restore it elsewhere, and connections may not survive
        """,
    ),
    "VM416-incus-required": (
        """
        guest: {platform: linux/amd64}
        requirements: {mobility: {liveMigration: required}}
        deployment: {platform: incus, architecture: container}
        """,
        """
        error (high) requirements.mobility.liveMigration: live migration is required, and a container on Incus has
            experimental checkpoints at best
        """,
    ),
    "VM416-kata-under-podman": (
        """
        guest: {platform: linux/amd64}
        requirements: {mobility: {liveMigration: required}}
        deployment: {platform: podman, mode: kata}
        """,
        """
        error (high) requirements.mobility.liveMigration: live migration is required, and a container on Podman has
            no live migration
        """,
    ),
    "VM625-snapshot-required": (
        """
        guest: {os: debian12}
        requirements: {mobility: {liveMigration: required}}
        deployment: {platform: firecracker, architecture: type1}
        """,
        """
        error (high) requirements.mobility.liveMigration: live migration is required, and Firecracker can only save
            a snapshot and restore it elsewhere, and connections may not survive
        because deployment.platform.id
        """,
    ),
    "VM625-none-preferred": (
        """
        guest: {os: debian12}
        requirements: {mobility: {liveMigration: preferred}}
        deployment: {platform: vmware-fusion}
        """,
        """
        warning (high) requirements.mobility.liveMigration: live migration is preferred, and VMware Fusion Pro has
            no live migration
        """,
    ),
    "VM625-windows-desktop": (
        """
        guest: {os: debian12}
        host: {os: win11}
        requirements: {mobility: {liveMigration: required}}
        deployment: {platform: hyperv}
        """,
        """
        error (high) requirements.mobility.liveMigration: live migration is required, and Microsoft Hyper-V has no
            live migration on a desktop edition of Windows
        because deployment.platform.id, host.os.id
        """,
    ),
}
"""What a rule says of a workload, reasons and ways out where they are new."""

UNSAID = {
    "VM618-no-such-restriction": (
        """
        guest: {os: win2k22}
        requirements: {mobility: {liveMigration: preferred}}
        deployment: {platform: hyperv}
        """,
        "",
    ),
    "VM625-windows-server": (
        """
        guest: {os: debian12}
        host: {os: win2k22}
        requirements: {mobility: {liveMigration: required}}
        deployment: {platform: hyperv}
        """,
        "",
    ),
    "VM625-windows-unknown": (
        """
        guest: {os: debian12}
        host: {platform: windows/amd64}
        requirements: {mobility: {liveMigration: required}}
        deployment: {platform: hyperv}
        """,
        "",
    ),
    "VM625-desktop-linux-under-kvm": (
        """
        guest: {os: debian12}
        host: {os: win11}
        requirements: {mobility: {liveMigration: required}}
        deployment: {platform: kvm, architecture: type1}
        """,
        "",
    ),
    "VM625-not-wanted": (
        """
        guest: {os: debian12}
        requirements: {mobility: {liveMigration: none}}
        deployment: {platform: vmware-fusion}
        """,
        "",
    ),
}
"""Workloads on which a rule is silent, and what it would have to know where it cannot tell."""


@pytest.mark.parametrize("case", [*SAID, *UNSAID])
def test_what_is_said(case: str, tells: Tells) -> None:
    spec, expected = SAID.get(case) or UNSAID[case]
    tells(case.partition("-")[0], spec, expected)
