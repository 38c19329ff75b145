"""Mobility: what the rules on a guest that is held back say, and how gravely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Tells

SAID = {
    "VM611-card-required": (
        """
        guest: {os: debian12}
        requirements: {mobility: {liveMigration: required}, devices: {pci: ['10ee:7024']}}
        deployment: {platform: xcp-ng@8.3}
        """,
        """
        error (high) requirements.devices.pci: live migration is required, and XCP-ng cannot move a guest with a
            passed-through PCI device
        because requirements.mobility.liveMigration, deployment.platform.id
        help: a network card: use an SR-IOV function paired with a virtual one
        help: detach the device before the move and attach one after it
        """,
    ),
    "VM611-card-preferred": (
        """
        guest: {os: debian12}
        requirements: {mobility: {liveMigration: preferred}, devices: {pci: ['10ee:7024']}}
        deployment: {platform: xcp-ng@8.3}
        """,
        """
        warning (high) requirements.devices.pci: live migration is preferred, and XCP-ng cannot move a guest with a
            passed-through PCI device
        """,
    ),
    "VM611-resource-of-the-cluster": (
        """
        guest: {os: debian12}
        requirements: {mobility: {liveMigration: required}}
        deployment: {platform: kubevirt, hostDevices: [devices.kubevirt.io/nvme]}
        """,
        """
        error (high) deployment.hostDevices: live migration is required, and KubeVirt cannot move a guest with a
            passed-through PCI device
        because requirements.mobility.liveMigration, deployment.platform.id
        """,
    ),
    "VM611-everything": (
        """
        guest: {os: debian12}
        requirements: {mobility: {liveMigration: required}, devices: {pci: ['10ee:7024'], usb: ['0529:0001'], gpu:
          {mode: vgpu}}}
        deployment: {platform: xcp-ng@8.3}
        """,
        """
        error (high) requirements.devices.pci: live migration is required, and XCP-ng cannot move a guest with a
            passed-through PCI device, a passed-through USB device and a virtual GPU
        because requirements.devices.gpu.mode, requirements.devices.usb, requirements.mobility.liveMigration,
            deployment.platform.id
        """,
    ),
    "VM611-may-move": (
        """
        guest: {os: debian12}
        requirements: {mobility: {liveMigration: required}, devices: {gpu: {mode: vgpu}}}
        deployment: {platform: kubevirt}
        """,
        """
        warning (high) requirements.devices.gpu.mode: live migration is required, and KubeVirt may not be able to
            move a guest with a virtual GPU
        help: detach the device before the move and attach one after it
        help: find out whether this device and its driver are among the exceptions
        """,
    ),
    "VM611-one-of-two-is-tied": (
        """
        guest: {os: debian12}
        requirements: {mobility: {liveMigration: required}, devices: {usb: ['0529:0001'], gpu: {mode:
          passthrough}}}
        deployment: {platform: proxmox-ve, architecture: type1}
        """,
        """
        error (high) requirements.devices.usb: live migration is required, and Proxmox Virtual Environment cannot
            move a guest with a passed-through USB device
        because requirements.devices.gpu.mode, requirements.mobility.liveMigration, deployment.platform.id
        help: detach the device before the move and attach one after it
        """,
    ),
    "VM611-gpu-on-vsphere": (
        """
        guest: {os: debian12}
        requirements: {mobility: {liveMigration: required}, devices: {gpu: {mode: passthrough}}}
        deployment: {platform: vmware-esxi}
        """,
        """
        error (high) requirements.devices.gpu.mode: live migration is required, and VMware ESXi cannot move a guest
            with a passed-through PCI device
        help: a vGPU (gpu.mode: vgpu) does not hold the guest back here in principle
        help: detach the device before the move and attach one after it
        """,
    ),
    "VM611-network-card-on-vsphere": (
        """
        guest: {os: debian12}
        requirements: {mobility: {liveMigration: required}, devices: {pci: ['8086:1572']}}
        deployment: {platform: vmware-esxi}
        """,
        """
        warning (high) requirements.devices.pci: live migration is required, and VMware ESXi may not be able to move
            a guest with a passed-through PCI device
        help: a network card: use an SR-IOV function paired with a virtual one
        help: detach the device before the move and attach one after it
        help: find out whether this device and its driver are among the exceptions
        """,
    ),
    "VM611-host-device": (
        """
        guest: {os: debian12}
        requirements: {mobility: {liveMigration: required}}
        deployment: {platform: xen, architecture: type1, hostDevices: ['0000:3b:00.0']}
        """,
        """
        error (high) deployment.hostDevices: live migration is required, and Xen Project hypervisor cannot move a
            guest with a passed-through PCI device
        """,
    ),
    "VM611-host-device-short": (
        """
        guest: {os: debian12}
        requirements: {mobility: {liveMigration: required}}
        deployment: {platform: xen, architecture: type1, hostDevices: ['3B:00.7']}
        """,
        """
        error (high) deployment.hostDevices: live migration is required, and Xen Project hypervisor cannot move a
            guest with a passed-through PCI device
        """,
    ),
    "VM618-volumes": (
        """
        guest: {os: debian12}
        requirements: {mobility: {liveMigration: required}}
        deployment: {platform: kubevirt, storage: {accessMode: rwo}}
        """,
        """
        error (high) deployment.storage.accessMode: live migration is required, and KubeVirt moves a guest only if
            its volumes are rwx, not rwo
        because requirements.mobility.liveMigration, deployment.platform.id
        help: move the disks to a storage class that several nodes can mount at once
        repair: volumes that several nodes mount at once: deployment.storage.accessMode=rwx
        """,
    ),
    "VM618-binding": (
        """
        guest: {os: debian12}
        requirements: {mobility: {liveMigration: required}}
        deployment: {platform: kubevirt, network: {binding: bridge}}
        """,
        """
        error (medium) deployment.network.binding: live migration is required, and KubeVirt does not move a guest
            with the network binding bridge
        help: use a binding that keeps the guest's address apart from the pod's, such as masquerade
        """,
    ),
    "VM618-both-preferred": (
        """
        guest: {os: debian12}
        requirements: {mobility: {liveMigration: preferred}}
        deployment: {platform: kubevirt, storage: {accessMode: rwo}, network: {binding: bridge}}
        """,
        """
        warning (high) deployment.storage.accessMode: live migration is preferred, and KubeVirt moves a guest only
            if its volumes are rwx, not rwo
        because requirements.mobility.liveMigration, deployment.platform.id
        help: move the disks to a storage class that several nodes can mount at once
        warning (medium) deployment.network.binding: live migration is preferred, and KubeVirt does not move a guest
            with the network binding bridge
        because requirements.mobility.liveMigration, deployment.platform.id
        help: use a binding that keeps the guest's address apart from the pod's, such as masquerade
        """,
    ),
}
"""What a rule says of a workload, reasons and ways out where they are new."""

UNSAID = {
    "VM611-host-device-of-another-kind": (
        """
        guest: {os: debian12}
        requirements: {mobility: {liveMigration: required}}
        deployment: {platform: xen, architecture: type1, hostDevices: [/dev/ttyS0]}
        """,
        "",
    ),
    "VM611-cannot-move-anyway": (
        """
        guest: {os: debian12}
        requirements: {mobility: {liveMigration: required}, devices: {pci: ['10ee:7024']}}
        deployment: {platform: firecracker, architecture: type1}
        """,
        "",
    ),
    "VM618-network-unknown": (
        """
        guest: {os: debian12}
        requirements: {mobility: {liveMigration: required}}
        deployment: {platform: kubevirt, storage: {accessMode: rwx}}
        """,
        "needs deployment.network.binding",
    ),
}
"""Workloads on which a rule is silent, and what it would have to know where it cannot tell."""


@pytest.mark.parametrize("case", [*SAID, *UNSAID])
def test_what_is_said(case: str, tells: Tells) -> None:
    spec, expected = SAID.get(case) or UNSAID[case]
    tells(case.partition("-")[0], spec, expected)
