"""Guests that cannot run in the way chosen: what the rules say, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Tells

OWN_KERNEL = "help: run it in a virtual machine, which brings its own {} kernel"
PC = "help: choose a virtual machine with firmware and the devices of a PC, which most systems can boot"
FROM_DEV = "help: for development, a product that brings a Linux machine: Docker Desktop, WSL 2, Lima, Podman machine"

SAID = {
    "VM402-in-none-of-its-modes": (
        """
        guest: {os: freebsd15.1}
        deployment: {platform: kubernetes, runtimeClass: of-the-cluster}
        """,
        """
        error (high) guest.os.family: Kubernetes runs no FreeBSD programs in any of its modes
        because deployment.platform.id
        help: run it in a virtual machine, which brings its own kernel
        """,
    ),
    "VM402-an-experimental-port-is-left-open": (
        """
        guest: {os: freebsd15.1}
        deployment: {platform: podman, runtimeClass: of-the-cluster}
        """,
        "needs deployment.mode",
    ),
    "VM402-a-family-that-may-be-anything": (
        """
        guest: {os: {family: other}}
        host: {platform: linux/amd64}
        deployment: {platform: docker}
        """,
        "",
    ),
    "VM402-unikernel": (
        """
        guest: {os: osv}
        host: {platform: linux/amd64}
        deployment: {platform: docker}
        """,
        """
        error (high) guest.os.family: a unikernel is a kernel itself, and these containers run programs on the host's
        because deployment.mode
        help: run it in a virtual machine or a microVM
        """,
    ),
    "VM402-mode-of-another-family": (
        """
        guest: {os: debian12}
        host: {platform: windows/amd64}
        deployment: {platform: windows-containers, mode: process}
        """,
        """
        error (high) deployment.mode: a Windows container with process isolation runs Windows programs only, and the
            guest is Linux
        because guest.os.family
        help: run it on a host with a Linux kernel, or in a virtual machine
        """,
    ),
    "VM402-linux-on-a-windows-server": (
        """
        guest: {os: debian12}
        host: {os: win2k22}
        deployment: {platform: docker}
        """,
        f"""
        error (high) guest.os.family: Linux programs need a Linux kernel, and Docker Engine runs containers on Windows
            here
        because deployment.platform.id, deployment.mode, host.os.family
        {FROM_DEV}
        """,
    ),
    "VM402-freebsd-on-linux": (
        """
        guest: {os: freebsd15.1}
        host: {platform: linux/amd64}
        deployment: {platform: docker}
        """,
        f"""
        error (high) guest.os.family: FreeBSD programs need a FreeBSD kernel, and Docker Engine runs containers on Linux
            here
        because deployment.platform.id, deployment.mode, host.os.family
        {OWN_KERNEL.format("FreeBSD")}
        """,
    ),
    "VM402-windows-in-a-system-container": (
        """
        guest: {os: win2k22}
        host: {platform: linux/amd64}
        deployment: {platform: lxc}
        """,
        f"""
        error (high) guest.os.family: Windows programs need a Windows kernel, and LXC runs containers on Linux here
        because deployment.platform.id, deployment.mode, host.os.family
        {OWN_KERNEL.format("Windows")}
        """,
    ),
    "VM402-left-to-VM421": (
        """
        guest: {os: win2k22}
        host: {platform: linux/amd64}
        deployment: {platform: docker}
        """,
        "",
    ),
    "VM402-left-to-VM421-until-the-mode-is-known": (
        """
        guest: {os: win2k22}
        host: {platform: windows/amd64}
        deployment: {platform: docker-desktop}
        """,
        "",
    ),
    "VM402-no-native-engine-there": (
        """
        guest: {os: debian12}
        host: {platform: darwin/arm64}
        deployment: {platform: docker}
        """,
        "",
    ),
    "VM402-a-kernel-of-its-own": (
        """
        guest: {os: debian12}
        host: {platform: linux/amd64}
        deployment: {platform: kubernetes, mode: kata}
        """,
        "",
    ),
    "VM402-a-runtime-class-of-the-cluster": (
        """
        guest: {os: debian12}
        host: {platform: linux/amd64}
        deployment: {platform: kubernetes, runtimeClass: of-the-cluster}
        """,
        "needs deployment.mode",
    ),
    "VM624-mode": (
        """
        guest: {os: win2k22}
        host: {platform: linux/amd64}
        deployment: {platform: firecracker, architecture: container}
        """,
        f"""
        error (high) guest.os.family: a microVM runs FreeBSD, Linux and unikernel guests only, and this one is Windows
        because deployment.platform.id, deployment.mode
        {PC}
        """,
    ),
    "VM624-platform": (
        """
        guest: {os: win11}
        host: {platform: windows/amd64}
        deployment: {architecture: type2, platform: wsl2}
        """,
        """
        error (high) guest.os.family: Windows Subsystem for Linux 2 runs Linux guests only, and this one is Windows
        """,
    ),
    "VM624-whole-platform-before-the-mode-is-known": (
        """
        guest: {os: openbsd7.5}
        deployment: {platform: lima, architecture: full-virtualization}
        """,
        """
        error (high) guest.os.family: Lima runs FreeBSD, Linux, macOS and Windows guests only, and this one is OpenBSD
        """,
    ),
    "VM624-no-limit-known-before-the-mode": (
        """
        guest: {os: openbsd7.5}
        deployment: {platform: kubernetes, runtimeClass: of-the-cluster}
        """,
        "needs deployment.mode",
    ),
    "VM624-shared-kernel-is-VM402s": (
        """
        guest: {os: openbsd7.5}
        host: {platform: linux/amd64}
        deployment: {platform: lxc}
        """,
        "",
    ),
    "VM624-left-to-VM421": (
        """
        guest: {os: win2k22}
        host: {platform: linux/amd64}
        deployment: {platform: docker, mode: gvisor}
        """,
        "",
    ),
    "VM627-guest": (
        "guest: {os: debian12, platform: windows/amd64}",
        """
        error (high) guest.platform: windows/amd64 and Debian 12 (Bookworm) contradict each other: one is Windows, the
            other Linux
        because guest.os.id
        help: correct guest.os or guest.platform, whichever is left over
        """,
    ),
    "VM627-host": (
        "host: {os: win2k22, platform: linux/amd64}",
        """
        error (high) host.platform: linux/amd64 and Windows Server 2022 contradict each other: one is Linux, the other
            Windows
        because host.os.id
        help: correct host.os or host.platform, whichever is left over
        """,
    ),
    "VM627-alike": ("guest: {os: solaris11, platform: illumos/amd64}", ""),
    "VM627-only-one-of-the-two": (
        "guest: {os: solaris11, platform: linux/amd64}",
        """
        error (high) guest.platform: linux/amd64 and Oracle Solaris 11 contradict each other: one is Linux, the other
            Solaris
        """,
    ),
    "VM627-borrowed": ("guest: {os: msdos6.22, platform: linux/386}", ""),
    "VM627-of-nobody": ("guest: {os: of-nobody, platform: linux/386}", "needs guest.os.id"),
    "VM212-another-system": (
        """
        guest: {os: macosx14}
        host: {platform: linux/amd64}
        deployment: {platform: qemu, architecture: full-virtualization, mode: hw-assisted}
        """,
        """
        error (high) guest.os.id: the licence text allows macOS 14 in a virtual machine only on a Mac that runs macOS,
            and the host runs Linux
        because host.os.family, deployment.platform.id
        help: use a Mac of your own, or a rented one
        """,
    ),
    "VM212-a-cpu-of-no-mac": (
        """
        guest: {platform: darwin/amd64}
        host: {cpu: {vendor: amd}}
        deployment: {platform: proxmox-ve, mode: hw-assisted}
        """,
        """
        error (high) guest.platform: the licence text allows a macOS guest in a virtual machine only on a Mac that runs
            macOS, and the CPU of the host is no Mac's (amd)
        because host.cpu.vendor, deployment.platform.id
        """,
    ),
    "VM212-a-mac": (
        """
        guest: {os: macosx14}
        host: {platform: darwin/arm64, cpu: {vendor: apple}}
        deployment: {platform: utm, mode: hw-assisted}
        """,
        "",
    ),
    "VM212-whether-it-is-a-mac": (
        """
        guest: {os: macosx14}
        deployment: {platform: vmware-esxi}
        """,
        "needs host.cpu.vendor",
    ),
    "VM212-a-mac-whose-system-was-replaced": (
        """
        guest: {os: macosx14}
        host: {cpu: {vendor: intel}}
        deployment: {platform: vmware-esxi}
        """,
        "needs host.os.family",
    ),
    "VM212-another-guest": ("{guest: {os: debian12}, deployment: {platform: vmware-esxi}}", ""),
}


@pytest.mark.parametrize(("code", "spec", "expected"), [(name[:5], *case) for name, case in SAID.items()], ids=SAID)
def test_what_is_said(tells: Tells, code: str, spec: str, expected: str) -> None:
    tells(code, spec, expected)
