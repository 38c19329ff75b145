"""What else a template tells of the system that it installs: its media, and the words of its other builders.

Builders are given the nearest word that their tool has. Where the medium or another builder says otherwise, no word is
sure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from vmlint.api import Body, Span, Spec, Term

MEDIA = ("iso_url", "iso_urls", "iso_target_path", "iso_paths", "iso_file", "iso_name", "source_path", "url")
"""Settings that name installation media, or an image to start from."""
MOST_WORDS = 20
"""Words of the builders of one name; a real template has some three builders."""


def media(spec: Spec, body: Body, defaults: Mapping[str, Term]) -> Spec:
    """Take the names of a builder's media as clues, by the defaults of variables too."""
    nested = [each.get("iso_file") for name in ("boot_iso", "additional_iso_files") for each in body.parts(name)]
    for term in (*(body.get(name) for name in MEDIA), *nested):
        for each in term.items or [term] if term else []:
            given = defaults.get(each.reference.replace("`", ""), each) if each.computed else each
            for one in given.items or [given]:
                spec.clue(one.text or "", each.at)
    return spec


def doubted(described: Iterable[tuple[str, Spec]]) -> Iterator[Spec]:
    """Yield the machines of a template, each with the words of the others that bear the same name as clues."""
    found = list(described)
    words: dict[str, dict[tuple[str, str], Span]] = {}
    for name, spec in found:
        for named in spec.guests[:1]:
            words.setdefault(name, {}).setdefault((named.vocabulary, named.word), named.at)
    ranked = {name: sorted(of_name.items())[:MOST_WORDS] for name, of_name in words.items()}
    for name, spec in found:
        own = {named.vocabulary for named in spec.guests}
        for (vocabulary, word), at in ranked.get(name, ()):
            if spec.guests and vocabulary not in own:
                spec.clue(word, at, vocabulary)
        yield spec
