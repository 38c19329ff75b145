"""Setting, removing and copying facts by path, with the text forms that a manifest uses."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vmlint.model.aliases import ALIASES
from vmlint.model.facts import Facts, field_name
from vmlint.model.workload import GROUPS, READ, SHORT_FORMS, Workload, attribute_name, fill
from vmlint.words import nearest


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


@functools.cache
def fields() -> Mapping[str, str]:
    """Return every field and group of the model by the path that a user writes, with its type without ``| None``."""
    return dict(_fields(Workload, ""))


def _fields(group: type[Facts], prefix: str) -> Iterator[tuple[str, str]]:
    for attribute, kind in group.__annotations__.items():
        path = prefix + field_name(attribute)
        yield path, kind.removesuffix(" | None")
        if kind in GROUPS:
            yield from _fields(GROUPS[kind], f"{path}.")


_OF_THE_DOCUMENT = ("metadata", "metadata.name", "metadata.labels")
_LABELS = ("labels.", "metadata.labels.")


def field_exists(path: str) -> bool:
    """Tell whether a path names a field, a group of fields, or a label, spelt as in a manifest without ``spec.``."""
    return path in fields() or path in _OF_THE_DOCUMENT or (path.startswith(_LABELS) and path not in _LABELS)


def no_such_field(path: str) -> str:
    """Say that a path names no field, and which was probably meant."""
    if path.startswith("spec.") and field_exists(path[5:]):
        return f"there is no field {path!r}; write it without `spec.`: {path[5:]!r}"
    near = nearest(path, fields())
    hint = f"did you mean {near!r}?" if near else "docs/manifest.md lists the fields"
    return f"there is no field {path!r}; {hint}"


def check_text(path: str, text: str) -> None:
    """Raise ``ValueError``, with a sentence, for a text that :func:`assign` would not take."""
    kind = fields().get(path)
    if kind is None:
        raise ValueError(no_such_field(path))
    if kind in GROUPS:
        if kind not in SHORT_FORMS:
            inside = ", ".join(name for name in fields() if name.startswith(f"{path}."))
            raise ValueError(f"{path} is a block of fields; name one of them: {inside}")
        for field, word in SHORT_FORMS[kind](text).items():
            check_text(f"{path}.{field}", word)
        return
    scalar = item_kind(kind) or kind
    if scalar not in READ:
        raise ValueError(f"{path} cannot be set by a text")
    read_scalar(scalar, text)


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


def value_at(workload: Workload, path: str) -> Any:
    """Return the value of a field; ``Unknown`` where it is neither stated nor derived."""
    group, attribute = locate(workload, path)
    return getattr(group, attribute)


def stated_sources(workload: Workload, path: str) -> tuple[str, ...]:
    """Return the stated fields that a derived fact follows from, be it by way of other derived ones."""
    found: dict[str, None] = {}
    seen: set[str] = set()

    def follow(field: str) -> None:
        derivation = workload.derived.get(field)
        if derivation is None or field in seen:
            return
        seen.add(field)
        for source in derivation.sources:
            if is_stated(workload, source):
                found[source] = None
            else:
                follow(source)

    follow(path)
    return tuple(found)


def is_stated(workload: Workload, path: str) -> bool:
    """Tell whether a field was stated, rather than derived or left open."""
    group, attribute = locate(workload, path)
    return attribute in group.stated()


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


def state(workload: Workload, path: str, value: str | bool | int | Sequence[str]) -> None:
    """State a fact or a demand by its path, with a value rather than its text. Raises ``ValueError`` for neither."""
    kind = fields().get(path)
    if kind is None:
        raise ValueError(no_such_field(path))
    if isinstance(value, bool):
        value = str(value).lower()
    if isinstance(value, (str, int)):
        assign(workload, path, str(value))
        return
    item = item_kind(kind)
    if item is None:
        raise ValueError("expected one value")
    group, attribute = locate(workload, path)
    setattr(group, attribute, type_of_list(kind)([read_scalar(item, text) for text in value]))


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
    copy = object.__new__(Workload)  # the advisor makes dozens of copies, so none is built up and filled again
    _copy_members(workload, copy, copy)
    copy.derived, copy.underivable = {}, None
    for path in workload.derived:
        group, attribute = locate(copy, path)
        group.__dict__.pop(attribute, None)
    return copy


def _copy_members(source: Facts, target: Facts, root: Workload) -> None:
    members = target.__dict__
    members.update(source.__dict__)
    members["_root"] = root
    for name in _GROUPS_IN[type(source)]:
        members[name] = member = object.__new__(type(members[name]))
        _copy_members(source.__dict__[name], member, root)


_GROUPS_IN = {
    group: tuple(name for name, kind in group.__annotations__.items() if kind in GROUPS) for group in GROUPS.values()
}
"""The attributes of each group that are groups themselves."""
