"""What the rule on the Windows hypervisor says, word for word."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.conftest import Said

Ask = Callable[[str, str], "list[Said]"]
ACTIVE = "the Windows hypervisor is active, and"
SLOWER = f"{ACTIVE} VMware Workstation Pro runs through it: slower, and without some of its features"
EXPERIMENT = (
    f"{ACTIVE} Oracle VirtualBox shares the CPU's extensions with it only as an experiment without support, "
    "and often much slower"
)
INSTEAD = (
    "run the guest in Hyper-V, or Linux programs in WSL 2",
    "or switch the Windows hypervisor off (bcdedit /set hypervisorlaunchtype off, then restart), which also ends "
    "WSL 2, Windows Sandbox and virtualization-based security",
)
PRESENT = "host.hypervisorPresent"


@pytest.mark.parametrize(
    ("platform", "nested", "severity", "confidence", "path", "message", "because", "help"),
    [
        ("vmware-workstation", False, "warning", "medium", "deployment.platform.id", SLOWER, (PRESENT,), INSTEAD),
        ("vmware-workstation@17", False, "warning", "medium", "deployment.platform.id", SLOWER, (PRESENT,), INSTEAD),
        # 15 may be 15.5.5
        ("vmware-workstation@15", False, "warning", "medium", "deployment.platform.id", SLOWER, (PRESENT,), INSTEAD),
        ("virtualbox", False, "warning", "medium", "deployment.platform.id", EXPERIMENT, (PRESENT,), INSTEAD),
        # Nothing is documented on nesting beside it.
        ("virtualbox@6.0", True, "warning", "medium", "deployment.platform.id", EXPERIMENT, (PRESENT,), INSTEAD),
        (
            "virtualbox@5.2",
            False,
            "error",
            "high",
            "deployment.platform.version",
            f"{ACTIVE} Oracle VirtualBox runs beside it only from 6.0 on",
            (PRESENT, "deployment.platform.id"),
            ("update to 6.0 or later", *INSTEAD),
        ),
        (
            "vmware-workstation@15.5.4",
            True,
            "error",
            "high",
            "deployment.platform.version",
            f"{ACTIVE} VMware Workstation Pro runs beside it only from 15.5.5 on",
            (PRESENT, "deployment.platform.id"),
            ("update to 15.5.5 or later", *INSTEAD),
        ),
        (
            "vmware-workstation@15.5.5",
            True,
            "error",
            "high",
            "requirements.nested",
            "the guest is to run virtual machines itself, which VMware Workstation Pro does not allow while the "
            "Windows hypervisor is active",
            (PRESENT, "deployment.platform.id"),
            INSTEAD,
        ),
    ],
)
def test_hyperv_coexistence_slow(
    said: Ask,
    platform: str,
    nested: bool,
    severity: str,
    confidence: str,
    path: str,
    message: str,
    because: tuple[str, ...],
    help: tuple[str, ...],
) -> None:
    spec = f"""\
        guest: {{os: debian12}}
        requirements: {{nested: {str(nested).lower()}}}
        host: {{os: win11, hypervisorPresent: hyperv}}
        deployment: {{platform: {platform}, architecture: type2}}
    """
    assert said("VM207", spec) == [(severity, confidence, path, message, because, help)]
