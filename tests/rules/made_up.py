"""Workloads made up of a few fields, for tests of what rules share."""

from __future__ import annotations

from datetime import date
from functools import cache

from vmlint.catalog import Catalog
from vmlint.model.derive import DERIVATIONS
from vmlint.model.paths import assign
from vmlint.model.workload import Workload


@cache
def catalog() -> Catalog:
    """The built-in catalogue, loaded once."""
    return Catalog()


def workload(**fields: str) -> Workload:
    """Return a workload that states some fields; two underscores are a dot: ``guest__os="win11"``."""
    made = Workload(catalog(), DERIVATIONS, date(2026, 11, 22))
    for path, text in fields.items():
        assign(made, path.replace("__", "."), text)
    return made
