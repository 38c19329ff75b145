"""What the page on platforms says about operation: failures, management, backups, and whom a platform is made for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vmlint.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FAILING = {
    "none": "A workload whose host fails stays down",
    "add-on": "A workload whose host fails is started elsewhere only with more than the platform",
    "restart": "A workload whose host fails is started on another one",
    "fault-tolerance": "A workload whose host fails goes on elsewhere",
    "built-in": "The service sees to failures of its hosts",
}
MANAGED = {
    "none": "No management for more than a machine",
    "per-host": "Managed host by host",
    "cluster": "One place manages a cluster",
    "multi-cluster": "One place manages several clusters",
}
SAVED = {"none": "No backups", "snapshots": "By snapshots", "integrated": "Built in",
         "ecosystem": "By other products"}  # fmt: skip
MATURITY = {
    "mature": "Mature",
    "young": "Young",
    "maintenance": "In maintenance",
    "experimental": "Experimental",
    "retired": "Retired",
}
WHO = {"ci": "CI", "virtual-desktops": "virtual desktops", "components": "other products, as a component"}
LEVELS: dict[str, tuple[str, Mapping[str, str]]] = {
    "availability": ("When a host fails", FAILING),
    "management": ("Management", MANAGED),
    "backup": ("Backup", SAVED),
    "maturity": ("Maturity", MATURITY),
}
"""Facts with a level, in the order of the page, each with its label and its words."""


def operations(facts: Mapping[str, Any]) -> Iterator[tuple[str, list[str], Mapping[str, Any]]]:
    """Yield each fact of operation: its label, what it says, and the fact itself."""
    for key, (label, words) in LEVELS.items():
        if key in facts:
            fact = facts[key]
            yield label, [words[fact["level"]], *([fact["why"]] if "why" in fact else [])], fact
    if "madeFor" in facts:
        who = facts["madeFor"]["who"]
        yield "Made for", [listed(WHO.get(each, each) for each in who)], facts["madeFor"]
