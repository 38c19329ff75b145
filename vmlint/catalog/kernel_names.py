"""Options and parameters of Linux that decide what runs on it: the ones that hosts are described by.

``kernel_names.csv`` lists them: those that Docker's ``check-config.sh`` and ``lxc-checkconfig`` look at (read on
2026-11-30), and those that programs are known to need.
"""

from __future__ import annotations

import csv
import functools
from pathlib import Path


def kernel_options() -> frozenset[str]:
    """Return the options of a kernel's configuration, without the prefix ``CONFIG_``."""
    return _names("option")


def kernel_parameters() -> frozenset[str]:
    """Return the parameters, as ``sysctl -a`` prints them."""
    return _names("parameter")


@functools.cache
def _names(kind: str) -> frozenset[str]:
    with (Path(__file__).parent / "data" / "kernel_names.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["name"] for row in csv.DictReader(file) if row["kind"] == kind)
