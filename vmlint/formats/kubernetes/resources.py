"""What a Kubernetes pod gets of its node: CPU, memory, GPUs."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from vmlint.api import Cursor, Spec

from ..shared.amounts import in_bytes
from ..shared.kubernetes import cpus, quantity, size_text

GPUS = ("nvidia.com/gpu", "nvidia.com/mig-", "amd.com/gpu", "gpu.intel.com/")
"""Prefixes of the resources by which a container gets a GPU through the node's driver."""


def resources(spec: Spec, pod: Cursor, containers: list[Cursor]) -> None:
    """State what a pod gets: the sum of its containers' limits, or of their requests where not all have limits."""
    for name, write in (("cpu", cpus), ("memory", lambda number: in_bytes(int(number)))):
        for kind in ("limits", "requests"):
            own = pod.at("resources", kind, name)
            amounts = [own] if own else [each.at("resources", kind, name) for each in containers]
            numbers = [number for number in map(quantity, amounts) if number is not None]
            if amounts and len(numbers) == len(amounts):
                alone = size_text(amounts[0]) if len(amounts) == 1 and name == "memory" else None
                spec.fact(f"resources.{name}", alone or write(sum(numbers, Fraction(0))), amounts[0].span)
                break
    _gpu(spec, containers)


def _gpu(spec: Spec, containers: Iterable[Cursor]) -> None:
    count, first = Fraction(0), None
    for container in containers:
        for name, amount in container.at("resources", "limits").entries.items():
            number = quantity(amount)
            if name.startswith(GPUS) and number:
                first = first or amount
                count += number
    if first:
        spec.fact("requirements.devices.gpu.mode", "shared", first.span)
        spec.fact("requirements.devices.gpu.count", int(count), first.span)
