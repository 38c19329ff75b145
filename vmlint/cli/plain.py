"""Reading a plain command line without :mod:`argparse`, whose import and set-up take 7 ms of every start.

A command declares its arguments once, in its ``add_arguments``. This module notes the declarations and reads what is
plain by them: known options with their values, and paths. Whatever else a command line holds (help, a fault, an
abbreviation, two groups of paths) it leaves to argparse, which reads it by the same declarations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

from vmlint.record import NamedTuple

_READS = {"action", "choices", "default", "dest", "help", "metavar", "nargs", "type"}
_FLAGS = {"store_true": True, "store_false": False}
_ACTIONS = ("store", "append", *_FLAGS)
_MANY = ("*", "+")


class _NotPlain(Exception):  # noqa: N818 - nothing is wrong
    pass


class _Declared(NamedTuple):
    dest: str
    action: str
    default: Any
    choices: Any
    type: Callable[[str], Any]
    nargs: str | None


class _Declarations:
    """Takes what ``add_arguments`` declares, in place of a parser."""

    def __init__(self) -> None:
        self.options: dict[str, _Declared] = {}
        self.others: list[_Declared] = []

    def add_argument(self, *names: str, **how: Any) -> None:
        """Note an argument. Raises ``_NotPlain`` for one that only argparse knows how to read."""
        action, default = how.get("action", "store"), how.get("default")
        if not how.keys() <= _READS or action not in _ACTIONS or ("type" in how and default is not None):
            raise _NotPlain
        if action in _FLAGS:
            default = not _FLAGS[action]
        dest = how.get("dest") or names[0].lstrip("-").replace("-", "_")
        declared = _Declared(dest, action, default, how.get("choices"), how.get("type", str), how.get("nargs"))
        if not names[0].startswith("-"):
            self.others.append(declared)
        elif declared.nargs is None:
            self.options.update(dict.fromkeys(names, declared))
        else:
            raise _NotPlain

    def __getattr__(self, name: str) -> Any:  # such as a group of options that exclude each other
        raise _NotPlain


def read(add_arguments: Callable[[Any], None], words: Sequence[str]) -> SimpleNamespace | None:
    """Return what a command line says, as argparse would; ``None`` where that has to be asked."""
    declared = _Declarations()
    try:
        add_arguments(declared)
        return _read(declared, words)
    except _NotPlain:
        return None


def _read(declared: _Declarations, words: Sequence[str]) -> SimpleNamespace:
    found = {option.dest: option.default for option in declared.options.values()}
    paths: list[str] = []
    ended = False  # whether an option followed the paths: argparse refuses more of them then
    rest = iter(words)
    for word in rest:
        if word == "--":
            if ended or paths:
                raise _NotPlain
            paths += rest
            break
        if not word.startswith("-") or word == "-":
            if ended:
                raise _NotPlain
            paths.append(word)
            continue
        ended = bool(paths)
        name, equals, value = word.partition("=")
        option = declared.options.get(name)
        if option is None or (option.action in _FLAGS and equals):
            raise _NotPlain
        if option.action in _FLAGS:
            found[option.dest] = _FLAGS[option.action]
            continue
        if not equals:
            value = next(rest, "-?")
            if value.startswith("-") and value != "-":
                raise _NotPlain
        read = _value(option, value)
        found[option.dest] = [*found[option.dest], read] if option.action == "append" else read
    for other in declared.others:
        found[other.dest] = _taken(other, paths)
    if len(declared.others) != 1 and (declared.others or paths):
        raise _NotPlain
    return SimpleNamespace(**found)


def _value(option: _Declared, text: str) -> Any:
    try:
        value = option.type(text)
    except Exception:  # noqa: BLE001 - argparse says what is wrong
        raise _NotPlain from None
    if option.choices is not None and value not in option.choices:
        raise _NotPlain
    return value


def _taken(declared: _Declared, words: Sequence[str]) -> Any:
    """Return what the words that belong to no option mean."""
    many = declared.nargs in _MANY
    least, most = (declared.nargs in (None, "+")), (len(words) if many else 1)
    if declared.choices is not None or declared.nargs not in (None, "?", *_MANY) or not least <= len(words) <= most:
        raise _NotPlain
    if not words:
        return [] if many and declared.default is None else declared.default
    values = [declared.type(word) for word in words]
    return values if many else values[0]
