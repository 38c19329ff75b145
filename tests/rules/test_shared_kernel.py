"""What a container takes from the kernel underneath: what the rules say, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Tells

HOST = "help: run it on a host with such a kernel, or in a virtual machine"
KATA = "repair: the same image in a small virtual machine per pod, with a kernel of its own: deployment.mode=kata"
NOTES = "help: ask which feature the bound stands for, and look it up in the vendor's release notes"
LOAD = "help: install the module on the host and load it at boot (/etc/modules-load.d)"
VARIANT = "help: where one exists, use a variant in user space, such as wireguard-go for wireguard"

SAID = {
    "VM403-too-old": (
        """
        guest: {platform: linux/amd64, kernel: {requires: ">=6.1"}}
        host: {platform: linux/amd64, kernel: {version: "5.10"}, virtualized: false, cpu: {features: [vmx]}}
        deployment: {platform: docker@29}
        """,
        f"""
        error (high) host.kernel.version: needs kernel >=6.1; the host runs 5.10, and a container cannot bring its own
        because guest.kernel.requires, deployment.mode
        {HOST}
        {KATA}
        """,
    ),
    "VM403-just-new-enough": (
        """
        guest: {kernel: {requires: ">=6.1"}}
        host: {platform: linux/amd64, kernel: {version: "6.1"}}
        deployment: {platform: docker}
        """,
        "",
    ),
    "VM403-too-new": (
        """
        guest: {kernel: {requires: "<4"}}
        host: {os: rhel8.9, kernel: {version: "4.18.0-513.el8"}}
        deployment: {platform: docker}
        """,
        """
        error (high) host.kernel.version: needs kernel <4; the host runs 4.18.0-513.el8, and a container cannot bring
            its own
        """,
    ),
    "VM403-features-are-carried-back": (
        """
        guest: {platform: linux/amd64, kernel: {requires: ">=5.10"}}
        host: {os: rocky8.9, kernel: {version: "4.18.0"}, platform: linux/amd64, virtualized: false,
          cpu: {features: [vmx]}}
        deployment: {platform: docker@29}
        """,
        f"""
        warning (high) host.kernel.version: needs kernel >=5.10 and the host runs 4.18.0, into which its vendor carries
            some newer features
        because guest.kernel.requires, deployment.mode, host.os.id
        {NOTES}
        {KATA}
        """,
    ),
    "VM403-the-kernel-names-its-vendor": (
        """
        guest: {kernel: {requires: ">5.14"}}
        host: {platform: linux/amd64, kernel: {version: "5.14.0-427.el9.x86_64"}}
        deployment: {platform: docker}
        """,
        """
        error (high) host.kernel.version: needs kernel >5.14; the host runs 5.14.0-427.el9.x86_64, and a container
            cannot bring its own
        """,
    ),
    "VM403-the-kernel-names-its-vendor-and-is-older": (
        """
        guest: {kernel: {requires: ">5.15"}}
        host: {platform: linux/amd64, kernel: {version: "5.14.0-427.el9.x86_64"}}
        deployment: {platform: docker}
        """,
        """
        warning (high) host.kernel.version: needs kernel >5.15 and the host runs 5.14.0-427.el9.x86_64, into which its
            vendor carries some newer features
        """,
    ),
    "VM403-a-kernel-of-another-vendor": (
        """
        guest: {kernel: {requires: ">=6.1"}}
        host: {os: debian10, kernel: {version: "4.18"}}
        deployment: {platform: docker}
        """,
        """
        error (high) host.kernel.version: needs kernel >=6.1; the host runs 4.18, and a container cannot bring its own
        """,
    ),
    "VM403-a-kernel-that-is-not-the-vendors": (
        """
        guest: {kernel: {requires: ">=6.1"}}
        host: {os: rhel8.9, kernel: {version: "5.4"}}
        deployment: {platform: docker}
        """,
        "error (high) host.kernel.version: needs kernel >=6.1; the host runs 5.4, and a container cannot bring its own",
    ),
    "VM403-a-kernel-in-user-space": (
        """
        guest: {kernel: {requires: ">=6.1"}}
        host: {platform: linux/amd64, kernel: {version: "5.4"}}
        deployment: {platform: docker, mode: gvisor}
        """,
        "needs catalog.gvisor kernel",
    ),
    "VM403-the-kernel-of-a-hidden-machine": (
        """
        guest: {kernel: {requires: ">=6.1"}}
        host: {platform: linux/amd64, kernel: {version: "5.4"}}
        deployment: {platform: docker-desktop}
        """,
        "needs catalog.docker-desktop kernel",
    ),
    "VM403-a-kernel-of-its-own": (
        """
        guest: {kernel: {requires: ">=6.1"}}
        host: {platform: linux/amd64, kernel: {version: "5.4"}}
        deployment: {platform: kubernetes, mode: kata}
        """,
        "",
    ),
    "VM404-one-module": (
        """
        guest: {kernel: {modules: [wireguard]}}
        host: {platform: linux/amd64, kernel: {modules: [kvm], builtin: []}}
        deployment: {platform: docker}
        """,
        f"""
        error (high) guest.kernel.modules: the kernel module wireguard must come from the host, whose kernel has it
            neither loadable nor built in
        because host.kernel.modules, host.kernel.builtin, deployment.mode
        {LOAD}
        {VARIANT}
        """,
    ),
    "VM404-two-of-three-modules": (
        """
        guest: {kernel: {modules: [ip-tables, wireguard, nf_tables]}}
        host: {platform: linux/amd64, kernel: {modules: [ip_tables], builtin: []}}
        deployment: {platform: docker}
        """,
        """
        error (high) guest.kernel.modules: the kernel modules wireguard and nf_tables must come from the host, whose
            kernel has them neither loadable nor built in
        """,
    ),
    "VM404-built-in": (
        """
        guest: {kernel: {modules: [nf-tables]}}
        host: {platform: linux/amd64, kernel: {modules: [], builtin: [nf_tables]}}
        deployment: {platform: docker}
        """,
        "",
    ),
    "VM404-loaded-whatever-is-built-in": (
        """
        guest: {kernel: {modules: [wireguard]}}
        host: {platform: linux/amd64, kernel: {modules: [wireguard]}}
        deployment: {platform: docker}
        """,
        "",
    ),
    "VM404-modules-not-known": (
        """
        guest: {kernel: {modules: [wireguard]}}
        host: {platform: linux/amd64, kernel: {builtin: []}}
        deployment: {platform: docker}
        """,
        "needs host.kernel.modules",
    ),
    "VM404-built-in-not-known": (
        """
        guest: {kernel: {modules: [wireguard]}}
        host: {platform: linux/amd64, kernel: {modules: []}}
        deployment: {platform: docker}
        """,
        "needs host.kernel.builtin",
    ),
    "VM404-gvisor-has-none": (
        """
        guest: {platform: linux/amd64, kernel: {modules: [wireguard, tun]}}
        host: {platform: linux/amd64, virtualized: false, cpu: {features: [vmx]}}
        deployment: {platform: kubernetes, mode: gvisor}
        """,
        f"""
        error (high) guest.kernel.modules: needs wireguard and tun in the kernel, and a container in a gVisor sandbox
            has a kernel without modules
        because deployment.mode
        help: run it in a virtual machine, or in a container on a host with that module
        {KATA}
        """,
    ),
    "VM406-own-kernel": (
        """
        guest: {platform: linux/amd64, kernel: {source: custom}}
        host: {platform: linux/amd64, virtualized: false, cpu: {features: [vmx]}}
        deployment: {platform: kubernetes}
        """,
        f"""
        error (high) guest.kernel.source: the workload brings a kernel of its own, and a container with runc runs on the
            host's
        because deployment.mode
        help: run it in a virtual machine, or configure its kernel as the guest kernel of Kata Containers
        {KATA}
        """,
    ),
    "VM406-own-kernel-in-user-space": (
        """
        guest: {platform: linux/amd64, kernel: {source: custom, realtime: true}}
        host: {platform: linux/amd64, virtualized: false, cpu: {features: [vmx]}}
        deployment: {platform: kubernetes, mode: gvisor}
        """,
        f"""
        error (high) guest.kernel.source: needs a kernel of its own kind, and a container in a gVisor sandbox runs on
            one in user space
        because deployment.mode
        help: run it in a virtual machine with that kernel
        {KATA}
        """,
    ),
    "VM406-real-time-in-user-space": (
        """
        guest: {platform: linux/amd64, kernel: {realtime: true}}
        host: {platform: linux/amd64, virtualized: false, cpu: {features: [vmx]}}
        deployment: {platform: kubernetes, mode: gvisor}
        """,
        """
        error (high) guest.kernel.realtime: needs a kernel of its own kind, and a container in a gVisor sandbox runs on
            one in user space
        because deployment.mode
        help: run it in a virtual machine with that kernel
        """,
    ),
    "VM406-real-time": (
        """
        guest: {kernel: {realtime: true}}
        host: {platform: linux/amd64, kernel: {realtime: false}}
        deployment: {platform: docker}
        """,
        """
        error (high) guest.kernel.realtime: needs a real-time kernel, and a container with runc runs on the host's,
            which is not one
        because host.kernel.realtime, deployment.mode
        help: run it on a host with a PREEMPT_RT kernel
        """,
    ),
    "VM406-real-time-on-such-a-host": (
        """
        guest: {kernel: {realtime: true, source: distro}}
        host: {platform: linux/amd64, kernel: {realtime: true}}
        deployment: {platform: docker}
        """,
        "",
    ),
    "VM406-nothing-of-its-own": (
        """
        guest: {kernel: {realtime: false, source: distro}}
        deployment: {platform: docker, mode: gvisor}
        """,
        "",
    ),
    "VM401-windows-keeps-its-images": (
        """
        guest: {os: win2k22}
        requirements: {isolation: {tenancy: untrusted-multi}}
        host: {os: win2k22, platform: windows/amd64, cpu: {features: [vmx, ept]}, virtualized: false}
        deployment: {platform: docker, mode: process}
        """,
        """
        error (high) deployment.mode: a Windows container with process isolation shares the host's kernel, which is no
            sufficient boundary against strangers' code
        repair: the same image in a small virtual machine per container, with a kernel of its own:
            deployment.mode=hyperv
        """,
    ),
}


@pytest.mark.parametrize(("code", "spec", "expected"), [(name[:5], *case) for name, case in SAID.items()], ids=SAID)
def test_what_is_said(tells: Tells, code: str, spec: str, expected: str) -> None:
    tells(code, spec, expected)
