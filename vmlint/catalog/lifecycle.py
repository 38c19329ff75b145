"""The lifecycle tables: the support dates of the releases of each product."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date

from vmlint.catalog.files import BUILTIN, read_data
from vmlint.catalog.records import Cycle


def read_cycles() -> Mapping[str, Sequence[Cycle]]:
    """Read the releases of all products, newest first."""
    about = read_data(BUILTIN / "lifecycle.yaml")["products"]
    cycles: dict[str, list[Cycle]] = {}
    with (BUILTIN / "lifecycle.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            product = about[row["product"]]
            cycles.setdefault(row["product"], []).append(
                Cycle(
                    row["product"],
                    row["cycle"],
                    _day(row["active_until"]),
                    _day(row["security_until"]),
                    _day(row["paid_until"]),
                    row["source"],
                    product.get("phases", {}),
                    product["name"],
                    _day(row["released"]),
                )
            )
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
