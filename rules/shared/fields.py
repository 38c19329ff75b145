"""The field of a manifest that states a fact in this workload."""

from __future__ import annotations

from vmlint.api import Workload


def guest_os_field(workload: Workload) -> str:
    """Return the field that tells the guest's OS family in this workload."""
    os = workload.guest.os
    if os.knows("id"):
        return "guest.os.id"
    return "guest.os.family" if os.states("family") else "guest.platform"


def guest_arch_field(workload: Workload) -> str:
    """Return the field that tells the guest's CPU architecture in this workload."""
    if workload.guest.states("arch") and not workload.guest.states("platform"):
        return "guest.arch"  # as a file of another tool may state it
    return "guest.platform" if workload.guest.knows("platform") else "guest.os.id"


def distrust_fields(workload: Workload) -> tuple[str, ...]:
    """Return the demands that make a workload untrusted."""
    isolation = workload.requirements.isolation
    demands = {
        "requirements.isolation.tenancy": isolation.tenancy == "untrusted-multi",
        "requirements.isolation.untrustedCode": isolation.untrusted_code,
    }
    return tuple(field for field, made in demands.items() if made)
