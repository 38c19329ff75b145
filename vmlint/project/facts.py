"""Facts that settings state about workloads, judged by the model: environment, kind, labels, requirements and host."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from vmlint.model.kinds import FLAG, NUMBER
from vmlint.model.labels import fault
from vmlint.model.paths import check_text, field_exists, fields, no_such_field
from vmlint.project.origin import Named
from vmlint.project.setting import ConfigError, where
from vmlint.reading.context import GivenFact
from vmlint.words import as_text, did_you_mean, nearest

if TYPE_CHECKING:
    from vmlint.findings.waiver import Waiver
    from vmlint.project.setting import Setting

ALLOWED = ("environment", "kind", "labels", "requirements", "host")
"""The fields of a manifest, or groups of them, that settings may state. What was chosen is for the file to say."""


def facts(stated: Iterable[Setting]) -> tuple[GivenFact, ...]:
    """Return facts, each of one field. Raises ``ConfigError`` for a field or a value that no manifest could state."""
    found: dict[str, GivenFact] = {}
    for setting in stated:
        for path, value in _fields(setting):
            found.pop(path, None)  # the order is that in which they were said last
            found[path] = GivenFact(path, value, setting.place)
    return tuple(found.values())


def check_fields(waivers: Iterable[Waiver]) -> None:
    """Raise ``ConfigError`` for a waiver whose field does not exist."""
    for waiver in waivers:
        if waiver.field and not field_exists(waiver.field):
            raise ConfigError(f"{where(waiver.place)}: waivers: {no_such_field(waiver.field)}")


def _fields(setting: Setting) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    path = setting.name
    try:
        if path.partition(".")[0] not in ALLOWED:
            if not field_exists(path):
                raise ValueError(no_such_field(path))
            raise ValueError(f"a context states {', '.join(ALLOWED)}; {path} is for the file of a workload to say")
        if path.startswith("labels."):
            if not isinstance(setting.value, str):
                raise ValueError("expected a text in quotes")
            if wrong := fault(path.removeprefix("labels."), setting.value):
                raise ValueError(wrong)
            yield path, setting.value
            return
        yield from _of_field(path, setting.value, listed=isinstance(setting.origin, Named))
    except ValueError as error:
        at = f"{where(setting.place)}: {setting.key}" if setting.place.line else f"{where(setting.place)} {path}"
        raise ConfigError(f"{at}: {error}{_instead(path, setting.value)}") from None


def _instead(path: str, value: Any) -> str:
    """Return what was written in place of a word that a field takes, and the nearest of them."""
    field = fields().get(path)
    if field is None or field.group is not None or not field.kind.words or not isinstance(value, str):
        return ""
    near = nearest(value, field.kind.words)
    return f", not {value!r}" + (f"; {did_you_mean(near)}" if near else "")


def _of_field(path: str, value: Any, *, listed: bool = False) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Yield a fact, or those of a group that one word stands for. ``listed``: whether commas may separate a list."""
    field = fields().get(path)
    if field is None or not field.in_spec:
        raise ValueError(no_such_field(path))
    if field.group is not None:  # one word in place of a group: guest systems, platforms
        text = _text(value, expected="a text in quotes")
        check_text(path, text)
        short = field.declared.short
        for name, word in (short.read(text) if short else {}).items():
            yield from _of_field(f"{path}.{name}", word)
        return
    written = field.kind.written_as
    expected = "true or false" if written == FLAG else "a whole number" if written == NUMBER else "a text in quotes"
    if field.many:
        if listed and isinstance(value, str):
            value = tuple(part.strip() for part in value.split(","))
        if not isinstance(value, tuple):
            raise ValueError("expected a list")
        entries = tuple(_text(item, expected) for item in value)
        for entry in entries:
            field.kind.read(entry)
        yield path, entries
        return
    text = _text(value, expected)
    check_text(path, text)
    yield path, text


def _text(value: Any, expected: str) -> str:
    """Return a value of TOML as a manifest writes it. A float is refused: 5.10 would be 5.1."""
    if isinstance(value, str) or type(value) in (bool, int):
        return as_text(value)
    raise ValueError(f"expected {expected}")
