"""Does the platform offer what was chosen: what the rules say, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Tells

SAID = {
    "VM605-no-translation": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        deployment: {platform: vmware-esxi}
        """,
        """
        error (high) guest.platform: VMware ESXi runs guest code on the host's CPU: a guest for arm64 does not start on
            a host with amd64
        because host.platform, deployment.platform.id, deployment.mode
        help: use a build of the guest for amd64 where there is one
        help: run it on a host with arm64
        """,
    ),
    "VM605-emulation-is-offered": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        deployment: {platform: proxmox-ve@9, architecture: full-virtualization, mode: hw-assisted}
        """,
        """
        error (high) guest.platform: Proxmox Virtual Environment runs guest code on the host's CPU: a guest for arm64
            does not start on a host with amd64
        repair: emulates the foreign CPU, slowly: deployment.mode=emulation
        """,
    ),
    "VM605-experiment": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        deployment: {platform: kubevirt}
        """,
        """
        warning (high) guest.platform: KubeVirt runs a guest for arm64 on a host with amd64 only by an experimental
            feature
        """,
    ),
    "VM605-experiment-and-the-mode-rules-it-out": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        deployment: {platform: kubevirt, mode: hw-assisted}
        """,
        """
        error (high) guest.platform: KubeVirt runs guest code on the host's CPU: a guest for arm64 does not start on a
            host with amd64
        """,
    ),
    "VM605-experiment-with-other-cpus": (
        """
        guest: {platform: linux/riscv64}
        host: {platform: linux/amd64}
        deployment: {platform: kubevirt}
        """,
        """
        error (high) guest.platform: KubeVirt runs guest code on the host's CPU: a guest for riscv64 does not start on a
            host with amd64
        """,
    ),
    "VM605-hosted": (
        """
        guest: {platform: linux/arm64}
        host: {platform: linux/amd64}
        deployment: {platform: virtualbox}
        """,
        "",
    ),
    "VM620-usual-name": (
        """
        guest: {os: debian12, platform: linux/amd64}
        host: {platform: linux/amd64, virtualized: false, cpu: {features: [vmx, ept]}}
        deployment: {platform: kvm, architecture: type2}
        """,
        """
        note (high) deployment.architecture: KVM with QEMU and libvirt is usually called type1, full-virtualization or
            paravirtualization, not type2: a matter of naming
        because deployment.platform.id
        """,
    ),
    "VM620-not-offered": (
        """
        guest: {os: debian12, platform: linux/amd64}
        host: {platform: linux/amd64}
        deployment: {platform: docker, architecture: type1}
        """,
        """
        error (high) deployment.architecture: Docker Engine does not offer type1; it offers container
        because deployment.platform.id
        repair: what Docker Engine offers: deployment.architecture=container
        """,
    ),
    "VM620-hosted-is-no-type-1": (
        """
        guest: {platform: linux/amd64}
        deployment: {platform: virtualbox, architecture: type1}
        """,
        """
        error (high) deployment.architecture: Oracle VirtualBox does not offer type1; it offers type2 and
            full-virtualization
        """,
    ),
    "VM620-bare-metal-is-no-type-2": (
        """
        guest: {platform: linux/amd64}
        deployment: {platform: vmware-esxi, architecture: type2}
        """,
        "error (high) deployment.architecture: VMware ESXi does not offer type2; it offers type1",
    ),
    "VM620-no-machine-at-all": (
        """
        guest: {platform: linux/amd64}
        deployment: {platform: vmware-esxi, architecture: container}
        """,
        "error (high) deployment.architecture: VMware ESXi does not offer container; it offers type1",
    ),
    "VM620-full-virtualization-wherever-there-are-machines": (
        "{guest: {platform: linux/amd64}, deployment: {platform: vmware-esxi, architecture: full-virtualization}}",
        "",
    ),
    "VM620-paravirtual-drivers": (
        "{guest: {platform: linux/amd64}, deployment: {platform: vmware-esxi, architecture: paravirtualization}}",
        """
        note (high) deployment.architecture: VMware ESXi is usually called type1, not paravirtualization: a matter of
            naming
        """,
    ),
    "VM620-only-containers-in-machines": (
        "{guest: {platform: linux/amd64}, deployment: {platform: kata, architecture: type1}}",
        """
        note (high) deployment.architecture: Kata Containers is usually called container, not type1: a matter of
            naming
        """,
    ),
    "VM620-stated-mode-in-a-machine": (
        "{guest: {platform: linux/amd64}, deployment: {platform: docker, architecture: type1, mode: kata}}",
        """
        note (high) deployment.architecture: Docker Engine is usually called container, not type1: a matter of naming
        """,
    ),
    "VM620-stated-mode-in-no-machine": (
        "{guest: {platform: linux/amd64}, deployment: {platform: docker, architecture: type1, mode: gvisor}}",
        "error (high) deployment.architecture: Docker Engine does not offer type1; it offers container",
    ),
    "VM620-runtime-class": (
        "{guest: {platform: linux/amd64}, deployment: {platform: kubernetes, architecture: type1, runtimeClass: own}}",
        "",
    ),
    "VM620-orchestrator": (
        "{guest: {platform: linux/amd64}, deployment: {platform: kubernetes, architecture: type1}}",
        "error (high) deployment.architecture: Kubernetes does not offer type1; it offers container",
    ),
    "VM621-contradiction": (
        "deployment: {architecture: container, mode: pv}",
        """
        error (high) deployment.mode: pv (classic Xen paravirtualization) is not a way to run the architecture container
        because deployment.architecture
        """,
    ),
    "VM621-contradiction-on-a-platform": (
        """
        guest: {os: debian12, platform: linux/amd64}
        host: {platform: linux/amd64, virtualized: false, cpu: {features: [vmx, ept]}}
        deployment: {platform: proxmox-ve@9, architecture: type1, mode: lxc}
        """,
        """
        error (high) deployment.mode: lxc (system container) is not a way to run the architecture type1
        because deployment.architecture
        repair: the usual mode of Proxmox Virtual Environment: deployment.mode=hw-assisted
        """,
    ),
    "VM621-contradiction-that-VM620-tells": (
        "{guest: {platform: linux/amd64}, deployment: {platform: docker, architecture: type1, mode: gvisor}}",
        "",
    ),
    "VM621-a-kernel-that-knows-xen-is-no-full-virtualization": (
        "{guest: {os: debian12}, deployment: {platform: xen@4.20, architecture: full-virtualization, mode: pvh}}",
        """
        error (high) deployment.mode: pvh (Xen PVH) is not a way to run the architecture full-virtualization
        because deployment.architecture
        """,
    ),
    "VM621-a-machine-around-a-container-is-either": (
        "{guest: {platform: linux/amd64}, deployment: {platform: firecracker, architecture: type1, mode: microvm}}",
        "",
    ),
    "VM621-no-such-mode": (
        """
        guest: {os: debian12, platform: linux/amd64}
        host: {platform: linux/amd64}
        deployment: {platform: podman, mode: kata}
        """,
        """
        error (high) deployment.mode: Podman has no mode kata; it has crun, runc, gvisor and microvm
        because deployment.platform.id
        repair: the usual mode of Podman: deployment.mode=crun
        """,
    ),
    "VM621-krun": (
        "{guest: {platform: linux/amd64}, deployment: {platform: podman, mode: microvm}}",
        "",
    ),
    "VM621-xen-product-without-a-word-on-it": (
        "{guest: {os: debian12}, deployment: {platform: xenserver, mode: pvh}}",
        "needs catalog.xenserver modes.pvh",
    ),
    "VM621-xens-modes-elsewhere": (
        "{guest: {os: debian12}, deployment: {platform: kvm, mode: pvh}}",
        "error (high) deployment.mode: KVM with QEMU and libvirt has no mode pvh; it has hw-assisted",
    ),
    "VM621-other-modes-on-a-xen-product": (
        "{guest: {os: debian12}, deployment: {platform: xenserver, mode: emulation}}",
        "error (high) deployment.mode: XenServer has no mode emulation; it has hw-assisted, pv and pvhvm",
    ),
    "VM621-cpu": (
        """
        guest: {os: debian12}
        host: {platform: linux/arm64}
        deployment: {platform: xen@4.20, mode: pv}
        """,
        """
        error (high) deployment.mode: Xen Project hypervisor has the mode pv on amd64 hosts only, not on arm64
        because host.platform, deployment.platform.id
        """,
    ),
    "VM621-before-its-time": (
        "{guest: {os: debian12}, deployment: {platform: docker@20.10, mode: kata}}",
        """
        error (high) deployment.mode: Docker Engine has the mode kata only since 23.0, not in 20.10
        because deployment.platform.version
        """,
    ),
    "VM621-from-its-time-on": ("{guest: {os: debian12}, deployment: {platform: docker@23.0, mode: kata}}", ""),
    "VM621-version-not-stated": (
        "{guest: {os: debian12}, deployment: {platform: docker, mode: kata}}",
        "needs deployment.platform.version",
    ),
    "VM621-no-mode-chosen": ("deployment: {platform: windows-containers}", ""),
    "VM621-a-mode-that-is-VM303s": ("{guest: {os: debian12}, deployment: {platform: xcp-ng@8.3, mode: pv}}", ""),
}


@pytest.mark.parametrize(("code", "spec", "expected"), [(name[:5], *case) for name, case in SAID.items()], ids=SAID)
def test_what_is_said(tells: Tells, code: str, spec: str, expected: str) -> None:
    tells(code, spec, expected)
