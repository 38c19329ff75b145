"""The host that is given for all workloads, and how what is known of a host is filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.syntax.yaml.nodes import MapNode, Node, Scalar

if TYPE_CHECKING:
    from vmlint.findings.place import Text
    from vmlint.model.fields import Group
    from vmlint.model.workload import Workload
    from vmlint.reading.context import Context
    from vmlint.reading.host_facts import HostFacts


def word_at(root: Node, key: str) -> str | None:
    """Return the text of a scalar under a key, if there is one."""
    node = root.entries[key][1] if isinstance(root, MapNode) and key in root.entries else None
    return node.text if isinstance(node, Scalar) else None


def default_host(context: Context, workload: Workload) -> HostFacts | None:
    """Return the host of a workload that names none; ``None`` where there is none, or where it may be one of several.

    What an engine says of a machine that a product hides holds for the containers in it, and for nothing beside it.
    """
    host = context.host or (context.hosts[0] if len(context.hosts) == 1 else None)
    return None if host is not None and _is_hidden(host) and _is_beside(workload) else host


def _is_hidden(host: HostFacts) -> bool:
    """Whether an engine describes the machine that a product hides to run containers, and nobody what is below it."""
    if _ENGINES.isdisjoint(host.formats) or not _OF_THE_SYSTEM.isdisjoint(host.formats):
        return False
    facts = host.host
    product = host.whole.catalog.platform(facts.hypervisor) if facts.knows("hypervisor") else None
    return product is not None and product.hosted and "container" in product.data["architectures"]


def _is_beside(workload: Workload) -> bool:
    """Whether a workload has been given a place that is not known to be a container."""
    deployment = workload.deployment
    if deployment.knows("architecture"):
        return deployment.architecture != "container"
    return deployment.any_stated()


_ENGINES = frozenset({"host-docker-info", "host-podman-info"})
"""Formats in which an engine tells of the system that its containers run on."""
_OF_THE_SYSTEM = frozenset({"", "host-ansible", "host-facter"})
"""Formats in which a system tells of itself: with one of them, more than the hidden machine is known."""


def texts_of(host: HostFacts | None) -> tuple[Text, ...]:
    """Return the texts of the files that describe a host."""
    return () if host is None else host.texts


def fill_gaps(source: Group, target: Group) -> None:
    """State in one group what only the other states."""
    # Whether a list is complete is said of that list alone.
    complete = not any(target.states(name) for name in _LISTS if name in target.fields)
    for name, field in source.fields.items():
        if field.group:
            fill_gaps(getattr(source, name), getattr(target, name))
        elif source.states(name) and not target.states(name) and (complete or name != "complete"):
            setattr(target, name, getattr(source, name))


_LISTS = ("features", "present", "absent")
"""Lists that a field ``complete`` of the same group is about."""
