"""XML as trees whose every element knows its place, for files that nobody vouches for.

Expat reads; nothing is ever fetched or expanded: a document type declaration, and with it every entity of one's own, is
refused, depth and size are bounded, and a text may hold several roots, as ``virsh dumpxml`` of several domains prints.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from xml.parsers import expat

from vmlint.readers.spec import Span
from vmlint.readers.text import Problem, Unreadable, at

MAX_DEPTH = 100
MAX_ELEMENTS = 200_000
MAX_ATTRIBUTES = 2_000
"""Attributes of one element."""

_DECLARATION = re.compile(r"<\?xml\b[^>]{0,200}\?>")
_DOCTYPE = re.compile(r"<!(DOCTYPE|ENTITY)\b", re.IGNORECASE)
_QUOTED = (("<!--", "-->"), ("<![CDATA[", "]]>"))
"""What a declaration may be written in without being one."""


class Attribute(NamedTuple):
    """An attribute's value and where it stands."""

    value: str
    at: Span


class Element:
    """An element. Prefixes of namespaces are left out of names, since formats use them as they like."""

    __slots__ = ("_attributes", "_source", "_start", "at", "children", "name", "prefixed", "text", "text_at")

    def __init__(self, prefixed: str, attributes: dict[str, str], at: Span, source: str, start: int) -> None:
        self.prefixed = prefixed
        self.name = prefixed.rpartition(":")[2]
        self.at = at
        """The name in the start tag."""
        self.children: list[Element] = []
        self.text = ""
        """Its own text, stripped."""
        self.text_at = at
        self._attributes = attributes
        self._source, self._start = source, start

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute's value, whatever the prefix of its name."""
        found = self.attribute(name)
        return found.value if found else default

    def attribute(self, name: str) -> Attribute | None:
        """Return an attribute with its place."""
        for prefixed, value in self._attributes.items():
            if prefixed == name or prefixed.rpartition(":")[2] == name:
                return Attribute(value, self._place(prefixed))
        return None

    @property
    def attributes(self) -> dict[str, str]:
        """All attributes, by name without prefix."""
        return {prefixed.rpartition(":")[2]: value for prefixed, value in self._attributes.items()}

    def find(self, path: str) -> Element | None:
        """Return the first element under a path of names: ``os/type``."""
        return next(self.all(path), None)

    def all(self, path: str) -> Iterator[Element]:
        """Yield all elements under a path of names."""
        first, _, rest = path.partition("/")
        for child in self.children:
            if child.name == first:
                if rest:
                    yield from child.all(rest)
                else:
                    yield child

    def walk(self) -> Iterator[Element]:
        """Yield the element and all below it, without recursion."""
        pending = [self]
        while pending:
            element = pending.pop()
            yield element
            pending.extend(reversed(element.children))

    def _place(self, prefixed: str) -> Span:
        # Expat tells where a tag begins, not its attributes: those are looked up when somebody asks.
        tag = self._source[self._start : self._start + 20_000]
        found = re.search(rf"""\s{re.escape(prefixed)}\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag)
        if not found:
            return self.at
        group = 1 if found[1] is not None else 2
        return _span(self._source, self._start + found.start(group), max(len(found[group]), 1))


def parse(text: str) -> list[Element]:
    """Return the root elements of a text.

    Raises ``Unreadable``: VM903 for what is not well-formed, VM904 beyond a limit, VM905 for a document type.
    """
    blank = _DECLARATION.sub(_spaces, text)
    declared = _declared_type(blank)
    if declared is not None:
        message = "document types and entities are refused: they can expand without end, or read other files"
        raise Unreadable(at("VM905", message, text, declared, "write the values out", len("<!DOCTYPE")))
    return _Builder(blank).roots()


def _spaces(found: re.Match[str]) -> str:
    return re.sub(r"[^\r\n]", " ", found[0])


def _declared_type(text: str) -> int | None:
    """Return where a document type or an entity is declared, outside comments and CDATA sections."""
    index = text.find("<!")
    while index >= 0:
        if _DOCTYPE.match(text, index):
            return index
        quote = next((end for start, end in _QUOTED if text.startswith(start, index)), None)
        after = text.find(quote, index) if quote else index
        index = text.find("<!", after + 2) if after >= 0 else -1
    return None


class _Builder:
    """Collects expat's events. One line is put before the text, so that several roots stand inside one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.offsets = _line_offsets(text)
        self.count = 0
        self.stack: list[Element] = []
        self.found: list[Element] = []
        self.chunks: list[list[str]] = []
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data

    def roots(self) -> list[Element]:
        """Parse, and return what stands at the top."""
        try:
            self.parser.Parse(b"<roots>\n", False)
            self.parser.Parse(self.text.encode(), False)
            self.parser.Parse(b"</roots>", True)
        except expat.ExpatError as error:
            raise Unreadable(self._explained(error)) from None
        return self.found

    def _explained(self, error: expat.ExpatError) -> Problem:
        reason = expat.errors.messages[error.code]
        if error.lineno - 1 > len(self.offsets) or (self.stack and reason in ("mismatched tag", "no element found")):
            open_one = self.stack[-1] if self.stack else None
            if open_one and error.lineno - 1 >= len(self.offsets):
                return Problem("VM903", f"<{open_one.prefixed}> is never closed", *open_one.at)
        line = min(max(error.lineno - 1, 1), len(self.offsets))
        column = error.offset + 1
        return Problem("VM903", f"this is not well-formed XML: {reason}", line, column, line, column + 1)

    def _place(self) -> tuple[int, int]:
        return self.parser.CurrentLineNumber - 1, self.parser.CurrentColumnNumber + 1

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        line, column = self._place()
        if line < 1:
            return  # the root of our own
        self.count += 1
        at_name = Span(line, column + 1, line, column + 1 + len(name))
        if len(self.stack) >= MAX_DEPTH:
            raise Unreadable(Problem("VM904", f"the file nests deeper than {MAX_DEPTH} elements", *at_name))
        if self.count > MAX_ELEMENTS:
            raise Unreadable(Problem("VM904", f"the file holds more than {MAX_ELEMENTS} elements", *at_name))
        if len(attributes) > MAX_ATTRIBUTES:
            raise Unreadable(Problem("VM904", f"the element has more than {MAX_ATTRIBUTES} attributes", *at_name))
        start = self.offsets[line - 1] + column - 1
        element = Element(name, attributes, at_name, self.text, start)
        (self.stack[-1].children if self.stack else self.found).append(element)
        self.stack.append(element)
        self.chunks.append([])

    def _end(self, _: str) -> None:
        if self.stack:
            element = self.stack.pop()
            element.text = "".join(self.chunks.pop()).strip()

    def _data(self, data: str) -> None:
        if not self.stack:
            return
        element, chunks = self.stack[-1], self.chunks[-1]
        value = data.strip()
        if value and not any(chunk.strip() for chunk in chunks):
            line, column = self._place()  # without buffering, a piece never reaches over the end of a line
            column += len(data) - len(data.lstrip())
            element.text_at = Span(line, column, line, column + len(value))
        chunks.append(data)


def _line_offsets(text: str) -> list[int]:
    """Return where each line begins, as expat counts lines: by line feeds, with or without a carriage return."""
    offsets = [0]
    offsets += [found.end() for found in re.finditer(r"\r\n|\n|\r", text)]
    return offsets


def _span(text: str, start: int, length: int) -> Span:
    line = text.count("\n", 0, start) + 1
    column = start - (text.rfind("\n", 0, start) + 1) + 1
    return Span(line, column, line, column + length)
