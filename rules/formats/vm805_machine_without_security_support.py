from __future__ import annotations

import re
from collections.abc import Iterator

from vmlint.api import Finding, Platform, Severity, Workload, both, finding, rule

from ..shared.any_platform import may_hold
from ..shared.architectures import VIRTUAL_MACHINES
from ..shared.fields import distrust_fields


@rule(
    "VM805",
    "machine-without-security-support",
    Severity.WARNING,
    sources=("S-03",),
    architectures=VIRTUAL_MACHINES,
    demands=("requirements.isolation.tenancy", "requirements.isolation.untrustedCode"),
    security=True,
)
def machine_without_security_support(workload: Workload) -> Iterator[Finding]:
    """Strangers' code belongs in a machine type whose faults count as security faults.

    ## Why

    QEMU builds some dozens of machines, and promises isolation for a few: pc, q35, microvm, virt, pseries and
    s390-ccw-virtio. A way out of any other, such as `isapc` or a model of an old board, is an ordinary bug that is
    repaired when somebody finds the time.

    ## When it stays silent

    Only strangers' code is judged. Names with a version count as the type they begin with (`pc-q35-9.2`). Emulation,
    which has no boundary whatever the machine is, is left to VM506. A machine type without a version is fine: libvirt,
    Proxmox VE and KubeVirt keep the version that a machine was defined or started with.
    """
    if not workload.untrusted:
        return
    if not both(
        lambda: workload.platform.has("machines", "secure"),
        lambda: workload.deployment.mode != "emulation",
        lambda: not _is_secure(workload, workload.platform),
        lambda: may_hold(workload, lambda platform: not _is_secure(workload, platform)),
    ):
        return
    machine = workload.deployment.machine.lower()
    yield finding(
        "deployment.machine",
        f"QEMU gives no security support for machines of type {machine}, and strangers' code runs in this one",
        because=distrust_fields(workload),
        help="define the machine anew as q35, or as virt on Arm: an installed guest may not boot from another one",
    )


def _is_secure(workload: Workload, platform: Platform) -> bool:
    """Whether the machine is of a type with security support, also by a distribution's own name for one of them."""
    machine = workload.deployment.machine.lower()
    if machine.startswith(("rhel", "pc-i440fx-", "pc-q35-")):
        return True
    if not workload.catalog.machine_types.of_qemu(machine):
        return True  # a machine of another maker's, whoever is to run it
    secure = platform.data.get("machines", {}).get("secure", [machine])
    return any(re.fullmatch(rf"{re.escape(name)}(-[0-9].*)?", machine) for name in secure)
