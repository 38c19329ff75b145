"""What the rules on gVisor, Kata and unikernels say, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Tells

KATA = "repair: the same image in a small virtual machine per pod, with a kernel of its own: deployment.mode=kata"
LINUX = "help: run it on Linux in a microVM instead"
INSTEAD = "help: build images without the engine (rootless BuildKit, Buildah), or reach its API over the network"

SPEAKS = [
    (
        "VM412",
        (
            "deployment: {platform: docker, mode: gvisor, mounts: [/dev/sdb1, /srv], hostDevices: [/dev/nvme0n1, "
            '"0000:01:00.0"]}'
        ),
        f"""
        warning (high) deployment.mounts: /dev/sdb1 and /dev/nvme0n1 will not be there: a container in a gVisor
            sandbox shows no block devices
        because deployment.mode
        help: mount the file system that is on it, or use another sandbox
        {KATA}
        """,
    ),
    (
        "VM412",
        "deployment: {platform: docker, mode: gvisor, mounts: [], hostDevices: [/dev/mapper/data]}",
        f"""
        warning (high) deployment.hostDevices: /dev/mapper/data will not be there: a container in a gVisor sandbox
            shows no block devices
        because deployment.mode
        help: mount the file system that is on it, or use another sandbox
        {KATA}
        """,
    ),
    (
        "VM412",
        "deployment: {platform: docker, mode: gvisor, mounts: [/var/run/docker.sock, /run/podman/podman.sock]}",
        f"""
        warning (medium) deployment.mounts: nobody answers behind /var/run/docker.sock and
            /run/podman/podman.sock: a container in a gVisor sandbox connects to no socket of the host unless runsc is
            told to (--host-uds=open), which opens a way out
        because deployment.mode
        {INSTEAD}
        """,
    ),
    (
        "VM412",
        "requirements: {performance: {class: high}}\ndeployment: {platform: docker, mode: gvisor, mounts: []}",
        """
        note (medium) deployment.mode: high performance is demanded, and in a container in a gVisor sandbox
            system calls and file access cost more
        because requirements.performance.class
        help: measure it: code that computes runs at full speed, code with many small system calls does not
        """,
    ),
    (
        "VM412",
        (
            "guest: {platform: linux/386}\n"
            "host: {platform: linux/amd64}\n"
            "deployment: {platform: docker, mode: gvisor, mounts: []}"
        ),
        f"""
        error (high) guest.platform: built for linux/386, and a container in a gVisor sandbox runs 64-bit programs
            only (amd64 or arm64)
        because deployment.mode
        help: use the 64-bit build of the image
        {KATA}
        """,
    ),
    (
        "VM412",
        (
            "guest: {platform: linux/amd64}\n"
            "deployment: {platform: docker, mode: gvisor, mounts: [], image: {ref: x, platforms: [linux/arm/v7, "
            "linux/386]}}"
        ),
        f"""
        error (high) deployment.image.platforms: built for linux/386 and linux/arm/v7, and a container in a gVisor
            sandbox runs 64-bit programs only (amd64 or arm64)
        because deployment.mode
        help: use the 64-bit build of the image
        {KATA}
        """,
    ),
    (
        "VM412",
        (
            "host: {platform: linux/amd64}\n"
            "deployment: {platform: docker, mode: gvisor, mounts: [], image: {ref: x, platforms: [linux/arm64, "
            "linux/386]}}"
        ),
        f"""
        error (high) deployment.image.platforms: built for linux/386, and a container in a gVisor sandbox runs
            64-bit programs only (amd64 or arm64)
        because deployment.mode
        help: use the 64-bit build of the image
        {KATA}
        """,
    ),
    (
        "VM412",
        (
            "guest: {platform: linux/386}\n"
            "host: {platform: linux/s390x}\n"
            "deployment: {platform: docker, mode: gvisor, mounts: []}"
        ),
        """
        error (high) deployment.mode: gVisor is made for amd64 and arm64, and the host is s390x
        because host.platform
        """,
    ),
    (
        "VM412",
        "requirements: {performance: {class: high}}\ndeployment: {platform: docker, mode: gvisor}",
        """
        note (medium) deployment.mode: high performance is demanded, and in a container in a gVisor sandbox
            system calls and file access cost more
        because requirements.performance.class
        help: measure it: code that computes runs at full speed, code with many small system calls does not
        """,
    ),
    (
        "VM413",
        "deployment: {platform: kubernetes, mode: kata, hostNamespaces: [network], mounts: [], privileged: false}",
        """
        error (high) deployment.hostNamespaces: a container in a Kata virtual machine cannot have the host's
            network: its network card is the machine's
        because deployment.mode
        help: publish its ports, or give it a network of its own (a CNI plugin)
        repair: an ordinary container has the host's network: deployment.mode=runc
        """,
    ),
    (
        "VM413",
        "deployment: {platform: kubernetes, mode: kata, hostNamespaces: [ipc, pid], mounts: [], privileged: false}",
        """
        warning (medium) deployment.hostNamespaces: a container in a Kata virtual machine sees the processes and
            shared memory of its machine, and never the host's
        because deployment.mode
        help: run what has to look at the host as an ordinary container
        """,
    ),
    (
        "VM413",
        "deployment: {platform: kubernetes, mode: kata, hostNamespaces: [pid], mounts: [], privileged: false}",
        """
        warning (medium) deployment.hostNamespaces: a container in a Kata virtual machine sees the processes of
            its machine, and never the host's
        because deployment.mode
        help: run what has to look at the host as an ordinary container
        """,
    ),
    (
        "VM413",
        (
            "deployment: {platform: kubernetes, mode: kata, hostNamespaces: [ipc, network], mounts: [], "
            "privileged: false}"
        ),
        """
        error (high) deployment.hostNamespaces: a container in a Kata virtual machine cannot have the host's
            network: its network card is the machine's
        because deployment.mode
        help: publish its ports, or give it a network of its own (a CNI plugin)
        repair: an ordinary container has the host's network: deployment.mode=runc
        warning (medium) deployment.hostNamespaces: a container in a Kata virtual machine sees the shared memory
            of its machine, and never the host's
        because deployment.mode
        help: run what has to look at the host as an ordinary container
        repair: an ordinary container has the host's network: deployment.mode=runc
        """,
    ),
    (
        "VM413",
        (
            "deployment: {platform: kubernetes, mode: kata, hostNamespaces: [], mounts: "
            "[/run/containerd/containerd.sock, /srv], privileged: false}"
        ),
        f"""
        warning (medium) deployment.mounts: nobody answers behind /run/containerd/containerd.sock: a container in
            a Kata virtual machine has a kernel of its own, and the engine listens in the host's
        because deployment.mode
        {INSTEAD}
        """,
    ),
    (
        "VM413",
        "deployment: {platform: kubernetes, mode: kata, hostNamespaces: [], mounts: [], privileged: true}",
        """
        warning (low) deployment.privileged: privileged mode hands the host's disks to a container in a Kata
            virtual machine, unless the runtime is told not to
        because deployment.mode
        help: set privileged_without_host_devices = true for the runtime (containerd, CRI-O)
        """,
    ),
    (
        "VM613",
        "guest: {os: unikraft, init: systemd}\ndeployment: {platform: firecracker}",
        f"""
        error (high) guest.init: needs systemd as process 1, and Unikraft starts one application
        because guest.os.id
        {LINUX}
        """,
    ),
    (
        "VM613",
        "guest: {os: {family: unikernel}, init: other}\ndeployment: {platform: firecracker}",
        f"""
        error (high) guest.init: needs an init system as process 1, and a unikernel guest starts one application
        because guest.os.family
        {LINUX}
        """,
    ),
    (
        "VM613",
        "guest: {os: nanos, kernel: {modules: [wireguard, nbd]}}\ndeployment: {platform: firecracker}",
        f"""
        error (high) guest.kernel.modules: needs wireguard and nbd in the kernel, and Nanos loads no modules
        because guest.os.id
        help: link the driver in where the unikernel has one
        {LINUX}
        """,
    ),
    (
        "VM613",
        "kind: ci-runner\nguest: {os: osv}",
        f"""
        warning (medium) kind: a CI runner starts programs, and OSv runs a single process
        because guest.os.id
        {LINUX}
        """,
    ),
    (
        "VM613",
        "kind: ci-runner\nguest: {os: osv, init: systemd, kernel: {modules: [nbd]}}",
        f"""
        warning (medium) kind: a CI runner starts programs, and OSv runs a single process
        because guest.os.id
        {LINUX}
        error (high) guest.init: needs systemd as process 1, and OSv starts one application
        because guest.os.id
        {LINUX}
        error (high) guest.kernel.modules: needs nbd in the kernel, and OSv loads no modules
        because guest.os.id
        help: link the driver in where the unikernel has one
        {LINUX}
        """,
    ),
]

SILENT = [
    ("VM613", "guest: {init: none}", ""),
    (
        "VM412",
        "requirements: {performance: {class: standard}}\ndeployment: {platform: docker, mode: gvisor, mounts: []}",
        "",
    ),
    (
        "VM412",
        (
            "guest: {platform: linux/386}\n"
            "deployment: {platform: docker, mode: gvisor, mounts: [], image: {ref: x, platforms: [linux/amd64, "
            "linux/386]}}"
        ),
        "",
    ),
    (
        "VM412",
        (
            "guest: {platform: linux/386}\n"
            "host: {platform: linux/arm64}\n"
            "deployment: {platform: docker, mode: gvisor, mounts: []}"
        ),
        "",
    ),
    (
        "VM412",
        "guest: {platform: linux/386}\nhost: {platform: linux/s390x}\ndeployment: {platform: gvisor, mounts: []}",
        "",
    ),
    (
        "VM412",
        "requirements: {performance: {class: high}}\ndeployment: {platform: docker, mode: runc, mounts: [/dev/sdb1]}",
        "",
    ),
    (
        "VM413",
        "deployment: {platform: docker, mode: gvisor, hostNamespaces: [network], mounts: [], privileged: true}",
        "",
    ),
    ("VM413", "deployment: {platform: kubernetes, mode: kata, hostNamespaces: [], mounts: [], privileged: false}", ""),
    (
        "VM413",
        "deployment: {platform: kubernetes, mode: kata, mounts: [], privileged: false}",
        "needs deployment.hostNamespaces",
    ),
    (
        "VM413",
        "deployment: {platform: kubernetes, mode: kata, hostNamespaces: [], privileged: false}",
        "needs deployment.mounts",
    ),
    (
        "VM413",
        "deployment: {platform: kubernetes, mode: kata, hostNamespaces: [], mounts: []}",
        "needs deployment.privileged",
    ),
    (
        "VM613",
        "kind: ci-runner\nguest: {os: unikraft, init: none, kernel: {modules: []}}",
        "needs catalog.unikraft singleProcess",
    ),
    ("VM613", "kind: service\nguest: {os: osv, init: none}", ""),
    ("VM613", "kind: ci-runner\nguest: {os: debian12, init: systemd}", ""),
    ("VM613", "deployment: {platform: firecracker}", ""),
]
"""Where it says nothing, or which fact it needs."""


@pytest.mark.parametrize(("code", "spec", "expected"), SPEAKS + SILENT)
def test_what_it_says(tells: Tells, code: str, spec: str, expected: str) -> None:
    tells(code, spec, expected)
