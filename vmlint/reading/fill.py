"""Filling the model from a tree: every key and value is taken or refused, in one pass and without a schema."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from vmlint.model.groups.deployment import Deployment
from vmlint.model.kinds import FLAG, NUMBER, REMEMBERED, TEXT_OR_NUMBER, Kind
from vmlint.model.paths import fields
from vmlint.model.workload import Workload
from vmlint.record import NamedTuple
from vmlint.syntax.yaml.nodes import ListNode, MapNode, Node, Scalar, resolve
from vmlint.words import as_text, is_label

if TYPE_CHECKING:
    from vmlint.model.fields import Field, Group


class Refused(NamedTuple):
    """A key or value that the model does not take."""

    path: tuple[str | int, ...]
    node: Node
    expected: str


SOURCE_FIELDS = frozenset({"file", "name", "format"})
"""Fields of ``deployment.source``, which is gone once the file that it names is read."""


def fill_document(workload: Workload, root: MapNode, kind: str) -> Iterator[Refused]:
    """Fill a workload from a document, or its host from a host document; yield what the model does not take."""
    allowed = ("apiVersion", "kind", "metadata", "spec")
    for key, (name_node, _) in root.entries.items():
        if key not in allowed:
            yield Refused((key,), name_node, f"one of {', '.join(allowed)}")
    metadata, spec = (root.entries[key][1] if key in root.entries else None for key in ("metadata", "spec"))
    if not isinstance(metadata, MapNode) or not isinstance(spec, MapNode) or not spec.entries:
        yield Refused((), root, "metadata and spec")
        return
    yield from _fill_metadata(workload, metadata, kind)
    yield from fill_fields(workload.host if kind == "Host" else workload, spec, ("spec",), extensible=True)


def _fill_metadata(workload: Workload, metadata: MapNode, kind: str) -> Iterator[Refused]:
    if "name" not in metadata.entries:
        yield Refused(("metadata",), metadata, "a name")
    for key, (name_node, node) in metadata.entries.items():
        path = ("metadata", key)
        if key == "name":
            if isinstance(node, Scalar) and isinstance(node.value(), str) and is_label(node.text):
                workload.name = node.text
            else:
                yield Refused(path, node, "a name")
        elif key in ("labels", "annotations"):
            if isinstance(node, MapNode) and all(_is_text(value) for _, value in node.entries.values()):
                if key == "labels":
                    workload.labels = {label: value.text for label, (_, value) in node.entries.items()}  # type: ignore[union-attr]
                    yield from _unknown_labels(workload.labels, path, node)
            else:
                yield Refused(path, node, "text by name")
        elif key == "waivers" and kind != "Host":
            if not _are_waivers(node):
                yield Refused(path, node, "a list of waivers, each with its rules")
        elif not key.startswith("x-"):
            yield Refused(path, name_node, "name, labels, annotations, waivers or x-…")


def _unknown_labels(labels: Mapping[str, str], path: tuple[str, str], node: Node) -> Iterator[Refused]:
    own = [label for label in labels if label.startswith("vmlint/")]
    if not own:
        return
    from vmlint.model.labels import fault

    for label in own:
        if wrong := fault(label, labels[label]):
            yield Refused((*path, label), node, wrong)


WAIVER_FIELDS = frozenset({"rules", "reason", "until", "field"})
"""Fields of an entry of ``metadata.waivers``, which is read where findings are accepted."""


def _are_waivers(node: Node) -> bool:
    return isinstance(node, ListNode) and all(_is_waiver(item) for item in node.items)


def _is_waiver(node: Node) -> bool:
    if not isinstance(node, MapNode) or not node.entries.keys() <= WAIVER_FIELDS:
        return False
    entries = {key: value for key, (_, value) in node.entries.items()}
    rules = entries.pop("rules", None)
    named = isinstance(rules, ListNode) and bool(rules.items) and all(map(_has_text, rules.items))
    return named and all(map(_has_text, entries.values()))


def _has_text(node: Node) -> bool:
    return isinstance(node, Scalar) and isinstance(node.value(), str) and bool(node.text)


def _is_source(node: Node) -> bool:
    """Whether a value names a file of another tool: its path, or its path with a name and a format."""
    if not isinstance(node, MapNode):
        return _has_text(node)
    entries = node.entries
    return (
        "file" in entries and entries.keys() <= SOURCE_FIELDS and all(_has_text(value) for _, value in entries.values())
    )


def _is_text(node: Node) -> bool:
    return isinstance(node, Scalar) and isinstance(node.value(), str)


def fill_fields(
    group: Group, mapping: MapNode, path: tuple[str | int, ...], *, extensible: bool = False
) -> Iterator[Refused]:
    """Fill a group of the model from a block; yield what the model does not take."""
    written, stated = _written(type(group)), {}  # type: ignore[arg-type]
    for key, (name_node, node) in mapping.entries.items():
        field = written.get(key)
        if field is None:
            if key == "source" and isinstance(group, Deployment):
                if not _is_source(node):
                    yield Refused((*path, key), node, "a path, or file, name and format")
            elif not (extensible and _is_beside(key, node, group)):
                yield Refused((*path, key), name_node, "a field of the format")
        elif field.group is None:
            try:
                stated[field.attribute] = _read_value(field, node)
            except ValueError as error:
                yield Refused((*path, key), node, str(error))
        elif type(node) is MapNode:
            yield from fill_fields(getattr(group, field.attribute), node, (*path, key))
        else:
            try:
                getattr(group, field.attribute).state(_read_short(field, node))
            except ValueError as error:
                yield Refused((*path, key), node, str(error))
    group.state(stated)


@functools.cache
def _written(kind: type[Group]) -> Mapping[str, Field]:
    """Return the fields of a group that a manifest may state, by the name that it writes."""
    return {name: field for name, field in kind.named.items() if field.in_spec}


def _is_beside(key: str, node: Node, group: Group) -> bool:
    """Whether a key is none of the model's, and stands beside its fields all the same."""
    return key.startswith("x-") or (key == "hostRef" and isinstance(group, Workload) and _has_text(node))


def _read_short(field: Field, node: Node) -> Mapping[str, Any]:
    """Return what one word states in place of a group, by attribute."""
    short = field.declared.short
    if short is None or field.group is None or not isinstance(node, Scalar) or not isinstance(node.value(), str):
        raise ValueError("a block of fields")
    meant = ((field.group.named[name], word) for name, word in short.read(node.text).items())
    return {inner.attribute: inner.read(word) for inner, word in meant}


def _read_value(field: Field, node: Node) -> Any:
    if field.many is None:
        return _read_entry(field, node)
    if type(node) is not ListNode:
        raise ValueError("expected a list")
    read = [_read_entry(field, item) for item in node.items]
    if field.many is frozenset and len({item.text for item in node.items if type(item) is Scalar}) < len(read):
        raise ValueError("expected each entry once")
    return field.many(read)


def _read_entry(field: Field, node: Node) -> Any:
    """Return the value of a field, or of an entry of its list."""
    if type(node) is not Scalar:
        raise ValueError("expected one value")
    if node.plain and node.tag is None and len(node.text) <= REMEMBERED:
        return _read_plain(field.path, node.text)
    return _read_scalar(field.kind, node.text, node.value())


@functools.lru_cache(maxsize=4096)  # the same few texts stand in many files, and no value ever changes
def _read_plain(path: str, text: str) -> Any:
    return _read_scalar(fields()[path].kind, text, resolve(text))


def _read_scalar(kind: Kind, text: str, value: object) -> Any:
    """Return the value of a text that YAML resolves to ``value``."""
    if isinstance(value, float) and value.is_integer() and kind.written_as == NUMBER:
        value = int(value)  # 3.0 is a whole number to JSON Schema
    if type(value) not in kind.written_as:
        raise ValueError(f"expected {_EXPECTED.get(kind.written_as, 'text')}")
    as_written = isinstance(value, str) or (kind.written_as == TEXT_OR_NUMBER and not kind.words)
    return kind.read(text if as_written else as_text(value))  # 8.10 is not 8.1, but TPM 2.00 is 2.0


_EXPECTED = {FLAG: "true or false", NUMBER: "a whole number"}
