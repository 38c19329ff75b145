"""Which nodes of a cluster a pod may run on: by labels, by name, and by what keeps pods away."""

from __future__ import annotations

from collections.abc import Mapping

from vmlint.record import NamedTuple


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
    may_fit_none: bool = False
    """Whether it is in order that no node fits: a value is computed, or a pod starts on each node that there is."""

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

    def unmet(self, name: str, labels: Mapping[str, str], taints: tuple[Taint, ...]) -> dict[str, None]:
        """Return why a pod may not run on a node: sentences about all nodes. What may soon be over is left out."""
        known = {**labels, NAME: name}
        reasons = [_said(each) for each in self.all_of if not _holds(each, known)]
        if self.any_of and not any(all(_holds(each, known) for each in term) for term in self.any_of):
            reasons.append("none meets its node affinity")
        for taint in taints:
            kept = taint.effect in _KEEPS_AWAY and not any(each.tolerates(taint) for each in self.tolerations)
            if kept and not taint.key.startswith(_OF_THE_MOMENT):
                reasons.append(f"it does not tolerate their taint {taint.key}")
        return dict.fromkeys(reasons)


NAME = "metadata.name"
"""In place of a label: the name of the node."""
_KEEPS_AWAY = ("NoSchedule", "NoExecute")
_OF_THE_MOMENT = "node.kubernetes.io/"
"""Beginning of the taints that Kubernetes sets while a node is not ready, is full, or is left out for a while."""


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


def _said(requirement: Requirement) -> str:
    """Return that no node meets a requirement."""
    key, operator, values, _ = requirement
    named = " or ".join(values)
    if key == NAME and operator == "In":
        return f"none is called {named}"
    return {
        "In": f"none has the label {key}: {named}",
        "Exists": f"none has the label {key}",
        "NotIn": f"each has the label {key}: {named}",
        "DoesNotExist": f"each has the label {key}",
        "Gt": f"none has a label {key} above {named}",
        "Lt": f"none has a label {key} below {named}",
    }.get(operator, f"none meets what it asks of the label {key}")
