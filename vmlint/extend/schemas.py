"""The JSON Schemas of what is added to the catalogue: of documents, and of the files of a plugin."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from vmlint.catalog.records import LOCAL
from vmlint.reading.schemas import bundled

if TYPE_CHECKING:
    from jsonschema.protocols import Validator


_FILES = {"feature": "features"}
"""Kind of a document -> the schema of the catalogue's files of it, where that has another name."""

_PATTERN = {
    "maxLength": 200,
    "pattern": r"^(?:[A-Za-z0-9_ ./:=@,^$|-]|\\[.+*?()|^$dw-]|\[\^?[A-Za-z0-9_.-]+\])+$",
    "patternErrorMessage": "expected words to look for, with . [a-z] ^ $ and | at most; groups and repetition could "
    "take for ever",
}
"""What a document may write as a regular expression: anybody's branch may hold it, so it must be quick on any text."""


def with_sources(spec: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return a document's spec in which each block that could name its sources, and does not, names the document."""
    form = facts_of(kind)
    return _with_sources(spec, form, form["$defs"])


def _with_sources(value: Mapping[str, Any], form: Mapping[str, Any], defs: Mapping[str, Any]) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for key, inner in value.items():
        inside = _form(form.get("properties", {}).get(key) or form.get("additionalProperties") or {}, defs)
        if isinstance(inner, dict):
            inner = _with_source(inner, inside, defs)
        elif isinstance(inner, list):
            row = _form(inside.get("items", {}), defs)
            inner = [_with_source(each, row, defs) if isinstance(each, dict) else each for each in inner]
        filled[key] = inner
    return filled


def _with_source(block: Mapping[str, Any], form: Mapping[str, Any], defs: Mapping[str, Any]) -> dict[str, Any]:
    filled = _with_sources(block, form, defs)
    source = form.get("properties", {}).get("source")
    if source:
        filled.setdefault("source", own_source(source))
    return filled


def own_source(form: Mapping[str, Any]) -> Any:
    """Return how a block without a source names its document: one text, or a list, as its schema says."""
    return LOCAL if form.get("type") == "string" else [LOCAL]


def _form(form: Any, defs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema that another one refers to, or itself; of true and false, an empty one."""
    if not isinstance(form, dict):
        return {}
    if "$ref" in form:
        found: Mapping[str, Any] = defs.get(form["$ref"].rpartition("/")[2], {})
        return _form(found, defs)
    return form


@functools.cache
def facts_of(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of an entry's facts, whole."""
    about = bundled(_FILES.get(kind, kind))
    defs: dict[str, Any] = about.get("$defs", {})
    if kind == "platform":
        form = about
    elif kind == "guest":
        form = {"properties": {"family": about["properties"]["family"], **defs["facts"]["properties"]}}
        form["required"] = ["family"]
    elif kind == "software":
        form = defs["program"]
        need = defs["need"]["properties"]
        need |= {name: {**need[name], **_PATTERN} for name in ("tags", "notTags")}
        when = need["when"]["properties"]
        for name in ("command", "mounts", "notMounts"):
            when[name] |= _PATTERN
        for name in ("environment", "notEnvironment"):
            when[name]["additionalProperties"] |= _PATTERN
    else:
        form = about["properties"]["features"]["additionalProperties"]
    own = {name: inside for name, inside in form["properties"].items() if name != "id"}
    return {**_block(own, [name for name in form["required"] if name in own]), "$defs": defs}


def _block(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


@functools.cache
def judge_document(kind: str) -> Validator:
    """Return a validator of documents whose spec was merged over the catalogue's entry."""
    facts = dict(facts_of(kind))
    defs = facts.pop("$defs")
    parts = {"apiVersion": {}, "kind": {}, "metadata": _block({"name": _name(kind)}, ["name"]), "spec": facts}
    return _validator({**_block(parts, ["metadata", "spec"]), "$defs": defs})


def _name(kind: str) -> dict[str, Any]:
    if kind == "feature":
        names: dict[str, Any] = bundled("features")["properties"]["features"]["propertyNames"]
        expected = "the id of a feature such as device.kvm, or kernel.module.* for all of a kind"
        return {"type": "string", **names, "patternErrorMessage": f"expected {expected}"}
    written = "lower-case letters, digits, dots and hyphens"
    return {"type": "string", "pattern": r"^[a-z0-9][a-z0-9.-]*$", "patternErrorMessage": written}


@functools.cache
def judge_file(kind: str) -> Validator:
    """Return a validator of the files of a plugin, by the name of their schema: ``platform``, ``features``."""
    return _validator(bundled(kind))


def _validator(form: dict[str, Any]) -> Validator:
    from jsonschema import Draft202012Validator

    found: Validator = Draft202012Validator(form, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return found
