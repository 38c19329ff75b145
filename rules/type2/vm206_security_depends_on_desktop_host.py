from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, finding, rule

from ..shared.architectures import HOSTED, is_desktop_hypervisor
from ..shared.fields import distrust_fields
from ..shared.labels import MALWARE_LAB, labelled


@rule(
    "VM206",
    "security-depends-on-desktop-host",
    Severity.WARNING,
    security=True,
    article=("T2-C5", "T2-D2", "T1-A2"),
    sources=("S-38b",),
    architectures=HOSTED,
    demands=(
        "requirements.isolation.tenancy",
        "requirements.isolation.untrustedCode",
        "requirements.isolation.compliance",
    ),
)
def security_depends_on_desktop_host(workload: Workload) -> Iterator[Finding]:
    """The isolation of a hosted guest depends on the desktop system underneath.

    ## Why

    The boundary is a virtual machine's, but it ends in a program of an ordinary user session: whoever breaks out of the
    guest, or into the browser beside it, is on the same desktop. Type 1 platforms have such a system too, only a
    smaller one: Xen's domain 0, a Hyper-V root partition.

    ## Severity

    For strangers' code or hostile tenants it is a warning. For compliance with virtual-machine isolation it is a note,
    since the boundary asked for is there and an assessor has to judge the host.

    ## When it stays silent

    A malware laboratory that is cut off and thrown away afterwards has the label `vmlint/malware-lab`.
    """
    isolation = workload.requirements.isolation
    regulated = bool(isolation.compliance) and isolation.level in ("vm", "confidential")
    if not (workload.untrusted or regulated) or labelled(workload, MALWARE_LAB):
        return
    if not is_desktop_hypervisor(workload.platform):
        return
    for_whom = "untrusted code" if workload.untrusted else f"compliance with {', '.join(isolation.compliance or ())}"
    yield finding(
        "deployment.platform.id",
        f"isolation for {for_whom} depends on the desktop system that {workload.platform.name} runs on",
        severity=None if workload.untrusted else Severity.NOTE,
        because=distrust_fields(workload) or ("requirements.isolation.level", "requirements.isolation.compliance"),
        help="an offline laboratory whose host is wiped afterwards can be labelled vmlint/malware-lab",
    )
