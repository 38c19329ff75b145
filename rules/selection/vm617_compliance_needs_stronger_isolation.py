from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, finding, rule

from ..shared.tenancy import is_under_a_regime
from ..shared.wording import listed


@rule(
    "VM617",
    "compliance-needs-stronger-isolation",
    Severity.NOTE,
    article=("CT-D1", "CH-2"),
    sources=("S-30",),
    architectures=("container",),
    demands=("requirements.isolation.compliance",),
    fits_if={"deployment.mode": "is one that does not share the host's kernel"},
    confidence=Confidence.LOW,
)
def compliance_needs_stronger_isolation(workload: Workload) -> Iterator[Finding]:
    """Where a regime draws a line around some workloads, an assessor asks what else runs on the same kernel.

    ## Why

    A kernel that a regulated workload shares with others can bring those into the scope of the audit, or the audit to a
    question that nobody prepared for.

    ## Severity

    No regime that vmlint knows of forbids containers, and no finding of vmlint says that one is violated: it is a
    reminder to ask, of low confidence.

    ## When it stays silent

    A single tenant or a host of its own leaves nothing to ask (`tenancy: single`, `placement: one-per-host` or
    `node-per-tenant`). Strangers on a shared kernel are left to VM401.
    """
    isolation = workload.requirements.isolation
    if not is_under_a_regime(workload) or not workload.mode.shares_host_kernel:
        return
    yield finding(
        "deployment.mode",
        f"under {listed(isolation.compliance or ())}, an assessor may ask what else runs on the kernel that a"
        f" {workload.mode.name} shares",
        because=(
            "requirements.isolation.compliance",
            isolation.tenancy is not None and "requirements.isolation.tenancy",
        ),
        help=(
            "ask the assessor, and keep hosts for workloads of one sensitivity (deployment.placement: one-per-host or"
            " node-per-tenant)",
        ),
    )
