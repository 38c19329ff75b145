"""The page on platforms holds everything that the catalogue knows about them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from vmlint.catalog import Catalog, Platform
from vmlint.reading.schemas import schema

DOCS = Path(__file__).parents[2] / "docs"
CATALOG = Catalog()
HEAD = {
    "id",
    "name",
    "vendor",
    "aliases",
    "checked",
    "summary",
    "article",
    "source",
    "placement",
    "architectures",
    "modes",
}
"""What the page holds outside the rows of blocks."""

IN_DOCUMENTS_ONLY = {"offers"}
"""Blocks that only a project's or a plugin's entries have: vmlint's own rows are in files of their own."""

each = pytest.mark.parametrize("platform", list(CATALOG.platforms.values()), ids=lambda platform: platform.id)


@cache
def layout() -> Any:
    sys.path.insert(0, str(DOCS))
    try:
        return import_module("platform_pages")
    finally:
        sys.path.remove(str(DOCS))


@cache
def sections() -> dict[str, str]:
    parts = re.split(r'^## <a id="([^"]+)"></a>', "\n\n".join(layout().platforms(CATALOG)), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_block_of_the_schema_has_a_row() -> None:
    assert set(schema("platform")["properties"]) == {
        *HEAD,
        *IN_DOCUMENTS_ONLY,
        *layout().BLOCKS,
        *layout().PLAIN,
        "operations",  # a row for each of its facts
    }


def test_platforms_are_in_the_order_of_their_ids() -> None:
    assert list(sections()) == list(CATALOG.platforms)


def stated(value: Any) -> Iterator[str]:
    """Sentences, names and versions of an entry, which the page repeats as they are."""
    if isinstance(value, dict):
        for key, member in value.items():
            if isinstance(member, list) and key in ("supported", "works", "unsupported", "fails"):
                yield from member
            elif key in (
                "note",
                "foreignNote",
                "since",
                "removed",
                "unsupported",
                "reason",
                "asOf",
                "discouraged",
                "advice",
                "why",
            ):
                yield " ".join(str(member).split()).removesuffix(".")[1:]  # the first letter may have become a capital
            elif key in ("aliases", "specFormats", "disk", "nic", "video", "instanceTypes", "freeFor", "tpm"):
                yield from member
            elif key != "source":
                yield from stated(member)


@each
def test_nothing_that_is_known_is_left_out(platform: Platform) -> None:
    section = sections()[platform.id].replace("\\|", "|")
    assert [text for text in stated(platform.data) if text not in section] == []


@each
def test_every_source_is_cited_with_its_date(platform: Platform) -> None:
    section = sections()[platform.id]
    for source in {*platform.data["source"]} - {"judgement"}:
        read = CATALOG.sources[source].read
        assert f"[{source}](sources.md#{source.lower()})" + (f" ({read})" if read else "") in section


@each
def test_rows_have_three_cells(platform: Platform) -> None:
    rows = [line for line in sections()[platform.id].splitlines() if line.startswith("| ")]
    assert len(rows) > 4
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {4}
