"""Waivers that a manifest states under ``metadata.waivers``: for its own workload, also in JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vmlint.findings.place import Span
from vmlint.findings.waiver import Waiver
from vmlint.syntax.yaml.nodes import ListNode, MapNode, Node, Scalar, between, find, span_of

if TYPE_CHECKING:
    from vmlint.reading.file import File


def stated(file: File, root: Node) -> Iterator[Waiver]:
    """Yield the waivers of a document that the model took."""
    listed, _, matched = find(root, ["metadata", "waivers"])
    if matched < 2 or not isinstance(listed, ListNode):
        return
    for number, item in enumerate(listed.items):
        if isinstance(item, MapNode):
            whole = _in_brackets(file, listed, number) or _in_lines(file, root, listed, item)
            yield _waiver(file, item)._replace(whole=whole.of(file.name) if whole else None)


def _waiver(file: File, item: MapNode) -> Waiver:
    rules = item.entries["rules"][1]
    named = [each for each in rules.items if isinstance(each, Scalar)] if isinstance(rules, ListNode) else []
    texts = {key: value.text for key, (_, value) in item.entries.items() if isinstance(value, Scalar)}
    places = [span_of(each) for each in named]
    return Waiver(
        tuple(each.text for each in named),
        _begin(item).of(file.name),
        texts.get("reason", ""),
        texts.get("until", ""),
        "workload",
        field=texts.get("field", "").removeprefix("spec."),
        words=tuple(at.of(file.name) for at in places) if _is_one_line(places) else (),
    )


def _begin(item: MapNode) -> Span:
    """Return the place of a waiver: that of its rules."""
    key, rules = item.entries["rules"]
    return span_of(rules, key)


def _is_one_line(places: list[Span]) -> bool:
    return len({(at.line, at.end_line) for at in places}) == 1 and places[0].line == places[0].end_line


def _in_brackets(file: File, listed: ListNode, number: int) -> Span | None:
    """Return what to remove with an item of a list in brackets: itself and a comma. ``None`` for any other list."""
    text, items = file.text, listed.items
    if not text.startswith("[", listed.start.index):
        return None
    edges = [listed.start.index + 1, *(mark.index for item in items for mark in (item.start, item.end))]
    gaps = [text[begin:end].strip() for begin, end in zip(edges[::2], edges[1::2], strict=False)]
    if gaps != ["", *[","] * (len(items) - 1)]:
        return None  # an item is written elsewhere, or has an anchor or a comment beside it
    if number == len(items) - 1 and number:
        return between(items[number - 1].end, items[number].end)
    return between(items[number].start, items[number + 1].start if number + 1 < len(items) else items[number].end)


def _in_lines(file: File, root: Node, listed: ListNode, item: MapNode) -> Span | None:
    """Return the lines of an item with a dash, with the key above the only one. ``None`` where they hold more."""
    lines = file.lines
    metadata, _, _ = find(root, ["metadata"])
    key, _ = metadata.entries["waivers"] if isinstance(metadata, MapNode) else (None, None)
    first, last = item.start.line, _last_line(item)
    if lines[first][: item.start.column].strip() != "-" or key is None or listed.start.index > item.start.index:
        return None
    if len(listed.items) == 1:
        first = key.start.line
        if lines[first][: key.start.column].strip():
            return None
    is_last = last + 1 == len(lines) and not file.text.endswith(("\n", "\r"))
    return Span(first + 1, 1, last + 1, len(lines[last]) + 1) if is_last else Span(first + 1, 1, last + 2, 1)


def _last_line(node: Node) -> int:
    """Return the number of the last line of a block, from zero. Its own end may be behind the comments below it."""
    if isinstance(node, Scalar):
        return node.end.line - (node.end.column == 0 and node.end.line > node.start.line)
    inside = node.items if isinstance(node, ListNode) else [value for _, value in node.entries.values()]
    return max([node.start.line, *map(_last_line, inside)])
