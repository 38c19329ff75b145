"""Paravirtual devices: what the rules say, and how gravely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Tells

SAID = {
    "VM311-disk-and-card": (
        """
        guest: {os: debian12}
        deployment: {architecture: type1, platform: kvm, devices: {disk: sata, nic: e1000}}
        """,
        """
        note (high) deployment.devices.disk: sata is emulated, and Debian 12 (Bookworm) has the driver for virtio;
            virtio about doubles sequential writes in Proxmox's figures
        because guest.os.id
        help: in an installed guest, check first that its initramfs and fstab do not depend on the old device
        note (high) deployment.devices.nic: e1000 is emulated, and Debian 12 (Bookworm) has the driver for virtio;
            virtio moves up to three times as much in Proxmox's figures
        because guest.os.id
        """,
    ),
    "VM311-high-performance": (
        """
        guest: {os: debian12}
        requirements: {performance: {class: high}}
        deployment: {architecture: type1, platform: kvm, devices: {disk: IDE, nic: virtio}}
        """,
        """
        warning (high) deployment.devices.disk: IDE is emulated, and Debian 12 (Bookworm) has the driver for virtio;
            virtio about doubles sequential writes in Proxmox's figures
        because guest.os.id, requirements.performance.class
        repair: the paravirtual device: deployment.devices.disk=virtio
        """,
    ),
    "VM311-card-only": (
        """
        guest: {os: debian12}
        requirements: {performance: {class: high}}
        deployment: {architecture: type1, platform: kvm, devices: {nic: rtl8139}}
        """,
        """
        warning (high) deployment.devices.nic: rtl8139 is emulated, and Debian 12 (Bookworm) has the driver for
            virtio; virtio moves up to three times as much in Proxmox's figures
        repair: the paravirtual device: deployment.devices.nic=virtio
        """,
    ),
    "VM311-vmware": (
        "{guest: {os: debian12}, deployment: {platform: vmware-esxi, devices: {disk: sata, nic: e1000e}}}",
        """
        note (low) deployment.devices.disk: sata is emulated, and Debian 12 (Bookworm) has the driver for pvscsi
        note (low) deployment.devices.nic: e1000e is emulated, and Debian 12 (Bookworm) has the driver for
            vmxnet3
        """,
    ),
    "VM311-vmware-workstation": (
        """
        guest: {os: debian12}
        deployment: {platform: vmware-workstation, architecture: type2, devices: {disk: sata, nic: e1000e}}
        """,
        """
        note (low) deployment.devices.nic: e1000e is emulated, and Debian 12 (Bookworm) has the driver for
            vmxnet3
        because guest.os.id
        """,
    ),
    "VM311-qemu-on-a-desktop": (
        """
        guest: {os: debian12}
        deployment: {platform: qemu, architecture: full-virtualization, mode: hw-assisted, devices: {nic: pcnet}}
        """,
        """
        note (low) deployment.devices.nic: pcnet is emulated, and Debian 12 (Bookworm) has the driver for virtio
        """,
    ),
    "VM311-in-development": (
        "{environment: dev, guest: {os: debian12}, deployment: {platform: proxmox-ve, architecture: type1, "
        "devices: {nic: e1000}}}",
        """
        note (low) deployment.devices.nic: e1000 is emulated, and Debian 12 (Bookworm) has the driver for virtio;
            virtio moves up to three times as much in Proxmox's figures
        """,
    ),
    "VM311-in-development-with-a-demand": (
        "{environment: test, guest: {os: debian12}, requirements: {performance: {class: high}}, "
        "deployment: {platform: vmware-esxi, devices: {nic: e1000e}}}",
        """
        warning (high) deployment.devices.nic: e1000e is emulated, and Debian 12 (Bookworm) has the driver for
            vmxnet3
        """,
    ),
    "VM311-own-system-that-brings-linux": (
        "{guest: {os: debian12}, deployment: {platform: proxmox-ve, architecture: type1, devices: {nic: e1000}}}",
        """
        note (high) deployment.devices.nic: e1000 is emulated, and Debian 12 (Bookworm) has the driver for virtio;
            virtio moves up to three times as much in Proxmox's figures
        """,
    ),
    "VM311-windows-with-drivers": (
        """
        guest: {os: win2k22, drivers: [virtio-win]}
        deployment: {architecture: type1, platform: kvm, devices: {disk: sata}}
        """,
        """
        note (high) deployment.devices.disk: sata is emulated, and Windows Server 2022 has the driver for virtio;
            virtio about doubles sequential writes in Proxmox's figures
        help: in an installed guest, add a second disk of the new kind first, so that Windows loads its driver at
            boot
        """,
    ),
    "VM311-image-with-drivers": (
        """
        guest: {os: win2k22}
        deployment: {architecture: type1, platform: kvm, image: {ref: a.qcow2, drivers: [virtio-win]}, devices:
          {disk: sata}}
        """,
        """
        note (high) deployment.devices.disk: sata is emulated, and Windows Server 2022 has the driver for virtio;
            virtio about doubles sequential writes in Proxmox's figures
        """,
    ),
    "VM312-no-drivers": (
        """
        guest: {os: win2k22, drivers: []}
        deployment: {architecture: type1, platform: kvm, devices: {disk: virtio-scsi}}
        """,
        """
        warning (high) deployment.devices.disk: Windows Server 2022 has no driver for a virtio-scsi disk until
            virtio-win is installed
        because guest.os.id, guest.drivers
        help: attach the virtio-win ISO when installing, and load the storage driver there
        help: if the image has the drivers, state them: guest.drivers: [virtio-win]
        repair: works without drivers; change the bus once they are installed: deployment.devices.disk=sata
        """,
    ),
    "VM312-family-only": (
        """
        guest: {platform: windows/amd64, drivers: [xen-pv]}
        deployment: {architecture: type1, platform: kvm, devices: {disk: VirtIO}}
        """,
        """
        warning (high) deployment.devices.disk: a Windows guest has no driver for a VirtIO disk until virtio-win is
            installed
        because guest.platform, guest.drivers
        """,
    ),
    "VM312-image-without": (
        """
        guest: {os: win2k22, drivers: []}
        deployment: {architecture: type1, platform: kvm, image: {ref: a.qcow2, drivers: []}, devices: {disk:
          virtio}}
        """,
        """
        warning (high) deployment.devices.disk: Windows Server 2022 has no driver for a virtio disk until virtio-win
            is installed
        """,
    ),
}
"""What a rule says of a workload, reasons and ways out where they are new."""

UNSAID = {
    "VM311-drivers-unknown": (
        "{guest: {os: win2k22}, deployment: {architecture: type1, platform: kvm, devices: {disk: sata}}}",
        "needs guest.drivers",
    ),
    "VM311-lean-disks": (
        """
        guest: {os: debian12}
        deployment: {architecture: type1, platform: kvm, devices: {disk: nvme, nic: virtio}}
        """,
        "",
    ),
    "VM311-insists": (
        """
        guest: {os: debian12}
        requirements: {devices: {emulated: [E1000]}}
        deployment: {architecture: type1, platform: kvm, devices: {disk: virtio, nic: e1000}}
        """,
        "",
    ),
    "VM311-hyperv-disk": (
        """
        guest: {os: debian12}
        host: {os: win2k22}
        deployment: {platform: hyperv, devices: {disk: ide, nic: netvsc}}
        """,
        "",
    ),
    "VM311-xen": (
        "{guest: {os: debian12}, deployment: {platform: xen, architecture: type1, devices: {disk: ide, nic: e1000}}}",
        "",
    ),
    "VM311-old-system": (
        "{guest: {os: winxp}, deployment: {architecture: type1, platform: kvm, devices: {disk: ide, nic: rtl8139}}}",
        "",
    ),
    "VM312-old-system": (
        """
        guest: {os: winxp, drivers: []}
        deployment: {architecture: type1, platform: kvm, devices: {disk: virtio}}
        """,
        "",
    ),
    "VM312-image-with": (
        """
        guest: {os: win2k22}
        deployment: {architecture: type1, platform: kvm, image: {ref: a.qcow2, drivers: [virtio-win]}, devices:
          {disk: virtio}}
        """,
        "",
    ),
    "VM312-sata": (
        """
        guest: {os: win2k22, drivers: []}
        deployment: {architecture: type1, platform: kvm, devices: {disk: sata}}
        """,
        "",
    ),
}
"""Workloads on which a rule is silent, and what it would have to know where it cannot tell."""


@pytest.mark.parametrize("case", [*SAID, *UNSAID])
def test_what_is_said(case: str, tells: Tells) -> None:
    spec, expected = SAID.get(case) or UNSAID[case]
    tells(case.partition("-")[0], spec, expected)
