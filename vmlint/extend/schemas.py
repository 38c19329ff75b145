"""The JSON Schemas of what is added to the catalogue: of documents, and of the files of a plugin."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from vmlint.catalog.records import LOCAL
from vmlint.reading.schemas import bundled

if TYPE_CHECKING:
    from jsonschema.protocols import Validator


def with_sources(spec: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return a document's spec in which each block that could name its sources, and does not, names the document."""
    form = _facts(kind)
    return _with_sources(spec, form, form["$defs"])


def _with_sources(value: Mapping[str, Any], form: Mapping[str, Any], defs: Mapping[str, Any]) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for key, inner in value.items():
        inside = form.get("properties", {}).get(key) or form.get("additionalProperties") or {}
        if isinstance(inside, dict) and "$ref" in inside:
            inside = defs.get(inside["$ref"].rpartition("/")[2], {})
        if isinstance(inner, dict) and isinstance(inside, dict):
            inner = _with_sources(inner, inside, defs)
            if "source" in inside.get("properties", {}):
                inner.setdefault("source", [LOCAL])
        filled[key] = inner
    return filled


@functools.cache
def _facts(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of an entry's facts, whole."""
    about = bundled(kind)
    fields = about["properties"] if kind == "platform" else about["$defs"]["facts"]["properties"]
    own = {name: form for name, form in fields.items() if name != "id"}
    if kind == "guest":
        own = {"family": about["properties"]["family"], **own}
    required = [name for name in about["required"] if name in own and (kind == "platform" or name == "family")]
    return {**_block(own, required), "$defs": about["$defs"]}


def _block(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


@functools.cache
def judge_document(kind: str) -> Validator:
    """Return a validator of documents whose spec was merged over the catalogue's entry."""
    written = "lower-case letters, digits, dots and hyphens"
    name = {"type": "string", "pattern": r"^[a-z0-9][a-z0-9.-]*$", "patternErrorMessage": written}
    facts = dict(_facts(kind))
    defs = facts.pop("$defs")
    parts = {"apiVersion": {}, "kind": {}, "metadata": _block({"name": name}, ["name"]), "spec": facts}
    return _validator({**_block(parts, ["metadata", "spec"]), "$defs": defs})


@functools.cache
def judge_file(kind: str) -> Validator:
    """Return a validator of the files ``platforms/<id>.yaml`` or ``guests/<family>.yaml``."""
    return _validator(bundled(kind))


def _validator(form: dict[str, Any]) -> Validator:
    from jsonschema import Draft202012Validator

    found: Validator = Draft202012Validator(form, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return found
