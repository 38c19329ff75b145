"""Fields by their path, as a user writes it: which there are, and reading, stating and removing them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vmlint.model.workload import Workload
from vmlint.words import as_text, did_you_mean, nearest

if TYPE_CHECKING:
    from vmlint.model.derivation import Derivation
    from vmlint.model.fields import Field, Group


@functools.cache
def fields() -> Mapping[str, Field]:
    """Return every field and group of the model by the path that a user writes."""
    return {field.path: field for field in _fields(Workload)}


def _fields(group: type[Group]) -> Iterator[Field]:
    for field in group.fields.values():
        yield field
        if field.group:
            yield from _fields(field.group)


_OF_THE_DOCUMENT = ("metadata", "metadata.name", "metadata.labels")
_LABELS = ("labels.", "metadata.labels.")


def field_exists(path: str) -> bool:
    """Whether a path names a field, a group of fields, or a label, spelt as in a manifest without ``spec.``."""
    return path in fields() or path in _OF_THE_DOCUMENT or (path.startswith(_LABELS) and path not in _LABELS)


def no_such_field(path: str) -> str:
    """Return the message for a path that names no field, with the field that was probably meant."""
    if path.startswith("spec.") and field_exists(path[5:]):
        return f"there is no field {path!r}; write it without `spec.`: {path[5:]!r}"
    above, _, name = path.rpartition(".")
    group = fields()[above].group if above in fields() else None
    if group and not nearest(name, group.named):  # the nearest whole path would only have the same beginning
        return f"there is no field {path!r}; {above} has {', '.join(group.named)}"
    near = nearest(path, fields())
    hint = did_you_mean(near, "docs/manifest.md lists the fields")
    return f"there is no field {path!r}; {hint}"


def check_text(path: str, text: str) -> None:
    """Raise ``ValueError``, with a sentence, for a text that :func:`assign` would not take."""
    field = fields().get(path)
    if field is None:
        raise ValueError(no_such_field(path))
    if field.group is None:
        field.read(text)
    elif field.declared.short is None:
        inside = ", ".join(name for name in fields() if name.startswith(f"{path}."))
        raise ValueError(f"{path} is a block of fields; name one of them: {inside}")
    else:
        for name, word in field.declared.short.read(text).items():
            check_text(f"{path}.{name}", word)


def locate(workload: Workload, path: str) -> tuple[Group, Field]:
    """Return the group that holds a field, and the field. Raises ``KeyError`` where there is no such field."""
    parents, field = _route(path)
    group: Group = workload
    for parent in parents:
        group = getattr(group, parent)
    return group, field


@functools.cache
def _route(path: str) -> tuple[tuple[str, ...], Field]:
    """Return the attributes of the groups above a field, outermost first, and the field."""
    above = path.rpartition(".")[0]
    if not above:
        return (), fields()[path]
    parents, parent = _route(above)
    return (*parents, parent.attribute), fields()[path]


def stated_at(workload: Workload, path: str) -> Any:
    """Return what a workload states in a field; ``None`` where it states nothing. It does not count as reading."""
    parents, field = _route(path)
    group: Any = workload
    for parent in parents:
        group = vars(group).get(parent)
        if group is None:
            return None
    return vars(group).get(field.attribute)


def value_at(workload: Workload, path: str) -> Any:
    """Return the value of a field. Raises ``Unknown`` where it is neither stated nor derived."""
    group, field = locate(workload, path)
    return getattr(group, field.attribute)


def knows(workload: Workload, path: str) -> bool:
    """Whether a fact is stated or follows from what is stated."""
    group, field = locate(workload, path)
    return group.knows(field.attribute)


def is_stated(workload: Workload, path: str) -> bool:
    """Whether a field, or any field of a group, was stated rather than derived or left open."""
    group, field = locate(workload, path)
    return group.states(field.attribute)


def derivation_of(workload: Workload, path: str) -> Derivation | None:
    """Return how a fact follows from what is stated; ``None`` where it is stated itself, or does not follow."""
    derivation = workload.derivations.get(path)
    return None if derivation is None or is_stated(workload, path) or not knows(workload, path) else derivation


def stated_sources(workload: Workload, path: str) -> tuple[str, ...]:
    """Return the stated fields that a derived fact follows from, directly or through other derived facts."""
    found: dict[str, None] = {}
    seen: set[str] = set()

    def follow(path: str) -> None:
        derivation = derivation_of(workload, path)
        if derivation is None or path in seen:
            return
        seen.add(path)
        for source in derivation.sources:
            if is_stated(workload, source):
                found[source] = None
            else:
                follow(source)

    follow(path)
    return tuple(found)


def assign(workload: Workload, path: str, text: str) -> None:
    """State a fact or a demand, by its path and text: ``assign(w, "deployment.mode", "pvhvm")``."""
    group, field = locate(workload, path)
    if field.group is None:
        setattr(group, field.attribute, field.read(text))
    elif field.declared.short is None:
        raise KeyError(path)
    else:
        for name, word in field.declared.short.read(text).items():
            assign(workload, f"{path}.{name}", word)


def state(workload: Workload, path: str, value: str | bool | int | Sequence[str]) -> None:
    """State a fact or a demand by its path, with a value rather than its text. Raises ``ValueError`` for neither."""
    field = fields().get(path)
    if field is None:
        raise ValueError(no_such_field(path))
    if isinstance(value, bool):
        value = as_text(value)
    if isinstance(value, (str, int)):
        assign(workload, path, str(value))
    elif field.many:
        group, _ = locate(workload, path)
        setattr(group, field.attribute, field.many([field.kind.read(text) for text in value]))
    else:
        raise ValueError("expected one value")


def remove(workload: Workload, path: str) -> None:
    """Make a fact unknown again, or take a demand back. A group's path removes all of the group."""
    group, field = locate(workload, path)
    if field.group:
        getattr(group, field.attribute).clear()
    else:
        delattr(group, field.attribute)
