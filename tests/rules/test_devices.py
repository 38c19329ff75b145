"""Physical devices: what the rules say, and how gravely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Tells

SAID = {
    "VM505-card": (
        """
        guest: {platform: linux/amd64}
        host: {platform: linux/amd64}
        requirements: {devices: {pci: ['10ee:7024']}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        """
        error (high) deployment.mode: physical PCI devices must reach the guest, and an emulated machine only
            imitates hardware
        because requirements.devices.pci
        help: if an old device model is meant, ask for it under requirements.devices.emulated
        repair: hands devices of the host through: deployment.mode=hw-assisted
        """,
    ),
    "VM505-gpu": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        requirements: {devices: {gpu: {mode: passthrough}}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        """
        error (high) deployment.mode: a whole physical GPU must reach the guest, and an emulated machine only
            imitates hardware
        because requirements.devices.gpu.mode
        """,
    ),
    "VM505-share-and-card": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        requirements: {devices: {pci: ['10ee:7024'], gpu: {mode: vgpu}}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        """
        error (high) deployment.mode: physical PCI devices and a share of a GPU (vGPU) must reach the guest, and an
            emulated machine only imitates hardware
        because requirements.devices.pci, requirements.devices.gpu.mode
        """,
    ),
    "VM609-gpu": (
        """
        guest: {os: ubuntu24.04}
        requirements: {devices: {gpu: {mode: passthrough}}}
        deployment: {platform: virtualbox, architecture: type2}
        """,
        """
        error (high) deployment.platform.id: a whole physical GPU must reach the guest, which Oracle VirtualBox does
            not offer
        because requirements.devices.gpu.mode
        help: use a hypervisor that hands devices through, or share the host's driver (gpu.mode: shared)
        """,
    ),
    "VM609-card-and-share": (
        """
        guest: {platform: linux/amd64}
        requirements: {devices: {pci: ['10ee:7024'], gpu: {mode: vgpu}}}
        deployment: {platform: vmware-workstation, architecture: type2}
        """,
        """
        error (high) deployment.platform.id: physical PCI devices and a share of a GPU (vGPU) must reach the guest,
            which VMware Workstation Pro does not offer
        because requirements.devices.pci, requirements.devices.gpu.mode
        """,
    ),
    "VM609-card-and-whole-gpu": (
        """
        guest: {platform: linux/amd64}
        requirements: {devices: {pci: ['10ee:7024'], gpu: {mode: passthrough}}}
        deployment: {platform: virtualbox, architecture: type2}
        """,
        """
        error (high) deployment.platform.id: physical PCI devices and a whole physical GPU must reach the guest,
            which Oracle VirtualBox does not offer
        """,
    ),
    "VM609-half-refused": (
        """
        guest: {platform: linux/amd64}
        requirements: {devices: {pci: ['10ee:7024'], gpu: {mode: vgpu}}}
        deployment: {platform: docker-desktop}
        """,
        """
        error (high) deployment.platform.id: physical PCI devices must reach the guest, which Docker Desktop does
            not offer
        because requirements.devices.pci
        """,
    ),
    "VM609-windows-isolation": (
        """
        guest: {os: win2k22}
        host: {platform: windows/amd64}
        requirements: {devices: {gpu: {mode: shared}}}
        deployment: {platform: windows-containers, mode: hyperv}
        """,
        """
        error (high) deployment.mode: a GPU must reach the workload, and none of the host reaches a Windows
            container with Hyper-V isolation
        help: use a container on the host's own kernel, or a machine whose platform hands GPUs through
        repair: uses the GPU of the host through its own Windows, for DirectX: deployment.mode=process
        """,
    ),
    "VM609-windows-isolation-without-alternative": (
        "{guest: {os: win2k22}, requirements: {devices: {gpu: {mode: vgpu}}}, deployment: {mode: hyperv}}",
        """
        error (high) deployment.mode: a GPU must reach the workload, and none of the host reaches a Windows
            container with Hyper-V isolation
        """,
    ),
    "VM609-microvm": (
        """
        guest: {platform: linux/amd64}
        requirements: {devices: {gpu: {mode: shared}}}
        deployment: {platform: firecracker, architecture: type1}
        """,
        "error (high) deployment.mode: a GPU must reach the workload, and none of the host reaches a microVM",
    ),
    "VM609-kata-fc": (
        """
        guest: {platform: linux/amd64}
        requirements: {devices: {gpu: {mode: passthrough}}}
        deployment: {platform: kubernetes, runtimeClass: kata-FC}
        """,
        """
        warning (medium) deployment.runtimeClass: a GPU must reach the workload, and kata-FC names a machine monitor
            (fc) with which Kata reaches none
        help: use a runtime class of Kata with QEMU
        """,
    ),
    "VM609-kata-clh": (
        """
        guest: {platform: linux/amd64}
        requirements: {devices: {gpu: {mode: shared}}}
        deployment: {platform: kata, runtimeClass: kata-clh-runtime-rs}
        """,
        """
        warning (medium) deployment.runtimeClass: a GPU must reach the workload, and kata-clh-runtime-rs names a
            machine monitor (clh) with which Kata reaches none
        """,
    ),
}
"""What a rule says of a workload, reasons and ways out where they are new."""

UNSAID = {
    "VM609-container-on-the-hosts-kernel": (
        """
        guest: {platform: linux/amd64}
        requirements: {devices: {gpu: {mode: passthrough}}}
        deployment: {platform: kubernetes, mode: runc}
        """,
        "",
    ),
    "VM505-shared": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        requirements: {devices: {gpu: {mode: shared}}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        "",
    ),
    "VM505-nowhere-else": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        requirements: {devices: {pci: ['10ee:7024']}}
        deployment: {mode: emulation}
        """,
        "needs deployment.platform.id",
    ),
    "VM609-no-deployment": (
        "{guest: {platform: linux/amd64}, requirements: {devices: {gpu: {mode: passthrough}}}}",
        "",
    ),
    "VM609-kata-without-gpu-demand": (
        """
        guest: {platform: linux/amd64}
        requirements: {devices: {pci: ['10ee:7024']}}
        deployment: {platform: kata, runtimeClass: kata-fc}
        """,
        "",
    ),
    "VM609-kata-class-unknown": (
        """
        guest: {platform: linux/amd64}
        requirements: {devices: {gpu: {mode: shared}}}
        deployment: {platform: kata}
        """,
        "",
    ),
    "VM609-runc-class": (
        """
        guest: {platform: linux/amd64}
        requirements: {devices: {gpu: {mode: shared}}}
        deployment: {platform: kubernetes, runtimeClass: runc-fc}
        """,
        "",
    ),
}
"""Workloads on which a rule is silent, and what it would have to know where it cannot tell."""


@pytest.mark.parametrize("case", [*SAID, *UNSAID])
def test_what_is_said(case: str, tells: Tells) -> None:
    spec, expected = SAID.get(case) or UNSAID[case]
    tells(case.partition("-")[0], spec, expected)
