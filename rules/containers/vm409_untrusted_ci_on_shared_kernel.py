from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, both, finding, rule

from ..shared.fields import distrust_fields
from ..shared.kernels import own_kernels
from ..shared.tenancy import takes_jobs_of_strangers


@rule(
    "VM409",
    "untrusted-ci-on-shared-kernel",
    Severity.WARNING,
    security=True,
    article=("CT-U3", "CT-D1"),
    sources=("S-30", "R2-11"),
    architectures=("container",),
    demands=("requirements.isolation.untrustedCode",),
    fits_if={"deployment.mode": "is one that does not share the host's kernel (kata, gvisor, microvm, hyperv)"},
    confidence=Confidence.MEDIUM,
)
def untrusted_ci_on_shared_kernel(workload: Workload) -> Iterator[Finding]:
    """A node for each tenant does not keep the jobs of strangers apart that a CI runner takes one after another.

    ## Why

    A pull request from a fork runs whatever its author wrote. Where jobs share a kernel, one of them can leave
    something behind that the next one meets: a changed tool, a cache, a process. A node of its own protects other
    tenants, and not the release that is built there tomorrow. For that reason GitHub advises against runners of one's
    own for public repositories; its own runners are machines that are thrown away after each job.

    ## When it stays silent

    Without a node for each tenant, VM401 reports strangers' code on a common kernel as an error. Runners whose jobs
    come from people who may push anyway (`untrustedCode` absent or false) and jobs with a kernel of their own are not
    meant. A runner that is thrown away with its node after each job is fine as well; no field says so.
    """
    if not takes_jobs_of_strangers(workload):
        return
    if not both(lambda: workload.kind == "ci-runner", lambda: workload.mode.shares_host_kernel):
        return
    mode = workload.mode
    yield finding(
        "deployment.mode",
        f"a node per tenant does not keep apart the jobs of strangers that run one after another in a {mode.name}",
        because=("kind", "deployment.placement", *distrust_fields(workload)),
        help="run each job in a virtual machine, or on a node, that is thrown away after it (ephemeral runners)",
        repairs=own_kernels(workload),
    )
