from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Finding, Severity, Workload, both, finding, rule

from ..shared.architectures import HOSTED
from ..shared.labels import DESKTOP_WORKLOAD, labelled


@rule(
    "VM210",
    "production-against-vendor-word",
    Severity.NOTE,
    article=("T2-A4",),
    sources=("P-26",),
    architectures=(*HOSTED, "container"),
)
def production_against_vendor_word(workload: Workload) -> Iterator[Finding]:
    """Where a vendor says what is different in production, the workload should not find out by itself.

    ## Why

    WSL 2 is the case. Microsoft once advised against production services in it and now answers yes, with a list of what
    is not as on a server: the virtual machine stops when it is idle, its kernel is updated from outside, and the files
    of Windows are visible. For applications it points to its WSL container API.

    ## When it stays silent

    CI runners are short-lived. A workload that *is* a desktop is not meant (`kind: desktop`, or the label
    `vmlint/desktop-workload`). Other desktop products are left to VM201.
    """
    if labelled(workload, DESKTOP_WORKLOAD) or workload.get("kind") in ("desktop", "ci-runner"):
        return
    if both(lambda: workload.platform.has("production"), lambda: workload.environment == "production"):
        platform = workload.platform
        production = platform.fact("production")
        yield finding(
            "deployment.platform.id",
            f"{platform.name} in production: {production['advice']}",
            because=("environment",),
            help=production.get("help", ()),
        )
