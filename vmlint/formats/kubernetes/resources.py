"""What a Kubernetes pod gets of its node: CPU, memory, GPUs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

from vmlint.api import Cursor, Spec

from ..shared.amounts import in_bytes
from ..shared.kubernetes import GPUS, HUGE_PAGES, cpus, quantity, size_text


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
    _requests(spec, pod, containers)
    _huge_pages(spec, containers)


def _requests(spec: Spec, pod: Cursor, containers: list[Cursor]) -> None:
    """State what a node must have for a pod: what it requests, which the limits stand for where it says nothing.

    Every node has a CPU and half a gigabyte; a pod that requests no more is not worth a word.
    """
    for name, feature, least in (("cpu", "capacity.cpus", 1), ("memory", "capacity.memory", 2**29)):
        own = _requested(pod, name)
        amounts = [own] if own else [found for each in containers if (found := _requested(each, name))]
        total = sum((quantity(amount) or Fraction(0) for amount in amounts), Fraction(0))
        if total > least:
            spec.need(f"{feature}>={math.ceil(total)}", max(amounts, key=lambda each: quantity(each) or 0).span)


def _requested(holder: Cursor, name: str) -> Cursor | None:
    found = holder.at("resources", "requests", name) or holder.at("resources", "limits", name)
    return found if found and quantity(found) is not None else None


def _huge_pages(spec: Spec, containers: Iterable[Cursor]) -> None:
    """State the huge pages that the containers of a pod ask for, of each size."""
    found: dict[str, list[Cursor]] = {}
    for container in containers:
        for name, amount in container.at("resources", "limits").entries.items():
            if name in HUGE_PAGES and quantity(amount):
                found.setdefault(name, []).append(amount)
    for name, amounts in found.items():
        size, feature = HUGE_PAGES[name]
        pages = math.ceil(sum((quantity(amount) or Fraction(0) for amount in amounts), Fraction(0)) / size)
        spec.need(f"{feature}>={pages}", amounts[0].span)


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
