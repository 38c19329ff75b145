"""Waivers that a manifest states under ``metadata.waivers``: for its own workload, also in JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from vmlint.findings.waiver import Waiver
from vmlint.syntax.yaml.nodes import ListNode, MapNode, Node, Scalar, find, span_of

if TYPE_CHECKING:
    from vmlint.findings.place import Span
    from vmlint.reading.file import File


def stated(file: File, root: Node) -> Iterator[Waiver]:
    """Yield the waivers of a document that the model took."""
    listed, _, matched = find(root, ["metadata", "waivers"])
    if matched < 2 or not isinstance(listed, ListNode):
        return
    for item in listed.items:
        if isinstance(item, MapNode):
            yield _waiver(file, item)


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
