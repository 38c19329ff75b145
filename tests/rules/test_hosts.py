"""What the rules on hosts say, word for word."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Said

Ask = Callable[[str, str], "list[Said]"]
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
