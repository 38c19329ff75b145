"""How the facts of a host are seen on it, and which field tells of a feature."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from vmlint.catalog.files import table

if TYPE_CHECKING:
    from collections.abc import Mapping


def command_for(field: str) -> str:
    """Return the command that shows a fact on a Linux host, by its field: ``host.kernel.version``; empty for none."""
    return str(_fields().get(field, {}).get("show", ""))


def fields_of(feature: str) -> tuple[str, ...]:
    """Return the fields that tell of a feature, by its id: ``host.cpu.features`` of ``cpu.avx``; empty for none."""
    known = _by_feature()
    head, pattern = feature, feature
    while pattern not in known and "." in head:
        head = head.rpartition(".")[0]
        pattern = f"{head}.*"
    return known.get(pattern, ())


def _fields() -> Mapping[str, Any]:
    fields: Mapping[str, Any] = table("fields").data["fields"]
    return fields


@functools.cache
def _by_feature() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for field, entry in _fields().items():
        for feature in entry.get("features", ()):
            found[feature] = (*found.get(feature, ()), field)
    return found
