"""Write the pages on what a workload lacks: all error texts by layer, and the features of the layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vmlint.catalog.error_text import NAME, words
from vmlint.catalog.fields import command_for, fields_of
from vmlint.lint.rule import Rule
from vmlint.lint.symptoms import carriers, judges
from vmlint.model.features import FEATURE_LAYERS
from vmlint.report.page import anchor, code_span, section, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vmlint.catalog import Catalog
    from vmlint.lint.rule import Coded
    from vmlint.lint.symptoms import Carrier

TITLES = {
    "cpu": "Processor",
    "firmware": "Firmware",
    "vm": "Virtual machine",
    "kernel": "Kernel",
    "cgroup": "Control groups",
    "engine": "Container engine",
    "container": "Container",
    "capability": "Capabilities",
    "lsm": "Security modules",
    "userns": "User namespaces",
    "device": "Devices",
    "gpu": "Graphics processors",
    "fs": "File systems",
    "net": "Network",
    "capacity": "Capacity of the host",
}
MOST = 3
"""Features of one text that are linked; of more, the rule tells."""


class _Row(NamedTuple):
    """A text, with all that carries it within one group."""

    text: str
    carriers: Sequence[Carrier]


def died_with(coded: Iterable[Coded], catalog: Catalog) -> Iterator[str]:
    """Yield the blocks of the page on error texts."""
    rules = [rule for rule in coded if isinstance(rule, Rule)]  # what vmlint itself reports is no error of a program
    yield "# It died with …"
    yield (
        "The error texts that vmlint knows, by the layer that lacks something. `vmlint explain` finds them in a whole"
        ' line of a log: `vmlint explain "Illegal instruction"`, or `docker logs mongo 2>&1 | vmlint explain -`. It'
        " then says which facts to collect, and what to change. NAME stands for a word that differs."
    )
    for title, rows in _groups(rules, catalog).items():
        yield f"## {title}"
        yield table(["It says", "What it means", "Explained by"], [_cells(row, catalog, rules) for row in rows])


def _groups(rules: Sequence[Rule], catalog: Catalog) -> dict[str, list[_Row]]:
    """Return the texts of each layer, in the order of the layers, then those of other rules by the rules' section."""
    found: dict[str, dict[tuple[str, ...], list[Carrier]]] = {title: {} for title in TITLES.values()}
    for carrier in carriers(rules, catalog):
        texts = found.setdefault(_group(carrier, catalog), {})
        texts.setdefault(words(carrier.text), []).append(carrier)
    return {
        title: sorted((_Row(of[0].text, of) for of in texts.values()), key=lambda row: row.text.casefold())
        for title, texts in found.items()
        if texts
    }


def _group(carrier: Carrier, catalog: Catalog) -> str:
    if carrier.rule is None:
        return TITLES[carrier.about.partition(".")[0]]
    layers = [layer for layer in FEATURE_LAYERS if layer in carrier.rule.layers]
    return TITLES[layers[0]] if layers else section(carrier.rule, catalog)


def _cells(row: _Row, catalog: Catalog, rules: Sequence[Rule]) -> list[str]:
    ids = list(dict.fromkeys(each.about for each in row.carriers if each.rule is None))
    own = [each.rule for each in row.carriers if each.rule]
    programs = dict.fromkeys(each.program.name for each in row.carriers if each.program)
    means = list(dict.fromkeys(rule.summary for rule in own))
    if ids and not own:
        titles = list(dict.fromkeys(feature.title for feature in map(catalog.feature, ids) if feature))
        lacking = f"{', '.join(titles[:MOST])}{_more(titles)}"
        means.append(f"{', '.join(programs)} without {lacking}." if programs else f"Missing: {lacking}.")
    listed = {feature.id for feature in catalog.features}  # others are described by what all of their kind share
    codes = dict.fromkeys(rule.code for rule in (*own, *(judge for id in ids for judge in judges(id, rules))))
    links = [f"[{code}](rules/{code}.md)" for code in codes]
    links += [f"[`{id}`](layers.md#{id.lower()})" if id in listed else f"`{id}`" for id in ids[:MOST]]
    return [
        code_span(row.text.replace(NAME, "NAME")),
        " ".join(means).replace(NAME, "NAME"),
        f"{', '.join(links)}{_more(ids)}",
    ]


def _more(words: Sequence[str]) -> str:
    return f" and {len(words) - MOST} more" if len(words) > MOST else ""


def layers(catalog: Catalog) -> Iterator[str]:
    """Yield the blocks of the page on features."""
    yield "# Features of the layers"
    yield (
        "What a workload may need of the layers below it ([needs and offers](needs-and-offers.md)), each with the field"
        " that tells of it and the command that shows it on a Linux host. `*` and NAME stand for any name."
        " `vmlint explain cpu.avx` says who needs a feature, and who offers it."
    )
    features = sorted(catalog.features, key=lambda each: each.id)
    for layer, title in TITLES.items():
        rows = [
            [
                f"{anchor(each.id)}`{each.id}`",
                f"{each.title}. {each.data.get('about', '')}".replace(NAME, "NAME"),
                ", ".join(f"`{field}`" for field in fields_of(each.id)) or "`host.features`",
                _command(each.show, fields_of(each.id)).replace(NAME, "NAME"),
            ]
            for each in features
            if each.id.partition(".")[0] == layer
        ]
        yield f"## {title}"
        yield table(["Feature", "What it is", "Field", "Shown by"], rows)


def _command(own: str, fields: Iterable[str]) -> str:
    return ", ".join(code_span(each) for each in ([own] if own else dict.fromkeys(map(command_for, fields))) if each)
