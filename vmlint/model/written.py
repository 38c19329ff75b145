"""A workload's stated facts as a manifest would write them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, cast

from vmlint.model.derive import DERIVED_ONLY
from vmlint.model.facts import Facts
from vmlint.model.values import OciPlatform
from vmlint.model.workload import Workload
from vmlint.words import as_label


def stated_fields(workload: Workload) -> Iterator[tuple[str, Any]]:
    """Yield the path and the value of every field that is stated, in the order of the format."""
    yield from _stated(workload)


def _stated(group: Facts) -> Iterator[tuple[str, Any]]:
    known = group.stated()
    for name in type(group).__annotations__:
        if name not in known:
            continue
        value = known[name]
        if isinstance(value, Facts):
            yield from _stated(value)
        elif not (isinstance(group, Workload) and name in ("name", "labels")):
            yield group.path_of(name.removesuffix("_")), value


def likeness(workload: Workload) -> Hashable:
    """Return what two workloads have in common if they state the same, be they called what they like.

    What the rules say of one is then what they say of the other.
    """
    facts = tuple((path, _frozen(value)) for path, value in stated_fields(workload))
    return facts, tuple(sorted(workload.labels.items())), frozenset(workload.derivations)


def _frozen(value: Any) -> Hashable:
    if isinstance(value, Mapping):
        return tuple(sorted((key, _frozen(item)) for key, item in value.items()))
    if isinstance(value, list):
        return tuple(map(_frozen, value))
    return type(value), cast("Hashable", value)


def as_manifest(workload: Workload) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the document that states the same, and what of it no manifest can state: field -> value."""
    spec: dict[str, Any] = {}
    left: dict[str, str] = {}
    for path, value in stated_fields(workload):
        if path in DERIVED_ONLY:
            left[path] = ", ".join(value) if type(value) is tuple else str(value)
            continue
        block = spec
        *parents, last = path.split(".")
        for parent in parents:
            block = block.setdefault(parent, {})
        block[last] = _plain(value)
    metadata: dict[str, Any] = {"name": as_label(workload.name)}
    if workload.labels:
        metadata["labels"] = dict(sorted(workload.labels.items()))
    return {"apiVersion": "vmlint/v1", "kind": "Workload", "metadata": metadata, "spec": spec}, left


def _plain(value: Any) -> Any:
    """Return a value as YAML knows it."""
    if isinstance(value, (bool, str)) or type(value) is int:
        return value
    if isinstance(value, (tuple, frozenset)) and not isinstance(value, OciPlatform):
        texts = [str(_plain(item)) for item in value]
        return texts if isinstance(value, tuple) else sorted(texts)
    if type(value) is float:
        return f"{value:g}"
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)
