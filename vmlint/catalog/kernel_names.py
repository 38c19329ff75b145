"""Options and parameters of Linux that decide what runs on it: the ones that hosts are described by.

``kernel_names.csv`` lists them: those that Docker's ``check-config.sh`` and ``lxc-checkconfig`` look at (read on
2026-11-30), and those that programs are known to need. ``kernel_modules.csv`` has the options that build modules, as
the Makefiles of Linux name them.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.catalog import Catalog


class KernelModule(NamedTuple):
    """A module, and the option that builds it."""

    name: str
    """As ``lsmod`` writes it."""
    option: str
    """Without the prefix ``CONFIG_``."""
    apart: bool
    """Whether others publish the same module too, so that a kernel that was built without may have it."""


def kernel_options() -> frozenset[str]:
    """Return the options of a kernel's configuration, without the prefix ``CONFIG_``."""
    return _names("option").union(each.option for each in kernel_modules().values())


def kernel_parameters() -> frozenset[str]:
    """Return the parameters, as ``sysctl -a`` prints them."""
    return _names("parameter")


@functools.cache
def kernel_modules() -> Mapping[str, KernelModule]:
    """Return the modules of which it is known which option builds them, by their names."""
    rows = _rows("kernel_modules")
    return {row["module"]: KernelModule(row["module"], row["option"], row["apart"] == "yes") for row in rows}


def names_of(field: str, catalog: Catalog) -> frozenset[str]:
    """Return the names that are of interest in a list of a host, with those that documents of a project ask for."""
    known, prefix = {
        "host.kernel.config": (kernel_options, "kernel.config."),
        "host.kernel.sysctls": (kernel_parameters, "kernel.sysctl."),
    }[field]
    added = (*catalog.software.added_features, *catalog.features.added)
    return known().union(id.removeprefix(prefix) for id in added if id.startswith(prefix))


@functools.cache
def _names(kind: str) -> frozenset[str]:
    return frozenset(row["name"] for row in _rows("kernel_names") if row["kind"] == kind)


def _rows(name: str) -> Iterator[dict[str, str]]:
    import csv  # not at every start

    with (Path(__file__).parent / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
