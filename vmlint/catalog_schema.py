"""What is right in an entry of the catalogue: the JSON Schemas of documents, and what a schema cannot say."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from vmlint.catalog.records import LOCAL
from vmlint.schemata import bundled

if TYPE_CHECKING:
    from jsonschema.protocols import Validator


def with_sources(spec: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return a document's spec in which each block that could name its sources, and does not, names the document."""
    form = specification(kind)
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
def specification(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of a document's spec, laid over what the catalogue says already."""
    about = bundled("platform" if kind == "Platform" else "guest")
    if kind == "Platform":
        fields = {name: form for name, form in about["properties"].items() if name != "id"}
        required = [name for name in about["required"] if name != "id"]
    else:
        fields = {"family": about["properties"]["family"], **about["$defs"]["facts"]["properties"]}
        required = ["family"]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": fields,
        "$defs": about["$defs"],
    }


@functools.cache
def judge(kind: str) -> Validator:
    """Return a validator of whole documents, whose spec was laid over what the catalogue says already."""
    from jsonschema import Draft202012Validator

    spec = specification(kind)
    written = "lower-case letters, digits, dots and hyphens"
    name = {"type": "string", "pattern": r"^[a-z0-9][a-z0-9.-]*$", "patternErrorMessage": written}
    form = {
        "type": "object",
        "additionalProperties": False,
        "required": ["metadata", "spec"],
        "properties": {
            "apiVersion": {},
            "kind": {},
            "metadata": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name"],
                "properties": {"name": name},
            },
            "spec": {key: part for key, part in spec.items() if key != "$defs"},
        },
        "$defs": spec["$defs"],
    }
    found: Validator = Draft202012Validator(form, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return found


def platform_faults(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the schema cannot say of one platform: its parts must agree with each other."""
    for architecture, mode in data["architectures"].items():
        if mode is not None and mode not in data["modes"]:
            yield f"architectures.{architecture}: {mode!r} is not one of the platform's modes"
    for architecture in data.get("suggestAs", ()):
        if architecture not in data["architectures"]:
            yield f"suggestAs: {architecture!r} is not one of the platform's architectures"
