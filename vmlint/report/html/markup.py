"""Text as HTML: whatever a file holds stays text, in an element as in an attribute."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from vmlint.inert import harmless, spelt_out, visible
from vmlint.patterns import lazy_pattern
from vmlint.report.screen import file_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vmlint.findings.place import Place

_CODE = lazy_pattern(r"(?<!`)(`++)(.+?)\1")


def text(value: str) -> str:
    """Return untrusted text as HTML: on one line, and without what turns the direction of what follows."""
    return escape(visible(value))


def said(words: str) -> str:
    """Return a sentence of vmlint's own as HTML: as long as it is, whatever it quotes."""
    return escape(harmless(words, spelt_out))


def isolated(value: str) -> str:
    """Return a name as HTML. Letters that are written from right to left do not move what stands beside it."""
    return f"<bdi>{text(value)}</bdi>"


def path(file: str) -> str:
    """Return the name of a file as HTML. It can be broken after each folder."""
    return f"<bdi>{escape(file_name(file)).replace('/', '/<wbr>')}</bdi>"


def place(where: Place) -> str:
    """Return a place as HTML: ``vms/db.xml:7:3``."""
    return f'<span class="place">{path(where.file)}:{where.line}:{where.column}</span>'


def link(address: str, words: str) -> str:
    """Return a link to a page of the project; nothing without an address. ``words`` are HTML."""
    return f'<a href="{escape(harmless(address, spelt_out))}">{words}</a>' if address else ""


def attributes(values: Iterable[tuple[str, str]]) -> str:
    """Return attributes with what goes before each."""
    return "".join(f' {name}="{text(value)}"' for name, value in values)


def listed(items: Iterable[str], kind: str = "") -> str:
    """Return a list of HTML; nothing where it is empty."""
    entries = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul{attributes([('class', kind)]) if kind else ''}>{entries}</ul>" if entries else ""


def table(caption: str, heads: Iterable[tuple[str, str]], bodies: str, kind: str = "") -> str:
    """Return a table that can be scrolled, also with the keys. Heads are the name of each column and its class."""
    titles = "".join(f'<th scope="col"{attributes([("class", of)]) if of else ""}>{name}</th>' for name, of in heads)
    sorts = attributes([("class", kind)]) if kind else " data-sortable"
    return (
        f'<div class="scroll" tabindex="0" role="group"{attributes([("aria-label", re.sub("<[^<>]*>", "", caption))])}>'
        f"<table{sorts}><caption>{caption}</caption>\n<thead><tr>{titles}</tr></thead>\n{bodies}</table></div>\n"
    )


def prose(markdown: str, heading: str) -> Iterator[str]:
    """Yield the Markdown of a rule's docstring: paragraphs, code, and headings, which become elements ``heading``."""
    for block in re.split(r"\n\s*\n", markdown.strip()):
        if block.startswith("#"):
            yield f"<{heading}>{_spoken(block.lstrip('# '))}</{heading}>"
        else:
            yield f"<p>{_spoken(block)}</p>"


def _spoken(markdown: str) -> str:
    """Return a paragraph with its code marked as such."""
    parts = _CODE.split(" ".join(markdown.split()))  # text, ticks, code, text, ticks, code, ...
    return "".join(
        f"<code>{escape(part)}</code>" if number % 3 == 2 else escape(part)
        for number, part in enumerate(parts)
        if number % 3 != 1
    )
