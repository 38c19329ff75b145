"""Who else runs on the kernel of a workload."""

from __future__ import annotations

from vmlint.api import Workload


def is_under_a_regime(workload: Workload) -> bool:
    """Whether a compliance regime holds for a workload whose kernel is open to others, who are no strangers."""
    isolation = workload.requirements.isolation
    if not isolation.compliance or isolation.tenancy == "single" or workload.untrusted:
        return False
    return workload.deployment.get("placement") not in ("one-per-host", "node-per-tenant")


def takes_jobs_of_strangers(workload: Workload) -> bool:
    """Whether a node for each tenant takes jobs that strangers wrote; on an unknown kind of workload, it may."""
    isolation, deployment = workload.requirements.isolation, workload.deployment
    if not isolation.untrusted_code or isolation.tenancy == "untrusted-multi":
        return False
    return bool(deployment.get("placement") == "node-per-tenant" and workload.get("kind", "ci-runner") == "ci-runner")
