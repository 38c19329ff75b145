"""Filling the model from a tree: every key and value is taken or refused, in one pass and without a schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from vmlint.model.groups.deployment import Deployment
from vmlint.model.kinds import FLAG, NUMBER, TEXT_OR_NUMBER, Kind
from vmlint.model.workload import Workload
from vmlint.syntax.yaml.nodes import ListNode, MapNode, Node, Scalar
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
    yield from _fill_metadata(workload, metadata)
    yield from fill_fields(workload.host if kind == "Host" else workload, spec, ("spec",), extensible=True)


def _fill_metadata(workload: Workload, metadata: MapNode) -> Iterator[Refused]:
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
            else:
                yield Refused(path, node, "text by name")
        elif not key.startswith("x-"):
            yield Refused(path, name_node, "name, labels, annotations or x-…")


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
    for key, (name_node, node) in mapping.entries.items():
        here = (*path, key)
        if extensible and (
            key.startswith("x-") or (key == "hostRef" and isinstance(group, Workload) and _has_text(node))
        ):
            continue
        if key == "source" and isinstance(group, Deployment):
            if not _is_source(node):
                yield Refused(here, node, "a path, or file, name and format")
            continue
        field = group.named.get(key)
        if field is None or not field.in_spec:
            yield Refused(here, name_node, "a field of the format")
        elif field.group:
            yield from _fill_group(getattr(group, field.attribute), field, node, here)
        else:
            try:
                setattr(group, field.attribute, _read_value(field, node))
            except ValueError as error:
                yield Refused(here, node, str(error))


def _fill_group(member: Group, field: Field, node: Node, here: tuple[str | int, ...]) -> Iterator[Refused]:
    short = field.declared.short
    if isinstance(node, MapNode):
        yield from fill_fields(member, node, here)
    elif short and isinstance(node, Scalar) and isinstance(node.value(), str):
        try:
            for name, word in short.read(node.text).items():
                inner = member.named[name]
                setattr(member, inner.attribute, inner.read(word))
        except ValueError as error:
            yield Refused(here, node, str(error))
    else:
        yield Refused(here, node, "a block of fields")


def _read_value(field: Field, node: Node) -> Any:
    if field.many is None:
        return _read_scalar(field.kind, node)
    if not isinstance(node, ListNode):
        raise ValueError("expected a list")
    read = [_read_scalar(field.kind, item) for item in node.items]
    texts = {item.text for item in node.items if isinstance(item, Scalar)}
    if field.many is frozenset and len(texts) < len(read):
        raise ValueError("expected each entry once")
    return field.many(read)


def _read_scalar(kind: Kind, node: Node) -> Any:
    if not isinstance(node, Scalar):
        raise ValueError("expected one value")
    value = node.value()
    if isinstance(value, float) and value.is_integer() and kind.written_as == NUMBER:
        value = int(value)  # 3.0 is a whole number to JSON Schema
    if type(value) not in kind.written_as:
        raise ValueError(f"expected {_EXPECTED.get(kind.written_as, 'text')}")
    as_written = isinstance(value, str) or (kind.written_as == TEXT_OR_NUMBER and not kind.words)
    return kind.read(node.text if as_written else as_text(value))  # 8.10 is not 8.1, but TPM 2.00 is 2.0


_EXPECTED = {FLAG: "true or false", NUMBER: "a whole number"}
