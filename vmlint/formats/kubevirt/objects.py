"""A KubeVirt machine with its instance type, preference and claims, as far as the same input holds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from vmlint.api import Cursor

from ..shared.computed import literal

MACHINES: Mapping[str, tuple[str, ...]] = {
    "VirtualMachine": ("spec", "template"),
    "VirtualMachineInstance": (),
    "VirtualMachineInstanceReplicaSet": ("spec", "template"),
    "VirtualMachinePool": ("spec", "virtualMachineTemplate", "spec", "template"),
}
"""Kinds of machines -> the path from the object to its instance."""

SET_UPS: Mapping[str, tuple[str, ...]] = {
    "VirtualMachine": ("spec",),
    "VirtualMachinePool": ("spec", "virtualMachineTemplate", "spec"),
}
"""Kinds that can name an instance type and a preference, and where."""

TYPES = ("virtualmachineclusterinstancetype", "virtualmachineinstancetype")
PREFERENCES = ("virtualmachineclusterpreference", "virtualmachinepreference")
IN_TYPE = "the instance type {} is not in the input"
IN_PREFERENCE = "the preference {} may set it, and is not in the input"


class VirtualMachine(NamedTuple):
    """A machine and what is set for it elsewhere in the input."""

    kind: str
    entry: Cursor
    metadata: Cursor
    spec: Cursor
    set_up: Cursor
    type: Cursor
    """The instance type's ``spec``."""
    preference: Cursor
    """The preference's ``spec``."""
    type_left: str
    """Why what an instance type sets is unknown; empty where it is not."""
    preference_left: str
    """Why what a preference sets is unknown; empty where it is not."""
    claims: Mapping[str, Cursor]
    """Name -> the ``spec`` of a claim or data volume."""

    @property
    def domain(self) -> Cursor:
        """The virtual hardware."""
        return self.spec.at("domain")

    @property
    def devices(self) -> Cursor:
        """The virtual devices."""
        return self.domain.at("devices")

    @property
    def whole(self) -> bool:
        """Whether it is complete. A patch, or a part shown in a text, leaves out devices or volumes."""
        return self.devices.given and bool(self.spec.at("volumes").items)

    @property
    def arch(self) -> str | None:
        """The CPU architecture, if the machine names one."""
        return literal(self.spec.at("architecture"))


def storage(spec: Cursor) -> Cursor:
    """Return the part of a claim's or a data volume's ``spec`` about storage."""
    return spec.at("pvc") or spec.at("storage") or spec


def machine(
    kind: str,
    entry: Cursor,
    known: Mapping[tuple[str, str], Cursor],
    claims: Mapping[str, Cursor],
) -> VirtualMachine:
    """Combine what an input states about a machine.

    ``known`` are the ``spec`` of the input's instance types and preferences by kind, in lower case, and name;
    ``claims`` are those of its claims and data volumes, by name.
    """
    template, set_up = entry.at(*MACHINES[kind]), entry.at(*SET_UPS.get(kind, ("",)))
    type_, type_left = _spec_named(set_up.at("instancetype"), TYPES, known, IN_TYPE)
    preference, preference_left = _spec_named(set_up.at("preference"), PREFERENCES, known, IN_PREFERENCE)
    own = {each.at("metadata", "name").text or "": each.at("spec") for each in set_up.at("dataVolumeTemplates").items}
    return VirtualMachine(
        kind, entry, template.at("metadata"), template.at("spec"), set_up, type_, preference, type_left,
        preference_left, {**claims, **own} if own else claims,
    )  # fmt: skip


def _spec_named(
    reference: Cursor, kinds: tuple[str, str], known: Mapping[tuple[str, str], Cursor], why: str
) -> tuple[Cursor, str]:
    """Return the ``spec`` that a reference names, or why it is not known. The cluster-wide kind is the default."""
    if not reference.given:
        return reference.at(""), ""
    name = reference.at("name").text or ""
    kind = (reference.at("kind").text or kinds[0]).lower()
    found = known.get((kind, name)) if kind in kinds else None
    return (found, "") if found is not None else (reference.at(""), why.format(name or "of the volume"))
