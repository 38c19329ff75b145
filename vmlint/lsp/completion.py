"""What may be written at the cursor: keys and values of a manifest, hints and waivers in a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lsprotocol.types import (
    CompletionItem,
    CompletionItemKind,
    CompletionItemTag,
    CompletionList,
    MarkupContent,
    MarkupKind,
    TextEdit,
)

from vmlint.findings.codes import CODES
from vmlint.lsp import choices, manual
from vmlint.lsp.cursor import Cursor, document_at, locate
from vmlint.patterns import lazy_pattern
from vmlint.reading.claim import is_named_manifest
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lsprotocol.types import Position

    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.lsp.documents import Document
    from vmlint.lsp.manual import Entry
    from vmlint.run.settings import Settings

TRIGGERS = (" ", ":", "[", ",", "=", "@", '"')
"""Characters after which an editor asks by itself."""
MOST = 1000
_OURS = lazy_pattern(r"""^[ ]*["']?api_?version["']?[ ]*:[ ]*["']?vmlint""", re.IGNORECASE | re.MULTILINE)
_OURS_IN_FLOW = lazy_pattern(r"""["']apiVersion["'][ ]*:[ ]*["']vmlint""")
_KIND = lazy_pattern(r"""(?:^[ ]{0,2}|[{,]\s*)["']?kind["']?[ ]*:[ ]*["']?(\w+)""", re.MULTILINE)
_COMMENT = lazy_pattern(r"(?:#|//|/\*|;|--|<!--)[ \t]*vmlint:[ \t]*+(?P<rest>[^\n]*)")
_CODES = lazy_pattern(r"ignore(?:-\w+)?\[(?:[^\[\]]*,)?[ ]*(?P<word>[\w-]*)$")
_HINT = lazy_pattern(r"(?P<path>[\w.\-/]+)=\[?(?:.*,)?(?P<word>[^\[\],=]*)$")
_DIRECTIVE = lazy_pattern(r"(?P<word>[\w.\-]*)$")
DIRECTIVES = {
    "ignore[": "accept a finding of this line, or of the next one where the comment stands alone",
    "ignore-workload[": "accept a finding of this workload",
    "ignore-file[": "accept a finding of this file",
}


class _Offer(NamedTuple):
    """One word that may be written."""

    label: str
    text: str
    kind: CompletionItemKind
    detail: str = ""
    documentation: str = ""
    rank: int = 0
    is_past: bool = False


def completions(
    document: Document, position: Position, settings: Settings, found: Iterable[Diagnostic]
) -> CompletionList | None:
    """Return what may be written at a position. ``found`` are the findings of the document."""
    edited = document.edited
    index = edited.index(position)
    comment = _COMMENT.search(edited.line_before(index))
    if comment is not None:
        line = edited.reported(index)[0]
        word, offers = _in_comment(
            comment["rest"], settings, (each for each in found if each.place.line - line in (0, 1))
        )
        return _listed(document, index - len(word), index, offers)
    if not is_manifest(document.name, edited.text, index):
        return None
    cursor = locate(edited.text, index)
    if cursor is None:
        return None
    begin, end = document_at(edited.text, index)
    offers = _in_manifest(cursor, kind_of(edited.text[begin:end]), edited.text, settings)
    return _listed(document, cursor.word.start, cursor.word.end, offers)


def is_manifest(name: str, text: str, index: int) -> bool:
    """Whether the document around an index is a manifest, as far as it is written."""
    begin, end = document_at(text, index)
    own = text[begin:end]
    return is_named_manifest(name) or _OURS.search(own) is not None or _OURS_IN_FLOW.search(own) is not None


def kind_of(text: str) -> str:
    """Return the kind of a document; empty where none is written yet."""
    found = _KIND.search(text)
    return found[1] if found else ""


def _listed(document: Document, start: int, end: int, offers: Iterable[_Offer]) -> CompletionList:
    place = document.edited.range(start, end)
    items = [
        CompletionItem(
            each.label,
            kind=each.kind,
            detail=each.detail or None,
            documentation=MarkupContent(MarkupKind.Markdown, each.documentation) if each.documentation else None,
            sort_text=f"{each.rank}{number:04}",
            filter_text=each.text.strip() or each.label,
            text_edit=TextEdit(place, each.text),
            tags=[CompletionItemTag.Deprecated] if each.is_past else None,
        )
        for number, each in zip(range(MOST), offers, strict=False)
    ]
    return CompletionList(is_incomplete=False, items=items)


def _in_manifest(cursor: Cursor, kind: str, text: str, settings: Settings) -> Iterator[_Offer]:
    word = cursor.word
    entry = manual.entry(kind, word.path)
    if entry is None:
        return
    quote = '"' if text.lstrip()[:1] == "{" or text[word.start : word.start + 1] == '"' else ""
    if word.is_key:
        for name, each in entry.members.items():
            if name not in cursor.beside:
                yield _key(name, each, quote, has_colon=cursor.has_colon, in_flow=word.in_flow)
        return
    path = field_path(kind, word.path)
    for choice in choices.choices(path, entry, word.text, settings.context.catalog, settings.context.today):
        is_plain = not quote or choice.word in ("true", "false") or choice.word.isdigit()
        yield _value(choice, choice.word if is_plain else f"{quote}{choice.word}{quote}")


def field_path(kind: str, path: tuple[str, ...]) -> str:
    """Return the path of a field as findings spell it."""
    steps = list(path)
    if steps[:1] == ["spec"]:
        steps = ["host", *steps[1:]] if kind == "Host" else steps[1:]
    return ".".join(steps)


def _key(name: str, entry: Entry, quote: str, *, has_colon: bool, in_flow: bool) -> _Offer:
    colon = "" if has_colon else ":" if entry.is_block and not entry.words and not in_flow else ": "
    kind = CompletionItemKind.Module if entry.is_block else CompletionItemKind.Property
    return _Offer(name, f"{quote}{name}{quote}{colon}", kind, entry.title, entry.text)


def _value(choice: choices.Choice, text: str) -> _Offer:
    kind = CompletionItemKind.Value if choice.is_example else CompletionItemKind.EnumMember
    return _Offer(choice.word, text, kind, choice.about, rank=2 if choice.is_past else 1, is_past=choice.is_past)


def _in_comment(rest: str, settings: Settings, found: Iterable[Diagnostic]) -> tuple[str, Iterator[_Offer]]:
    """Return the word that is being written behind ``vmlint:``, and what it may become."""
    if (match := _CODES.search(rest)) is not None:
        return match["word"], _codes(settings, {each.code for each in found})
    if (match := _HINT.match(rest)) is not None:
        entry = manual.field(match["path"])
        known = settings.context
        given = choices.choices(match["path"], entry, match["word"], known.catalog, known.today)
        return match["word"], (_value(each, each.word) for each in given)
    if (match := _DIRECTIVE.fullmatch(rest)) is not None:
        return match["word"], _directives()
    return "", iter(())


def _directives() -> Iterator[_Offer]:
    for word, about in DIRECTIVES.items():
        yield _Offer(f"{word}]", word, CompletionItemKind.Keyword, about)
    for path in manual.hint_paths():
        entry = manual.field(path)
        if entry is not None:
            yield _Offer(path, f"{path}=", CompletionItemKind.Property, entry.title, entry.text, 1)


def _codes(settings: Settings, here: set[str]) -> Iterator[_Offer]:
    """Yield the codes of rules, those of findings at this place first."""
    for rule in settings.rules:
        rank = 0 if rule.code in here else 1
        yield _Offer(rule.code, rule.code, CompletionItemKind.Constant, rule.name, rule.summary, rank)
    for code in here & CODES.keys():
        yield _Offer(code, code, CompletionItemKind.Constant, CODES[code].name, CODES[code].summary)
