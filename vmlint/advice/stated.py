"""What a workload states in some fields, as a person would name it."""

from __future__ import annotations

from collections.abc import Iterable

from vmlint.model.paths import field_exists, is_stated, locate, stated_sources
from vmlint.model.workload import Workload
from vmlint.words import as_text


def stated_text(workload: Workload, path: str) -> str:
    """Return what is stated in a field, or in the fields of a group."""
    group, field = locate(workload, path)
    member = getattr(group, field.attribute) if is_stated(workload, path) else None
    if member is None:
        return ""
    if field.group is None:
        return as_text(member)
    return ", ".join(as_text(value) for _, value in member.all_stated())


def stated_pairs(workload: Workload, paths: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return those of some fields that a workload states, or that they follow from, each path with its value."""
    found: dict[str, str] = {}
    for path in paths:
        if field_exists(path):
            for source in (path,) if is_stated(workload, path) else stated_sources(workload, path):
                found[source] = stated_text(workload, source)
    return tuple(found.items())
