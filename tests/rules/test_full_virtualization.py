"""Full virtualization: what the rules say, and how gravely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Tells

SAID = {
    "VM501-assumed-hardware": (
        """
        guest: {platform: linux/amd64}
        host: {platform: linux/amd64}
        deployment: {architecture: full-virtualization, platform: qemu}
        """,
        """
        note (high) deployment.architecture: full virtualization on QEMU can be hardware-assisted or emulated;
            hw-assisted is assumed
        because deployment.platform.id
        help: state mode: hw-assisted for a guest of the host's own CPU architecture, mode: emulation for any other
        """,
    ),
    "VM501-assumed-emulation": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        deployment: {architecture: full-virtualization, platform: qemu}
        """,
        """
        note (high) deployment.architecture: full virtualization on QEMU can be hardware-assisted or emulated;
            emulation is assumed
        """,
    ),
    "VM501-nothing-assumed": (
        "{deployment: {architecture: full-virtualization, platform: qemu}}",
        """
        note (high) deployment.architecture: full virtualization on QEMU can be hardware-assisted or emulated;
            neither is stated
        """,
    ),
    "VM502-high": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        requirements: {performance: {class: high}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        """
        error (high) deployment.mode: high performance is demanded, and emulation translates every instruction of
            the guest
        because requirements.performance.class
        help: use a build of the guest for the host's CPU, or a host with the guest's CPU
        help: for single programs of another CPU, user-mode translation such as Rosetta is much faster
        """,
    ),
    "VM502-standard": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        requirements: {performance: {class: standard}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        """
        warning (high) deployment.mode: standard performance is demanded, and emulation translates every instruction
            of the guest
        """,
    ),
    "VM502-tight-to-the-limit": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        requirements: {performance: {latency: {p99: 10ms}}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        """
        error (high) deployment.mode: an answer within 10ms is demanded, and emulation translates every instruction
            of the guest
        because requirements.performance.latency.p99
        """,
    ),
    "VM502-standard-and-tight": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        requirements: {performance: {class: standard, latency: {p99: 1ms}}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        """
        error (high) deployment.mode: an answer within 1ms is demanded, and emulation translates every instruction
            of the guest
        """,
    ),
    "VM502-high-and-tight": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        requirements: {performance: {class: high, latency: {p99: 1ms}}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        """
        error (high) deployment.mode: high performance is demanded, and emulation translates every instruction of
            the guest
        because requirements.performance.class, requirements.performance.latency.p99
        """,
    ),
    "VM502-native": (
        """
        guest: {platform: linux/amd64}
        host: {platform: linux/amd64}
        requirements: {performance: {class: high}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        """
        error (high) deployment.mode: high performance is demanded, and emulation translates every instruction of
            the guest
        repair: the CPU runs the guest itself, where it is the guest's own kind: deployment.mode=hw-assisted
        """,
    ),
    "VM504-everything-at-once": (
        """
        guest: {os: winxp}
        resources: {memory: 512Mi}
        deployment: {architecture: type1, platform: kvm, machine: q35, firmware: {type: uefi}, devices: {disk:
          scsi-virtio, nic: virtio}}
        """,
        """
        warning (high) deployment.machine: Windows XP is known to have trouble with machine q35
        because guest.os.id
        warning (high) deployment.firmware.type: Windows XP is known to have trouble with firmware uefi
        because guest.os.id
        warning (high) deployment.devices.disk: Windows XP is known to have trouble with disk scsi-virtio
        because guest.os.id
        warning (high) deployment.devices.nic: Windows XP is known to have trouble with nic virtio
        because guest.os.id
        """,
    ),
    "VM504-machine-of-its-time": (
        """
        guest: {os: winxp}
        deployment: {architecture: type1, platform: kvm, machine: q35, firmware: {type: bios}, devices: {disk: ide,
          nic: rtl8139}, network: {exposure: none}}
        """,
        """
        warning (high) deployment.machine: Windows XP is known to have trouble with machine q35
        repair: hardware of its time: deployment.machine=pc
        """,
    ),
    "VM504-does-not-boot": (
        "{guest: {os: msdos6.22}, deployment: {architecture: type1, platform: kvm, firmware: {type: uefi}}}",
        """
        error (high) deployment.firmware.type: MS-DOS 6.22 does not boot from firmware uefi
        because guest.os.id
        repair: hardware of its time: deployment.firmware.type=bios
        """,
    ),
    "VM504-memory-beyond": (
        """
        guest: {os: win98}
        resources: {memory: 513Mi}
        deployment: {architecture: type1, platform: kvm, firmware: {type: bios}}
        """,
        """
        warning (high) resources.memory: Windows 98 cannot cope with 513Mi of memory, only with 512Mi
        help: give it no more memory than 512Mi
        """,
    ),
    "VM504-drivers-for-the-disk-only-help-virtio": (
        """
        guest: {os: winxp, drivers: [virtio-win]}
        deployment: {architecture: type1, platform: kvm, machine: pc-q35-8.2, firmware: {type: bios}, devices:
          {disk: virtio, nic: virtio}}
        """,
        "warning (high) deployment.machine: Windows XP is known to have trouble with machine pc-q35-8.2",
    ),
    "VM504-other-drivers": (
        """
        guest: {os: winxp, drivers: [xen-pv]}
        deployment: {architecture: type1, platform: kvm, machine: pc, firmware: {type: bios}, devices: {disk:
          nvme, nic: VirtIO-net}}
        """,
        """
        warning (high) deployment.devices.disk: Windows XP is known to have trouble with disk nvme
        because guest.os.id
        warning (high) deployment.devices.nic: Windows XP is known to have trouble with nic virtio-net
        because guest.os.id
        """,
    ),
}
"""What a rule says of a workload, reasons and ways out where they are new."""

UNSAID = {
    "VM501-type-1-that-emulates-too": ("{deployment: {architecture: full-virtualization, platform: proxmox-ve}}", ""),
    "VM501-one-way-only": ("{deployment: {architecture: full-virtualization, platform: virtualbox}}", ""),
    "VM502-best-effort": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        requirements: {performance: {class: best-effort}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        "",
    ),
    "VM502-just-not-tight": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        requirements: {performance: {latency: {p99: 11ms}}}
        deployment: {architecture: full-virtualization, mode: emulation, platform: qemu}
        """,
        "",
    ),
    "VM504-memory-to-the-limit": (
        """
        guest: {os: win98}
        resources: {memory: 512Mi}
        deployment: {architecture: type1, platform: kvm, machine: pc, firmware: {type: bios}, devices: {disk: ide,
          nic: rtl8139}}
        """,
        "",
    ),
    "VM504-one-fact-short": (
        """
        guest: {os: winxp}
        deployment: {architecture: type1, platform: kvm, machine: pc, firmware: {type: bios}, devices: {disk:
          ide}}
        """,
        "needs deployment.devices.nic",
    ),
}
"""Workloads on which a rule is silent, and what it would have to know where it cannot tell."""


@pytest.mark.parametrize("case", [*SAID, *UNSAID])
def test_what_is_said(case: str, tells: Tells) -> None:
    spec, expected = SAID.get(case) or UNSAID[case]
    tells(case.partition("-")[0], spec, expected)
