"""Containers that are meant to reach into their node."""

from __future__ import annotations

from vmlint.api import Confidence, Workload

NODE_AGENT = ("vmlint/role", "node-agent")
"""The label by which storage, network and monitoring agents say that reaching the host is their task."""

AGENT_HELP = "an agent that manages the node says so with the label vmlint/role: node-agent"


def node_agent(workload: Workload) -> bool:
    """Whether reaching the host is the workload's task."""
    label, role = NODE_AGENT
    return workload.labels.get(label) == role


ROOTLESS = "under a rootless engine it has no more rights than the user who started it"


def rootless(workload: Workload) -> bool:
    """Whether the host's engine runs as an ordinary user, which bounds what its containers reach."""
    security = workload.host.security
    return security.knows("rootless") and security.rootless


def may_be_rootless(workload: Workload) -> bool:
    """Whether the engine is one that an ordinary user can run, as far as is known."""
    chosen = workload.deployment.platform
    platform = workload.catalog.platform(chosen.id) if chosen.knows("id") else None
    if workload.host.security.knows("rootless"):
        return workload.host.security.rootless
    return platform is not None and bool(platform.data["host"].get("rootless"))


def as_root(workload: Workload, sure: Confidence) -> Confidence:
    """Return a confidence in what holds only of an engine that runs as root: not high where a user may run it."""
    open_ = may_be_rootless(workload) and not workload.host.security.knows("rootless")
    return min(sure, Confidence.MEDIUM) if open_ else sure


def confidence(workload: Workload) -> Confidence:
    """Return how much it matters: on a desktop what is reached is the machine of who started it."""
    chosen = workload.deployment.platform
    platform = workload.catalog.platform(chosen.id) if chosen.knows("id") else None
    if workload.untrusted:
        return Confidence.HIGH
    if platform and platform.hosted:
        return Confidence.LOW
    # A cluster or a service is others' too, however it is called; a single engine is where one develops.
    alone = platform is None or platform.placement == "kernel-integrated"
    return Confidence.LOW if alone and workload.get("environment") == "dev" else Confidence.HIGH
