from __future__ import annotations

from collections.abc import Iterator

from vmlint.api import Confidence, Finding, Severity, Workload, finding, rule

from ..shared.fields import distrust_fields
from ..shared.kernels import own_kernels
from ..shared.tenancy import is_under_a_regime, takes_jobs_of_strangers


@rule(
    "VM401",
    "untrusted-tenants-share-kernel",
    Severity.ERROR,
    security=True,
    article=("CT-D1", "CT-D2"),
    sources=("S-29", "S-30", "S-38", "S-85", "S-86"),
    architectures=("container",),
    demands=("requirements.isolation.tenancy", "requirements.isolation.untrustedCode"),
    yields_to=("VM409", "VM617"),
    fits_if={"deployment.mode": "is one that does not share the host's kernel (kata, gvisor, microvm, hyperv)"},
)
def untrusted_tenants_share_kernel(workload: Workload) -> Iterator[Finding]:
    """Strangers must not share a kernel: one flaw in it opens every container on the host.

    ## Why

    Namespaces and control groups hide processes from each other; they do not reduce what a process may ask of the
    kernel. A single exploitable system call therefore leads from a customer's function, or a stranger's pull request,
    to the host and to every neighbour. Kubernetes calls containers a weaker boundary than virtual machines, and
    Microsoft does not treat the kernel, and so process isolation, as a boundary against hostile tenants. The article
    says both things about containers; its list of disadvantages counts here.

    A kernel of its own for each tenant avoids this and keeps the images: Kata or a microVM where the CPU offers
    virtualization, Hyper-V isolation on Windows, gVisor where it does not.

    ## Severity

    Tenants that trust each other, and tenants that declare a node each (`placement: node-per-tenant`), get a note and
    no error.

    ## When it stays silent

    A mode that does not share the host's kernel is not reported. CI jobs on a node for each tenant are left to VM409,
    tenants that trust each other under a compliance regime to VM617.
    """
    tenancy = workload.requirements.isolation.tenancy
    if (not workload.untrusted and tenancy != "trusted-multi") or _is_told_elsewhere(workload):
        return
    mode = workload.mode
    if not mode.shares_host_kernel:
        return
    deployment = workload.deployment
    jobs = tenancy != "untrusted-multi" and workload.get("kind") == "ci-runner"
    if not workload.untrusted:
        yield finding(
            "deployment.mode",
            f"several tenants share one kernel in a {mode.name}; that holds as long as they trust each other",
            severity=Severity.NOTE,
            confidence=Confidence.LOW,  # teams of one company sharing a cluster are nothing out of the ordinary
            because=("requirements.isolation.tenancy",),
            repairs=own_kernels(workload),
        )
    elif deployment.get("placement") == "node-per-tenant":
        yield finding(
            "deployment.mode",
            f"with a node for each tenant, a flaw in the kernel under a {mode.name} costs one tenant's node",
            severity=Severity.NOTE,
            because=("deployment.placement", *distrust_fields(workload)),
            help="make sure that the scheduler enforces the separation, by taints or by node pools",
            repairs=own_kernels(workload),
        )
    else:
        yield finding(
            "deployment.mode",
            f"a {mode.name} shares the host's kernel, which is no sufficient boundary against strangers' code",
            because=distrust_fields(workload),
            help="run each job in a virtual machine that is thrown away after it"
            if jobs
            else "give each tenant a virtual machine, or a node of its own (deployment.placement: node-per-tenant)",
            repairs=own_kernels(workload),
        )


def _is_told_elsewhere(workload: Workload) -> bool:
    """Whether VM617 or VM409 speaks of a common kernel wherever this rule would, and asks for the mode."""
    return is_under_a_regime(workload) or (workload.knows("kind") and takes_jobs_of_strangers(workload))
