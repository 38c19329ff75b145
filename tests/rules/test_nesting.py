"""What the rules on nesting say, and which clouds they know."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Said

Ask = Callable[[str, str], "list[Said]"]


def test_hypervisor_nested_in_production(said: Ask) -> None:
    spec = """\
        environment: production
        host: {virtualized: true, nestedVirtualization: true}
        deployment: {platform: xcp-ng@8.3}
    """
    assert said("VM108", spec) == [
        (
            "warning",
            "high",
            "host.virtualized",
            "XCP-ng is to run inside a virtual machine in production, which its makers mean for labs only",
            ("environment", "deployment.platform.id"),
            ("install it on a physical host, or run the workload on the hypervisor below",),
        )
    ]


@pytest.mark.parametrize(
    ("cloud", "severity"),
    [
        ("provider: aws, instanceType: m5.large", ["error"]),
        ("provider: EC2, instanceType: m5.large", ["error"]),
        ("provider: Amazon, instanceType: M5.large", ["error"]),
        ("provider: aws, instanceType: m8i.large", ["note"]),
        ("provider: aws, instanceType: m8i-flex.large", ["note"]),
        ("provider: aws, instanceType: m5.metal", []),
        ("provider: somebody, instanceType: m5.large", []),
        ("provider: aws", []),
        ("instanceType: m5.large", []),
    ],
)
def test_instances_by_their_type(said: Ask, cloud: str, severity: list[str]) -> None:
    spec = f"""\
        guest: {{os: debian12}}
        host: {{platform: linux/amd64, cloud: {{{cloud}}}}}
        deployment: {{platform: kvm, architecture: type1}}
    """
    found = said("VM606", spec)
    assert [one.severity for one in found] == severity
    if severity == ["error"]:
        assert "host.cloud.instanceType" in found[0].because


@pytest.mark.parametrize(
    ("platform", "mode", "severity", "how"),
    [
        ("xcp-ng@8.3", "hw-assisted", "warning", "XCP-ng allows only as something its makers do not support"),
        ("bhyve", "hw-assisted", "error", "bhyve does not allow"),
        ("xen", "hw-assisted", "warning", "Xen Project hypervisor allows only as something its makers do not support"),
    ],
)
def test_machines_inside_the_guest(said: Ask, platform: str, mode: str, severity: str, how: str) -> None:
    spec = f"""\
        guest: {{os: debian12}}
        requirements: {{nested: true}}
        host: {{virtualized: false}}
        deployment: {{platform: {platform}, mode: {mode}}}
    """
    message = f"the guest is to run virtual machines itself, which {how}"
    assert said("VM606", spec) == [
        (severity, "high", "requirements.nested", message, ("deployment.platform.id",), ()),
    ]


NEEDED = "hardware virtualization is needed (VT-x, AMD-V or EL2), and the host is a virtual machine"
REASONS = ("host.virtualized", "deployment.platform.id", "deployment.mode")


@pytest.mark.parametrize(
    ("host", "severity", "path", "message"),
    [
        (
            "nestedVirtualization: false",
            "error",
            "host.nestedVirtualization",
            f"{NEEDED} without it",
        ),
        (
            "platform: windows/amd64, cpu: {features: [aes]}",
            "error",
            "host.nestedVirtualization",
            f"{NEEDED} without it",
        ),
        (
            "cpu: {features: [aes]}",
            "note",
            "host.virtualized",
            f"{NEEDED} that may lack it",
        ),
        (
            "nestedVirtualization: true, hypervisor: kvm",
            "warning",
            "host.hypervisor",
            "the vendor of Microsoft Hyper-V does not support it inside KVM with QEMU and libvirt",
        ),
        (
            "nestedVirtualization: true, hypervisor: somebodys-own",
            "warning",
            "host.hypervisor",
            "the vendor of Microsoft Hyper-V does not support it inside somebodys-own",
        ),
        (
            "nestedVirtualization: true, hypervisor: xen",
            "warning",
            "host.hypervisor",
            "Microsoft Hyper-V needs VT-x, AMD-V or EL2 inside a guest of Xen Project hypervisor, where nesting is "
            "experimental",
        ),
    ],
)
def test_hypervisor_in_a_virtual_machine(said: Ask, host: str, severity: str, path: str, message: str) -> None:
    (found,) = said("VM606", f"host: {{virtualized: true, {host}}}\ndeployment: {{platform: hyperv}}\n")
    assert (found.severity, found.path, found.message) == (severity, path, message)
    assert set(found.because) == set(REASONS) - {path}
