"""Lifecycles: the support dates of the releases of each product."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple


class Cycle(NamedTuple):
    """The support dates of one release of a product."""

    product: str
    cycle: str
    active_until: date | None
    security_until: date | None
    paid_until: date | None
    source: str
    phases: Mapping[str, str]
    """What the vendor calls each phase: ``active``, ``security``, ``paid``."""
    product_name: str
    released: date | None = None


_DAYS = ("active_until", "security_until", "paid_until", "released")


def read_cycles(products: Mapping[str, Any], table: Iterable[str]) -> Mapping[str, Sequence[Cycle]]:
    """Return the releases of each product, newest first, from ``lifecycle.yaml`` and the lines of ``lifecycle.csv``."""
    cycles: dict[str, list[Cycle]] = {}
    for row in csv.DictReader(table):
        id, product = row["product"], products[row["product"]]
        active, security, paid, released = (_day(row[column]) for column in _DAYS)
        phases, name = product.get("phases", {}), product["name"]
        cycle = Cycle(id, row["cycle"], active, security, paid, row["source"], phases, name, released)
        cycles.setdefault(id, []).append(cycle)
    return cycles


def cycle_of(cycles: Sequence[Cycle], version: str) -> Cycle | None:
    """Return the release that a version belongs to: ``8.0U2`` to ``8.0``; ``None`` where that is not certain."""
    inside = [cycle for cycle in cycles if _within(version, cycle.cycle)]
    if inside:
        return max(inside, key=lambda cycle: len(cycle.cycle))
    wider = [cycle for cycle in cycles if _within(cycle.cycle, version)]
    return wider[0] if len(wider) == 1 else None


def _within(version: str, cycle: str) -> bool:
    rest = version[len(cycle) :]
    return version.startswith(cycle) and (not rest or not rest[0].isalnum() or rest[0] in "uU")


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
