"""Which rules, features, programs and layers carry an error text: the way from a symptom to its cause."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vmlint import limits
from vmlint.catalog.error_text import FEW, LEAST, Match, Pasted, Words, match, words
from vmlint.catalog.fields import fields_of
from vmlint.catalog.general_texts import general_in, is_general
from vmlint.patterns import lazy_pattern
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.catalog import Catalog
    from vmlint.catalog.offers import Offer
    from vmlint.catalog.software import Program
    from vmlint.lint.rule import Rule

NEAREST = 3
"""Texts that are named where none agrees."""
LONG = 100
"""Words up to which a text may be a known one that is spelt in another way."""


_NODE = lazy_pattern(r"/dev/\w[\w/-]{0,60}")
_HANDED_IN = "adding custom device"
"""What Docker says of a device of the file that the host does not have."""


class Carrier(NamedTuple):
    """What an error text may come from."""

    text: str
    about: str
    """The code of a rule, or the id of a feature."""
    rule: Rule | None = None
    program: Program | None = None
    """A program that fails so where it lacks the feature."""
    need: Mapping[str, Any] | None = None
    """That need of the program, as a row of its file."""
    offer: Offer | None = None
    """A layer that keeps the feature back in this way."""


class Found(NamedTuple):
    """What a text agrees with."""

    carrier: Carrier
    match: Match

    @property
    def about(self) -> str:
        """The code of a rule, or the id of a feature; of a kind of features, that of the one which the text names."""
        about, name = self.carrier.about, self.match.name
        return f"{about[:-1]}{name}" if about.endswith("*") and 0 < len(name) <= limits.FEATURE_CHARACTERS else about


def carriers(rules: Iterable[Rule], catalog: Catalog) -> Iterator[Carrier]:
    """Yield every error text with what carries it: rules first, then programs, features, and what layers do."""
    for rule in rules:
        yield from (Carrier(text, rule.code, rule=rule) for text in rule.symptoms)
    for program in catalog.software:
        for row in program.needs:
            yield from (Carrier(text, need_id(row), program=program, need=row) for text in row.get("errors", ()))
    for feature in catalog.features:
        yield from (Carrier(text, feature.id) for text in feature.errors)
    for offer in catalog.offers:
        for text in offer.data.get("errors", ()):
            yield from (Carrier(text, feature, offer=offer) for feature in offer.features)


def of_nodes(text: str, catalog: Catalog) -> Iterator[Carrier]:
    """Yield the devices that a pasted text names by a path below /dev, in a line that ends with a general text.

    So ``could not open /dev/kvm: Permission denied`` leads to ``device.kvm``, in whichever words a program says it.
    """
    from vmlint.model.derive.needs import device_feature

    seen: dict[str, str] = {}
    for line in text.splitlines():
        nodes = _NODE.findall(line)
        if nodes and (_HANDED_IN in line or general_in(line)):
            seen.update({node: device_feature(node) or f"device.{node.removeprefix('/dev/')}" for node in nodes})
    for node, id in seen.items():
        if catalog.features.own(id):
            yield Carrier(node, id)


def need_id(row: Mapping[str, Any]) -> str:
    """Return the id of the feature that a row of a program's needs is about, without the bound of its value."""
    from vmlint.model.features import read_need

    return read_need(row["feature"]).id


def search(text: str, known: Iterable[Carrier]) -> list[Found]:
    """Return what carries a text, the most words in common first, then the fewest that the text lacks."""
    pasted = Pasted(text)
    agreed: dict[Words, Match | None] = {}  # many carriers have the same text
    found = []
    for carrier in known:
        own = words(carrier.text)
        if own not in agreed:
            agreed[own] = match(own, pasted)
        fits = agreed[own]
        if fits:
            found.append(Found(carrier, fits))
    return sorted(found, key=lambda each: (-each.match.common, each.match.surplus))


def best(found: Sequence[Found]) -> tuple[list[Found], list[Found]]:
    """Divide what was found into the best, and the others that may be meant too.

    The best agree in more words than all others at their place of the text, or in as many. So a log with two errors
    has two that are best. Texts that are only a general part of a better one are in neither list, and neither are those
    that say little by themselves, where another says more.
    """
    chosen: list[Found] = []
    others: list[Found] = []
    for each in found:
        rivals = [one for one in chosen if one.match.start < each.match.end and each.match.start < one.match.end]
        if not any(_rank(one) < _rank(each) for one in rivals):
            chosen.append(each)
        elif each.match.surplus:
            others.append(each)
    specific = [each for each in chosen if not is_general(each.carrier.text)]
    return (specific, others) if specific else (chosen, others)


def _rank(found: Found) -> tuple[int, int]:
    return -found.match.common, found.match.surplus


def nearest(text: str, known: Iterable[Carrier]) -> list[Carrier]:
    """Return the few that are nearest to a text with which none agrees: spelt alike, or with half of its words."""
    given = words(text)[: LONG + 1]
    if len(given) > LONG:  # a log is no misspelt text, and shares a few words with everything
        return []
    by_words: dict[Words, Carrier] = {}
    for carrier in known:
        by_words.setdefault(words(carrier.text), carrier)
    alike = difflib.get_close_matches(" ".join(given), [" ".join(each) for each in by_words], NEAREST, 0.7)
    close = [each for spelt in alike for each in by_words if " ".join(each) == spelt]
    there = {word for word in given if len(word) >= LEAST}
    shared = [(len(there.intersection(each)), each) for each in by_words if len(each) >= FEW]
    half = sorted(((-count, each) for count, each in shared if 2 * count >= len({*each}) and count >= FEW - 1))
    return [by_words[each] for each in dict.fromkeys([*close, *(each for _, each in half)])][:NEAREST]


def about(feature: str, named: str) -> bool:
    """Whether a row that names a feature, or with a star all of its kind, is about a feature."""
    return named == feature or (named.endswith("*") and feature.startswith(named[:-1]))


def judges(feature: str, rules: Iterable[Rule]) -> list[Rule]:
    """Return the rules that speak of a feature: those of its layer, or of its fields where any names these."""
    layer, fields = feature.partition(".")[0], fields_of(feature)
    of_layer = [rule for rule in rules if layer in rule.layers]
    named = [rule for rule in of_layer if any(field in rule.fits_if for field in fields)]
    return named or of_layer
