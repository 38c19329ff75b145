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
        ("provider: aws, instanceType: m8i.large", ["advice"]),
        ("provider: aws, instanceType: m8i-flex.large", ["advice"]),
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
