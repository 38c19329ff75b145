"""A workload's stated facts as a manifest would write them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

from vmlint.model.features import FeatureNeed
from vmlint.model.outline import as_written
from vmlint.model.workload import Workload
from vmlint.words import as_label, as_text


def stated_fields(workload: Workload) -> Iterator[tuple[str, Any]]:
    """Yield the path and the value of every field that is stated, in the order of the format."""
    return ((field.path, value) for field, value in workload.all_stated() if field.role != "metadata")


def likeness(workload: Workload) -> Hashable:
    """Return a key that is equal for workloads that state the same under different names.

    The rules report the same for all of them.
    """
    facts = tuple((path, as_written(value)) for path, value in stated_fields(workload))
    return facts, workload.format, tuple(workload.labels.items()), frozenset(workload.derivations)


def as_manifest(workload: Workload) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the document that states the same, and what of it no manifest can state: field -> value."""
    spec: dict[str, Any] = {}
    left: dict[str, str] = {}
    for field, value in workload.all_stated():
        if field.role == "metadata":
            continue
        if field.is_derived:
            left[field.path] = as_text(value)
            continue
        block = spec
        *parents, last = field.path.split(".")
        for parent in parents:
            block = block.setdefault(parent, {})
        block[last] = _plain(value)
    metadata: dict[str, Any] = {"name": as_label(workload.name)}
    if workload.labels:
        metadata["labels"] = dict(sorted(workload.labels.items()))
    return {"apiVersion": "vmlint/v1", "kind": "Workload", "metadata": metadata, "spec": spec}, left


def _plain(value: Any) -> Any:
    """Return a value as YAML knows it."""
    if type(value) in (bool, str, int):
        return value
    if isinstance(value, FeatureNeed):
        return str(value)
    if isinstance(value, (tuple, frozenset)):
        texts = [str(_plain(item)) for item in value]
        return texts if isinstance(value, tuple) else sorted(texts)
    return as_text(value)
