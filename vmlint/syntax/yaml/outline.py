"""What can be seen of YAML that :mod:`vmlint.syntax.yaml.tree` refuses: enough to tell which format it is meant to be.

Other tools read more than vmlint does: deeper, longer, with tags of their own. So nothing of that ends the outline: it
is left out, and what stands behind it is seen all the same. Only what no tool reads ends it, in its own document.
"""

from __future__ import annotations

import base64
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import yaml
from yaml import events

from vmlint import limits
from vmlint.findings.problem import Unreadable
from vmlint.syntax.text import BOM
from vmlint.syntax.yaml.nodes import Document, ListNode, MapNode, Node, Scalar
from vmlint.syntax.yaml.tree import pieces, reader

if TYPE_CHECKING:
    from collections.abc import Callable

_BINARY = "tag:yaml.org,2002:binary"
_LEVELS = ((limits.YAML_NODES // 4, limits.YAML_DEPTH), (limits.YAML_NODES // 2, 8))
"""Values of a document, and the levels that are kept of so many: of still more, those of objects in lists."""
_FEWEST = 4


def outline(text: str) -> list[Document]:
    """Return the documents of a text that ``load`` refuses, as far as they go. Never raises."""
    documents: list[Document] = []
    for piece in pieces(text.removeprefix(BOM)):
        with suppress(yaml.YAMLError, Unreadable, ValueError, OverflowError):
            _Outline(documents).read(reader(piece))
        if len(documents) >= limits.YAML_DOCUMENTS:
            break
    return documents


class _Outline:
    """Builds the trees of some documents, and leaves out what is too deep, too much, or not to be had."""

    def __init__(self, documents: list[Document]) -> None:
        self._documents = documents
        self._open: list[ListNode | MapNode] = []
        self._keys: list[Scalar | None] = []
        """Of each open mapping, the key whose value comes next."""
        self._anchors: dict[str, Node] = {}
        self._count = self._borrowed = 0

    def read(self, get_event: Callable[[], Any]) -> None:
        """Add the documents of a stream, to its end or to where it breaks."""
        below = 0  # how many levels down a part is that is left out
        while True:
            event = get_event()
            kind = type(event)
            starts = kind in (events.MappingStartEvent, events.SequenceStartEvent)
            ends = kind in (events.MappingEndEvent, events.SequenceEndEvent)
            if kind is events.StreamEndEvent:
                return
            if kind is events.DocumentStartEvent:
                if len(self._documents) >= limits.YAML_DOCUMENTS:
                    return
                self._documents.append(Document(None, event.start_mark))
                self._open, self._keys, self._anchors, self._count = [], [], {}, 0
            elif below:
                below += starts - ends
            elif ends:
                self._open.pop().end = event.end_mark
                self._keys.pop()
            elif starts or kind in (events.ScalarEvent, events.AliasEvent):
                self._count += 1
                node = self._node(event)
                levels = next((levels for most, levels in _LEVELS if self._count <= most), _FEWEST)
                full = len(self._open) >= levels
                if full and starts:
                    below = 1
                    node = Scalar("", False, None, event.start_mark, event.end_mark)
                self._put(node, kept=not full or levels == limits.YAML_DEPTH)
                if starts and not below:
                    self._open.append(node)  # type: ignore[arg-type] # a container
                    self._keys.append(None)

    def _node(self, event: Any) -> Node:
        node: Node
        kind = type(event)
        if kind is events.AliasEvent:
            return self._aliased(event)
        if kind is events.ScalarEvent:
            text = _decoded(event.value) if event.tag == _BINARY else event.value
            node = Scalar(text, not event.style and event.tag is None, None, event.start_mark, event.end_mark)
        elif kind is events.MappingStartEvent:
            node = MapNode(event.start_mark)
        else:
            node = ListNode(event.start_mark)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _aliased(self, event: Any) -> Node:
        """Return what an alias stands for: nothing where that is itself, or where it holds so much."""
        node = self._anchors.get(event.anchor)
        if node is None or node in self._open or not self._can_be_expanded(node):
            return Scalar("", False, None, event.start_mark, event.end_mark)
        return node

    def _can_be_expanded(self, node: Node) -> bool:
        """Whether the values that a node holds are not too many, together with those of all aliases before."""
        pending = [node]
        while pending and self._borrowed < limits.YAML_EXPANDED:
            here = pending.pop()
            self._borrowed += 1
            if type(here) is ListNode:
                pending += here.items
            elif type(here) is MapNode:
                pending += [value for _, value in here.entries.values()]
        return not pending

    def _put(self, node: Node, *, kept: bool) -> None:
        here = self._open[-1] if self._open else None
        if here is None:
            self._documents[-1].root = node
        elif type(here) is ListNode:
            is_word = type(node) is Scalar and self._count > _LEVELS[0][0]  # no format is told by very many of them
            here.items += [node] * (kept and not is_word)
        elif type(here) is MapNode:
            key = self._keys[-1]
            if key is None:
                self._keys[-1] = node if type(node) is Scalar else Scalar("", False, None, node.start, node.end)
                return
            self._keys[-1] = None
            if kept:
                _add(here, key, node)


def _add(here: MapNode, key: Scalar, node: Node) -> None:
    if key.text == "<<" and key.plain:
        for part in node.items if type(node) is ListNode else (node,):
            for name, entry in part.entries.items() if type(part) is MapNode else ():
                here.entries.setdefault(name, entry)
    elif key.text in here.entries:
        here.duplicates.append((here.entries[key.text][0], key, node))
    else:
        here.entries[key.text] = (key, node)


def _decoded(text: str) -> str:
    """Return the text that ``!!binary`` writes in base64; the text itself where it is none."""
    try:
        return base64.b64decode(text, validate=False).decode()
    except ValueError:
        return text
