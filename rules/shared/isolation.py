"""Tenants on one kernel under a compliance regime."""

from __future__ import annotations

from vmlint.api import Workload


def shares_under_a_regime(workload: Workload) -> bool:
    """Tell whether a workload under a compliance regime shares its kernel with others that are no strangers."""
    isolation = workload.requirements.isolation
    if not isolation.compliance or isolation.tenancy == "single" or workload.untrusted:
        return False
    if not workload.mode.shares_host_kernel:
        return False
    return workload.deployment.get("placement") not in ("one-per-host", "node-per-tenant")
