"""Filling the model from a tree: every key and value is taken or refused, in one pass and without a schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vmlint.model.build import assign, field_kind, item_kind, read_scalar, type_of_list
from vmlint.model.derive import DERIVED_ONLY
from vmlint.model.facts import Facts
from vmlint.model.workload import GROUPS, SHORT_FORMS, Deployment, Workload, attribute_name
from vmlint.reading.places import Refused
from vmlint.syntax.yaml.nodes import Mapping, Node, Scalar, Sequence
from vmlint.words import is_label

_TEXT_OR_NUMBER = frozenset({"Version", "VersionRange", "Cpus", "TpmVersion", "Generation"})
"""Types that YAML users write unquoted as numbers; their text is kept as written, so ``8.10`` is not ``8.1``."""

SOURCE_FIELDS = frozenset({"file", "name", "format"})
"""Fields of ``deployment.source``, which is gone once the file that it names is read."""


def fill_document(workload: Workload, root: Mapping, kind: str) -> Iterator[Refused]:
    """Fill a workload from a document, or its host from a host document; yield what the model does not take."""
    allowed = ("apiVersion", "kind", "metadata", "spec")
    for key, (name_node, _) in root.entries.items():
        if key not in allowed:
            yield Refused((key,), name_node, f"one of {', '.join(allowed)}")
    metadata, spec = (root.entries[key][1] if key in root.entries else None for key in ("metadata", "spec"))
    if not isinstance(metadata, Mapping) or not isinstance(spec, Mapping) or not spec.entries:
        yield Refused((), root, "metadata and spec")
        return
    yield from _fill_metadata(workload, metadata)
    yield from fill_fields(workload.host if kind == "Host" else workload, spec, ("spec",), extensible=True)


def _fill_metadata(workload: Workload, metadata: Mapping) -> Iterator[Refused]:
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
            if isinstance(node, Mapping) and all(_is_text(value) for _, value in node.entries.values()):
                if key == "labels":
                    workload.labels = {label: value.text for label, (_, value) in node.entries.items()}  # type: ignore[union-attr]
            else:
                yield Refused(path, node, "text by name")
        elif not key.startswith("x-"):
            yield Refused(path, name_node, "name, labels, annotations or x-…")


def _has_text(node: Node) -> bool:
    return isinstance(node, Scalar) and isinstance(node.value(), str) and bool(node.text)


def _is_source(node: Node) -> bool:
    """Tell whether a value names a file of another tool: its path, or its path with a name and a format."""
    if not isinstance(node, Mapping):
        return _has_text(node)
    entries = node.entries
    return (
        "file" in entries and entries.keys() <= SOURCE_FIELDS and all(_has_text(value) for _, value in entries.values())
    )


def _is_text(node: Node) -> bool:
    return isinstance(node, Scalar) and isinstance(node.value(), str)


def fill_fields(
    group: Facts, mapping: Mapping, path: tuple[str | int, ...], *, extensible: bool = False
) -> Iterator[Refused]:
    """Fill a group of the model from a block; yield what the model does not take."""
    for key, (name_node, node) in mapping.entries.items():
        here = (*path, key)
        kind = field_kind(group, key)
        if extensible and (
            key.startswith("x-") or (key == "hostRef" and isinstance(group, Workload) and _has_text(node))
        ):
            continue
        if key == "source" and isinstance(group, Deployment):
            if not _is_source(node):
                yield Refused(here, node, "a path, or file, name and format")
            continue
        if kind is None or (key in ("name", "labels") and not group.path) or group.path_of(key) in DERIVED_ONLY:
            yield Refused(here, name_node, "a field of the format")
        elif kind in GROUPS:
            yield from _fill_group(group, key, kind, node, here)
        else:
            try:
                setattr(group, attribute_name(key), _read_value(kind, node))
            except ValueError as error:
                yield Refused(here, node, str(error))


def _fill_group(group: Facts, key: str, kind: str, node: Node, here: tuple[str | int, ...]) -> Iterator[Refused]:
    member: Facts = getattr(group, attribute_name(key))
    if isinstance(node, Mapping):
        yield from fill_fields(member, node, here)
    elif kind in SHORT_FORMS and isinstance(node, Scalar) and isinstance(node.value(), str):
        try:
            for field, word in SHORT_FORMS[kind](node.text).items():
                assign(group._root, f"{member.path}.{field}", word)  # noqa: SLF001 - the model builds itself
        except ValueError as error:
            yield Refused(here, node, str(error))
    else:
        yield Refused(here, node, "a block of fields")


def _read_value(kind: str, node: Node) -> Any:
    item = item_kind(kind)
    if item:
        if not isinstance(node, Sequence):
            raise ValueError("expected a list")
        read = [_read_value(item, member) for member in node.items]
        kept = type_of_list(kind)
        if kept is frozenset and len({member.text for member in node.items if isinstance(member, Scalar)}) < len(read):
            raise ValueError("expected each entry once")
        return kept(read)
    if not isinstance(node, Scalar):
        raise ValueError("expected one value")
    value = node.value()
    if isinstance(value, float) and value.is_integer() and kind == "int":
        value = int(value)  # 3.0 is a whole number to JSON Schema
    fits = (
        isinstance(value, bool)
        if kind == "bool"
        else isinstance(value, int) and not isinstance(value, bool)
        if kind == "int"
        else isinstance(value, str)
        or (kind in _TEXT_OR_NUMBER and isinstance(value, (int, float)) and not isinstance(value, bool))
    )
    if not fits:
        raise ValueError(f"expected {'text' if kind not in ('bool', 'int') else kind}")
    if kind == "int":
        return read_scalar("int", str(value))
    if kind == "bool":
        return value
    if kind in ("TpmVersion", "Generation") and not isinstance(value, str):
        return read_scalar(kind, f"{value:g}")  # 2.00 and 2.0 are one number
    return read_scalar(kind, node.text)
