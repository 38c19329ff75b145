"""Walk a YAML tree without a check at every step.

A cursor outside the tree is false, and all its values are absent::

    machine.at("cpu", "model").text      # None if any step is missing
    for disk in machine.at("disks").items: ...
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from functools import partial

from vmlint import limits
from vmlint.findings.place import Span
from vmlint.syntax.yaml.nodes import ListNode, MapNode, Node, Scalar, span_of


class Cursor:
    """A position in a YAML tree, or outside it."""

    __slots__ = ("key", "node")

    def __init__(self, node: Node | None, key: Scalar | None = None) -> None:
        self.node = node
        self.key = key

    def __bool__(self) -> bool:
        return self.node is not None

    @property
    def given(self) -> bool:
        """Whether there is a value, even an empty block; ``null`` does not count."""
        return self.node is not None and not (isinstance(self.node, Scalar) and self.node.value() is None)

    def at(self, *steps: str | int) -> Cursor:
        """Return the cursor that some keys (or indexes of a list) lead to."""
        node, key = self.node, self.key
        for step in steps:
            if isinstance(node, MapNode) and step in node.entries:
                key, node = (_last_entries(node) if node.duplicates else node.entries)[str(step)]
            elif isinstance(node, ListNode) and isinstance(step, int) and 0 <= step < len(node.items):
                key, node = None, node.items[step]
            else:
                return NOWHERE
        return Cursor(node, key)

    @property
    def text(self) -> str | None:
        """The text of a single value; ``None`` for a block, a list, ``null`` or no value."""
        if not isinstance(self.node, Scalar) or self.node.value() is None:
            return None
        return self.node.text

    @property
    def flag(self) -> bool | None:
        """The value of a boolean; ``None`` for anything else. ``yes``, ``on`` and ``y`` count too, as in YAML 1.1."""
        return _FLAGS.get(self.node.text.lower()) if isinstance(self.node, Scalar) else None

    @property
    def number(self) -> int | float | None:
        """The value of a number, quoted or not; ``None`` for anything else."""
        text = self.text
        try:
            return None if text is None or len(text) > 20 else int(text) if text.lstrip("-").isdigit() else float(text)
        except ValueError:
            return None

    @property
    def items(self) -> list[Cursor]:
        """The items of a list; none for anything else."""
        return [Cursor(item) for item in self.node.items] if isinstance(self.node, ListNode) else []

    @property
    def is_list(self) -> bool:
        """Whether it is a list, even an empty one."""
        return isinstance(self.node, ListNode)

    def completed(self, entries: Mapping[str, tuple[str, Cursor]]) -> Cursor:
        """Return the same block with entries that it lacks: key -> its text, and the cursor whose place it has."""
        if not isinstance(self.node, MapNode):
            return self
        whole = MapNode(self.node.start)
        whole.end, whole.duplicates = self.node.end, self.node.duplicates
        for key, (text, other) in entries.items():
            if other.node is not None:
                word = Scalar(text, True, "str", other.node.start, other.node.end)
                whole.entries[key] = (other.key or word, word)
        whole.entries.update(self.node.entries)
        return Cursor(whole, self.key)

    def without(self, key: str) -> Cursor:
        """Return the same block without an entry."""
        if not isinstance(self.node, MapNode):
            return self
        rest = MapNode(self.node.start)
        rest.entries = {name: entry for name, entry in _last_entries(self.node).items() if name != key}
        rest.end = self.node.end
        return Cursor(rest, self.key)

    def rewritten(self, change: Callable[[str], str]) -> Cursor:
        """Return the same tree with other texts of its plain and quoted values. Keys stay, and so do all places."""
        return Cursor(None if self.node is None else _rewritten(self.node, change, {}), self.key)

    def in_order(self) -> Cursor:
        """Return the same tree as tools take it for which a merge (``<<``) sets keys that stand above it anew.

        Those are the ones that are built on version 2 of go-yaml, such as kubectl.
        """
        return Cursor(None if self.node is None else _rewritten(self.node, str, {}, in_order=True), self.key)

    def over(self, base: Cursor, replaced: Container[str] = ()) -> Cursor:
        """Return a block laid over another: with the entries of both, where lists are joined and blocks merged.

        Of anything else, and of the keys ``replaced`` at any depth, this one's counts alone.
        """
        if base.node is None or self.node is None:
            return self if base.node is None else base
        return Cursor(_over(self.node, base.node, replaced), self.key)

    @property
    def entries(self) -> dict[str, Cursor]:
        """The entries of a block; none for anything else."""
        if not isinstance(self.node, MapNode):
            return {}
        entries = _last_entries(self.node) if self.node.duplicates else self.node.entries
        return {name: Cursor(node, key) for name, (key, node) in entries.items()}

    @property
    def texts(self) -> list[str]:
        """The texts of a list's single values."""
        return [text for text in (item.text for item in self.items) if text is not None]

    @property
    def span(self) -> Span:
        """Its place: the value, or the key of a block."""
        if self.node is None:
            raise ValueError("what is not there has no place")
        return span_of(self.node, self.key)

    @property
    def key_span(self) -> Span:
        """The place of its key; of the value, where that has none."""
        return self.span if self.key is None else span_of(self.key)

    def walk(self) -> Iterator[Cursor]:
        """Yield everything below, with aliases expanded, up to a limit."""
        pending, left = [self], limits.YAML_WALKED
        while pending and left:
            here = pending.pop()
            left -= 1
            yield here
            pending += reversed([*here.items, *here.entries.values()])


_FLAGS = {
    **dict.fromkeys(("true", "yes", "on", "y"), True),
    **dict.fromkeys(("false", "no", "off", "n"), False),
}


def _rewritten(node: Node, change: Callable[[str], str], known: dict[int, Node], *, in_order: bool = False) -> Node:
    again = partial(_rewritten, change=change, known=known, in_order=in_order)
    if id(node) in known:  # an alias
        return known[id(node)]
    new: Node
    if isinstance(node, Scalar):
        new = Scalar(change(node.text), node.plain, node.tag, node.start, node.end)
    elif isinstance(node, ListNode):
        new = ListNode(node.start)
        new.items, new.end = [again(item) for item in node.items], node.end
    else:
        new = MapNode(node.start)
        entries = node.entries if not in_order else {**node.entries, **(node.merged_below or {})}
        new.entries = {name: (key, again(each)) for name, (key, each) in entries.items()}
        hidden = node.merged_below or {} if in_order else {}  # by a merge that stands below them
        new.duplicates = [
            (first, key, value and again(value)) for first, key, value in node.duplicates if first.text not in hidden
        ]
        new.end = node.end
    known[id(node)] = new
    return new


def _over(node: Node, base: Node, replaced: Container[str]) -> Node:
    if isinstance(node, ListNode) and isinstance(base, ListNode):
        joined = ListNode(node.start)
        joined.items, joined.end = [*base.items, *node.items], node.end
        return joined
    if not (isinstance(node, MapNode) and isinstance(base, MapNode)):
        return node
    merged = MapNode(node.start)
    own, others = _last_entries(node), _last_entries(base)
    merged.entries = {**others, **own}
    for name in own.keys() & others.keys():
        if name not in replaced:
            merged.entries[name] = (own[name][0], _over(own[name][1], others[name][1], replaced))
    merged.end = node.end
    return merged


def _last_entries(node: MapNode) -> dict[str, tuple[Scalar, Node]]:
    """Return the entries of a block, of which other tools take the last one where a key is set again."""
    again = {key.text: (key, value) for _, key, value in node.duplicates if value is not None}
    return {**node.entries, **again}


NOWHERE = Cursor(None)
