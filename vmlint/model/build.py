"""Setting, removing and copying facts by path, with the text forms that a manifest uses."""

from __future__ import annotations

from typing import Any

from vmlint.model.aliases import ALIASES
from vmlint.model.facts import Facts
from vmlint.model.workload import GROUPS, READ, SHORT_FORMS, Workload, attribute_name, fill


def read_scalar(kind: str, text: str) -> Any:
    """Turn the text of a scalar into the value of a field of a given type.

    Raises ``ValueError`` with a sentence that says what was expected.
    """
    return READ[kind](ALIASES.get(kind, {}).get(text, text))


def item_kind(kind: str) -> str | None:
    """Return the type of a list's items (``tuple[str, ...]`` holds ``str``), or ``None`` for anything but a list."""
    if kind.startswith(("frozenset[", "tuple[")):
        return kind[kind.index("[") + 1 : kind.rindex("]")].removesuffix(", ...")
    return None


def field_kind(group: Facts, field: str) -> str | None:
    """Return the type of a field as the model writes it, without ``| None``; ``None`` where there is no such field."""
    kind: str | None = type(group).__annotations__.get(attribute_name(field))
    return kind.removesuffix(" | None") if kind else None


def locate(workload: Workload, path: str) -> tuple[Facts, str]:
    """Return the group that holds a field, and the field's attribute there. Raises ``KeyError`` for no such field."""
    group: Facts = workload
    *parents, last = path.split(".")
    for parent in parents:
        member = getattr(group, attribute_name(parent), None)
        if not isinstance(member, Facts):
            raise KeyError(path)
        group = member
    if field_kind(group, last) is None:
        raise KeyError(path)
    return group, attribute_name(last)


def assign(workload: Workload, path: str, text: str) -> None:
    """State a fact or a demand, by its path and text: ``assign(w, "deployment.mode", "pvhvm")``."""
    group, attribute = locate(workload, path)
    kind = type(group).__annotations__[attribute].removesuffix(" | None")
    if kind in GROUPS:
        for field, word in SHORT_FORMS[kind](text).items():
            assign(workload, f"{path}.{field}", word)
        return
    item = item_kind(kind)
    setattr(group, attribute, type_of_list(kind)([read_scalar(item, text)]) if item else read_scalar(kind, text))


def type_of_list(kind: str) -> type:
    """Return ``frozenset`` or ``tuple``, as a list field's type says."""
    return frozenset if kind.startswith("frozenset") else tuple


def remove(workload: Workload, path: str) -> None:
    """Make a fact unknown again, or take a demand back. A group's path removes all of the group."""
    group, attribute = locate(workload, path)
    kind = type(group).__annotations__[attribute].removesuffix(" | None")
    if kind in GROUPS:
        member = GROUPS[kind](workload)
        setattr(group, attribute, member)
        fill(member)
    else:
        group.__dict__.pop(attribute, None)


def clone(workload: Workload) -> Workload:
    """Copy what was stated; nothing derived comes along."""
    copy = Workload(workload.catalog, workload.derivations, workload.today)
    _copy_stated(workload, copy)
    return copy


def _copy_stated(source: Facts, target: Facts) -> None:
    for name, value in source.stated().items():
        if isinstance(value, Facts):
            _copy_stated(value, getattr(target, name))
        elif name in type(source).__annotations__:
            setattr(target, name, value)
