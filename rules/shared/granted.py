"""What the container is given that a need is one of: in a pod, another container's rights are not its own."""

from __future__ import annotations

from vmlint.api import Need, Workload


def is_excepted(workload: Workload, need: Need, name: str) -> bool:
    """Whether the image that needs something is not given what another container of its pod is."""
    return bool(need.image) and f"{name}={need.image}" in workload.deployment.get("exceptions", ())


def is_privileged(workload: Workload, need: Need) -> bool:
    """Whether the container is privileged. Raises ``Unknown``."""
    return not is_excepted(workload, need, "privileged") and workload.deployment.privileged


def is_stated_privileged(workload: Workload, need: Need) -> bool:
    """Whether the container is stated to be privileged."""
    return workload.deployment.get("privileged", False) and not is_excepted(workload, need, "privileged")
