"""What is known of a feature, or of a program: who needs it, who offers it, and which command shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vmlint.catalog.error_text import NAME
from vmlint.catalog.fields import command_for, fields_of
from vmlint.catalog.setting_words import setting_words
from vmlint.lint.symptoms import about, judges, need_id
from vmlint.report.page import code_span
from vmlint.words import as_text, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from vmlint.catalog import Catalog
    from vmlint.catalog.features import Feature
    from vmlint.catalog.offers import Offer
    from vmlint.catalog.software import Program
    from vmlint.lint.rule import Rule
    from vmlint.model.derive.need import Need

_DOES = {
    "provides": "provides it",
    "passes": "passes it on",
    "hides": "hides it",
    "absent": "does not have it",
    "on-request": "grants it on request",
}


def feature_page(feature: Feature, catalog: Catalog, rules: Sequence[Rule]) -> str:
    """Return the page of a feature as Markdown."""
    needed = [
        (program, row) for program in catalog.software for row in program.needs if about(feature.id, need_id(row))
    ]
    offers = [offer for offer in catalog.offers if any(about(feature.id, each) for each in offer.features)]
    rows = [feature.data, *(row for _, row in needed), *(offer.data for offer in offers)]
    return _page(
        f"# {feature.id}: {feature.title}",
        str(feature.data.get("about", "")),
        since(feature),
        *_section("How to see it", facts(feature)),
        *_section("Error texts", _texts(rows)),
        *_section("What to change where it is missing", [feature.help] if feature.help else []),
        *_section("Who needs it", (need_words(program, row) for program, row in needed)),
        *_section("Who offers it, and who does not", map(offer_words, offers)),
        *_section("Rules that speak of it", (f"{rule.code} {rule.name}" for rule in judges(feature.id, rules))),
        *_section("What it rests on", _sources(rows)),
    )


def program_page(program: Program, catalog: Catalog, image: str = "", needs: Iterable[Need] = ()) -> str:
    """Return the page of a program as Markdown; with an image, what that image needs comes first."""
    runs = [word for key in ("images", "commands", "platforms", "guests") for word in program.data.get(key, ())]
    found = [_told(need, catalog) for need in needs]
    if image and not found:
        found = ["nothing that is known, on a CPU of amd64 and with its usual command"]
    return _page(
        f"# {program.name}",
        f"Known as {', '.join(map(code_span, runs))}." if runs else "",
        *_section(f"What {image} needs", found if image else ()),
        *_section("What is known of its needs", (_own_need(row, catalog) for row in program.needs)),
        *_section("Error texts", _texts(program.needs)),
        *_section("What it rests on", _sources(program.needs)),
    )


def _told(need: Need, catalog: Catalog) -> str:
    """Return a need of an image in words."""
    needs = "needs" if need.must else "works better with"
    sure = "" if need.sure else " (medium confidence)"
    return f"{need.who} {needs} {_titled(str(need.feature), need.feature.id, catalog)}{sure}"


def since(feature: Feature) -> str:
    """Return in a sentence from which kernel on there is a feature; empty where that is not known."""
    first = feature.data.get("since")
    return f"In Linux since {first}." if first else ""


def facts(feature: Feature) -> Iterator[str]:
    """Yield where a feature is stated, each with the command that shows it on a Linux host."""
    fields = fields_of(feature.id)
    yield from map(fact, fields)
    if not fields:
        yield f"`host.features`: {feature.id} under `present` or `absent`"
    if feature.show and feature.show not in map(command_for, fields):
        alone = f"this feature alone: {code_span(feature.show)}"
        of_host = any(field.startswith("host.") for field in fields)
        yield alone + (f", or {feature.id} under `present` or `absent` of `host.features`" if of_host else "")


def fact(field: str) -> str:
    """Return a field, with the command that shows its value."""
    command = command_for(field)
    if command:
        return f"`{field}`: {code_span(command)}"
    return f"`{field}`, in the file itself" if not field.startswith("host.") else f"`{field}`"


def need_words(program: Program, row: Mapping[str, Any]) -> str:
    """Return which releases of a program need something, and how to do without."""
    bound = row["feature"].removeprefix(need_id(row))
    value = f" ({bound.strip()})" if bound else ""
    return f"{program.name}{value}{_conditions(row)}{_ways_out(row)}"


def _own_need(row: Mapping[str, Any], catalog: Catalog) -> str:
    return f"{_titled(row['feature'], need_id(row), catalog)}{_conditions(row)}{_ways_out(row)}"


def _titled(need: str, id: str, catalog: Catalog) -> str:
    feature = catalog.feature(id)
    return f"`{need}` ({feature.title})" if feature else f"`{need}`"


def _conditions(row: Mapping[str, Any]) -> str:
    when = row.get("when", {})
    command, mounts = when.get("command"), when.get("mounts")
    parts = [
        f"release {row['versions']}" if "versions" in row else "",
        f"tags with {code_span(row['tags'])}" if "tags" in row else "",
        f"tags without {code_span(row['notTags'])}" if "notTags" in row else "",
        f"on {listed(row['arch'], 'or')}" if "arch" in row else "",
        f"where its command has {code_span(command)}" if command and "notEnvironment" not in when else "",
        f"with a mount like {code_span(mounts)}" if mounts else "",
        *(f"where {name} is {code_span(value.strip('^$'))}" for name, value in when.get("environment", {}).items()),
        f"unless switched off by {listed(when['notEnvironment'], 'or')}" if "notEnvironment" in when else "",
        "with a limit of memory" if when.get("limited") else "",
    ]
    worse = "; it works without, but worse" if row.get("grade", "must") == "degrades" else ""
    return "".join(f", {part}" for part in parts if part) + worse


def _ways_out(row: Mapping[str, Any]) -> str:
    return f": {row['help']}" if "help" in row else ""


def offer_words(offer: Offer) -> str:
    """Return what a layer does with a feature, from which release on, and how it is asked for it."""
    data = offer.data
    versions = f" {data['versions']}" if "versions" in data else ""
    modes = f" in mode {listed(data['modes'], 'or')}" if "modes" in data else ""
    value = f" ({data['value']})" if "value" in data else ""
    when = [f"`{field}` is {listed(map(as_text, values), 'or')}" for field, values in data.get("when", {}).items()]
    where = f", where {listed(when)}" if when else ""
    ways = list(asked(offer))
    return f"{offer.who}{versions}{modes} {_DOES[offer.does]}{value}{where}" + (f": {'; '.join(ways)}" if ways else "")


def asked(offer: Offer) -> Iterator[str]:
    """Yield how a layer is asked for a feature: a setting in the words of its files, or what is set elsewhere."""
    settings = list(
        dict.fromkeys(
            code_span(setting_words("", offer.who, name, as_text(value)) or f"deployment.{name}: {as_text(value)}")
            for each in _grants(offer)
            for name, value in each.items()
        )
    )
    if settings:
        yield listed(settings, "or")
    if "ask" in offer.data:
        yield str(offer.data["ask"])


def _grants(offer: Offer) -> Sequence[Mapping[str, Any]]:
    grants: Sequence[Mapping[str, Any]] = offer.data.get("grant", ())
    return grants


def _texts(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield from dict.fromkeys(code_span(text) for row in rows for text in row.get("errors", ()))


def _sources(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield from dict.fromkeys(str(row["source"]) for row in rows if "source" in row)


def _section(title: str, items: Iterable[str]) -> Iterator[str]:
    found = "\n".join(f"- {item}" for item in items)
    if found:
        yield f"## {title}"
        yield found


def _page(*blocks: str) -> str:
    return "\n\n".join(block for block in blocks if block).replace(NAME, "NAME") + "\n"
