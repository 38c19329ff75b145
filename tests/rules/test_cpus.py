"""Processors: what the rules say, and how gravely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Tells


@pytest.mark.parametrize(
    ("code", "spec", "expected"),
    [
        pytest.param(
            "VM603",
            """
            guest: {os: rhel9, platform: linux/amd64}
            deployment: {platform: proxmox-ve, architecture: type1, cpuModel: kvm64}
            """,
            """
            error (high) deployment.cpuModel: Red Hat Enterprise Linux 9 needs x86-64-v2, and the CPU model kvm64
                shows the guest x86-64-v1
            because guest.os.id
            repair: a model that every host with x86-64-v2 can show: deployment.cpuModel=x86-64-v2-AES
            """,
            id="VM603-named-model",
        ),
        pytest.param(
            "VM603",
            """
            guest: {os: rhel9, platform: linux/amd64}
            host: {platform: linux/amd64, cpu: {level: v3}}
            deployment: {platform: proxmox-ve, architecture: type1, cpuModel: kvm64}
            """,
            """
            error (high) deployment.cpuModel: Red Hat Enterprise Linux 9 needs x86-64-v2, and the CPU model kvm64
                shows the guest x86-64-v1
            because guest.os.id
            repair: a model that every host with x86-64-v2 can show: deployment.cpuModel=x86-64-v2-AES
            """,
            id="VM603-named-model-on-a-capable-host",
        ),
        pytest.param(
            "VM603",
            """
            guest: {os: rhel10, platform: linux/amd64}
            host: {platform: linux/amd64, cpu: {level: v3}}
            deployment: {platform: proxmox-ve, architecture: type1, cpuModel: x86-64-v2-AES}
            """,
            """
            error (high) deployment.cpuModel: Red Hat Enterprise Linux 10 needs x86-64-v3, and the CPU model
                x86-64-v2-AES shows the guest x86-64-v2
            because guest.os.id
            repair: a model that every host with x86-64-v3 can show: deployment.cpuModel=x86-64-v3
            """,
            id="VM603-named-model-on-a-host-of-just-that-level",
        ),
        pytest.param(
            "VM603",
            """
            guest: {os: rhel10, platform: linux/amd64}
            host: {platform: linux/amd64, cpu: {level: v2}}
            deployment: {platform: proxmox-ve, architecture: type1, cpuModel: kvm64}
            """,
            """
            error (high) deployment.cpuModel: Red Hat Enterprise Linux 10 needs x86-64-v3, and the CPU model kvm64
                shows the guest x86-64-v1
            because guest.os.id
            """,
            id="VM603-named-model-on-an-old-host",
        ),
        pytest.param(
            "VM603",
            """
            guest: {os: rhel9, platform: linux/amd64}
            host: {platform: linux/amd64, cpu: {features: [vmx, ept], level: v2}, virtualized: false}
            deployment: {platform: kvm, mode: hw-assisted, cpuModel: qemu64}
            """,
            """
            error (high) deployment.cpuModel: Red Hat Enterprise Linux 9 needs x86-64-v2, and the CPU model qemu64
                shows the guest x86-64-v1
            because guest.os.id
            repair: all that the host's processor can do; it then moves between equal hosts only:
                deployment.cpuModel=host-passthrough
            """,
            id="VM603-platform-without-names-for-levels",
        ),
        pytest.param(
            "VM603",
            """
            guest: {os: rhel9, platform: linux/amd64}
            deployment: {platform: kvm, mode: hw-assisted, cpuModel: qemu32}
            """,
            """
            error (high) deployment.cpuModel: Red Hat Enterprise Linux 9 needs x86-64-v2, and the CPU model qemu32
                has no 64-bit mode
            because guest.os.id
            repair: all that the host's processor can do; it then moves between equal hosts only:
                deployment.cpuModel=host-passthrough
            """,
            id="VM603-32-bit-model",
        ),
        pytest.param(
            "VM603",
            """
            guest: {os: rhel9, platform: linux/amd64}
            host: {platform: linux/amd64, cpu: {level: v3}}
            deployment: {platform: qemu, mode: emulation, cpuModel: qemu64}
            """,
            """
            error (high) deployment.cpuModel: Red Hat Enterprise Linux 9 needs x86-64-v2, and the CPU model qemu64
                shows the guest x86-64-v1
            because guest.os.id
            """,
            id="VM603-emulated-model",
        ),
        pytest.param(
            "VM603",
            """
            guest: {os: ubi10, platform: linux/amd64}
            host: {platform: linux/amd64, cpu: {level: v2}}
            deployment: {platform: docker, mode: runc}
            """,
            """
            error (high) host.cpu.level: Red Hat Enterprise Linux 10 needs x86-64-v3, and the host has x86-64-v2
            because guest.os.id, deployment.mode
            help: run it on a newer processor, or use an older release
            help: where the host is a virtual machine itself, give that one a newer CPU model
            """,
            id="VM603-container",
        ),
        pytest.param(
            "VM603",
            """
            guest: {platform: linux/amd64/v4}
            host: {platform: linux/amd64, cpu: {level: v3}}
            deployment: {platform: docker, mode: runc}
            """,
            """
            error (high) host.cpu.level: a Linux guest needs x86-64-v4, and the host has x86-64-v3
            because guest.platform, deployment.mode
            help: run it on a newer processor, or use an older release
            help: where the host is a virtual machine itself, give that one a newer CPU model
            """,
            id="VM603-image-of-a-variant",
        ),
        pytest.param(
            "VM603",
            """
            guest: {os: win11, platform: windows/amd64}
            deployment: {platform: kvm, mode: hw-assisted, cpuModel: Penryn}
            """,
            """
            error (medium) deployment.cpuModel: Windows 11 needs SSE4.2, which comes with x86-64-v2, and the CPU
                model Penryn shows the guest x86-64-v1
            because guest.os.id
            repair: all that the host's processor can do; it then moves between equal hosts only:
                deployment.cpuModel=host-passthrough
            """,
            id="VM603-windows-of-unstated-build",
        ),
        pytest.param(
            "VM603",
            """
            guest: {os: {id: win11, version: 10.0.26100}, platform: windows/amd64}
            deployment: {platform: kvm, mode: hw-assisted, cpuModel: Penryn}
            """,
            """
            error (high) deployment.cpuModel: Windows 11 needs SSE4.2, which comes with x86-64-v2, and the CPU model
                Penryn shows the guest x86-64-v1
            because guest.os.id
            repair: all that the host's processor can do; it then moves between equal hosts only:
                deployment.cpuModel=host-passthrough
            """,
            id="VM603-windows-of-the-first-build-that-asks",
        ),
        pytest.param(
            "VM603",
            """
            guest: {os: win2k25, platform: windows/amd64}
            host: {platform: linux/amd64, cpu: {level: v1}}
            deployment: {platform: vmware-esxi}
            """,
            """
            error (high) host.cpu.level: Windows Server 2025 needs SSE4.2, which comes with x86-64-v2, and the host
                has x86-64-v1
            because guest.os.id, deployment.mode
            help: run it on a newer processor, or use an older release
            help: where the host is a virtual machine itself, give that one a newer CPU model
            """,
            id="VM603-windows-on-an-old-host",
        ),
        pytest.param(
            "VM603",
            """
            guest: {os: ubi9, platform: linux/amd64}
            deployment: {platform: docker, mode: runc}
            """,
            """
            needs host.cpu.level
            """,
            id="VM603-container-waits-for-its-host",
        ),
        pytest.param(
            "VM603",
            """
            guest: {os: rhel9, platform: linux/amd64}
            deployment: {platform: kvm, mode: hw-assisted}
            """,
            """
            needs deployment.cpuModel
            """,
            id="VM603-machine-waits-for-its-model",
        ),
        pytest.param(
            "VM603",
            """
            guest: {os: rhel9, platform: linux/amd64}
            deployment: {platform: kvm, mode: hw-assisted, cpuModel: host-passthrough}
            """,
            """
            needs host.cpu.level
            """,
            id="VM603-host-passthrough-waits-for-its-host",
        ),
        pytest.param(
            "VM603",
            """
            guest: {os: rhel9, platform: linux/amd64}
            deployment: {platform: vmware-esxi}
            """,
            """
            needs host.cpu.level
            """,
            id="VM603-machine-without-models-waits-for-its-host",
        ),
        pytest.param(
            "VM603",
            """
            guest: {os: rhel9, platform: linux/amd64}
            host: {platform: linux/amd64, cpu: {level: v1}}
            deployment: {platform: qemu, mode: emulation, cpuModel: max}
            """,
            """
            needs deployment.cpuModel
            """,
            id="VM603-emulator-waits-for-a-named-model",
        ),
        pytest.param(
            "VM616",
            """
            requirements: {mobility: {liveMigration: required}}
            host:
              platform: linux/amd64
              cpu: {features: [vmx, ept], level: v3}
              virtualized: false
              cluster: {homogeneous: false}
            deployment: {platform: kvm, mode: hw-assisted, cpuModel: host-passthrough}
            """,
            """
            warning (high) deployment.cpuModel: live migration is required between different hosts, and the guest
                sees its host's own processor (host-passthrough)
            because requirements.mobility.liveMigration, host.cluster.homogeneous, deployment.platform.id
            help: name a model that every host of the cluster has: that of its oldest processor
            """,
            id="VM616-required",
        ),
        pytest.param(
            "VM616",
            """
            guest: {platform: linux/amd64}
            requirements: {mobility: {liveMigration: preferred}}
            host:
              platform: linux/amd64
              cpu: {features: [vmx, ept], level: v3}
              virtualized: false
              cluster: {homogeneous: false}
            deployment: {platform: proxmox-ve, architecture: type1, cpuModel: host}
            """,
            """
            warning (high) deployment.cpuModel: live migration is preferred between different hosts, and the guest
                sees its host's own processor (host)
            because requirements.mobility.liveMigration, host.cluster.homogeneous, deployment.platform.id
            help: name a model that every host of the cluster has: that of its oldest processor
            repair: a model that every host with x86-64-v2 can show: deployment.cpuModel=x86-64-v2-AES
            """,
            id="VM616-names-for-levels",
        ),
        pytest.param(
            "VM616",
            """
            guest: {platform: linux/amd64}
            requirements: {mobility: {liveMigration: preferred}}
            host: {platform: linux/amd64, cluster: {homogeneous: false}}
            deployment: {platform: proxmox-ve, architecture: type1, cpuModel: max}
            """,
            """
            warning (high) deployment.cpuModel: live migration is preferred between different hosts, and the guest
                sees its host's own processor (max)
            because requirements.mobility.liveMigration, host.cluster.homogeneous, deployment.platform.id
            help: name a model that every host of the cluster has: that of its oldest processor
            repair: a model that every host with x86-64-v2 can show: deployment.cpuModel=x86-64-v2-AES
            """,
            id="VM616-names-for-levels-of-an-unknown-host",
        ),
        pytest.param(
            "VM616",
            """
            requirements: {mobility: {liveMigration: preferred}}
            deployment: {platform: kvm, mode: hw-assisted, cpuModel: host}
            """,
            """
            needs host.cluster.homogeneous
            """,
            id="VM616-waits-for-the-cluster",
        ),
        pytest.param(
            "VM616",
            """
            requirements: {mobility: {liveMigration: preferred}}
            host: {cluster: {homogeneous: false}}
            deployment: {platform: kvm, mode: hw-assisted}
            """,
            """
            needs deployment.cpuModel
            """,
            id="VM616-waits-for-the-model",
        ),
        pytest.param(
            "VM616",
            """
            requirements: {mobility: {liveMigration: preferred}}
            host: {cluster: {homogeneous: false}}
            deployment: {platform: kubevirt, cpuModel: host}
            """,
            """
            needs guest.platform
            """,
            id="VM616-waits-for-the-architecture",
        ),
    ],
)
def test_what_is_said(tells: Tells, code: str, spec: str, expected: str) -> None:
    tells(code, spec, expected)
