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
