"""Files that a shell would read as assignments. They are never run: what a shell would compute is unknown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from vmlint.api import File, Setting, Unreadable, limits, settings

from .carriers import is_named_otherwise, is_script, rows_of_settings
from .templates import MARKS, NAMES, marked

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ASSIGNS = re.compile(r"(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*\+?=\S?")
_COMPUTED = re.compile(r"[$`]")
_TEMPLATE = re.compile(f"{MARKS}|{NAMES}")


class Assigned(NamedTuple):
    """What a file assigns."""

    usable: dict[str, Setting]
    computed: frozenset[str]
    """Names whose values a shell would compute."""
    others: int
    """Lines that assign nothing: sections, blocks, commands."""
    is_settings: bool
    """Whether its name is that of a file of settings: other lines may be in it then, and a first line for a program."""
    is_script: bool
    """Whether a line says that a program runs a file of another name: no other lines may be in it then."""


def assigned(file: File) -> Assigned | None:
    """Return what a file assigns, the last value of each name; nothing for a file that is not such a text."""
    try:
        if len(file.text) > limits.SETTINGS_CHARACTERS or is_named_otherwise(file):
            return None
    except Unreadable:
        return None
    others = 0
    rows = rows_of_settings(file)
    for line in rows:
        bare = line.strip()
        if bare and not bare.startswith("#") and not _ASSIGNS.match(bare):
            others += 1
    usable: dict[str, Setting] = {}
    computed: set[str] = set()
    for setting in settings("\n".join(rows) if is_script(file) else file.text):
        if not _NAME.fullmatch(setting.key):
            continue
        single = file.lines[setting.at.line - 1][: setting.at.column - 1].endswith("'")
        if _COMPUTED.search(setting.value) and not single:
            computed.add(setting.key)
            usable.pop(setting.key, None)
        else:
            usable[setting.key] = setting
            computed.discard(setting.key)
    is_settings = file.base.lower().endswith(".conf")
    return Assigned(usable, frozenset(computed), others, is_settings, is_script(file) and not is_settings)


def is_template(file: File, found: Assigned, is_own: Callable[[str], object]) -> bool:
    """Whether a file is a template: by its lines, or by the values of its own settings."""
    own = any(_TEMPLATE.search(each.value) for key, each in found.usable.items() if is_own(key))
    return own or marked(file.text, "shell", _TEMPLATE)


def array(setting: Setting) -> list[str]:
    """Return the words of an array on one line: ``("a" "b")``."""
    inside = re.fullmatch(r"\(([^()]*)\)", setting.value.strip())
    return [word.strip("\"'") for word in inside[1].split()] if inside else []
