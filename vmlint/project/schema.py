"""The JSON Schema of a settings file, made from the table of keys and from the rules; ``make docs`` writes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from vmlint import limits
from vmlint.lint.rule import Coded, Threshold
from vmlint.model.paths import fields
from vmlint.project import keys
from vmlint.project.facts import ALLOWED
from vmlint.project.keys import KEYS, Key

Schema = Mapping[str, Any]
_TEXTS: Schema = {"type": "array", "items": {"type": "string", "minLength": 1}}
_TYPES = {bool: "boolean", int: "integer", float: "number"}
_SHAPES: Mapping[str, Schema] = {
    keys.TEXT: {"type": "string", "minLength": 1},
    keys.FILE: {"type": "string", "minLength": 1},
    keys.HOSTS: {"anyOf": [{"type": "string", "minLength": 1}, {**_TEXTS, "minItems": 1}]},
    keys.ADDRESS: {"type": "string", "pattern": r"^https?://\S*\{code\}\S*$"},
    keys.FLAG: {"type": "boolean"},
    keys.NUMBER: {"type": "integer", "minimum": 0, "exclusiveMaximum": limits.SETTINGS_DAYS},
    keys.DATE: {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    keys.TEXTS: _TEXTS,
    keys.RULES: _TEXTS,
    keys.PATTERNS: _TEXTS,
    keys.FOLDERS: _TEXTS,
}


def config_schema(rules: Iterable[Coded]) -> Schema:
    """Return the schema of ``vmlint.toml``, which is that of ``[tool.vmlint]`` too."""
    judging = {rule.code: rule for rule in rules if rule.thresholds}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "vmlint configuration",
        "description": "What a project settles for all runs of vmlint: the file vmlint.toml, or the table tool.vmlint "
        "of pyproject.toml.",
        **_table(KEYS, judging),
    }


def _table(table: tuple[Key, ...], judging: Mapping[str, Coded]) -> Schema:
    needed = [key.name for key in table if key.needed]
    return {
        "type": "object",
        "additionalProperties": False,
        **({"required": needed} if needed else {}),
        "properties": {key.name: _key(key, judging) for key in table},
    }


def _key(key: Key, judging: Mapping[str, Coded]) -> Schema:
    return {
        "title": key.name[:1].upper() + key.name[1:].replace("-", " "),
        "description": key.about,
        **_shape(key, judging),
        "examples": [key.example],
    }


def _shape(key: Key, judging: Mapping[str, Coded]) -> Schema:
    if key.shape == keys.WORD:
        return {"type": "string", "enum": list(key.words)}
    if key.shape == keys.SEVERITIES:
        return {"type": "object", "additionalProperties": {"type": "string", "enum": list(key.words)}}
    if key.shape == keys.THRESHOLDS:
        return {
            "type": "object",
            "properties": {code: _thresholds(rule) for code, rule in sorted(judging.items())},
            "additionalProperties": {
                "description": "The thresholds of a rule, by the name of the rule, or of a rule of a plugin.",
                "type": "object",
                "additionalProperties": {"type": ["number", "boolean"], "minimum": 0, "maximum": limits.THRESHOLD},
            },
        }
    if key.shape == keys.FACTS:
        return {"type": "object", "additionalProperties": False, "properties": {name: _fact(name) for name in ALLOWED}}
    if key.shape == keys.TABLE:
        return _table(key.keys, judging)
    if key.shape == keys.TABLES:
        return {"type": "array", "items": _table(key.keys, judging)}
    return _SHAPES[key.shape]


def _fact(name: str) -> Schema:
    """Return the schema of a field, or a group of fields, of a manifest."""
    field = fields()[name]
    if field.role == "metadata":
        return {"type": "object", "additionalProperties": {"type": "string"}}
    return {"$ref": f"workload.json#/$defs/{field.group.__name__ if field.group else field.kind.name}"}


def _thresholds(rule: Coded) -> Schema:
    return {
        "title": rule.name,
        "description": rule.summary,
        "type": "object",
        "additionalProperties": False,
        "properties": {each.name: _threshold(each) for each in rule.thresholds},
    }


def _threshold(threshold: Threshold) -> Schema:
    numbers = {} if threshold.kind is bool else {"minimum": 0, "maximum": limits.THRESHOLD}
    return {
        "description": threshold.about,
        "type": _TYPES[threshold.kind],
        **numbers,
        "default": threshold.default,
    }
