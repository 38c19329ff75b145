"""What Proxmox VE's two kinds of guests share: ``key: value`` lines, sections of snapshots below, lists of options."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from vmlint.api import File, Setting, Span, Unreadable, limits, settings

from ..shared.templates import MARKS, VARIABLES

PLATFORM = "proxmox-ve"
_LINE = re.compile(r"([a-z][a-z0-9_.-]*):(\s|$)?")
_FREE_TEXT = frozenset({"description", "name", "hostname", "tags", "args"})
"""Settings whose text Proxmox VE takes as it stands, or which it checks when the machine starts."""
_TEMPLATE = re.compile(f"{MARKS}|{VARIABLES}")


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


class Part(NamedTuple):
    """One option of a value."""

    text: str
    at: Span


def body(file: File, is_known: Callable[[str], bool]) -> dict[str, Setting] | None:
    """Return the settings above the first section, or nothing for a file of another kind.

    All its lines are ``key: value`` from the first column on, and most keys are the format's, unlike in YAML.
    """
    try:
        text = file.text
    except Unreadable:
        return None
    if len(text) > limits.SETTINGS_CHARACTERS:
        return None
    known = others = 0
    for line in file.lines:
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("["):
            break
        match = _LINE.match(line)
        if match is not None and match[2] is None and not is_known(match[1]):
            match = None  # a blank may be missing behind the colon, but not after every word
        if match is None and not line.startswith("lxc."):
            if line[0].isspace():
                return None
            others += 1  # Proxmox VE warns of a line that it cannot read, and goes on
        elif match is None or is_known(match[1]):
            known += 1
        else:
            others += 1
    if not known or others > known // 4:
        return None
    return {each.key: each for each in settings(file.text, ":") if not each.section}


def split(found: Mapping[str, Setting]) -> tuple[dict[str, Setting], list[str]]:
    """Return the settings as they stand, and the keys of those that a template fills in."""
    marked = [key for key, each in found.items() if key not in _FREE_TEXT and _TEMPLATE.search(each.value)]
    return {key: each for key, each in found.items() if key not in marked}, marked


def parts(setting: Setting, first: str = "") -> dict[str, Part]:
    """Return the options of a value, ``a,key=b,key=c``; what has no key counts as that of ``first``."""
    found: dict[str, Part] = {}
    column = setting.at.column
    for piece in setting.value.split(","):
        key, equals, text = piece.partition("=")
        text = text if equals else key
        start = column + (len(key) + 1 if equals else 0)
        line = setting.at.line
        found.setdefault(
            key.strip() if equals else first, Part(text.strip(), Span(line, start, line, start + len(text)))
        )
        column += len(piece) + 1
    return found


def numbered(found: dict[str, Setting], *stems: str) -> list[Setting]:
    """Return the settings whose keys are one of some stems and a number, in the order of the stems and numbers."""
    result = []
    for stem in stems:
        keys = [key for key in found if key.startswith(stem) and re.fullmatch("[0-9]+", key[len(stem) :])]
        result += [found[key] for key in sorted(keys, key=lambda key: int(key[len(stem) :]) if len(key) < 12 else 0)]
    return result


def number(setting: Setting | None) -> int | None:
    """Return a setting's value as a whole number."""
    return int(setting.value) if setting and re.fullmatch("[0-9]{1,9}", setting.value) else None
