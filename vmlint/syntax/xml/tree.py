"""XML as trees whose every element knows its place, for untrusted files.

The parser is expat. Nothing is downloaded or expanded: a document type declaration, and so every custom entity, is
refused. Depth and size are limited. A text can have several roots, like the output of ``virsh dumpxml`` for several
domains.
"""

from __future__ import annotations

import bisect
import copy
import re
from collections.abc import Callable, Container, Iterator, Mapping
from xml.parsers import expat

from vmlint import limits
from vmlint.findings.place import Span
from vmlint.findings.problem import Problem, Unreadable
from vmlint.patterns import lazy_pattern
from vmlint.record import NamedTuple
from vmlint.syntax.text import at

_DECLARATION = lazy_pattern(r"<\?xml\b[^>]{0,200}\?>")
_DOCTYPE = lazy_pattern(r"<!(DOCTYPE|ENTITY)\b", re.IGNORECASE)
_ENTITY = lazy_pattern(r"<!ENTITY\b", re.IGNORECASE)
_QUOTED = (("<!--", "-->"), ("<![CDATA[", "]]>"))
"""Comments and CDATA sections: a declaration inside does not count."""
_ATTRIBUTE = lazy_pattern(r"""\s+([^\s=/>"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_LINE_END = lazy_pattern(r"\r\n|\n|\r")
"""Line breaks of expat and of reports."""


class Attribute(NamedTuple):
    """The value of an attribute and its place."""

    value: str
    at: Span


class Element:
    """An element. Names have no namespace prefix, because files use any prefix.

    A prefix that is not declared is part of the name, as libxml2 has it: such a name is nobody's.
    """

    __slots__ = (
        "_around", "_attributes", "_by_name", "_places", "_plain", "_source", "_start", "at", "children", "name",
        "prefixed", "text", "text_at",
    )  # fmt: skip

    def __init__(
        self, prefixed: str, attributes: dict[str, str], at: Span, source: _Source, start: int, around: Element | None
    ) -> None:
        self.prefixed = prefixed
        self._attributes = attributes
        self._plain = not any(":" in each for each in attributes)
        """Whether no attribute has a prefix."""
        self._source, self._start, self._around = source, start, around
        self.name = prefixed if ":" in prefixed and not self._declares(prefixed) else _local(prefixed)
        self.at = at
        """The name in the start tag."""
        self.children: list[Element] = []
        self.text = ""
        """Its text without the text of nested elements, stripped."""
        self.text_at = at
        self._places: dict[str, Span] | None = None
        self._by_name: dict[str, str] | None = None
        """The first attribute of each name without prefix, where any has one."""

    def get(self, name: str, default: str = "") -> str:
        """Return the value of an attribute with any prefix, the first one of that name."""
        prefixed = self._named(name)
        return default if prefixed is None else self._attributes[prefixed]

    def attribute(self, name: str) -> Attribute | None:
        """Return an attribute with its place."""
        prefixed = self._named(name)
        return None if prefixed is None else Attribute(self._attributes[prefixed], self._place(prefixed))

    def attribute_in(self, namespace: str, name: str) -> Attribute | None:
        """Return an attribute of a namespace, whichever prefix the file binds to it."""
        for prefixed, value in self._attributes.items():
            prefix, colon, local = prefixed.rpartition(":")
            if colon and local == name and self._bound(f"xmlns:{prefix}") == namespace:
                return Attribute(value, self._place(prefixed))
        return None

    @property
    def own_attributes(self) -> Iterator[tuple[str, Attribute]]:
        """The attributes except namespace declarations, by name without prefix, with their places."""
        for prefixed, value in self._attributes.items():
            if prefixed != "xmlns" and not prefixed.startswith("xmlns:"):
                yield _local(prefixed), Attribute(value, self._place(prefixed))

    @property
    def namespace(self) -> str:
        """The namespace that the element's name is in; empty for none, and for an undeclared prefix."""
        prefix = self.prefixed.rpartition(":")[0]
        return self._bound(f"xmlns:{prefix}" if prefix else "xmlns")

    @property
    def foreign_attributes(self) -> Iterator[tuple[str, str]]:
        """The attributes with a prefix except namespace declarations: name without prefix, and namespace."""
        if self._plain:
            return
        for prefixed in self._attributes:
            if self._counts(prefixed) and ":" in prefixed:
                yield _local(prefixed), self._space(prefixed)

    def only(
        self,
        counts: Callable[[Element], bool],
        attributes: Callable[[str], bool] | None = None,
        whole: Container[str] = (),
    ) -> Element:
        """Return the tree without the elements below that do not count, nor what is in them.

        ``attributes`` says for a namespace whether attributes in it count. What is in elements of the names ``whole``
        is kept as it is. Where everything counts, it is the same tree.
        """
        if self.name in whole:
            return self
        children = [child.only(counts, attributes, whole) for child in self.children if counts(child)]
        kept = self
        if attributes and not all(attributes(namespace) for _, namespace in self.foreign_attributes):
            kept = self._without(attributes)
        if len(children) != len(self.children) or any(a is not b for a, b in zip(children, self.children, strict=True)):
            kept = copy.copy(kept)
            kept.children = children
        return kept

    def _without(self, counts: Callable[[str], bool]) -> Element:
        kept = copy.copy(self)
        kept._attributes = {  # noqa: SLF001 - of the copy
            prefixed: value
            for prefixed, value in self._attributes.items()
            if ":" not in prefixed or not self._counts(prefixed) or counts(self._space(prefixed))
        }
        kept._by_name = None  # noqa: SLF001 - of the copy
        return kept

    def _space(self, prefixed: str) -> str:
        """Return the namespace of a name with a prefix."""
        return self._bound(f"xmlns:{prefixed.rpartition(':')[0]}")

    def _declares(self, prefixed: str) -> bool:
        """Whether the prefix of a name is bound to a namespace; that of XML itself always is."""
        prefix = prefixed.rpartition(":")[0]
        return prefix == "xml" or bool(self._bound(f"xmlns:{prefix}"))

    def _counts(self, prefixed: str) -> bool:
        """Whether an attribute declares no namespace, and has no prefix that is not declared."""
        return ":" not in prefixed or (not prefixed.startswith("xmlns:") and self._declares(prefixed))

    def _bound(self, declared: str) -> str:
        """Return the namespace that a declaration gives, here or in an element around; empty where there is none."""
        element = self
        while declared not in element._attributes:
            if element._around is None:
                return ""
            element = element._around
        return element._attributes[declared]  # noqa: SLF001

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

    def _named(self, name: str) -> str | None:
        # Of several, libxml2's xmlGetProp (libvirt) and VirtualBox's findAttribute take the first.
        if self._plain:
            return name if name in self._attributes else None
        if self._by_name is None:
            self._by_name = {}
            for each in self._attributes:
                if (local := _local(each)) not in self._by_name and self._counts(each):
                    self._by_name[local] = each
        return self._by_name.get(name)

    def _place(self, prefixed: str) -> Span:
        if self._places is None:
            # Expat reports the place of a tag, but not of its attributes: these are searched on request.
            self._places = self._source.places(self._start + 1 + len(self.prefixed))
        return self._places.get(prefixed, self.at)


def _local(prefixed: str) -> str:
    return prefixed.rpartition(":")[2]


def parse(text: str) -> list[Element]:
    """Return the root elements of a text.

    Raises ``Unreadable``: VM903 for what is not well-formed, VM904 beyond a limit, VM905 for a document type.
    """
    if text.count("\n") + text.count("\r") > limits.XML_PIECES:
        raise Unreadable(Problem("VM904", f"the file has more than {limits.XML_PIECES} lines", Span(1, 1, 1, 2)))
    blank = _DECLARATION.sub(_spaces, text)
    declared = _declared_type(blank)
    if declared is not None:
        message = "document types and entities are refused: they can expand without end, or read other files"
        entities = ", and replace its entities by their values" if _ENTITY.search(text, declared) else ""
        raise Unreadable(at("VM905", message, text, declared, f"remove it{entities}", len("<!DOCTYPE")))
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


class _Source:
    """A text, and how to convert expat's places to those of reports."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = [0, *(found.end() for found in _LINE_END.finditer(text))]

    def index(self, line: int, column: int) -> int:
        """Return the index of a line and a column of expat: the line counts from one, the column from zero."""
        return self.lines[min(max(line, 1), len(self.lines)) - 1] + column

    def span(self, start: int, length: int) -> Span:
        """Return the span of a part of the text."""
        line, column = self._shown(start)
        end_line, end_column = self._shown(start + max(length, 1) - 1)
        return Span(line, column, end_line, end_column + 1)

    def _shown(self, index: int) -> tuple[int, int]:
        line = bisect.bisect_right(self.lines, index)
        return line, index - self.lines[line - 1] + 1

    def places(self, index: int) -> dict[str, Span]:
        """Return the places of the attribute values after a name in a start tag."""
        found: dict[str, Span] = {}
        while len(found) <= limits.XML_ATTRIBUTES and (match := _ATTRIBUTE.match(self.text, index)):
            group = 2 if match[2] is not None else 3
            found[match[1]] = self.span(match.start(group), len(match[group]))
            index = match.end()
        return found


class _Builder:
    """Collects expat's events. A line before the text opens an outer element, so that there can be several roots."""

    def __init__(self, text: str) -> None:
        self.source = _Source(text)
        self.count = self.pieces = 0
        self.stack: list[Element] = []
        self.found: list[Element] = []
        self.chunks: list[list[str]] = []
        self.kept: list[int] = []
        """Characters of text that are kept for each open element; leading white space is dropped."""
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data

    def roots(self) -> list[Element]:
        """Parse, and return the root elements."""
        try:
            self.parser.Parse(b"<roots>\n", False)
            self.parser.Parse(self.source.text.encode(), False)
            self.parser.Parse(b"</roots>", True)
        except expat.ExpatError as error:
            raise Unreadable(self._explained(error)) from None
        return self.found

    def _explained(self, error: expat.ExpatError) -> Problem:
        reason = expat.errors.messages[error.code]
        start = self.source.index(error.lineno - 1, error.offset)
        if self.stack and start >= len(self.source.text.rstrip()):
            return Problem("VM903", f"<{self.stack[-1].prefixed}> is never closed", self.stack[-1].at)
        if self.stack and error.code == expat.errors.codes[expat.errors.XML_ERROR_TAG_MISMATCH]:
            reason += f" (<{self.stack[-1].prefixed}> of line {self.stack[-1].at.line} is open)"
        place = self.source.span(min(start, len(self.source.text)), 1)
        return Problem("VM903", f"this is not well-formed XML: {reason}", place)

    def _index(self) -> int:
        return self.source.index(self.parser.CurrentLineNumber - 1, self.parser.CurrentColumnNumber)

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if self.parser.CurrentLineNumber < 2:
            return  # the outer element
        self.count += 1
        start = self._index()
        at_name = self.source.span(start + 1, len(name))
        if len(self.stack) >= limits.XML_DEPTH:
            raise Unreadable(Problem("VM904", f"the file nests deeper than {limits.XML_DEPTH} elements", at_name))
        if self.count > limits.XML_ELEMENTS:
            raise Unreadable(Problem("VM904", f"the file holds more than {limits.XML_ELEMENTS} elements", at_name))
        if len(attributes) > limits.XML_ATTRIBUTES:
            raise Unreadable(Problem("VM904", f"the element has more than {limits.XML_ATTRIBUTES} attributes", at_name))
        around = self.stack[-1] if self.stack else None
        element = Element(name, dict(attributes), at_name, self.source, start, around)
        (around.children if around else self.found).append(element)
        self.stack.append(element)
        self.chunks.append([])
        self.kept.append(0)

    def _end(self, _: str) -> None:
        if self.stack:
            self.kept.pop()
            element = self.stack.pop()
            element.text = "".join(self.chunks.pop()).strip()

    def _data(self, data: str) -> None:
        self.pieces += 1
        if self.pieces > limits.XML_PIECES:
            place = self.source.span(self._index(), 1)
            raise Unreadable(Problem("VM904", f"the file holds more than {limits.XML_PIECES} pieces of text", place))
        if not self.stack or self.kept[-1] > limits.XML_TEXT:
            return
        if not self.kept[-1]:
            value = data.strip()
            if not value:
                return
            # Without buffering, a piece of text never continues on the next line.
            start = self._index() + len(data) - len(data.lstrip())
            self.stack[-1].text_at = self.source.span(start, len(value))
        self.kept[-1] += len(data)
        self.chunks[-1].append(data)
