"""Combining entries: the first value of a key wins, and blocks are merged over blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")


def first(pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    """Return a table with the first value of each key: that of the earliest folder."""
    table: dict[str, T] = {}
    for key, value in pairs:
        table.setdefault(key, value)
    return table


def laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return blocks merged over other blocks, field by field. Lists are replaced, except that aliases add up."""
    merged = dict(below)
    for key, value in above.items():
        known = merged.get(key)
        if isinstance(known, Mapping) and isinstance(value, Mapping):
            merged[key] = laid_over(known, value)
        elif key == "aliases" and known and isinstance(value, list):
            merged[key] = [*known, *(word for word in value if word not in known)]
        else:
            merged[key] = value
    return merged
