"""Say how fresh the catalogue is: what was checked longest ago, and which products have newer releases.

``make catalog-age`` runs it. It reads the data files alone and asks no network: that a release is missing in
``lifecycle.csv`` is guessed from the time between the last releases of the product.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from statistics import median
from typing import NamedTuple

from vmlint.catalog import BUILTIN, Catalog, table
from vmlint.catalog.lifecycle import Cycle

OLDEST = 15
"""Entries that are listed of those that were checked longest ago."""
GAPS = 5
"""Last releases whose distances tell how often a product is released."""
PATIENCE = 1.5
"""How many times its usual distance a release may take before it is missed."""
TABLES = (
    "cpu_flags",
    "cpu_models",
    "general_texts",
    "guest_images",
    "guest_words",
    "kernels",
    "lifecycle",
    "platform_names",
    "setting_words",
    "windows_images",
)


class Checked(NamedTuple):
    """A data file and the day on which it was last compared with its sources."""

    day: date
    what: str


def checked() -> list[Checked]:
    """Return all data files that have such a day, the oldest first."""
    files = [
        *((f"platforms/{file.path.name}", file) for file in BUILTIN.platforms),
        *((f"guests/{file.path.name}", file) for file in BUILTIN.guests),
        *((f"{name}.yaml", table(name)) for name in TABLES),
    ]
    return sorted(Checked(date.fromisoformat(file.data["checked"]), name) for name, file in files)


def newer_than_entry(catalog: Catalog) -> Iterator[str]:
    """Yield the platforms of which a release came out after their entry was checked."""
    for platform in catalog.platforms.values():
        day = date.fromisoformat(platform.data["checked"])
        product = platform.data.get("lifecycle", {}).get("product", "")
        late = [cycle.cycle for cycle in catalog.cycles(product) if cycle.released and cycle.released > day]
        if late:
            yield f"{platform.id}: checked {day}, and since then {', '.join(late)} came out"


def overdue(cycles: Sequence[Cycle], today: date) -> str:
    """Return why a product most likely has a release that is missing in the data; empty if nothing speaks for it."""
    days = sorted({cycle.released for cycle in cycles if cycle.released}, reverse=True)[: GAPS + 1]
    if len(days) <= GAPS:
        return ""
    usual = timedelta(days=median((later - earlier).days for later, earlier in itertools.pairwise(days)))
    waited = today - days[0]
    newest = next(cycle for cycle in cycles if cycle.released == days[0])
    discontinued = newest.ended or (newest.security_until is not None and newest.security_until < today)
    if waited <= usual * PATIENCE or discontinued:
        return ""
    return f"{newest.cycle} came out {waited.days} days ago, and releases are {usual.days} days apart"


def report(today: date, catalog: Catalog) -> Iterator[str]:
    """Yield the lines of the report."""
    yield "Checked longest ago:"
    for entry in checked()[:OLDEST]:
        yield f"  {entry.day}  {(today - entry.day).days:4} days  {entry.what}"
    yield ""
    yield "A release came out after the entry was checked:"
    yield from (f"  {line}" for line in sorted(newer_than_entry(catalog)) or ["(none)"])
    yield ""
    yield "A release is probably missing in lifecycle.csv:"
    found = [(product, overdue(catalog.cycles(product), today)) for product in table("lifecycle").data["products"]]
    yield from [f"  {product}: {why}" for product, why in found if why] or ["  (none)"]


def main() -> None:
    """Print the report as of today, or of another day."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--today", type=date.fromisoformat, default=None, metavar="DAY", help="another day than today")
    for line in report(parser.parse_args().today or date.today(), Catalog()):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
