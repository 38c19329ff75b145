"""Releases that vmlint has no entry for, from libosinfo's database where that is installed.

The database is a package of its own under another licence, so nothing of it is part of vmlint: it is read where the
user has it, and only for ids that vmlint's own tables lack. Its dates of end of life are not read: where they differ
from a vendor's they are the ones that are wrong, and most are missing.

Whoever may write the folders below decides what is in them, so a file is read as a stranger's: of limited size, without
a document type and without entities, and what is in it becomes text that is checked.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

ID = re.compile(r"[a-z0-9][a-z0-9._+-]{0,63}")
MOST_FILES = 10_000
MOST_BYTES = 1 << 20
"""Files of libosinfo have a few kilobytes, and there are about 900 of them."""

FAMILIES = {
    "linux": "linux", "winnt": "windows", "win9x": "windows", "win16": "windows", "darwin": "darwin",
    "freebsd": "freebsd", "netbsd": "netbsd", "openbsd": "openbsd", "solaris": "solaris", "illumos": "illumos",
    "msdos": "dos", "dos": "dos", "netware": "netware",
}  # fmt: skip
"""vmlint's words for libosinfo's families. Haiku, Hurd, DragonFly and whatever else there is are ``other``."""

_SHORT_ID = re.compile(rb"<short-id>\s*([A-Za-z0-9][A-Za-z0-9._+-]{0,63})\s*</short-id>")


class Release(NamedTuple):
    """What the database says of one release."""

    ids: tuple[str, ...]
    """All its short ids, in lower case."""
    name: str
    family: str | None
    """In vmlint's words; ``None`` where the file does not tell."""
    released: str | None
    origin: str
    """The database and its version: ``osinfo-db 20260517``."""


def standard_folders() -> tuple[Path, ...]:
    """Return the folders in which libosinfo looks, those that come first there first: the user's own."""
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111 - never raises
    named = (
        os.environ.get("OSINFO_USER_DIR") or os.path.join(home, "osinfo"),  # noqa: PTH118
        os.environ.get("OSINFO_LOCAL_DIR") or "/etc/osinfo",
        os.environ.get("OSINFO_SYSTEM_DIR") or "/usr/share/osinfo",
    )
    return tuple(Path(folder) for folder in named if os.path.isabs(folder))  # noqa: PTH117


class Database:
    """libosinfo's database, in one or more folders; an entry of an earlier folder hides one of a later."""

    def __init__(self, folders: Sequence[Path] | None = None) -> None:
        self._given = folders

    @functools.cached_property
    def folders(self) -> Sequence[Path]:
        """Where it is looked for."""
        return standard_folders() if self._given is None else self._given

    def find(self, id: str) -> Release | None:
        """Return what it says of an id; ``None`` where it has none of that name, or is not installed."""
        if not ID.fullmatch(id) or id not in self._index:
            return None
        folder, file = self._index[id]
        content = _read(file)
        return _parse(content, id, self._origin(folder)) if content else None

    @property
    def ids(self) -> Sequence[str]:
        """All short ids."""
        return tuple(self._index)

    @functools.cached_property
    def _index(self) -> Mapping[str, tuple[Path, Path]]:
        """The folder and the file of each short id: looked up in the files' bytes, so that none need be parsed."""
        index: dict[str, tuple[Path, Path]] = {}
        left = MOST_FILES
        for folder in self.folders:
            for file in _files(folder / "os"):
                left -= 1
                if left < 0:
                    return index
                for found in _SHORT_ID.findall(_read(file) or b""):
                    index.setdefault(found.decode("ascii").lower(), (folder, file))
        return index

    def _origin(self, folder: Path) -> str:
        version = (_read(folder / "VERSION") or b"").decode("ascii", "ignore").strip()
        return f"osinfo-db {version}" if ID.fullmatch(version) else "osinfo-db"


def _files(folder: Path) -> Iterator[Path]:
    """Yield ``VENDOR/RELEASE.xml``. What lies deeper adds to a release and names none."""
    try:
        yield from sorted(folder.glob("*/*.xml"))
    except OSError:
        return


def _read(file: Path) -> bytes | None:
    try:
        if not file.is_file() or file.stat().st_size > MOST_BYTES:
            return None
        return file.read_bytes()
    except OSError:
        return None


def _parse(content: bytes, id: str, origin: str) -> Release | None:
    try:
        for ids, said in _systems(content):
            if id in ids:
                family = said.get("family")
                return Release(
                    tuple(ids),
                    _one_line(said.get("name", "")) or id,
                    FAMILIES.get(family, "other") if family else None,
                    _day(said.get("release-date", "")),
                    origin,
                )
    except ValueError:
        pass  # whatever it is, it says nothing about the release
    return None


def _systems(content: bytes) -> list[tuple[list[str], dict[str, str]]]:
    """Return the short ids, and the first text of each other child, of every ``os`` element below the root.

    Raises ``ValueError`` for what is no XML, and for a document type, without which there are no entities.
    """
    from xml.parsers import expat  # of no use to a run in which every id is known

    systems: list[tuple[list[str], dict[str, str]]] = []
    path: list[str] = []
    text: list[str] = []
    keep = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal keep
        path.append(tag)
        if len(path) == 2 and tag == "os":
            systems.append(([], {}))
        keep = len(path) == 3 and path[1] == "os" and "xml:lang" not in attributes
        text.clear()

    def end(tag: str) -> None:
        nonlocal keep
        if keep and len(path) == 3:
            ids, said = systems[-1]
            value = "".join(text).strip()
            if tag == "short-id":
                ids.append(value.lower())
            else:
                said.setdefault(tag, value)
        keep = False
        path.pop()

    def refuse(*_: object) -> None:
        raise ValueError("a document type")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from None
    return systems


def _one_line(text: str) -> str:
    return "".join(letter for letter in " ".join(text.split())[:100] if letter.isprintable())


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None
