"""What else a template tells of the system that it installs: its media, and the words of its other builders.

Builders are given the nearest word that their tool has. Where the medium or another builder says otherwise, no word is
sure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from vmlint.api import Body, Spec, Term

MEDIA = ("iso_url", "iso_urls", "iso_target_path", "iso_paths", "iso_file", "iso_name", "source_path", "url")
"""Settings that name installation media, or an image to start from."""


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
    words = {(name, named) for name, spec in found for named in spec.guests[:1]}
    for name, spec in found:
        own = {named.vocabulary for named in spec.guests}
        for other, named in sorted(words, key=lambda each: (each[1].vocabulary, each[1].word, each[1].at)):
            if other == name and spec.guests and named.vocabulary not in own:
                spec.clue(named.word, named.at, named.vocabulary)
        yield spec
