"""What the rules on hosts say, word for word."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Said

Ask = Callable[[str, str], "list[Said]"]
OnToyvisor = Callable[..., list[tuple[str, str, str]]]
VERSION = ("deployment.platform.id", "deployment.platform.version")


@pytest.mark.parametrize(
    ("platform", "severity", "message", "because"),
    [
        ("vmware-esxi@8.0U2", "error", "VMware ESXi 8.0U2 does not run on this CPU, which lacks xsave", VERSION),
        ("vmware-esxi@8.0.2", "error", "VMware ESXi 8.0.2 does not run on this CPU, which lacks xsave", VERSION),
        ("vmware-esxi@9.1", "error", "VMware ESXi 9.1 does not run on this CPU, which lacks xsave", VERSION),
        ("vmware-esxi@8.0", "warning", "VMware ESXi runs on this CPU only before 8.0U2, since it lacks xsave", VERSION),
        (
            "vmware-esxi",
            "warning",
            "VMware ESXi runs on this CPU only before 8.0U2, since it lacks xsave",
            ("deployment.platform.id",),
        ),
    ],
)
def test_host_cpu_dropped_by_release(
    said: Ask, platform: str, severity: str, message: str, because: tuple[str, ...]
) -> None:
    spec = f"host: {{cpu: {{features: [fpu, lm, vmx, ept]}}}}\ndeployment: {{platform: {platform}}}\n"
    assert said("VM105", spec) == [
        (
            severity,
            "high",
            "host.cpu.features",
            message,
            because,
            ("use a host with a newer CPU, or a platform that asks less of it",),
        )
    ]


@pytest.mark.parametrize("features", ["fpu, lm, vmx, xsave", "xsave", "fpu, vmx", "lm, vmx"])
def test_cpu_that_has_the_flag_or_may_have_it(said: Ask, features: str) -> None:
    spec = f"host: {{cpu: {{features: [{features}]}}}}\ndeployment: {{platform: vmware-esxi@8.0U3}}\n"
    assert said("VM105", spec) == []


def test_every_flag_is_judged_by_itself(on_toyvisor: OnToyvisor) -> None:
    spec = "host: {cpu: {features: [fpu, lm, vmx, ept]}}\n"
    assert on_toyvisor("VM105", spec, version="1.5") == [
        ("error", "host.cpu.features", f"Toyvisor 1.5 does not run on this CPU, which lacks {flag}")
        for flag in ("avx", "xsave")
    ]


def test_flag_that_every_release_needs(on_toyvisor: OnToyvisor) -> None:
    said = on_toyvisor("VM105", "host: {cpu: {features: [fpu, lm, vmx, ept, avx, sse4_2]}}\n")
    assert said == [("error", "host.cpu.features", "Toyvisor does not run on this CPU, which lacks xsave")]


@pytest.mark.parametrize(
    ("host", "platform", "message", "because", "arch"),
    [
        (
            "linux/arm64",
            "xcp-ng@8.3",
            "XCP-ng does not run on arm64 hosts, only on amd64",
            ("host.platform",),
            "arm64",
        ),
        (
            "linux/arm64",
            "virtualbox",
            "Oracle VirtualBox does not run on arm64 Linux hosts, only on amd64",
            ("host.platform", "host.os.family"),
            "arm64",
        ),
        (
            "darwin/ppc64le",
            "virtualbox",
            "Oracle VirtualBox does not run on ppc64le hosts, only on amd64 or arm64",
            ("host.platform",),
            "ppc64le",
        ),
    ],
)
def test_host_architecture_unsupported(
    said: Ask, host: str, platform: str, message: str, because: tuple[str, ...], arch: str
) -> None:
    spec = f"host: {{platform: {host}}}\ndeployment: {{platform: {platform}}}\n"
    help = f"use a host of one of these architectures, or a platform that is built for {arch}"
    assert said("VM103", spec) == [("error", "high", "deployment.platform.id", message, because, (help,))]


NAME = "state the product that is really used: docker-desktop, lima, podman (its machine)"


@pytest.mark.parametrize(("host", "name", "more"), [("darwin", "macOS", ""), ("windows", "Windows", ", wsl2")])
def test_product_that_hides_a_machine(said: Ask, host: str, name: str, more: str) -> None:
    spec = f"""\
        guest: {{platform: linux/amd64}}
        host: {{platform: {host}/amd64}}
        deployment: {{platform: kubernetes, architecture: container}}
    """
    assert said("VM623", spec) == [
        (
            "warning",
            "high",
            "deployment.platform.id",
            f"Kubernetes runs Linux programs on {name} only through a product that hides a Linux machine",
            ("host.os.family", "guest.os.family"),
            (NAME + more,),
        )
    ]


@pytest.mark.parametrize(
    ("host", "deployment", "path", "message", "because"),
    [
        (
            "linux/arm64",
            "platform: parallels, architecture: type2",
            "deployment.platform.id",
            "Parallels Desktop runs on macOS, and the host runs Linux",
            ("host.os.family",),
        ),
        (
            "darwin/arm64",
            "platform: vmware-workstation, architecture: type2",
            "deployment.platform.id",
            "VMware Workstation Pro runs on Windows and Linux, and the host runs macOS",
            ("host.os.family",),
        ),
        (
            "linux/amd64",
            "platform: docker, mode: hyperv",
            "deployment.mode",
            "a Windows container with Hyper-V isolation needs a Windows host, and Docker Engine runs on Linux here",
            ("host.os.family", "deployment.platform.id"),
        ),
    ],
)
def test_host_os_not_supported(
    said: Ask, host: str, deployment: str, path: str, message: str, because: tuple[str, ...]
) -> None:
    spec = f"host: {{platform: {host}}}\ndeployment: {{{deployment}}}\n"
    assert said("VM623", spec) == [("error", "high", path, message, because, ())]


@pytest.mark.parametrize(
    ("host", "deployment"),
    [
        ("linux/amd64", "platform: vmware-esxi@8.0"),
        ("freebsd/amd64", "platform: podman, architecture: container"),
        ("linux/amd64", "platform: docker, mode: runc"),
        ("linux/amd64", "platform: docker, mode: gvisor"),
        ("windows/amd64", "platform: docker, mode: hyperv"),
    ],
)
def test_host_os_supported(said: Ask, host: str, deployment: str) -> None:
    assert said("VM623", f"host: {{platform: {host}}}\ndeployment: {{{deployment}}}\n") == []
