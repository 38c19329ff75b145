"""YAML as trees whose every node knows its place, read from the event stream.

PyYAML's composer is recursive (deep input crashes its C version), drops duplicate keys, and follows YAML 1.1, where
``no`` is false. This module does not recurse, limits everything, and reads values as YAML 1.2.
"""

from __future__ import annotations

import bisect
import re
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

import yaml
from yaml import events

from vmlint import limits
from vmlint.findings.problem import Problem, Unreadable
from vmlint.patterns import lazy_pattern
from vmlint.syntax.lines import has_rare_ends, line_starts
from vmlint.syntax.text import BOM, at, forbidden, span_at
from vmlint.syntax.yaml.errors import TEMPLATE, TOO_DEEP, explain_syntax
from vmlint.syntax.yaml.nodes import Document, ListNode, MapNode, Node, Scalar, between

if TYPE_CHECKING:
    from collections import abc
    from collections.abc import Iterator, Mapping


# The bare parser: CSafeLoader would add a resolver and a constructor that are not used here.
LOADER: Any = yaml.cyaml.CParser if yaml.__with_libyaml__ else yaml.SafeLoader  # type: ignore[attr-defined]
_DOCUMENT = lazy_pattern(r"^---(?=\s|\Z)", re.MULTILINE)
_CORE = "tag:yaml.org,2002:"
_SCALAR_TYPES = {"str": str, "int": int, "float": float, "bool": bool, "null": type(None)}
_CONTAINER_TAGS = {
    events.MappingStartEvent: (None, "!", _CORE + "map"),
    events.SequenceStartEvent: (None, "!", _CORE + "seq"),
}


def load(text: str, tags: Mapping[str, bool] = {}) -> list[Document]:
    """Return every document of a stream.

    ``tags`` are those of a tool that are read, too, and whether the value behind each counts; it is null otherwise.

    Raises :class:`~vmlint.syntax.text.Unreadable`: VM902 for characters that YAML forbids, VM903 for text that is not
    YAML, VM904 beyond a limit, VM905 for what YAML allows but vmlint does not read: keys that are not scalars,
    aliases inside their own anchor, tags other than the core ones.
    """
    text = text.removeprefix(BOM)
    _limit_directives(text)
    around: list[ListNode | MapNode] = []
    documents: list[Document] = []
    problem: Problem | None = None
    try:
        documents = _build(reader(text), around, tags)
    except yaml.MarkedYAMLError as error:
        problem = explain_syntax(text, error, around)
    except (yaml.YAMLError, ValueError, OverflowError):
        problem = _not_text(text, around[-1].start.index if around else 0)
    if problem is not None:  # raised here, it keeps neither the other error nor the tree, which may be large
        raise Unreadable(problem)
    if documents and not text.endswith("\n"):
        _keep_inside(text, documents[-1].root)
    return documents


def apart(text: str) -> Iterator[tuple[str, list[Document] | Unreadable]]:
    """Yield each document of a text that :func:`load` refuses, with what it holds, or why it cannot be read.

    Places are those in the whole text. Of a text with very many documents or values, nothing is yielded.
    """
    parts = sum(1 for _ in _DOCUMENT.finditer(text)) + 1
    if parts * text.count("\n") > limits.YAML_APART or sum(map(text.count, ",:\n")) > 2 * limits.YAML_NODES:
        return
    above = 0
    for piece in pieces(text.removeprefix(BOM)):
        try:
            yield piece, load("\n" * above + piece)
        except Unreadable as refusal:
            yield piece, refusal.with_traceback(None)
        above += piece.count("\n")


def pieces(text: str) -> Iterator[str]:
    """Yield the parts of a text that begin documents: nothing else may begin a line with ``---`` and white space."""
    starts = (match.start() for match in _DOCUMENT.finditer(text) if match.start())
    return (text[start:end] for start, end in pairwise(chain([0], starts, [len(text)])))


def _keep_inside(text: str, node: Node | None) -> None:
    """Move a missing value at the end of the text to the last line: libyaml puts it on a line that does not exist."""
    while isinstance(node, ListNode | MapNode):
        if isinstance(node, ListNode):
            node = node.items[-1] if node.items else None
        else:
            node = next((value for _, value in reversed(node.entries.values())), None)
    if node is not None and node.start.index == node.end.index == len(text):
        place = span_at(text, len(text))
        node.start = node.end = yaml.Mark("", len(text), place.line - 1, place.column - 1, None, 0)


def _limit_directives(text: str) -> None:
    if text.count("%TAG") > limits.YAML_TAG_DIRECTIVES:
        lines = re.findall(r"(?:^|[\n\r\x85\u2028\u2029])%TAG", text)
        if len(lines) > limits.YAML_TAG_DIRECTIVES:
            message = f"more than {limits.YAML_TAG_DIRECTIVES} %TAG directives"
            raise Unreadable(at("VM904", message, text, text.index("%TAG"), length=4))


def reader(text: str) -> abc.Callable[[], Any]:
    """Return what gives the next event of a text. It raises ``YAMLError``, ``ValueError`` or ``OverflowError``."""
    if "\\u" in text:
        from vmlint.syntax.yaml.surrogates import with_pairs, without_pairs  # hardly any file has escapes

        escaped = without_pairs(text)
        if escaped != text:
            get = _placed(escaped)

            def get_event() -> Any:
                event = get()
                if type(event) is events.ScalarEvent:
                    event.value = with_pairs(event.value)
                return event

            return get_event
    return _placed(text)


def _placed(text: str) -> abc.Callable[[], Any]:
    return _with_reported_lines(_reader(text), text) if has_rare_ends(text) else _reader(text)


def _with_reported_lines(get_event: abc.Callable[[], Any], text: str) -> abc.Callable[[], Any]:
    """Return the same for a text with ends of lines that YAML knows and reports do not."""
    starts = line_starts(text)

    def reported(mark: Any) -> Any:
        line = bisect.bisect_right(starts, mark.index) - 1
        return yaml.Mark("", mark.index, line, mark.index - starts[line], None, 0)

    def get_reported() -> Any:
        event = get_event()
        event.start_mark, event.end_mark = reported(event.start_mark), reported(event.end_mark)
        return event

    return get_reported


def _reader(text: str) -> abc.Callable[[], Any]:
    loader = LOADER(text)
    if LOADER is not yaml.SafeLoader:
        return loader.get_event  # type: ignore[no-any-return]

    def get_event() -> Any:
        try:
            event = loader.get_event()
            if type(event) is events.ScalarEvent:
                event.value.encode()
        except (ValueError, OverflowError):  # an escape for a lone surrogate, or beyond Unicode: libyaml refuses both
            problem = "found invalid Unicode character escape code"
            raise yaml.scanner.ScannerError(None, None, problem, loader.get_mark()) from None
        return event

    return get_event


def _not_text(text: str, near: int) -> Problem:
    position = forbidden(text)
    if position is not None:
        return at("VM902", f"the character U+{ord(text[position]):04X} is not allowed in YAML", text, position)
    return at("VM903", "an escape or a tag in here is not a character", text, near)


def _build(
    get_event: abc.Callable[[], Any],
    around: list[ListNode | MapNode],
    tags: Mapping[str, bool],
) -> list[Document]:
    """Turn events into documents; ``around`` holds the open containers, for the explanation of an error."""
    scalar_event, mapping_start = events.ScalarEvent, events.MappingStartEvent
    documents: list[Document] = []
    anchors: dict[str, Node] = {}
    sizes: dict[Node, int] = {}  # of anchored containers: nodes when expanded; below zero while they are open
    merges: dict[MapNode, list[tuple[Scalar, Node]]] = {}
    here: ListNode | MapNode | None = None
    key: Scalar | None = None
    count = borrowed = 0
    node: Node
    while True:
        event = get_event()
        kind = type(event)
        opened: ListNode | MapNode | None = None
        if kind is scalar_event:
            node = Scalar(event.value, not event.style, None, event.start_mark, event.end_mark)
            if event.tag is not None:
                if event.tag not in tags:
                    node.tag = _scalar_tag(event, node)
                elif not tags[event.tag]:
                    node.text, node.plain = "", True
            if event.anchor is not None:
                anchors[event.anchor] = node
        elif kind is mapping_start or kind is events.SequenceStartEvent:
            node = opened = MapNode(event.start_mark) if kind is mapping_start else ListNode(event.start_mark)
            if event.tag not in _CONTAINER_TAGS[kind] and event.tag not in tags:
                raise _unsupported_tag(event)
            if event.anchor is not None:
                anchors[event.anchor] = node
                sizes[node] = -1 - count - borrowed
        elif kind is events.MappingEndEvent or kind is events.SequenceEndEvent:
            closed = around.pop()
            closed.end = event.end_mark
            if closed in sizes:
                sizes[closed] += 1 + count + borrowed
            if type(closed) is MapNode and closed in merges:
                _merge(closed, merges.pop(closed))
            here = around[-1] if around else None
            continue
        elif kind is events.AliasEvent:
            node, size = _anchored(event, anchors, sizes)
            borrowed += size
            count -= 1  # otherwise it would count twice
            if borrowed > limits.YAML_EXPANDED:
                raise _unreadable(
                    "VM904", f"the aliases up to here expand to more than {limits.YAML_EXPANDED} values", event
                )
        elif kind is events.DocumentStartEvent:
            if len(documents) == limits.YAML_DOCUMENTS:
                raise _unreadable("VM904", f"the file holds more than {limits.YAML_DOCUMENTS} documents", event)
            documents.append(Document(None, event.start_mark))
            anchors, sizes = {}, {}
            continue
        elif kind is events.StreamEndEvent:
            return documents
        else:
            continue

        count += 1
        if count > limits.YAML_NODES:
            raise _unreadable("VM904", f"the file holds more than {limits.YAML_NODES} values", event)
        if type(here) is MapNode:
            if key is None:
                if type(node) is not Scalar:
                    raise _no_scalar_key(event, here)
                key = node
            else:
                if key.text == "<<" and key.plain and key.tag is None:
                    merges.setdefault(here, []).append((key, node))
                elif key.text in here.entries:
                    here.duplicates.append((here.entries[key.text][0], key, node))
                else:
                    here.entries[key.text] = (key, node)
                key = None
        elif type(here) is ListNode:
            here.items.append(node)
        elif type(node) is not Scalar or node.start.index < node.end.index or node.tag:
            documents[-1].root = node
        if opened is not None:
            around.append(opened)
            here = opened
            if len(around) > limits.YAML_DEPTH:
                raise _unreadable("VM904", TOO_DEEP, event)


def _unreadable(code: str, message: str, where: Any, help: str = "") -> Unreadable:
    start, end = (where.start, where.end) if isinstance(where, Scalar) else (where.start_mark, where.end_mark)
    return Unreadable(Problem(code, message, between(start, end), help))


def _no_scalar_key(event: Any, mapping: MapNode) -> Unreadable:
    twice = event.start_mark.index == mapping.start.index + 1  # {{
    message = "a key must be a single value, not a list or a mapping"
    return _unreadable("VM905", message, event, TEMPLATE if twice else "")


def _unsupported_tag(event: Any) -> Unreadable:
    tag = event.tag.replace(_CORE, "!!", 1)
    shown = tag if len(tag) <= 60 else tag[:59] + "…"
    return _unreadable("VM905", f"tag {shown} is not supported: vmlint never runs what it reads", event)


def _scalar_tag(event: Any, node: Scalar) -> str | None:
    tag = event.tag.removeprefix(_CORE)
    if tag == "!" and node.text == "<<":
        node.plain = True  # to go-yaml, a merge even so
        return None
    if tag == "!":
        return "str"
    if tag == "merge" and node.text == "<<" and node.plain:  # yq writes it so
        return None
    if tag not in _SCALAR_TYPES or not event.tag.startswith(_CORE):
        raise _unsupported_tag(event)
    node.tag = tag
    if type(node.value()) is not _SCALAR_TYPES[tag]:
        raise _unreadable("VM903", f"the tag !!{tag} does not fit this value", event)
    return str(tag)


def _anchored(event: Any, anchors: dict[str, Node], sizes: dict[Node, int]) -> tuple[Node, int]:
    name = event.anchor[:40]
    node = anchors.get(event.anchor)
    if node is None:
        advice = f"write &{name} before its value, or put quotes around a text that begins with '*'"
        raise _unreadable("VM903", f"the alias *{name} has no anchor", event, advice)
    if type(node) is Scalar:  # a copy with the place of the alias; a container may be large, so it is shared
        return Scalar(node.text, node.plain, node.tag, event.start_mark, event.end_mark), 1
    if sizes[node] < 0:
        raise _unreadable("VM905", f"the alias *{name} is inside the value of its own anchor", event)
    return node, sizes[node]


def _merge(mapping: MapNode, sources: list[tuple[Scalar, Node]]) -> None:
    last = {name: key.start.index for name, (key, _) in mapping.entries.items()}
    for first, again, _ in mapping.duplicates:
        last[first.text] = max(last.get(first.text, 0), again.start.index)
    for key, source in sources:
        if key is not sources[0][0]:
            mapping.duplicates.append((sources[0][0], key, None))
        done: set[str] = set()
        for part in source.items if type(source) is ListNode else (source,):
            if type(part) is not MapNode:
                raise _unreadable("VM905", "'<<' takes a mapping or a list of mappings", key)
            latest = {first.text: (again, value) for first, again, value in part.duplicates if value is not None}
            latest.update(part.merged_below or {})
            for name, entry in part.entries.items():
                known = mapping.entries.setdefault(name, entry)
                if name in done or last.get(name, -1) > key.start.index:
                    continue  # of several at once, the first counts; what stands below counts for all
                done.add(name)
                in_order = latest.get(name, entry)
                below = mapping.merged_below or {}
                if in_order is not known or name in below:
                    below[name] = in_order
                    mapping.merged_below = below
