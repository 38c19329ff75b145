"""The JSON Schemas of workloads and hosts, made from the fields of the model; ``make docs`` writes them."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from vmlint.catalog import Catalog
from vmlint.model.aliases import ALIASES
from vmlint.model.fields import Field, Group, ShortForm
from vmlint.model.groups.deployment import Deployment
from vmlint.model.groups.host import Host
from vmlint.model.kinds import TEXT_OR_NUMBER, Kind
from vmlint.model.paths import fields
from vmlint.model.schema_parts import (
    EXTENSION,
    HOST_METADATA,
    HOST_REF,
    INLINE,
    METADATA,
    SCALARS,
    SHORT_FORMS,
    SOURCE,
    SOURCE_BLOCK,
    WAIVER,
    Schema,
    block,
)  # fmt: skip
from vmlint.model.workload import Workload

if TYPE_CHECKING:
    from vmlint.catalog import Record

_ABSENT = {"fact": " Absent means unknown.", "demand": " Absent means not demanded.", "group": ""}


_KNOWN = {
    "deployment.platform": "KnownPlatform",
    "deployment.platform.id": "KnownPlatform",
    "guest.os": "KnownGuest",
    "guest.os.id": "KnownGuest",
    "host.os": "KnownGuest",
    "host.os.id": "KnownGuest",
}
"""Fields whose words the catalogue lists, and the entry under ``$defs`` that suggests these."""


@functools.cache
def workload_schema() -> Schema:
    """Return the schema of a document of kind ``Workload``."""
    catalog = Catalog()
    kinds = {field.kind.name: field.kind for field in fields().values()}
    return {
        **_document(
            "Workload",
            "One workload: what it needs, where it runs, and what was chosen for it. A fact that is left out is"
            " unknown, a requirement that is left out is not demanded; an empty list, none and false are statements.",
            "#/$defs/Metadata",
            {**_group(Workload), "properties": {**_properties(Workload), "hostRef": HOST_REF}},
        ),
        "$defs": {
            "Metadata": METADATA,
            "Waiver": WAIVER,
            "Source": SOURCE_BLOCK,
            **{group.__name__: _group(group) for group in _groups(Workload)},
            **{name: _words(kind) for name, kind in kinds.items() if kind.words},
            "KnownPlatform": _suggested(catalog.platforms.values()),
            "KnownGuest": _suggested(catalog.guests.values()),
            **SCALARS,
        },
    }


def _suggested(entries: Iterable[Record]) -> Schema:
    """Return a schema that accepts everything, from which editors complete the ids of the catalogue.

    One form an id, not a list of words: so an editor shows the name of the one that is written, and not all of them.
    """
    return {"anyOf": [*({"const": entry.id, "description": entry.name} for entry in entries), {}]}


def host_schema() -> Schema:
    """Return the schema of a document of kind ``Host``: its fields are those that a workload has under ``host``."""
    text = "What the machine is: the same fields as spec.host of a workload. Must state something."
    members = {name: {"$ref": f"workload.json#/$defs/Host/properties/{name}"} for name in _properties(Host)}
    document = _document(
        "Host",
        "One machine that workloads may run on. A workload's hostRef names such a file. A fact that is left out is"
        " unknown; an empty list, none and false are statements.",
        "#/$defs/HostMetadata",
        block("Specification", text, members, {"os": "debian12", "platform": "linux/amd64"}),
    )
    return {**document, "$defs": {"HostMetadata": HOST_METADATA}}


def _document(kind: str, text: str, metadata: str, spec: Schema) -> Schema:
    """Return the schema of a whole document."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Written by `make docs` from the fields in vmlint/model/.",
        "title": f"vmlint {kind.lower()}",
        "description": text,
        "type": "object",
        "additionalProperties": False,
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "properties": {
            "apiVersion": {
                "title": "API version",
                "description": "The version of the manifest format: always vmlint/v1. Must be stated.",
                "const": "vmlint/v1",
                "examples": ["vmlint/v1"],
            },
            "kind": {
                "title": "Kind of document",
                "description": f"States that this document describes a {kind.lower()}. Must be stated.",
                "const": kind,
                "examples": [kind],
            },
            "metadata": {"$ref": metadata},
            "spec": {**spec, "minProperties": 1, "patternProperties": EXTENSION},
        },
    }


def _groups(group: type[Group]) -> Iterator[type[Group]]:
    for field in group.fields.values():
        if field.group:
            yield field.group
            yield from _groups(field.group)


def _group(group: type[Group]) -> Schema:
    text = " ".join((inspect.getdoc(group) or "").split())
    return block(group.title, text, _properties(group), group.example)


def _properties(group: type[Group]) -> Schema:
    first = {"source": SOURCE} if group is Deployment else {}
    return {**first, **{name: _field(field) for name, field in group.named.items() if field.in_spec}}


def _field(field: Field) -> Schema:
    declared = field.declared
    shape = _many(field) if field.many else _scalar(field.kind)
    if field.group:
        shape = {"$ref": f"#/$defs/{field.group.__name__}"}
        if declared.short is None:
            return shape
        shape = {"anyOf": [_word(field, declared.short), shape]}
    known = {} if field.group else _known(field)
    return {
        "title": declared.title,
        "description": declared.text + _ABSENT[field.role],
        **shape,
        **known,
        **({"x-unit": declared.unit} if declared.unit else {}),
        "examples": list(declared.examples),
    }


def _known(field: Field) -> Schema:
    # Below allOf, so that the type stands beside it, and an error in a value is never about the suggestions.
    return {"allOf": [{"$ref": f"#/$defs/{_KNOWN[field.path]}"}]} if field.path in _KNOWN else {}


def _word(field: Field, short: ShortForm) -> Schema:
    """Return the schema of the one-word form of a group."""
    return {
        "title": f"Short form: {short.title}",
        "description": short.text,
        "type": "string",
        **SHORT_FORMS.get(field.path, {}),
        **_known(field),
        "examples": [each for each in field.declared.examples if isinstance(each, str)],
    }


def _many(field: Field) -> Schema:
    unique = {"uniqueItems": True} if field.many is frozenset else {}
    return {"type": "array", "items": _scalar(field.kind), **unique}


def _scalar(kind: Kind) -> Schema:
    return INLINE.get(kind.name) or {"$ref": f"#/$defs/{kind.name}"}


def _words(kind: Kind) -> Schema:
    """Return the schema of one word of a list, with its other spellings and the numbers that YAML reads."""
    aliases = ALIASES.get(kind.name, {})
    numeric = [word for word in kind.words if kind.written_as == TEXT_OR_NUMBER and word[0].isdigit()]
    numbers: list[Any] = [float(word) if "." in word else int(word) for word in numeric]
    return {"enum": [*kind.words, *aliases, *numbers], **({"x-aliases": aliases} if aliases else {})}
