"""Which nodes of a cluster a pod may run on: by labels, by name, and by what keeps pods away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Requirement(NamedTuple):
    """What a label of the node has to be, as in a node affinity. Names count as the label ``metadata.name``."""

    key: str
    operator: str
    """In, NotIn, Exists, DoesNotExist, Gt or Lt."""
    values: tuple[str, ...] = ()
    among: str = ""
    """Beginning of the labels that one agent gives: a node that has none of them is not asked."""


class Taint(NamedTuple):
    """What keeps away the pods that do not tolerate it."""

    key: str
    value: str
    effect: str


class Toleration(NamedTuple):
    """Which taints do not keep a pod away."""

    key: str
    """Empty for every key."""
    operator: str
    value: str
    effect: str
    """Empty for every effect."""

    def tolerates(self, taint: Taint) -> bool:
        """Whether a taint does not count for this pod."""
        return (
            self.key in ("", taint.key)
            and self.effect in ("", taint.effect)
            and (self.operator == "Exists" or (self.key == taint.key and self.value == taint.value))
        )


class NodeChoice(NamedTuple):
    """What a pod demands of its node."""

    all_of: tuple[Requirement, ...] = ()
    any_of: tuple[tuple[Requirement, ...], ...] = ()
    """Lists of which all requirements of one have to hold; empty where there is no such choice."""
    tolerations: tuple[Toleration, ...] = ()

    def allows(self, name: str, labels: Mapping[str, str], taints: tuple[Taint, ...]) -> bool:
        """Whether a pod may run on a node. What cannot be judged, such as a computed value, keeps it away from none."""
        known = {**labels, NAME: name}
        return (
            all(_holds(each, known) for each in self.all_of)
            and (not self.any_of or any(all(_holds(each, known) for each in term) for term in self.any_of))
            and not any(
                taint.effect in _KEEPS_AWAY and not any(each.tolerates(taint) for each in self.tolerations)
                for taint in taints
            )
        )


NAME = "metadata.name"
"""In place of a label: the name of the node."""
_KEEPS_AWAY = ("NoSchedule", "NoExecute")


def _holds(requirement: Requirement, labels: Mapping[str, str]) -> bool:
    key, operator, values, among = requirement
    if among and not any(label.startswith(among) for label in labels):
        return True
    found = labels.get(key)
    if operator in ("Gt", "Lt"):
        numbers = [text for text in (found, *values) if text is not None and text.lstrip("-").isdecimal()]
        if len(numbers) != 2:
            return False
        return int(numbers[0]) > int(numbers[1]) if operator == "Gt" else int(numbers[0]) < int(numbers[1])
    return {
        "In": found in values,
        "NotIn": found not in values,
        "Exists": found is not None,
        "DoesNotExist": found is None,
    }.get(operator, True)
