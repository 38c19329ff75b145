"""Lifecycles: the support dates of the releases of each product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from vmlint.record import NamedTuple


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
    ended: bool = False
    """Whether security support has ended on a day that the source does not give."""


ENDED = "ended"
"""Written in place of the day on which security support ended, where only that it has is known."""
_DAYS = ("active_until", "security_until", "paid_until", "released")


class Cycles:
    """The releases of all products, from ``lifecycle.yaml`` and the text of ``lifecycle.csv``.

    Those of a product are read when they are first asked for. No value of the table holds a comma or a quote.
    """

    def __init__(self, products: Mapping[str, Any], table: str) -> None:
        self._products = products
        self._head, _, self._rows = table.partition("\n")
        self._read: dict[str, Sequence[Cycle]] = {}

    def of_product(self, id: str) -> Sequence[Cycle]:
        """Return all known releases of a product, newest first."""
        if id not in self._read:
            self._read[id] = [self._cycle(line) for line in self._lines_of(id)]
        return self._read[id]

    def _lines_of(self, id: str) -> Sequence[str]:
        """Return the lines of a product. They stand together, so the other lines are not looked at one by one."""
        rows, beginning = f"\n{self._rows}", f"\n{id},"
        start = rows.find(beginning)
        return rows[start + 1 : rows.find("\n", rows.rfind(beginning) + 1)].split("\n") if start >= 0 else ()

    def _cycle(self, line: str) -> Cycle:
        row = dict(zip(self._head.split(","), line.split(","), strict=True))
        product = self._products[row["product"]]
        active, security, paid, released = (_day(row[column]) for column in _DAYS)
        phases, name = product.get("phases", {}), product["name"]
        ended = row["security_until"] == ENDED
        return Cycle(row["product"], row["cycle"], active, security, paid, row["source"], phases, name, released, ended)


def only_cycle(id: str, name: str, until: str, source: str) -> Cycle:
    """Return the dates of a release that states its own last day (ISO) rather than a product of the table."""
    return Cycle(id, id, None, date.fromisoformat(until), None, source, {}, name)


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
    return date.fromisoformat(text) if text and text != ENDED else None
