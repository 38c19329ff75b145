"""Write the page on platforms: an overview, then the facts of each platform in words, with their sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from operation_words import operations
from platform_words import BLOCKS, answer, codes, mode, releases

from vmlint.report.page import anchor, references, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from vmlint.catalog import Catalog, Platform

HEADS = [
    "Id",
    "Name",
    "Placement",
    "Runs as (usual mode)",
    "Host CPUs",
    "Nested guests",
    "Live migration",
    "PCI devices",
]
PLAIN = {
    "init": "First process",
    "suggest": "Suggested",
    "suggestAs": "Suggested as",
    "successor": "Successor",
    "specFormats": "Described by",
}
"""Facts that are one word or a list of words."""


def platforms(catalog: Catalog) -> Iterator[str]:
    """Yield the blocks of the page."""
    yield "# Platforms"
    yield (
        "The platforms that a manifest can name under `deployment.platform`, and what vmlint knows about them. A"
        " project or a plugin can add platforms. The placement is the place of the hypervisor or container runtime:"
        " *hosted* is the article's type 2."
    )
    yield (
        "A date after a source is the date of its text. *Judgement* means that no document states the fact: it follows"
        " from how the product works. What is not listed is unknown, and rules that need it report nothing."
    )
    yield table(HEADS, [_overview(platform) for platform in catalog.platforms.values()])
    for platform in catalog.platforms.values():
        yield from _section(platform, catalog)


def _overview(platform: Platform) -> list[str]:
    return [
        f"[`{platform.id}`](#{platform.id})",
        platform.name,
        platform.placement,
        ", ".join(f"{word} ({usual or 'several modes'})" for word, usual in platform.architectures.items()),
        ", ".join(_known(platform, "host", "arch") or ()),
        answer(_known(platform, "nesting", "outer")),
        answer(_known(platform, "liveMigration", "support")),
        answer(_known(platform, "passthrough", "pci")),
    ]


def _known(platform: Platform, *keys: str) -> Any:
    return platform.fact(*keys) if platform.has(*keys) else None


def _section(platform: Platform, catalog: Catalog) -> Iterator[str]:
    data = platform.data
    yield f"## {anchor(platform.id)}{platform.name}"
    if "summary" in data:
        yield data["summary"]
    about = [
        f"Id `{platform.id}`",
        *([f"also written {codes(data['aliases'])}"] if data.get("aliases") else []),
        *([f"by {data['vendor']}"] if "vendor" in data else []),
        platform.placement,
        f"checked against its sources on {data['checked']}",
    ]
    yield f"{', '.join(about)}. Sources: {_cited([*data['source'], *data.get('article', ())], catalog)}."
    yield table(["Topic", "Facts", "Sources"], _rows(platform, catalog))


def _rows(platform: Platform, catalog: Catalog) -> Iterator[list[str]]:
    host = platform.data["host"]
    for name, facts in platform.modes.items():
        needs = platform.requires(name) if "requires" in {**host, **facts} else None
        yield _row(f"Mode `{name}`", mode(facts, needs), facts, catalog)
    for key, (label, words) in BLOCKS.items():
        facts = platform.data.get(key)
        if facts:
            yield _row(label, words(facts, catalog), facts, catalog)
        if key == "guest" and facts and "releases" in facts:
            yield _row("Guest releases", releases(facts["releases"]), facts["releases"], catalog)
    for label, words, fact in operations(platform.data.get("operations", {})):
        yield _row(label, words, fact, catalog)
    for key, label in PLAIN.items():
        if key in platform.data:
            yield [label, _plain(key, platform.data[key]), ""]


def _row(label: str, words: Iterable[str], facts: Mapping[str, Any], catalog: Catalog) -> list[str]:
    notes = [facts[key] for key in ("foreignNote", "note") if key in facts]
    sentences = [*map(_sentence, words), *(" ".join(note.split()) for note in notes)]
    return [label, " ".join(sentences), _cited(facts.get("source", ()), catalog)]


def _sentence(phrase: str) -> str:
    words = " ".join(phrase.split()).removesuffix(".")
    return f"{words[:1].upper()}{words[1:]}."


def _cited(ids: Iterable[str], catalog: Catalog) -> str:
    """Return links to sources, each with the date of its text."""
    return ", ".join(f"{references([id], catalog)}{_dated(id, catalog)}" for id in ids)


def _dated(id: str, catalog: Catalog) -> str:
    source = catalog.sources.get(id)
    return f" ({source.read})" if source and source.read else ""


def _plain(key: str, value: Any) -> str:
    names = value if isinstance(value, list) else [value]
    if isinstance(value, bool):
        return answer(value)
    return ", ".join(f"[`{name}`](#{name})" if key == "successor" else f"`{name}`" for name in names)
