"""Features of the layers below a workload: how they are named, and how a need bounds their value."""

from __future__ import annotations

from vmlint import limits
from vmlint.model.values import Version
from vmlint.patterns import lazy_pattern
from vmlint.record import NamedTuple

FEATURE_LAYERS = ("cpu", "firmware", "vm", "kernel", "cgroup", "engine", "container", "capability", "lsm", "userns",
                  "device", "gpu", "fs", "net", "capacity")  # fmt: skip
"""What a feature belongs to: the first part of its id."""

_PARTS = r"(?:\.[A-Za-z0-9_][A-Za-z0-9_+-]*)+"
FEATURE_ID = rf"(?:{'|'.join(FEATURE_LAYERS)}){_PARTS}"
"""The shape of an id, as a regular expression."""
WRITTEN_ID = rf"[a-z][a-z0-9-]*{_PARTS}"
"""The shape of what may be meant as an id: VM011 tells of a layer that there is not, beside all else that is wrong."""
_NEED = lazy_pattern(rf"({WRITTEN_ID})(?:\s*(>=|<=|==|=|!=|<|>)\s*([A-Za-z0-9][A-Za-z0-9._+-]*))?")
_VALUE = lazy_pattern(rf"({WRITTEN_ID})(?:=([ -~]+))?")
_NAMED = lazy_pattern(r"([A-Za-z0-9_./*-]+)=([ -~]*)")
VARIABLE = r"[A-Za-z_][A-Za-z0-9_.-]*"
"""The shape of the name of an environment variable, as a regular expression."""
_VARIABLE = lazy_pattern(rf"\*|{VARIABLE}(?:=[ -~]*)?")


class FeatureNeed(NamedTuple):
    """A need of one feature: ``cpu.avx``, ``kernel.sysctl.vm.max_map_count>=262144``."""

    id: str
    operator: str = ""
    """How the value is bounded; empty where the feature only has to be there."""
    value: str = ""

    @property
    def layer(self) -> str:
        """What the feature belongs to: ``cpu``."""
        return self.id.partition(".")[0]

    def decides(self, value: str) -> bool | None:
        """Whether a value of the feature is within the bound; ``None`` where the two have no order.

        Whole numbers of any length and sign count as such, and so do versions and levels such as ``v2``. Of other
        texts, and of several numbers in one value, only equality is known. Anything is within no bound.
        """
        if not self.operator:
            return True
        order = _order(value, self.value)
        if order is None:
            return {"=": value == self.value, "==": value == self.value, "!=": value != self.value}.get(self.operator)
        return {
            ">=": order >= 0, "<=": order <= 0, ">": order > 0, "<": order < 0, "!=": order != 0,
        }.get(self.operator, order == 0)  # fmt: skip

    def is_met_by(self, value: str) -> bool:
        """Whether a value of the feature is certainly within the bound."""
        return self.decides(value) is True

    def misbound(self, bound: str, *, only_value: bool) -> str:
        """Return what is wrong with the bound of the need, or with its want of one; empty where nothing is.

        ``bound`` is an example for the feature, empty where it has no value. ``only_value``: it always has one.
        """
        if self.operator and not bound:
            return f"{self.id} is there or not, and has no value that {self.operator}{self.value} could bound"
        if only_value and not self.operator:
            return f"{self.id} is a value, and a need without a bound asks for none"
        return ""

    def __str__(self) -> str:
        return f"{self.id}{self.operator}{self.value}"


def _order(value: str, bound: str) -> int | None:
    """Return how a value compares with a bound: below zero, zero or above; ``None`` where they have no order."""
    if _WHOLE.fullmatch(value) and _WHOLE.fullmatch(bound):
        found, wanted = int(value, 0 if "x" in value else 10), int(bound, 0 if "x" in bound else 10)
        return (found > wanted) - (found < wanted)
    if _SEVERAL.fullmatch(value):
        return None
    try:
        left, right = Version(value.removeprefix("v")), Version(bound.removeprefix("v"))
    except ValueError:
        return None
    return (left > right) - (left < right)


_WHOLE = lazy_pattern(r"[+-]?[0-9]{1,200}|0x[0-9a-fA-F]{1,64}")
_SEVERAL = lazy_pattern(r"[+-]?[0-9]+(?:[ \t,]+[+-]?[0-9]+)+")
"""Numbers of one value, as of net.ipv4.tcp_rmem: which of them a bound means, nobody says."""


def read_need(text: str) -> FeatureNeed:
    """Read a need as a manifest writes it. Raises ``ValueError`` with a sentence."""
    match = _NEED.fullmatch(text) if len(text) <= limits.FEATURE_CHARACTERS else None
    if not match:
        raise ValueError("expected the id of a feature such as cpu.avx, with a bound where it has a value, as in "
                         "kernel.sysctl.vm.max_map_count>=262144")  # fmt: skip
    return FeatureNeed(match[1], match[2] or "", match[3] or "")


def read_value(text: str) -> str:
    """Check a feature with its value, ``id`` or ``id=value``. Raises ``ValueError`` with a sentence."""
    if len(text) > limits.FEATURE_CHARACTERS or not _VALUE.fullmatch(text):
        raise ValueError("expected the id of a feature such as net.multicast, or id=value")
    return text


def read_named(text: str) -> str:
    """Check a name with its value, ``name=value``. Raises ``ValueError`` with a sentence."""
    if len(text) > limits.FEATURE_CHARACTERS or not _NAMED.fullmatch(text):
        raise ValueError("expected name=value, such as vm.max_map_count=262144")
    return text


def read_variable(text: str) -> str:
    """Check a variable, ``NAME=value`` or ``NAME``, or ``*``. Raises ``ValueError`` with a sentence."""
    if len(text) > limits.FEATURE_CHARACTERS or not _VARIABLE.fullmatch(text):
        raise ValueError("expected NAME=value, NAME alone where its value is not shown, or * for all others")
    return text


def named_values(pairs: frozenset[str]) -> dict[str, str]:
    """Return the values of pairs ``name=value`` by name; the value of a name alone is empty."""
    return {name: value for name, _, value in (pair.partition("=") for pair in sorted(pairs))}
