"""Files of XML: whether a text is one, and its trees, unless it is a template or the differences of two files.

Marks count only where a tool reads: in the text and the attributes of elements that the reader knows. All others are
ignored by their tools, so that marks in them must not take a file out of sight.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Container, Iterator

from vmlint.api import Element, File, Skipped, Unreadable, bare

from .templates import template

_OF_XML = (".xml", ".vbox", ".pvs", ".ovf")
_CHANGED = re.compile(r"^([-+])[ \t]*</?[A-Za-z]", re.MULTILINE)
_CHANGE = re.compile(r"^[ \t]*([-+])[ \t]*$", re.MULTILINE)
"""The same in the text of an element, which is without the elements in it."""
_FREE_TEXT = "(name|title|description|metadata|annotation|info|product|vendor|label)"
"""Elements of XML whose text its tool takes as it stands, whatever it is."""
_OPENS = re.compile(rf"<(?:\w+:)?{_FREE_TEXT}\b[^<>]*(?<!/)>", re.IGNORECASE)
_CLOSES = re.compile(rf"</(?:\w+:)?{_FREE_TEXT}\s*>", re.IGNORECASE)


def is_xml(file: File) -> bool:
    """Whether a text is XML from its start, or a template of XML, or named as XML; XML inside is not enough."""
    base = file.base.lower()
    return file.text.lstrip("\ufeff \t\r\n").startswith(("<", "{")) or any(kind in base for kind in _OF_XML)


def is_any(file: File, *names: str) -> bool:
    """Whether elements of some names stand anywhere in a text that cannot be parsed, with any prefix."""
    found = rb"<(?:[\w.-]{1,100}:)?(?:%s)[\s/>]" % "|".join(names).encode()
    return re.search(found, file.searchable) is not None


def trees(
    file: File,
    which: str,
    known: Container[str],
    own: Callable[[Element], Element] | None = None,
    marks: re.Pattern[str] | None = None,
    attributes: Container[str] = (),
) -> list[Element]:
    """Return the roots of a file, of each only what its tool counts as its ``own``.

    ``known`` are the names of the elements that are read, ``attributes`` those of their attributes; in both, ``marks``
    show a template. Raises ``Skipped`` for the differences of two files, which are neither of them, and for a
    template; ``Unreadable`` for a file that its tool may read, but not vmlint.
    """
    try:
        roots = [own(root) for root in file.xml] if own else file.xml
    except Unreadable as refusal:
        if refusal.problem.code == "VM903":
            _refuse_text(file, which, marks)
        raise
    if not _stands_alone(file, roots):
        _refuse_text(file, which, marks)
    for element in (each for root in roots for each in _known(root, known)):
        if {change[1] for change in _CHANGE.finditer(element.text)} == {"-", "+"}:
            raise _differences()
        if marks and any(map(marks.search, _read(element, attributes))):
            raise template(which)
    return roots


def _stands_alone(file: File, roots: list[Element]) -> bool:
    """Whether a text is one element and nothing beside it, as a tool demands that reads a file of XML."""
    return len(roots) == 1 and bool(file.first_tag[0]) and file.text.rstrip().endswith(">")


def _known(root: Element, known: Container[str]) -> Iterator[Element]:
    """Yield the root and all elements of known names that are in known ones."""
    pending = [root]
    while pending:
        element = pending.pop()
        yield element
        pending += (child for child in element.children if child.name in known)


def _read(element: Element, attributes: Container[str]) -> Iterator[str]:
    """Yield the text of an element and the values of its attributes."""
    yield element.text
    yield from (each.value for name, each in element.own_attributes if name in attributes)


def _refuse_text(file: File, which: str, marks: re.Pattern[str] | None) -> None:
    """Skip a text that is not well-formed where marks or the signs of a difference may be the reason."""
    text = bare(file.text, "xml") if "<!--" in file.text else file.text
    if {change[1] for change in _CHANGED.finditer(text)} == {"-", "+"}:
        raise _differences()
    if marks and marks.search(text) and marks.search(_without_free_text(bare(file.text, "xml", strings=True))):
        raise template(which)


def _without_free_text(text: str) -> str:
    """Return a text without the elements whose text may be anything.

    Each ends with the first tag that closes one of its name. That is looked up: where none is closed, a search
    for it from each tag that opens one takes the square of the text.
    """
    closes: dict[str, list[tuple[int, int]]] = {}
    for each in _CLOSES.finditer(text):
        closes.setdefault(each[1].lower(), []).append(each.span())
    kept: list[str] = []
    position = 0
    for each in _OPENS.finditer(text):
        if each.start() < position:
            continue
        ends = closes.get(each[1].lower(), [])
        index = bisect_left(ends, (each.end(), 0))
        if index < len(ends):
            kept.append(text[position : each.start()])
            position = ends[index][1]
    return "".join([*kept, text[position:]])


def _differences() -> Skipped:
    return Skipped("the differences of two files of XML")
