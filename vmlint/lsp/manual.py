"""What a field of a manifest means, by its path: as the schemas describe it, which are made of the model's fields."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vmlint.model.paths import fields
from vmlint.reading.schemas import bundled
from vmlint.record import NamedTuple

Schema = Mapping[str, Any]
_SCHEMAS = {"Workload": "workload", "Host": "host"}
"""Kind of a document -> the name of its schema. A document without a kind is read as a workload."""


class Entry(NamedTuple):
    """What is known of a field."""

    title: str
    text: str
    """What it means, and what it means where it is absent."""
    words: tuple[str, ...]
    """All words that it accepts; empty where it accepts others."""
    examples: tuple[str, ...]
    members: Mapping[str, Entry]
    """The fields of a block; empty for a single value."""
    is_list: bool
    unit: str

    @property
    def is_block(self) -> bool:
        """Whether it can be written as a block of fields."""
        return bool(self.members)


def entry(kind: str, path: Sequence[str]) -> Entry | None:
    """Return what is known of a field of a document; ``None`` where there is no such field."""
    if [*path] == ["kind"]:
        return _document("manifest").members["kind"]
    found = _document(_SCHEMAS.get(kind, "workload"))
    for step in path:
        if step not in found.members:
            return None
        found = found.members[step]
    return found


def field(path: str) -> Entry | None:
    """Return what is known of a field by its path in findings: ``deployment.devices.disk``, ``name``."""
    steps = path.split(".")
    return entry("Workload", ["metadata" if steps[0] in ("name", "labels") else "spec", *steps])


@functools.cache
def hint_paths() -> tuple[str, ...]:
    """Return the fields that a hint may state: those of a workload that take one value or a list."""
    return tuple(path for path, each in fields().items() if each.in_spec and (not each.group or each.declared.short))


@functools.cache
def _document(name: str) -> Entry:
    schema = bundled(name)
    return _entry(schema, schema, 0)


def _entry(schema: Schema, root: Schema, depth: int) -> Entry:
    forms = [*_forms(schema, root)]
    members = {name: each for form in forms for name, each in form.get("properties", {}).items()}
    items = [inner for form in forms if "items" in form for inner in _forms(form["items"], root)]
    words = [word for form in (*forms, *items) for word in _words(form)]
    given = schema.get("examples", ())
    plain = [one for each in given for one in (each if isinstance(each, list) else [each]) if not isinstance(one, dict)]
    return Entry(
        _first("title", [schema, *forms]),
        _first("description", [schema, *forms]),
        tuple(dict.fromkeys(words)),
        tuple(dict.fromkeys(map(_text, plain))),
        {name: _entry(each, root, depth + 1) for name, each in members.items()} if depth < 12 else {},
        bool(items),
        _first("x-unit", [schema]),
    )


def _forms(schema: Schema, root: Schema) -> Iterator[Schema]:
    """Yield the forms that a value may have, without references."""
    if "$ref" in schema:
        steps = schema["$ref"].removeprefix("#/").split("/")
        yield from _forms(functools.reduce(lambda node, step: node[step], steps, root), root)
    elif "anyOf" in schema:
        for form in schema["anyOf"]:
            yield from _forms(form, root)
    else:
        yield schema


def _words(form: Schema) -> Iterator[str]:
    if "const" in form:
        yield _text(form["const"])
    elif form.get("type") == "boolean":
        yield from ("true", "false")
    else:
        other = form.get("x-aliases", {})
        yield from (word for word in form.get("enum", ()) if isinstance(word, str) and word not in other)


def _first(key: str, forms: Sequence[Schema]) -> str:
    return next((str(form[key]) for form in forms if key in form), "")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
