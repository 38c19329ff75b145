"""The host that is given for all workloads, and how what is known of a host is filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.syntax.yaml.nodes import MapNode, Node, Scalar

if TYPE_CHECKING:
    from vmlint.findings.place import Text
    from vmlint.model.fields import Group
    from vmlint.reading.context import Context
    from vmlint.reading.host_facts import HostFacts


def word_at(root: Node, key: str) -> str | None:
    """Return the text of a scalar under a key, if there is one."""
    node = root.entries[key][1] if isinstance(root, MapNode) and key in root.entries else None
    return node.text if isinstance(node, Scalar) else None


def default_host(context: Context) -> HostFacts | None:
    """Return the host of workloads that name none; ``None`` where there is none, or where it may be one of several."""
    if context.host is not None:
        return context.host
    return context.hosts[0] if len(context.hosts) == 1 else None


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
