"""Windows containers: what the rules say, and how gravely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Tells


@pytest.mark.parametrize(
    ("code", "spec", "expected"),
    [
        pytest.param(
            "VM421",
            """
            guest: {os: win2k22}
            host: {platform: linux/amd64}
            deployment: {platform: docker}
            """,
            """
            error (high) guest.os.family: Windows containers need a Windows host, and this one is Linux
            because deployment.platform.id, deployment.mode, host.os.family
            help: run it on a Windows node, or in a virtual machine
            help: a .NET application may run on a Linux base image instead
            """,
            id="VM421-linux-host",
        ),
        pytest.param(
            "VM421",
            """
            guest: {os: win2k22}
            host: {platform: windows/amd64}
            deployment: {architecture: container, platform: docker-desktop, mode: runc}
            """,
            """
            error (high) guest.os.family: Windows containers need a Windows host, and Docker Desktop runs Linux ones
                only
            because deployment.platform.id, deployment.mode, host.os.family
            help: run it on a Windows node, or in a virtual machine
            help: a .NET application may run on a Linux base image instead
            """,
            id="VM421-linux-only-platform",
        ),
        pytest.param(
            "VM421",
            """
            host: {platform: linux/amd64}
            deployment: {platform: docker, mode: hyperv}
            """,
            """
            error (high) deployment.mode: Windows containers need a Windows host, and this one is Linux
            because deployment.platform.id, host.os.family
            help: run it on a Windows node, or in a virtual machine
            help: a .NET application may run on a Linux base image instead
            """,
            id="VM421-mode-of-windows-alone-says-it",
        ),
        pytest.param(
            "VM421",
            """
            host: {platform: linux/amd64}
            deployment: {platform: docker, mode: runc}
            """,
            "",
            id="VM421-left-to-VM402",
        ),
        pytest.param(
            "VM421",
            """
            host: {platform: linux/amd64}
            deployment: {platform: kubernetes, runtimeClass: of-the-cluster}
            """,
            "needs guest.os.id",
            id="VM421-neither-guest-nor-mode",
        ),
        pytest.param(
            "VM628",
            """
            guest: {os: winxp}
            host: {platform: windows/amd64}
            deployment: {platform: windows-containers, mode: hyperv}
            """,
            """
            error (high) guest.os.id: there is no container image of Windows XP; the oldest is Windows Server 2016
            because deployment.architecture
            help: run it in a virtual machine, or the application on a current base image (win2k22, win2k25)
            """,
            id="VM628-older-than-containers",
        ),
        pytest.param(
            "VM628",
            """
            kind: desktop
            guest: {os: win11}
            host: {platform: windows/amd64}
            deployment: {platform: windows-containers, mode: hyperv}
            """,
            """
            warning (high) guest.os.id: Windows 11 is a desktop system, and the current base images of containers
                are of Windows Server
            because deployment.architecture
            help: state the system of the image, such as win2k22 or win2k25
            """,
            id="VM628-desktop-release-of-a-desktop",
        ),
        pytest.param(
            "VM628",
            """
            kind: desktop
            guest: {os: win2k22}
            host: {platform: windows/amd64}
            deployment: {platform: windows-containers, mode: hyperv}
            """,
            """
            warning (high) kind: a desktop is wanted, and Windows containers have neither a desktop nor remote
                desktop
            because guest.os.family, deployment.architecture
            help: run it in a virtual machine
            """,
            id="VM628-desktop-of-a-server",
        ),
        pytest.param(
            "VM422",
            """
            guest: {os: win2k19}
            host: {os: win2k22, cpu: {features: [vmx, ept]}, virtualized: false}
            deployment: {platform: windows-containers, mode: process}
            """,
            """
            error (high) deployment.mode: an image of Windows Server 2019 cannot run on the kernel of Windows Server
                2022, which process isolation gives it
            because guest.os.id, host.os.id
            help: rebuild it on a base image of Windows Server 2022
            repair: the same image in a small virtual machine with the image's own kernel: deployment.mode=hyperv
            """,
            id="VM422-stated-releases",
        ),
        pytest.param(
            "VM422",
            """
            guest: {os: win2k19}
            host: {os: {id: win2k25, build: 10.0.26100.1}, cpu: {features: [vmx, ept]}, virtualized: false}
            deployment: {platform: kubernetes}
            """,
            """
            error (high) deployment.mode: an image of Windows Server 2019 cannot run on the kernel of Windows Server
                2025 (build 10.0.26100.1), which process isolation gives it
            because guest.os.id, host.os.id, host.os.build
            help: rebuild it on a base image of Windows Server 2022 or Windows Server 2025
            """,
            id="VM422-no-hyper-v-isolation",
        ),
        pytest.param(
            "VM422",
            """
            guest: {os: {family: windows, version: 10.0.17763.1}}
            host: {platform: windows/amd64, os: {build: 10.0.26100}, cpu: {features: [vmx, ept]}, virtualized: false}
            deployment: {platform: windows-containers, mode: process}
            """,
            """
            error (high) deployment.mode: an image of Windows Server 2019 cannot run on the kernel of Windows 11 or
                Windows Server 2025 (build 10.0.26100), which process isolation gives it
            because guest.os.version, host.os.build
            help: rebuild it on a base image of Windows Server 2022
            repair: the same image in a small virtual machine with the image's own kernel: deployment.mode=hyperv
            """,
            id="VM422-builds-of-several-releases",
        ),
        pytest.param(
            "VM422",
            """
            guest: {os: win2k19}
            host: {os: {id: win10, build: 10.0.19045}, cpu: {features: [vmx, ept]}, virtualized: false}
            deployment: {platform: docker, mode: process}
            """,
            """
            error (high) deployment.mode: an image of Windows Server 2019 cannot run on the kernel of Windows 10
                (build 10.0.19045), which process isolation gives it
            because guest.os.id, host.os.id, host.os.build
            repair: the same image in a small virtual machine with the image's own kernel: deployment.mode=hyperv
            """,
            id="VM422-nothing-shares-its-kernel",
        ),
        pytest.param(
            "VM422",
            """
            guest: {os: {id: win2k16, version: 10.0.14393.1944}}
            host: {os: {id: win2k16, build: 10.0.14393.1914}, cpu: {features: [vmx, ept]}, virtualized: false}
            deployment: {platform: windows-containers, mode: process}
            """,
            """
            warning (medium) guest.os.version: the image has build 10.0.14393.1944 and the host 10.0.14393.1914;
                Windows Server 2016 wants even the revision to be the same under process isolation
            because host.os.build, deployment.mode
            help: patch image and host together, or use Hyper-V isolation
            """,
            id="VM422-revision",
        ),
        pytest.param(
            "VM422",
            """
            guest: {os: win2k19}
            host: {os: win10}
            deployment: {platform: docker, mode: process}
            """,
            """
            needs host.os.build
            """,
            id="VM422-windows-10-waits-for-its-build",
        ),
        pytest.param(
            "VM422",
            """
            guest: {os: win2k25}
            host: {os: win11}
            deployment: {platform: docker, mode: process}
            """,
            """
            needs host.os.build
            """,
            id="VM422-windows-11-waits-for-its-build",
        ),
        pytest.param(
            "VM422",
            """
            guest: {os: win2k19}
            host: {platform: windows/amd64}
            deployment: {platform: docker, mode: process}
            """,
            """
            needs host.os.id
            """,
            id="VM422-host-waits-for-its-release",
        ),
        pytest.param(
            "VM422",
            """
            guest: {os: win2k19}
            host: {platform: windows/amd64, os: {build: 10.0.25398}}
            deployment: {platform: docker, mode: process}
            """,
            """
            needs host.os.id
            """,
            id="VM422-no-build-that-is-known",
        ),
        pytest.param(
            "VM422",
            """
            guest: {platform: windows/amd64}
            host: {os: win2k22}
            deployment: {platform: docker, mode: process}
            """,
            """
            needs guest.os.id
            """,
            id="VM422-image-waits-for-its-release",
        ),
        pytest.param(
            "VM422",
            """
            guest: {os: {family: windows, version: 10.0.25398}}
            host: {os: win2k22}
            deployment: {platform: docker, mode: process}
            """,
            """
            needs guest.os.id
            """,
            id="VM422-image-of-no-known-build",
        ),
        pytest.param(
            "VM423",
            """
            guest: {os: win2k25}
            host: {os: win2k22}
            deployment: {platform: windows-containers, mode: process}
            """,
            """
            error (high) guest.os.id: an image of Windows Server 2025 is newer than its host, Windows Server 2022,
                and is supported there in no isolation mode
            because host.os.id, deployment.mode
            help: run it on Windows Server 2025, or in a virtual machine
            help: rebuild it on a base image of Windows Server 2022
            """,
            id="VM423-process-isolation",
        ),
        pytest.param(
            "VM423",
            """
            guest: {os: win2k22}
            host: {os: win10}
            deployment: {platform: docker-desktop, mode: hyperv}
            """,
            """
            error (medium) guest.os.id: an image of Windows Server 2022 is newer than its host, Windows 10, and is
                supported there in no isolation mode
            because host.os.id, deployment.mode
            help: run it on Windows Server 2025 or Windows Server 2022, or in a virtual machine
            """,
            id="VM423-hyper-v-isolation",
        ),
        pytest.param(
            "VM423",
            """
            guest: {os: {family: windows, version: 10.0.17763.1}}
            host: {platform: windows/amd64, os: {build: 10.0.14393.1}}
            deployment: {platform: docker, mode: process}
            """,
            """
            error (high) guest.os.version: an image of Windows Server 2019 is newer than its host, Windows 10 or
                Windows Server 2016 (build 10.0.14393.1), and is supported there in no isolation mode
            because host.os.build, deployment.mode
            help: run it on Windows Server 2025, Windows Server 2022 or Windows Server 2019, or in a virtual machine
            """,
            id="VM423-builds",
        ),
        pytest.param(
            "VM423",
            """
            guest: {os: win2k25}
            host: {os: {id: win11, build: 10.0.22631.1}}
            deployment: {platform: docker, mode: process}
            """,
            """
            error (high) guest.os.id: an image of Windows Server 2025 is newer than its host, Windows 11 (build
                10.0.22631.1), and is supported there in no isolation mode
            because host.os.id, host.os.build, deployment.mode
            help: run it on Windows Server 2025, or in a virtual machine
            help: rebuild it on a base image of Windows Server 2022
            """,
            id="VM423-windows-11-23h2",
        ),
        pytest.param(
            "VM425",
            """
            guest: {os: win2k22}
            deployment: {platform: kubernetes, mode: process, privileged: true}
            """,
            """
            error (high) deployment.privileged: a Windows container cannot have privileged mode
            because guest.os.family, deployment.platform.id
            help: leave the fields out; an agent of the node can run as a HostProcess container
            """,
            id="VM425-privileged",
        ),
        pytest.param(
            "VM425",
            """
            guest: {os: win2k22}
            deployment: {platform: kubernetes, mode: process, capabilities: [SYS_TIME, NET_ADMIN]}
            """,
            """
            error (high) deployment.capabilities: a Windows container cannot have the capabilities NET_ADMIN and
                SYS_TIME
            because guest.os.family, deployment.platform.id
            help: leave the fields out; an agent of the node can run as a HostProcess container
            """,
            id="VM425-capabilities",
        ),
        pytest.param(
            "VM425",
            """
            guest: {os: win2k22}
            deployment: {platform: kubernetes, mode: process, hostNamespaces: [pid]}
            """,
            """
            error (high) deployment.hostNamespaces: a Windows container cannot have the host's pid namespace
            because guest.os.family, deployment.platform.id
            help: leave the fields out; an agent of the node can run as a HostProcess container
            """,
            id="VM425-namespace",
        ),
        pytest.param(
            "VM425",
            """
            guest: {os: win2k22}
            deployment:
              platform: kubernetes
              mode: process
              privileged: true
              capabilities: [NET_ADMIN]
              hostNamespaces: [pid, network, ipc]
            """,
            """
            error (high) deployment.privileged: a Windows container cannot have privileged mode, the capability
                NET_ADMIN or the host's ipc and pid namespaces
            because deployment.capabilities, deployment.hostNamespaces, guest.os.family, deployment.platform.id
            help: leave the fields out; an agent of the node can run as a HostProcess container
            """,
            id="VM425-all",
        ),
        pytest.param(
            "VM425",
            """
            guest: {os: win2k22}
            deployment: {platform: kubernetes, mode: process, hostNamespaces: [ipc], capabilities: [NET_ADMIN]}
            """,
            """
            error (high) deployment.capabilities: a Windows container cannot have the capability NET_ADMIN or the
                host's ipc namespace
            because deployment.hostNamespaces, guest.os.family, deployment.platform.id
            """,
            id="VM425-capabilities-come-first",
        ),
        pytest.param(
            "VM425",
            "deployment: {platform: docker, privileged: true}",
            "",
            id="VM425-whatever-the-guest-is-no-pod",
        ),
        pytest.param(
            "VM425",
            "deployment: {platform: kubernetes, privileged: true}",
            "needs guest.os.id",
            id="VM425-guest-not-known",
        ),
        pytest.param(
            "VM425",
            """
            guest: {os: win2k22}
            deployment: {platform: kubernetes, mode: process, privileged: false, hostNamespaces: []}
            """,
            """
            needs deployment.capabilities
            """,
            id="VM425-waits-for-capabilities",
        ),
        pytest.param(
            "VM425",
            """
            guest: {os: win2k22}
            deployment: {platform: kubernetes, mode: process, capabilities: [], hostNamespaces: []}
            """,
            """
            needs deployment.privileged
            """,
            id="VM425-waits-for-privileges",
        ),
        pytest.param(
            "VM425",
            """
            guest: {os: win2k22}
            deployment: {platform: kubernetes, mode: process, privileged: false, capabilities: []}
            """,
            """
            needs deployment.hostNamespaces
            """,
            id="VM425-waits-for-namespaces",
        ),
        pytest.param(
            "VM426",
            """
            environment: production
            guest: {os: win2k22}
            host: {os: win11, cpu: {features: [vmx, ept]}, virtualized: false}
            deployment: {platform: windows-containers, mode: process}
            """,
            """
            warning (high) deployment.mode: process isolation on Windows 11 is meant for development, and this is
                production
            because host.os.id, environment
            help: run it on Windows Server
            repair: the isolation that is supported there, in a small virtual machine: deployment.mode=hyperv
            """,
            id="VM426-other-isolation-offered",
        ),
        pytest.param(
            "VM426",
            """
            environment: production
            guest: {os: win2k22}
            host: {os: win11, cpu: {features: [vmx, ept]}, virtualized: false}
            deployment: {platform: kubernetes, mode: process}
            """,
            """
            warning (high) deployment.mode: process isolation on Windows 11 is meant for development, and this is
                production
            because host.os.id, environment
            help: run it on Windows Server
            """,
            id="VM426-no-other-isolation",
        ),
    ],
)
def test_what_is_said(tells: Tells, code: str, spec: str, expected: str) -> None:
    tells(code, spec, expected)
