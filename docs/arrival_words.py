"""What a machine finds on a platform that comes from another one, in words for the page on platforms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vmlint.report.page import code_span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vmlint.catalog import Catalog


def arrivals(facts: Mapping[str, Any], _: Catalog) -> Iterator[str]:
    """Yield phrases on the block ``arrival`` of a platform."""
    for bus, most in facts.get("disks", {}).items():
        yield f"{most} disks at most" if bus == "all" else f"{most} drives on {code_span(bus)}"
    if "cards" in facts:
        yield f"{facts['cards']} network cards"
    if "generation1" in facts:
        yield f"in generation 1 {facts['generation1']['cards']}"
    if "diskSize" in facts:
        yield f"disks up to {facts['diskSize']}B, larger ones {facts['diskSizeUnless']}"
    for start, disk in facts.get("bootDisks", {}).items():
        yield f"with {start.upper()} it starts from {code_span(disk)} only"
    if "first" in facts:
        yield f"a guest without its drivers begins with {', '.join(map(code_span, facts['first'].values()))}"
    if "names" in facts:
        yield {"dns": "names are host names", "label": "names are labels in lower case"}[facts["names"]]
    if "agent" in facts:
        yield f"install {facts['agent']}"
