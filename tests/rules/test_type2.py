"""What the rules on type 2 hypervisors say, word for word."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Said

Ask = Callable[[str, str], "list[Said]"]


@pytest.mark.parametrize("architecture", ["container", "type2"])
def test_production_against_vendor_word(said: Ask, architecture: str) -> None:
    spec = f"environment: production\ndeployment: {{platform: wsl2, architecture: {architecture}}}\n"
    assert said("VM201", spec) == []
    assert said("VM210", spec) == [
        (
            "note",
            "high",
            "deployment.platform.id",
            "Windows Subsystem for Linux 2 in production: its virtual machine stops when it is idle, and its kernel is "
            "updated without being asked",
            ("environment",),
            ("Microsoft points production applications to its WSL container API instead of a plain distribution",),
        )
    ]


@pytest.mark.parametrize("environment", ["dev", "test", "staging"])
def test_before_production(said: Ask, environment: str) -> None:
    spec = f"environment: {environment}\ndeployment: {{platform: wsl2, architecture: container}}\n"
    assert said("VM210", spec) == []


@pytest.mark.parametrize(
    ("platform", "message", "help"),
    [
        (
            "virtualbox",
            "Oracle VirtualBox runs as a program on a desktop system; it is no base for a production workload",
            ("if the desktop itself is the product (a kiosk, a VDI client), label it vmlint/desktop-workload",),
        ),
        (
            "docker-desktop",
            "Docker Desktop runs as a program on a desktop system; it is no base for a production workload",
            (
                "run the same image on a container engine of a server",
                "if the desktop itself is the product (a kiosk, a VDI client), label it vmlint/desktop-workload",
            ),
        ),
    ],
)
def test_type2_in_production(said: Ask, platform: str, message: str, help: tuple[str, ...]) -> None:
    spec = f"environment: production\ndeployment: {{platform: {platform}}}\n"
    assert said("VM201", spec) == [("warning", "high", "deployment.platform.id", message, ("environment",), help)]


@pytest.mark.parametrize(
    ("facts", "severity"),
    [
        ("", "warning"),
        ("environment: production", "warning"),
        ("environment: staging", "warning"),
        ("environment: dev", "note"),
        ("environment: test", "note"),
        ("environment: dev\ninstances: 1", "note"),
        ("environment: dev\ninstances: 2", "warning"),
    ],
)
def test_type2_for_high_performance(said: Ask, facts: str, severity: str) -> None:
    spec = f"{facts}\nrequirements: {{performance: {{class: high}}}}\ndeployment: {{platform: virtualbox}}\n"
    assert said("VM202", spec) == [
        (
            severity,
            "high",
            "deployment.platform.id",
            "high performance is demanded, and Oracle VirtualBox reaches every device through a desktop system",
            ("requirements.performance.class",),
            ("where it cannot move, paravirtual disk and network devices win back part of it",),
        )
    ]


ARCH = ("host.platform", "deployment.platform.id")


@pytest.mark.parametrize(
    ("guest", "host", "deployment", "severity", "path", "message", "first_help"),
    [
        (
            "os: win2k22",
            "darwin/arm64",
            "platform: virtualbox",
            "error",
            "guest.os.id",
            "Oracle VirtualBox on an arm64 host cannot run an amd64 guest",
            "use an arm64 build of the guest",
        ),
        (
            "os: win11, platform: windows/amd64",
            "darwin/arm64",
            "platform: virtualbox",
            "error",
            "guest.platform",
            "Oracle VirtualBox on an arm64 host cannot run an amd64 guest",
            "Windows 11 exists for arm64: use that build",
        ),
        (
            "platform: windows/amd64",
            "darwin/arm64",
            "platform: parallels@20.2, architecture: type2",
            "warning",
            "guest.platform",
            "Parallels Desktop runs amd64 guests on arm64 hosts only as a slow technology preview",
            "use an arm64 build of the guest",
        ),
        (
            "platform: windows/amd64",
            "darwin/arm64",
            "platform: parallels@20.1, architecture: type2",
            "error",
            "guest.platform",
            "Parallels Desktop on an arm64 host cannot run an amd64 guest",
            "use an arm64 build of the guest",
        ),
        (
            "platform: linux/amd64",
            "darwin/arm64",
            "platform: utm, mode: hw-assisted",
            "error",
            "guest.platform",
            "UTM on an arm64 host cannot run an amd64 guest in mode hw-assisted",
            "use an arm64 build of the guest",
        ),
    ],
)
def test_hosted_guest_architecture_differs(
    said: Ask, guest: str, host: str, deployment: str, severity: str, path: str, message: str, first_help: str
) -> None:
    spec = f"guest: {{{guest}}}\nhost: {{platform: {host}}}\ndeployment: {{{deployment}}}\n"
    (found,) = said("VM203", spec)
    assert (found.severity, found.path, found.message, found.because) == (severity, path, message, ARCH)
    second = "or run it on an amd64 machine; single programs can be translated inside an arm64 guest"
    assert found.help[0].startswith(first_help)
    assert found.help[1:] == (second,)


def test_a_cpu_is_named_with_its_article(said: Ask) -> None:
    spec = "guest: {platform: linux/386}\nhost: {platform: darwin/arm64}\ndeployment: {platform: virtualbox}\n"
    (found,) = said("VM203", spec)
    assert found.message == "Oracle VirtualBox on an arm64 host cannot run a 386 guest"
    assert found.help[1].startswith("or run it on a 386 machine; ")


@pytest.mark.parametrize("availability", ["ha", "mission-critical"])
def test_type2_for_mission_critical(said: Ask, availability: str) -> None:
    spec = f"requirements: {{availability: {availability}}}\ndeployment: {{platform: virtualbox}}\n"
    assert said("VM204", spec) == [
        (
            "warning",
            "high",
            "deployment.platform.id",
            f"availability {availability} is demanded, and Oracle VirtualBox has no failover to another host",
            ("requirements.availability",),
            ("if the application replicates itself, state the number of instances and placement: one-per-host",),
        )
    ]


@pytest.mark.parametrize("facts", ["instances: 1", ""])
def test_one_machine_fails_over_to_nothing(said: Ask, facts: str) -> None:
    spec = f"""\
{facts}
requirements: {{availability: ha}}
deployment: {{platform: virtualbox, placement: one-per-host}}
"""
    assert len(said("VM204", spec)) == 1


@pytest.mark.parametrize(
    ("isolation", "severity", "whom", "because"),
    [
        ("tenancy: untrusted-multi", "warning", "untrusted code", ("requirements.isolation.tenancy",)),
        ("untrustedCode: true", "warning", "untrusted code", ("requirements.isolation.untrustedCode",)),
        (
            "level: vm, compliance: [pci-dss, hipaa]",
            "note",
            "compliance with pci-dss, hipaa",
            ("requirements.isolation.level", "requirements.isolation.compliance"),
        ),
        (
            "level: confidential, compliance: [hipaa]",
            "note",
            "compliance with hipaa",
            ("requirements.isolation.level", "requirements.isolation.compliance"),
        ),
    ],
)
def test_security_depends_on_desktop_host(
    said: Ask, isolation: str, severity: str, whom: str, because: tuple[str, ...]
) -> None:
    spec = f"requirements: {{isolation: {{{isolation}}}}}\ndeployment: {{platform: virtualbox}}\n"
    assert said("VM206", spec) == [
        (
            severity,
            "high",
            "deployment.platform.id",
            f"isolation for {whom} depends on the desktop system that Oracle VirtualBox runs on",
            because,
            ("an offline laboratory whose host is wiped afterwards can be labelled vmlint/malware-lab",),
        )
    ]
