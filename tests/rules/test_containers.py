"""Containers: what the rules on shared kernels, foreign CPUs and init systems say, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Tells

KATA = "repair: the same image in a small virtual machine per pod, with a kernel of its own: deployment.mode=kata"
GVISOR = (
    "repair: the same image on a kernel in user space, without hardware virtualization; system calls cost more: "
    "deployment.mode=gvisor"
)
BUILD = "help: build or choose a multi-platform image, or place it on a host of that CPU architecture"
ENOUGH = "help: emulation is good enough for builds and for development"
REST = "because host.platform, deployment.platform.id, deployment.mode"
EMULATED = "because host.platform, host.binfmt, deployment.platform.id"
TENANT = "help: give each tenant a virtual machine, or a node of its own (deployment.placement: node-per-tenant)"
SYSTEM = "help: run one service per container, or use a system container (LXC, Incus) or a virtual machine"
EXTRA = "help: an image built to start systemd needs extra rights and mounts here"

SPEAKS = [
    (
        "VM401",
        "kind: ci-runner\nrequirements: {isolation: {untrustedCode: true}}\ndeployment: {platform: docker}",
        f"""
        error (high) deployment.mode: a container with runc shares the host's kernel, which is no sufficient boundary
            against strangers' code
        because requirements.isolation.untrustedCode
        help: run each job in a virtual machine that is thrown away after it
        {KATA}
        {GVISOR}
        """,
    ),
    (
        "VM401",
        (
            "kind: ci-runner\nrequirements: {isolation: {tenancy: untrusted-multi, untrustedCode: true}}\n"
            "deployment: {platform: docker}"
        ),
        f"""
        error (high) deployment.mode: a container with runc shares the host's kernel, which is no sufficient boundary
            against strangers' code
        because requirements.isolation.tenancy, requirements.isolation.untrustedCode
        {TENANT}
        {KATA}
        {GVISOR}
        """,
    ),
    (
        "VM405",
        (
            "guest: {platform: linux/amd64}\nhost: {platform: darwin/arm64}\n"
            "deployment: {platform: lima, architecture: container}"
        ),
        f"""
        warning (high) guest.platform: the software is built for linux/amd64 and the host is darwin/arm64: it runs under
            emulation only, slowly and not always correctly
        {EMULATED}
        {BUILD}
        {ENOUGH}
        """,
    ),
    (
        "VM405",
        (
            "guest: {platform: linux/amd64}\nhost: {platform: windows/arm64}\n"
            "deployment: {platform: wsl2, architecture: container}"
        ),
        f"""
        error (high) guest.platform: the software is built for linux/amd64 and the host is windows/arm64, so it cannot
            start (exec format error)
        {REST}
        {BUILD}
        """,
    ),
    (
        "VM401",
        "requirements: {isolation: {tenancy: untrusted-multi}}\ndeployment: {platform: kubernetes, mode: runc}",
        f"""
        error (high) deployment.mode: a container with runc shares the host's kernel, which is no sufficient
            boundary against strangers' code
        because requirements.isolation.tenancy
        {TENANT}
        {KATA}
        {GVISOR}
        """,
    ),
    (
        "VM401",
        "requirements: {isolation: {untrustedCode: true}}\ndeployment: {platform: docker, placement: one-per-host}",
        f"""
        error (high) deployment.mode: a container with runc shares the host's kernel, which is no sufficient
            boundary against strangers' code
        because requirements.isolation.untrustedCode
        {TENANT}
        {KATA}
        {GVISOR}
        """,
    ),
    (
        "VM401",
        (
            "requirements: {isolation: {tenancy: untrusted-multi, untrustedCode: true}}\n"
            "deployment: {platform: windows-containers, mode: process}"
        ),
        f"""
        error (high) deployment.mode: a Windows container with process isolation shares the host's kernel, which
            is no sufficient boundary against strangers' code
        because requirements.isolation.tenancy, requirements.isolation.untrustedCode
        {TENANT}
        repair: the same image in a small virtual machine per container, with a kernel of its own:
            deployment.mode=hyperv
        """,
    ),
    (
        "VM401",
        "requirements: {isolation: {tenancy: trusted-multi}}\ndeployment: {platform: kubernetes, mode: crun}",
        """
        advice (low) deployment.mode: several tenants share one kernel in a container with crun; that holds as
            long as they trust each other
        because requirements.isolation.tenancy
        """,
    ),
    (
        "VM401",
        (
            "kind: service\n"
            "requirements: {isolation: {tenancy: untrusted-multi}}\n"
            "deployment: {platform: kubernetes, mode: runc, placement: node-per-tenant}"
        ),
        """
        advice (high) deployment.mode: with a node for each tenant, a flaw in the kernel under a container with
            runc costs one tenant's node
        because deployment.placement, requirements.isolation.tenancy
        help: make sure that the scheduler enforces the separation, by taints or by node pools
        """,
    ),
    (
        "VM405",
        "guest: {platform: linux/amd64}\nhost: {platform: linux/arm64, binfmt: []}\ndeployment: {platform: docker}",
        f"""
        error (high) guest.platform: the software is built for linux/amd64 and the host is linux/arm64, so it
            cannot start (exec format error)
        {REST}
        {BUILD}
        """,
    ),
    (
        "VM405",
        (
            "guest: {platform: linux/amd64}\n"
            "host: {platform: linux/arm64}\n"
            "deployment: {platform: kubernetes, mode: runc}"
        ),
        f"""
        error (high) guest.platform: the software is built for linux/amd64 and the host is linux/arm64, so it
            cannot start (exec format error)
        {REST}
        {BUILD}
        """,
    ),
    (
        "VM405",
        (
            "guest: {platform: linux/amd64}\n"
            "host: {platform: linux/arm64, binfmt: [linux/amd64]}\n"
            "deployment: {platform: docker}"
        ),
        f"""
        warning (high) guest.platform: the software is built for linux/amd64 and the host is linux/arm64: it runs
            under emulation only, slowly and not always correctly
        {EMULATED}
        {BUILD}
        {ENOUGH}
        """,
    ),
    (
        "VM405",
        (
            "guest: {platform: linux/amd64}\n"
            "host: {platform: linux/arm64, binfmt: [linux/s390x]}\n"
            "deployment: {platform: docker}"
        ),
        f"""
        error (high) guest.platform: the software is built for linux/amd64 and the host is linux/arm64, so it
            cannot start (exec format error)
        {REST}
        {BUILD}
        """,
    ),
    (
        "VM405",
        "guest: {platform: linux/amd64}\nhost: {platform: linux/arm64}\ndeployment: {platform: docker}",
        f"""
        warning (high) guest.platform: the software is built for linux/amd64 and the host is linux/arm64: it
            starts only where an emulator is registered (binfmt), slowly and not always correctly
        {EMULATED}
        {BUILD}
        {ENOUGH}
        """,
    ),
    (
        "VM405",
        (
            "guest: {platform: linux/amd64}\n"
            "host: {platform: darwin/arm64}\n"
            "deployment: {platform: docker-desktop, mode: runc}"
        ),
        f"""
        warning (high) guest.platform: the software is built for linux/amd64 and the host is darwin/arm64: it runs
            under emulation only, slowly and not always correctly
        {EMULATED}
        {BUILD}
        {ENOUGH}
        """,
    ),
    (
        "VM405",
        (
            "guest: {platform: linux/amd64}\n"
            "host: {platform: linux/arm64, binfmt: [linux/amd64]}\n"
            "deployment: {platform: docker, mode: gvisor}"
        ),
        f"""
        error (high) guest.platform: the software is built for linux/amd64 and the host is linux/arm64, so it
            cannot start (exec format error)
        {REST}
        {BUILD}
        """,
    ),
    (
        "VM405",
        (
            "host: {platform: linux/arm64, binfmt: []}\n"
            "deployment: {platform: docker, image: {ref: x, platforms: [linux/s390x, linux/amd64]}}"
        ),
        f"""
        error (high) deployment.image.platforms: the image is built for linux/amd64 and linux/s390x and the host
            is linux/arm64, so it cannot start (exec format error)
        {REST}
        {BUILD}
        """,
    ),
    (
        "VM405",
        (
            "host: {platform: linux/amd64, binfmt: []}\n"
            "deployment: {platform: docker, image: {ref: x, platforms: [windows/amd64, linux/arm64]}}"
        ),
        f"""
        error (high) deployment.image.platforms: the image is built for linux/arm64 and the host is linux/amd64,
            so it cannot start (exec format error)
        {REST}
        {BUILD}
        """,
    ),
    (
        "VM405",
        (
            "guest: {platform: linux/arm/v7}\n"
            "host: {platform: linux/arm64, binfmt: [], cpu: {vendor: apple}}\n"
            "deployment: {platform: docker}"
        ),
        f"""
        error (high) guest.platform: the software is built for linux/arm/v7 and the host is linux/arm64, so it
            cannot start (exec format error)
        {REST}
        {BUILD}
        """,
    ),
    (
        "VM405",
        "guest: {platform: linux/arm/v7}\nhost: {platform: linux/arm/v6, binfmt: []}\ndeployment: {platform: docker}",
        f"""
        error (high) guest.platform: the software is built for linux/arm/v7 and the host is linux/arm/v6, so it
            cannot start (exec format error)
        {REST}
        {BUILD}
        """,
    ),
    (
        "VM409",
        (
            "kind: ci-runner\n"
            "requirements: {isolation: {untrustedCode: true}}\n"
            "deployment: {platform: kubernetes, mode: runc, placement: node-per-tenant}"
        ),
        f"""
        warning (medium) deployment.mode: a node per tenant does not keep apart the jobs of strangers that run one
            after another in a container with runc
        because kind, deployment.placement, requirements.isolation.untrustedCode
        help: run each job in a virtual machine, or on a node, that is thrown away after it (ephemeral runners)
        {KATA}
        {GVISOR}
        """,
    ),
    (
        "VM411",
        'guest: {init: systemd}\ndeployment: {platform: docker, image: "shop/web:1"}',
        f"""
        warning (high) guest.init: needs systemd as process 1, and Docker Engine starts a single program there
        because deployment.platform.id
        {SYSTEM}
        {EXTRA}
        """,
    ),
    (
        "VM411",
        "guest: {init: systemd}\ndeployment: {platform: kubernetes, mode: runc}",
        f"""
        warning (high) guest.init: needs systemd as process 1, and Kubernetes starts a single program there
        because deployment.platform.id
        {SYSTEM}
        {EXTRA}
        """,
    ),
]

SILENT = [
    (
        "VM405",
        (
            "guest: {platform: linux/arm64}\nhost: {platform: linux/arm64}\n"
            "deployment: {platform: docker, image: {ref: x, platforms: []}}"
        ),
        "",
    ),
    (
        "VM401",
        (
            "kind: ci-runner\n"
            "requirements: {isolation: {untrustedCode: true}}\n"
            "deployment: {platform: kubernetes, mode: runc, placement: node-per-tenant}"
        ),
        "",
    ),
    ("VM401", "requirements: {isolation: {tenancy: single}}\ndeployment: {platform: docker}", ""),
    ("VM401", "requirements: {isolation: {tenancy: trusted-multi}}\ndeployment: {platform: docker, mode: gvisor}", ""),
    (
        "VM405",
        (
            "guest: {platform: linux/amd64}\n"
            "host: {platform: linux/arm64}\n"
            "deployment: {platform: docker, image: {ref: x, platforms: [linux/amd64, linux/arm64]}}"
        ),
        "",
    ),
    (
        "VM405",
        (
            "host: {platform: linux/amd64, binfmt: []}\n"
            "deployment: {platform: docker, image: {ref: x, platforms: [windows/amd64]}}"
        ),
        "",
    ),
    ("VM405", "guest: {platform: linux/386}\nhost: {platform: linux/amd64}\ndeployment: {platform: docker}", ""),
    (
        "VM405",
        "guest: {platform: linux/arm/v7}\nhost: {platform: linux/arm64, binfmt: []}\ndeployment: {platform: docker}",
        "",
    ),
    (
        "VM405",
        (
            "guest: {platform: linux/arm/v7}\n"
            "host: {platform: linux/arm64, binfmt: [], cpu: {vendor: arm}}\n"
            "deployment: {platform: docker}"
        ),
        "",
    ),
    (
        "VM405",
        "guest: {platform: linux/arm/v7}\nhost: {platform: linux/arm/v7, binfmt: []}\ndeployment: {platform: docker}",
        "",
    ),
    ("VM405", "guest: {platform: linux/amd64}\ndeployment: {platform: docker}", "needs host.platform"),
    ("VM411", 'guest: {init: systemd}\ndeployment: {platform: docker, image: "kindest/node:v1.30.0@sha256:ab"}', ""),
    ("VM411", 'guest: {init: systemd}\ndeployment: {platform: docker, image: "registry:5000/ubi9/ubi-init:9.4"}', ""),
    ("VM411", "guest: {init: systemd}\ndeployment: {platform: lxc}", ""),
    ("VM411", "guest: {init: other}\ndeployment: {platform: docker}", ""),
    ("VM411", "guest: {init: systemd}\ndeployment: {platform: podman}", "needs catalog.podman init"),
]
"""Where it says nothing, or which fact it needs."""


@pytest.mark.parametrize(("code", "spec", "expected"), SPEAKS + SILENT)
def test_what_it_says(tells: Tells, code: str, spec: str, expected: str) -> None:
    tells(code, spec, expected)
