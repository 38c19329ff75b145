"""What Proxmox VE's two kinds of guests share: ``key: value`` lines, sections of snapshots below, lists of options."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from vmlint.api import File, Setting, Span, Unreadable, limits, settings

from ..shared.templates import MARKS, VARIABLES

PLATFORM = "proxmox-ve"
SECTION = re.compile(r"\[(?:(?:pve|special):)?[a-z][a-z0-9_-]+\][ \t\r\ufffd]*", re.IGNORECASE)
"""A snapshot, pending changes, or settings of cloud-init. Other lines in brackets are none.

A form feed is white space there, too; it is no character of a text, and read as U+FFFD.
"""
_PENDING = re.compile(r"\[(?:pve:)?pending\][ \t\r\ufffd]*", re.IGNORECASE)
INDENTED = 1_000_000
"""An indented line counts as many others: it is usual in YAML, and in no file that Proxmox VE wrote."""
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


class Counted(NamedTuple):
    """The settings of a file, and how many of its lines there are above the first section."""

    found: dict[str, Setting]
    known: int
    others: int
    """Lines that Proxmox VE does not read."""


def rows_above_sections(file: File) -> list[str]:
    """Return the rows above the first section, with empty ones for those that Proxmox VE cannot read: it warns of them.

    A setting begins in the first column.
    """
    rows = itertools.takewhile(lambda row: not SECTION.fullmatch(row), file.rows.texts)
    return ["" if row[:1] in ("", " ", "\t", "[") else row for row in rows]


SYSTEMS = frozenset({
    "other", "wxp", "w2k", "w2k3", "w2k8", "wvista", "win7", "win8", "win10", "win11", "l24", "l26", "solaris",
    "debian", "devuan", "ubuntu", "centos", "fedora", "opensuse", "archlinux", "alpine", "gentoo", "nixos", "unmanaged",
})  # fmt: skip
"""Values of `ostype`, of machines and of containers (PVE::QemuServer, PVE::LXC::Config)."""


def is_on(text: str) -> bool:
    """Whether a flag is on, as parse_boolean of PVE::JSONSchema reads it."""
    return text.lower() in ("1", "on", "yes", "true")


def is_off(text: str) -> bool:
    """Whether a flag is off."""
    return text.lower() in ("0", "off", "no", "false")


def own_settings(file: File, separator: str = ":") -> Iterator[Setting]:
    """Yield the settings above the first section."""
    return settings("\n".join(rows_above_sections(file)), separator, trailing=False)


def next_settings(file: File) -> dict[str, Setting]:
    """Return the settings with which a guest starts the next time: with the changes that wait for it."""
    found: dict[str, Setting] = {}
    for each in own_settings(file):
        if each.key not in found or not _is_refused(each):
            found[each.key] = each
    for each in _pending(file):
        if each.key == "delete":
            for key in each.value.replace(",", " ").split():
                found.pop(key.removeprefix("!"), None)
        elif each.key not in found or not _is_refused(each):
            found[each.key] = each
    return found


def _is_refused(setting: Setting) -> bool:
    """Whether Proxmox VE passes a line over, with a warning: it knows neither quotes there nor other systems."""
    return setting.key == "ostype" and (setting.quoted or setting.value not in SYSTEMS)


def _pending(file: File) -> Iterator[Setting]:
    rows = file.rows.texts
    begins = next((number for number, row in enumerate(rows, 1) if _PENDING.fullmatch(row)), len(rows))
    below = itertools.takewhile(lambda row: not SECTION.fullmatch(row), rows[begins:])
    return settings("\n" * begins + "\n".join("" if row[:1] in ("", " ", "\t", "[") else row for row in below), ":")


def counted(file: File, is_known: Callable[[str], bool]) -> Counted | None:
    """Return the settings of a text, or nothing for one that cannot be read as such."""
    try:
        text = file.text
    except Unreadable:
        return None
    if len(text) > limits.SETTINGS_CHARACTERS:
        return None
    known = others = 0
    for row in file.rows.texts:
        if SECTION.fullmatch(row):
            break
        if not row.strip() or row.startswith("#"):
            continue
        match = _LINE.match(row)
        if match is not None and match[2] is None and not is_known(match[1]):
            match = None  # a blank may be missing behind the colon, but not after every word
        if (match is not None and is_known(match[1])) or (match is None and row.startswith("lxc.")):
            known += 1
        else:
            others += INDENTED if row[0].isspace() else 1
    return Counted(next_settings(file), known, others) if known else None


def split(found: Mapping[str, Setting]) -> tuple[dict[str, Setting], list[str]]:
    """Return the settings as they stand, and the keys of those that a template fills in."""
    marked = [key for key, each in found.items() if key not in _FREE_TEXT and _TEMPLATE.search(each.value)]
    left_out = frozenset(marked)
    return {key: each for key, each in found.items() if key not in left_out}, marked


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
