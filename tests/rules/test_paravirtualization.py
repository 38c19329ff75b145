"""Para-virtualization: what the rules on PV guests say, and how gravely."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Tells

SAID = {
    "VM301-closed-release": (
        "{guest: {os: win2k22}, deployment: {architecture: paravirtualization, platform: xen}}",
        """
        error (high) guest.os.id: Windows Server 2022 cannot run as a PV guest: its kernel was never modified for
            one
        because deployment.mode
        help: run it unmodified in an HVM guest and install paravirtual drivers in it
        repair: an unmodified guest with paravirtual drivers: deployment.mode=pvhvm
        """,
    ),
    "VM301-closed-family": (
        "{guest: {os: {family: windows}}, deployment: {architecture: paravirtualization, platform: xen}}",
        """
        error (high) guest.os.family: a Windows guest cannot run as a PV guest: its kernel was never modified for
            one
        """,
    ),
    "VM301-closed-by-platform": (
        "{guest: {platform: darwin/amd64}, deployment: {architecture: paravirtualization, platform: xen}}",
        """
        error (high) guest.platform: a macOS guest cannot run as a PV guest: its kernel was never modified for one
        """,
    ),
    "VM301-dos": (
        "{guest: {os: {family: dos}}, deployment: {architecture: paravirtualization, platform: xen}}",
        """
        error (high) guest.os.family: a DOS guest cannot run as a PV guest: its kernel was never modified for one
        """,
    ),
    "VM301-os2": (
        "{guest: {os: {family: os2}}, deployment: {architecture: paravirtualization, platform: xen}}",
        """
        error (high) guest.os.family: an OS/2 guest cannot run as a PV guest: its kernel was never modified for one
        """,
    ),
    "VM301-netware": (
        "{guest: {os: {family: netware}}, deployment: {architecture: paravirtualization, platform: xen}}",
        """
        error (high) guest.os.family: a NetWare guest cannot run as a PV guest: its kernel was never modified for
            one
        """,
    ),
    "VM301-kernel-may-not-be-changed": (
        """
        guest: {os: {family: linux}, kernel: {modifiable: false, paravirt: []}}
        deployment: {architecture: paravirtualization, platform: xen}
        """,
        """
        error (high) guest.kernel.modifiable: the guest's kernel has no PV interface and may not be changed, so it
            cannot run as a PV guest
        because guest.kernel.paravirt, deployment.mode
        """,
    ),
    "VM302-no-pv-kernel": (
        "{guest: {os: freebsd14.0}, deployment: {architecture: paravirtualization, platform: xen}}",
        """
        error (high) deployment.mode: the kernel of FreeBSD 14.0 cannot start as a PV guest
        because guest.os.id
        help: a kernel that can is declared by guest.kernel: {source: custom, paravirt: [xen-pv]}
        repair: any kernel starts in it, and paravirtual drivers keep the speed: deployment.mode=pvhvm
        """,
    ),
    "VM302-no-pvh-kernel": (
        "{guest: {os: win2k22}, deployment: {architecture: paravirtualization, platform: xen, mode: pvh}}",
        """
        error (high) deployment.mode: the kernel of Windows Server 2022 cannot start as a PVH guest
        help: a kernel that can is declared by guest.kernel: {source: custom, paravirt: [xen-pvh]}
        """,
    ),
    "VM302-before-pvh": (
        """
        guest: {os: {family: linux}, kernel: {version: 4.10.17}}
        deployment: {architecture: paravirtualization, platform: xen, mode: pvh}
        """,
        """
        error (high) deployment.mode: the kernel of a Linux guest cannot start as a PVH guest: Linux has PVH since
            4.11, and this one is 4.10.17
        because guest.kernel.version
        """,
    ),
    "VM302-wrong-interface": (
        """
        guest: {os: {family: linux}, kernel: {paravirt: [xen-pvh]}}
        deployment: {architecture: paravirtualization, platform: xen}
        """,
        """
        error (high) deployment.mode: the kernel of a Linux guest cannot start as a PV guest
        because guest.os.family
        """,
    ),
    "VM302-kernel-may-be-changed": (
        """
        guest: {os: {family: linux}, kernel: {modifiable: true, paravirt: []}}
        deployment: {architecture: paravirtualization, platform: xen}
        """,
        "error (high) deployment.mode: the kernel of a Linux guest cannot start as a PV guest",
    ),
    "VM303-removed": (
        "{guest: {os: debian12}, deployment: {platform: xcp-ng@8.3, mode: pv}}",
        """
        error (high) deployment.mode: XCP-ng 8.3 no longer has PV mode: 8.3 removed it
        because deployment.platform.version, deployment.platform.id
        help: convert the guest to HVM where a host still runs it: it needs a boot loader for BIOS or UEFI
        repair: an HVM guest with the same paravirtual drivers: deployment.mode=pvhvm
        """,
    ),
    "VM303-unsupported": (
        "{guest: {os: debian12}, deployment: {platform: xcp-ng@8.2, mode: pv}}",
        """
        warning (high) deployment.mode: XCP-ng 8.2 still starts PV guests, but has not supported them since 8.1
        help: convert the guest to HVM where a host still runs it: it needs a boot loader for BIOS or UEFI
        help: 32-bit PV guests already went with the January 2022 update of 8.2. PV guests can neither start on 8.3
            hosts nor move to them
        """,
    ),
    "VM303-first-unsupported": (
        "{guest: {os: debian12}, deployment: {platform: xcp-ng@8.1, mode: pv}}",
        "warning (high) deployment.mode: XCP-ng 8.1 still starts PV guests, but has not supported them since 8.1",
    ),
    "VM306-shared-with-strangers": (
        """
        guest: {platform: linux/amd64}
        requirements: {isolation: {tenancy: untrusted-multi}}
        deployment: {architecture: paravirtualization, platform: xen, xen: {pvshim: false}}
        """,
        """
        warning (high) deployment.mode: a 64-bit PV guest shares its address space with Xen: a weak boundary for
            untrusted code
        because requirements.isolation.tenancy, guest.platform, deployment.xen.pvshim
        repair: the CPU's own boundary, with a PVH-aware kernel and without emulated devices: deployment.mode=pvh
        repair: the CPU's own boundary, for any kernel: deployment.mode=pvhvm
        repair: the same guest inside a PVH container; try it first: deployment.xen.pvshim=true
        """,
    ),
    "VM306-code-of-strangers": (
        """
        guest: {platform: linux/amd64}
        requirements: {isolation: {untrustedCode: true}}
        host: {cpu: {vendor: intel}}
        deployment: {architecture: paravirtualization, platform: xen, xen: {pvshim: false}}
        """,
        """
        warning (high) deployment.mode: a 64-bit PV guest shares its address space with Xen: a weak boundary for
            untrusted code
        because requirements.isolation.untrustedCode, guest.platform, deployment.xen.pvshim
        """,
    ),
    "VM306-amd": (
        """
        guest: {platform: linux/amd64}
        requirements: {isolation: {untrustedCode: true}}
        host: {cpu: {vendor: amd}}
        deployment: {architecture: paravirtualization, platform: xen, xen: {pvshim: false}}
        """,
        """
        note (high) deployment.mode: a 64-bit PV guest shares its address space with Xen: a weak boundary for
            untrusted code, though AMD processors are not open to Meltdown
        """,
    ),
}
"""What a rule says of a workload, reasons and ways out where they are new."""

UNSAID = {
    "VM301-kernel-may-be-changed": (
        """
        guest: {os: {family: linux}, kernel: {modifiable: true, paravirt: []}}
        deployment: {architecture: paravirtualization, platform: xen}
        """,
        "",
    ),
    "VM301-kernel-unknown": (
        """
        guest: {os: {family: linux}, kernel: {modifiable: false}}
        deployment: {architecture: paravirtualization, platform: xen}
        """,
        "needs guest.os.id",
    ),
    "VM302-first-pvh": (
        """
        guest: {os: {family: linux}, kernel: {version: '4.11'}}
        deployment: {architecture: paravirtualization, platform: xen, mode: pvh}
        """,
        "needs guest.os.id",
    ),
    "VM302-old-kernel-with-pvh-patched-in": (
        """
        guest: {os: {family: linux}, kernel: {version: '4.9', paravirt: [xen-pvh]}}
        deployment: {architecture: paravirtualization, platform: xen, mode: pvh}
        """,
        "",
    ),
    "VM302-old-kernel-as-pv": (
        """
        guest: {os: {family: linux}, kernel: {version: '4.9', paravirt: [xen-pv]}}
        deployment: {architecture: paravirtualization, platform: xen}
        """,
        "",
    ),
    "VM302-closed-is-VM301": (
        "{guest: {os: win2k22}, deployment: {architecture: paravirtualization, platform: xen}}",
        "",
    ),
    "VM302-unmodifiable-is-VM301": (
        """
        guest: {os: {family: linux}, kernel: {modifiable: false, paravirt: []}}
        deployment: {architecture: paravirtualization, platform: xen}
        """,
        "",
    ),
    "VM302-other-mode": (
        "{guest: {os: freebsd14.0}, deployment: {architecture: paravirtualization, platform: xen, mode: pvhvm}}",
        "",
    ),
    "VM303-still-supported": ("{guest: {os: debian12}, deployment: {platform: xcp-ng@8.0, mode: pv}}", ""),
    "VM303-other-mode": ("{guest: {os: debian12}, deployment: {platform: xcp-ng@8.3, mode: pvhvm}}", ""),
    "VM303-platform-keeps-it": ("{guest: {os: debian12}, deployment: {platform: xen, mode: pv}}", ""),
    "VM306-32-bit": (
        """
        guest: {platform: linux/386}
        requirements: {isolation: {untrustedCode: true}}
        deployment: {architecture: paravirtualization, platform: xen}
        """,
        "",
    ),
}
"""Workloads on which a rule is silent, and what it would have to know where it cannot tell."""


@pytest.mark.parametrize("case", [*SAID, *UNSAID])
def test_what_is_said(case: str, tells: Tells) -> None:
    spec, expected = SAID.get(case) or UNSAID[case]
    tells(case.partition("-")[0], spec, expected)
