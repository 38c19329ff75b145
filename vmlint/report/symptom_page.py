"""What an error text comes from: what it means, which facts to collect, what to change, and what to run then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmlint.catalog.error_text import NAME, words
from vmlint.catalog.fields import fields_of
from vmlint.catalog.general_texts import Told, general_in, is_general, meant_in
from vmlint.catalog.setting_words import setting_words
from vmlint.lint.symptoms import about, best, judges, need_id, search
from vmlint.report.feature_page import asked, fact, facts, need_words, offer_words
from vmlint.report.page import code_span
from vmlint.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vmlint.catalog import Catalog
    from vmlint.catalog.features import Feature
    from vmlint.catalog.offers import Offer
    from vmlint.lint.rule import Rule
    from vmlint.lint.symptoms import Carrier, Found

BLOCKS = 4
"""Features and rules that are spoken of; those that are left are only named."""
ALONE = 3
"""Features up to which each is described by itself; more of one layer are described together."""
NAMED = 8
"""Entries of a list beyond which it is only counted how many more there are."""
RUN = """# What to run

- on the host: `vmlint host > host.yaml`
- then: `vmlint check --host host.yaml --undecided FILE`, with the file that describes the workload"""


def symptom_page(text: str, known: Sequence[Carrier], catalog: Catalog, rules: Sequence[Rule]) -> str:
    """Return the page on what carries a text, best first, as Markdown; empty where nothing does."""
    found = search(text, known)
    chosen, others = best(found)
    meant, general = meant_in(text), general_in(text)
    if meant and not any(each.match.common > len(words(meant.text)) for each in chosen):
        return "\n\n".join(_of_a_meaning(meant)) + "\n"
    if general and not any(_says_more(each, general.text) for each in chosen):
        return "\n\n".join(_of_a_general_text(general, found, catalog)).replace(NAME, "NAME") + "\n"
    if not found:
        return ""
    blocks: list[str] = []
    shown: set[str] = set()
    for cause in _causes(chosen, rules):
        if len(shown) >= BLOCKS or shown.issuperset(each.about for each in cause):
            continue
        shown |= {each.about for each in cause}
        rule = cause[0].carrier.rule
        if rule is None:
            blocks += _of_features(cause, catalog, rules)
        else:
            alike = [one for each in cause for one in search(each.carrier.text, known) if one.carrier.rule is None]
            near = best(alike)[0]
            blocks += _of_rule(rule, cause, near, catalog)
            shown |= {each.about for each in near}
    shown |= {rule.code for id in shown for rule in judges(id, rules)}
    rest = dict.fromkeys(each.about for each in (*chosen, *others) if each.about not in shown)
    also = [f"Less near: {_some(map(code_span, rest))}. `vmlint explain` describes each of them."] if rest else []
    if general and any(each.carrier.text.startswith("/dev/") for each in chosen):  # the device is there, or is not
        blocks += _section("What to look for", general.look)
    return "\n\n".join([*blocks, *also, RUN]).replace(NAME, "NAME") + "\n"


def _says_more(found: Found, general: str) -> bool:
    """Whether what was found agrees in more than a general text, or is another text as a whole."""
    whole = found.match.surplus == 0 and not is_general(found.carrier.text)
    return whole or found.match.common > len(words(general))


def _of_a_general_text(general: Told, found: Iterable[Found], catalog: Catalog) -> Iterator[str]:
    """Yield that a text says too little, what to look for beside it, and a few things that it may come from."""
    yield "# Too general to tell"
    ends = code_span(general.text)
    yield f"Very many faults end with {ends}. Pass what stands around it: the line, and those before it."
    yield from _section("What to look for", general.look)
    ids = dict.fromkeys(each.about for each in found)
    features = [feature for feature in map(catalog.feature, ids) if feature]
    yield from _section("What it may come from, among others", _first(map(_named, features)))
    each = "; `vmlint explain ID` describes one of these" if features else ""
    yield f"`docker logs NAME 2>&1 | vmlint explain -` reads a whole log{each}."


def _of_a_meaning(meant: Told) -> Iterator[str]:
    """Yield what a text means that is no matter of the layers below, and what to look for."""
    yield "# What it means"
    yield f"Error text: {code_span(meant.text)}."
    yield meant.means
    yield from _section("What to look for", meant.look)


def _causes(chosen: Sequence[Found], rules: Sequence[Rule]) -> Iterator[list[Found]]:
    """Yield what belongs together: all of a rule or a feature; of many features, all of one rule or layer."""
    features = {each.about for each in chosen if each.carrier.rule is None}
    groups: dict[str, list[Found]] = {}
    for each in chosen:
        key = each.about
        if each.carrier.rule is None and len(features) > ALONE:
            speak = judges(each.about, rules)
            key = speak[0].code if len(speak) == 1 else each.about.partition(".")[0]
        groups.setdefault(key, []).append(each)
    yield from groups.values()


def _of_rule(rule: Rule, cause: Sequence[Found], near: Sequence[Found], catalog: Catalog) -> Iterator[str]:
    """Yield what a rule says of a text, and the features that have nearly the same text."""
    known = [feature for feature in map(catalog.feature, dict.fromkeys(each.about for each in near)) if feature]
    yield f"# {rule.code} {rule.name}"
    yield from (_texts(cause), rule.summary)
    yield from _section("What may be missing", _first(_named(each) for each in known))
    yield from _section("Who needs it", _programs(near, [each.id for each in known], catalog))
    yield from _section("Facts to collect", map(fact, rule.fits_if))
    yield from _section("What to change", _changes(near, known, ()))
    yield f"`vmlint explain {rule.code}` says more."


def _texts(cause: Iterable[Found]) -> str:
    return f"Error text: {_some(code_span(each.carrier.text) for each in cause)}."


def _named(feature: Feature) -> str:
    return f"`{feature.id}` ({feature.title})"


def _of_features(cause: Sequence[Found], catalog: Catalog, rules: Sequence[Rule]) -> Iterator[str]:
    """Yield what is known of one feature with a text, or of several of a layer."""
    ids = list(dict.fromkeys(each.about for each in cause))
    speak = list({rule.code: rule for id in ids for rule in judges(id, rules)}.values())
    if len(ids) > 1 and len(speak) == 1:
        yield from _of_rule(speak[0], cause, cause, catalog)
        return
    known = [feature for feature in map(catalog.feature, ids) if feature]
    if len(ids) == 1:
        yield f"# {ids[0]}" + (f": {known[0].title}" if known else "")
        yield from (_texts(cause), *(str(feature.data.get("about", "")) for feature in known))
    else:
        yield f"# One of {len(ids)} features of the layer {ids[0].partition('.')[0]}"
        yield from (_texts(cause), f"{_some(map(_named, known))}.")
        yield from (rule.summary for rule in speak)
    programs = list(_programs(cause, ids, catalog))
    offers = list(_withheld(cause, ids, catalog))
    alone = len(ids) == 1
    layers = (
        map(offer_words, offers) if alone else (f"{who}, some of them" for who in sorted({each.who for each in offers}))
    )
    yield from _section("Who needs it", programs)
    yield from _section("Who keeps it back", _first(layers))
    yield from _section("Facts to collect", _facts(ids, known))
    yield from _section("What to change", _changes(cause, known, offers if alone else ()))
    pages = [f"`vmlint explain {each}`" for each in (*(rule.code for rule in speak), *(ids if alone else ()))]
    yield f"{listed(pages)} {'say' if len(pages) > 1 else 'says'} more."


def _programs(cause: Iterable[Found], ids: Sequence[str], catalog: Catalog) -> Iterator[str]:
    """Yield the programs that have the text themselves; where none has, those that need the feature most, first."""
    told = [(each.carrier.program, each.carrier.need) for each in cause]
    own = [(program, row) for program, row in told if program and row]
    needing = own or [(each, row) for each in catalog.software for row in each.needs if need_id(row) in ids]
    needing.sort(key=lambda each: each[1].get("grade") == "degrades")
    yield from _first(need_words(program, row) for program, row in needing)


def _withheld(cause: Iterable[Found], ids: Sequence[str], catalog: Catalog) -> Iterator[Offer]:
    """Yield the layers that have the text themselves; where none has, those that keep the one feature back."""
    own = [each.carrier.offer for each in cause if each.carrier.offer]
    if own or len(ids) > 1:
        yield from own
        return
    for offer in catalog.offers:
        if offer.does not in ("passes", "provides") and any(about(ids[0], each) for each in offer.features):
            yield offer


def _facts(ids: Sequence[str], known: Sequence[Feature]) -> Iterator[str]:
    if len(known) == 1:
        yield from facts(known[0])
    else:
        yield from map(fact, dict.fromkeys(field for id in ids for field in fields_of(id) or ("host.features",)))


def _changes(cause: Iterable[Found], known: Sequence[Feature], offers: Iterable[Offer]) -> Iterator[str]:
    needs = [each.carrier.need for each in cause if each.carrier.need]
    ways = [str(row["help"]) for row in needs[:1] if len(needs) == 1 and "help" in row]  # of several, each says its own
    ways += [feature.help for feature in known if feature.help]
    ways += [way for feature in known[:ALONE] for way in _settings(feature)]
    ways += [f"{offer.who}: {way}" for offer in offers for way in asked(offer)]
    yield from _first(ways)


def _settings(feature: Feature) -> Iterator[str]:
    """Yield the setting that hands in a device, or gives a capability, in the words of a few files."""
    layer, _, name = feature.id.partition(".")
    field, entry = (
        ("hostDevices", feature.title) if feature.title.startswith("/dev/")
        else ("capabilities", name) if layer == "capability"
        else ("privileged", "true") if feature.id == "container.privileged"
        else ("", "")
    )  # fmt: skip
    if field and NAME not in entry and "*" not in entry:
        for reader, title in (
            ("compose", "in a Compose file"),
            ("docker-run", "docker run"),
            ("quadlet", "in a Quadlet unit"),
        ):
            yield f"{title}: {code_span(setting_words(reader, '', field, entry) or '')}"


def _first(items: Iterable[str]) -> Iterator[str]:
    """Yield the first items of a list, each once, and how many more there are."""
    once = list(dict.fromkeys(items))
    yield from once[:NAMED]
    if len(once) > NAMED:
        yield f"and {len(once) - NAMED} more"


def _some(words: Iterable[str]) -> str:
    once = list(dict.fromkeys(words))
    return ", ".join(once[:NAMED]) + (f" and {len(once) - NAMED} more" if len(once) > NAMED else "")


def _section(title: str, items: Iterable[str]) -> Iterator[str]:
    found = "\n".join(f"- {item}" for item in items)
    if found:
        yield f"## {title}"
        yield found


def nearest_texts(near: Iterable[Carrier]) -> str:
    """Return texts that are near to one that nothing carries, each with what explains it, for an error message."""
    return "".join(f"\n  {each.text!r}: vmlint explain {each.about}" for each in near)
