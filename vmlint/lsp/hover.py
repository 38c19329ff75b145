"""What the word under the cursor means: a field, its value, and the rules whose findings stand there."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from lsprotocol.types import Hover, MarkupContent, MarkupKind, Range

from vmlint.findings.codes import CODES
from vmlint.findings.unknown import Unknown
from vmlint.inert import visible
from vmlint.lsp import choices, manual
from vmlint.lsp.completion import field_path, is_manifest, kind_of
from vmlint.lsp.cursor import document_at, locate
from vmlint.lsp.documents import place_of
from vmlint.model.fields import Group
from vmlint.model.paths import value_at
from vmlint.patterns import lazy_pattern
from vmlint.reading.subject import OverlaidPlaces, TablePlaces
from vmlint.record import NamedTuple
from vmlint.report.page import code_span, page
from vmlint.run.hiding import Words
from vmlint.run.secrets import masked
from vmlint.words import as_text

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.findings.place import Place
    from vmlint.lsp.documents import Document
    from vmlint.reading.subject import Places, Subject
    from vmlint.run.settings import Settings

FIELDS = 5
"""Fields of one place that are explained; one word of a file may state many."""
PAGES = 3
WORDS = 15
_LOCAL_LINK = lazy_pattern(r"\[([^][\n]*)]\((?!https?://)[^()\n]*\)")


class _Stated(NamedTuple):
    """A field that is stated at a place."""

    path: str
    value: str
    place: Place


def hover(
    document: Document, index: int, subjects: Iterable[Subject], found: Iterable[Diagnostic], settings: Settings
) -> Hover | None:
    """Return what is known of the place at an index; ``None`` where it is nothing."""
    edited = document.edited
    line, column = edited.reported(index)
    at = [each for each in found if _covers(each.place, line, column)]
    parts: list[str] = []
    place: Range | None = None
    if is_manifest(document.name, edited.text, index):
        cursor = locate(edited.text, index)
        if cursor is not None and cursor.word.text:
            begin, end = document_at(edited.text, index)
            word = cursor.word
            path = (*word.path, word.text) if word.is_key else word.path
            parts = [*_of_manifest(kind_of(edited.text[begin:end]), path, "" if word.is_key else word.text, settings)]
            place = edited.range(word.start, word.end)
    else:
        secrets = Words(masked(edited.text).hidden)
        stated = [
            each._replace(value=secrets.without(each.value)) for each in _stated(document, subjects, line, column)
        ]
        parts = [_of_native(each, settings) for each in stated[:FIELDS]]
        place = edited.range_of(stated[0].place) if stated else None
    codes = dict.fromkeys(each.code for each in at)
    rules = {rule.code: rule for rule in settings.rules} | CODES
    parts += [_LOCAL_LINK.sub(r"\1", page(rules[code], settings.context.catalog)) for code in codes if code in rules][
        :PAGES
    ]
    if not parts:
        return None
    if place is None:
        place = edited.range_of(at[0].place)
    return Hover(MarkupContent(MarkupKind.Markdown, "\n\n---\n\n".join(parts)), place)


def _covers(place: Place, line: int, column: int) -> bool:
    return (place.line, place.column) <= (line, column) <= (place.end_line, max(place.end_column, place.column + 1))


def _of_manifest(kind: str, path: tuple[str, ...], value: str, settings: Settings) -> Iterator[str]:
    entry = manual.entry(kind, path)
    if entry is not None:
        name = field_path(kind, path)
        yield "\n\n".join(_described(name, entry, value, settings))


def _of_native(stated: _Stated, settings: Settings) -> str:
    entry = manual.field(stated.path)
    value = f": {code_span(visible(stated.value))}" if stated.value else ""
    head = f"states {code_span(stated.path)}{value}"
    return "\n\n".join([head, *(_described(stated.path, entry, stated.value, settings) if entry is not None else ())])


def _described(name: str, entry: manual.Entry, value: str, settings: Settings) -> Iterator[str]:
    yield f"**{entry.title}** ({code_span(name)})" if entry.title else f"**{code_span(name)}**"
    yield entry.text
    if value and (known := choices.meaning(name, value, settings.context.catalog, settings.context.today)):
        yield f"{code_span(visible(value))} is {known}"
    if entry.words:
        more = f" and {len(entry.words) - WORDS} more" if len(entry.words) > WORDS else ""
        yield f"One of {', '.join(map(code_span, entry.words[:WORDS]))}{more}."
    elif entry.members:
        yield f"Fields: {', '.join(map(code_span, entry.members))}."
    elif entry.examples:
        yield f"For example {', '.join(map(code_span, entry.examples))}."


def _stated(document: Document, subjects: Iterable[Subject], line: int, column: int) -> Iterator[_Stated]:
    """Yield the fields that are stated at a place of a file of another tool, the narrowest places first."""
    found: dict[str, _Stated] = {}
    for subject in subjects:
        for path, place in _table(subject.places):
            if path not in found and _covers(place, line, column) and place_of(place.file) == document.place:
                found[path] = _Stated(path, _value(subject, path), place)
    yield from sorted(found.values(), key=lambda each: (each.place.end_line - each.place.line, each.path.count(".")))


def _value(subject: Subject, path: str) -> str:
    """Return the value of a field as its user writes it; empty for a block of fields, and where nothing is known."""
    try:
        value = value_at(subject.workload, path)
    except (Unknown, KeyError):  # the second for a label
        return ""
    return "" if isinstance(value, Group) else as_text(value)


def _table(places: Places) -> Iterable[tuple[str, Place]]:
    """Return the fields of a file of another tool with their places."""
    if isinstance(places, OverlaidPlaces):
        return _table(places.native)
    if not isinstance(places, TablePlaces):
        return ()
    return itertools.chain(places.fields.items(), ((path, at) for (path, _), at in places.entries.items()))
