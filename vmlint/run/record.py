"""Results as plain JSON values and back: what the cache keeps of a file.

Only the types below are ever made from what is read.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from vmlint.findings.severity import Confidence, Severity

_RECORDS = (
    ("run.result", "Result"),
    ("findings.diagnostic", "Diagnostic"),
    ("findings.place", "Place"),
    ("findings.diagnostic", "Related"),
    ("findings.diagnostic", "Derived"),
    ("findings.diagnostic", "LocalEntry"),
    ("findings.diagnostic", "Crash"),
    ("findings.unknown", "Undecided"),
    ("run.result", "Coverage"),
    ("findings.verdict", "Candidate"),
    ("findings.verdict", "Reason"),
    ("findings.verdict", "Risk"),
    ("findings.verdict", "Objection"),
    ("findings.finding", "Finding"),
    ("findings.finding", "Repair"),
    ("findings.diagnostic", "Accepted"),
    ("findings.fix", "Fix"),
    ("findings.fix", "Edit"),
    ("findings.waiver", "Use"),
    ("run.choice", "Choice"),
    ("advice.picture", "Picture"),
    ("advice.picture", "Row"),
    ("advice.picture", "Cell"),
)
"""Module and name of each type: most results hold one or two of them, so each is imported when it is needed."""
_NUMBERS = {(f"vmlint.{module}", name): number for number, (module, name) in enumerate(_RECORDS)}
_CANDIDATE = _RECORDS.index(("findings.verdict", "Candidate"))
_TEXT, _TUPLE, _MAPPING, _NUMBERED, _SEVERITY, _CONFIDENCE = range(-6, 0)
_PLAIN = (str, int, float, bool, type(None))


def packed(value: Any) -> Any:
    """Return a value as JSON holds it. Raises ``TypeError`` for a type that no result holds."""
    kind: Any = type(value)
    if kind in _PLAIN:
        return value
    number = _number(kind)
    if number == _CANDIDATE:  # alike in most files, so it is a text that is read once
        return [_TEXT, json.dumps(_record(value), separators=(",", ":"))]
    if number is not None:
        return _record(value)
    if kind is tuple:
        return [_TUPLE, *map(packed, value)]
    if kind is Severity:
        return [_SEVERITY, int(value)]
    if kind is Confidence:
        return [_CONFIDENCE, int(value)]
    if isinstance(value, Mapping):
        if all(type(key) is int for key in value) and value:
            return [_NUMBERED, *(part for key, each in value.items() for part in (key, packed(each)))]
        if all(type(key) is str for key in value):
            return [_MAPPING, {key: packed(each) for key, each in value.items()}]
    raise TypeError(f"no result holds {value!r}")


def _record(value: Any) -> list[Any]:
    """Return the fields of a record, without those at its end that have their defaults."""
    fields = [*value]
    kind = type(value)
    defaults = kind._field_defaults
    while fields and (name := value._fields[len(fields) - 1]) in defaults and fields[-1] == defaults[name]:
        fields.pop()
    return [_NUMBERS[kind.__module__, kind.__name__], *map(packed, fields)]


def unpacked(value: Any) -> Any:
    """Return a value that :func:`packed` made. Raises ``ValueError``, ``TypeError`` or ``LookupError`` for others."""
    if type(value) in _PLAIN:
        return value
    number, *parts = value
    if number >= 0:
        return _type(number)(*map(unpacked, parts))
    if number == _TEXT:
        return _read(parts[0])
    if number == _TUPLE:
        return tuple(map(unpacked, parts))
    if number == _MAPPING:
        return {key: unpacked(each) for key, each in parts[0].items()}
    if number == _NUMBERED:
        return {parts[at]: unpacked(parts[at + 1]) for at in range(0, len(parts), 2)}
    return {_SEVERITY: Severity, _CONFIDENCE: Confidence}[number](parts[0])


@functools.cache
def _type(number: int) -> Any:
    module, name = _RECORDS[number]
    return getattr(import_module(f"vmlint.{module}"), name)


@functools.cache
def _number(kind: Any) -> int | None:
    return _NUMBERS.get((kind.__module__, kind.__name__))


@functools.lru_cache(maxsize=4096)
def _read(text: str) -> Any:
    return unpacked(json.loads(text))
