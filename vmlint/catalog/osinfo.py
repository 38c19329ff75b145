"""Releases that vmlint has no entry for, from libosinfo's database where that is installed.

The database has another licence, so vmlint does not contain any of it: it is read where it is installed, and only for
ids that vmlint's own tables lack. Its end-of-life dates count for those as well. Many are missing and a few differ from
the vendor's, but of a system that is in no other list they are the best there is.

Other users may be able to write to the folders below, so a file is read as untrusted: of limited size, without a
document type and without entities, and its values are checked.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from vmlint import limits
from vmlint.door import read_bytes
from vmlint.record import NamedTuple

ID = r"[a-z0-9][a-z0-9._+-]{0,63}"

FAMILIES = {
    "linux": "linux", "winnt": "windows", "win9x": "windows", "win16": "windows", "darwin": "darwin",
    "freebsd": "freebsd", "netbsd": "netbsd", "openbsd": "openbsd", "solaris": "solaris", "illumos": "illumos",
    "msdos": "dos", "dos": "dos", "netware": "netware",
}  # fmt: skip
"""vmlint's words for libosinfo's families. All others (Haiku, Hurd, DragonFly, …) are ``other``."""

_SHORT_ID = rb"<short-id>\s*([A-Za-z0-9][A-Za-z0-9._+-]{0,63})\s*</short-id>"


class Release(NamedTuple):
    """A release in the database."""

    ids: tuple[str, ...]
    """All its short ids, in lower case."""
    name: str
    family: str | None
    """In vmlint's words; ``None`` where the file names none."""
    released: str | None
    ends: str | None
    """The day on which its support ends."""
    origin: str
    """The database and its version: ``osinfo-db 20260517``."""


def standard_folders() -> tuple[Path, ...]:
    """Return the folders in which libosinfo looks, in its order: the user's own first."""
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111 - never raises
    named = (
        os.environ.get("OSINFO_USER_DIR") or os.path.join(home, "osinfo"),  # noqa: PTH118
        os.environ.get("OSINFO_LOCAL_DIR") or "/etc/osinfo",
        os.environ.get("OSINFO_SYSTEM_DIR") or "/usr/share/osinfo",
    )
    return tuple(Path(folder) for folder in named if os.path.isabs(folder))  # noqa: PTH117


class Database:
    """libosinfo's database in one or more folders. An entry of an earlier folder hides one of a later folder."""

    def __init__(self, folders: Sequence[Path] | None = None, most_files: int = limits.OSINFO_FILES) -> None:
        self._given = folders
        self._most_files = most_files

    @functools.cached_property
    def folders(self) -> Sequence[Path]:
        """The folders that are searched."""
        return standard_folders() if self._given is None else self._given

    def find(self, id: str) -> Release | None:
        """Return a release by one of its short ids; ``None`` where there is none, or no database."""
        if not re.fullmatch(ID, id) or id not in self._index:
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
        """Short id -> folder and file. The files' bytes are searched, so that only the file in question is parsed."""
        index: dict[str, tuple[Path, Path]] = {}
        left = self._most_files
        for folder in self.folders:
            for file in _files(folder / "os"):
                left -= 1
                if left < 0:
                    return index
                for found in re.findall(_SHORT_ID, _read(file) or b""):
                    index.setdefault(found.decode("ascii").lower(), (folder, file))
        return index

    def _origin(self, folder: Path) -> str:
        version = (_read(folder / "VERSION") or b"").decode("ascii", "ignore").strip()
        return f"osinfo-db {version}" if re.fullmatch(ID, version) else "osinfo-db"


def _files(folder: Path) -> Iterator[Path]:
    """Yield ``VENDOR/RELEASE.xml``. Files in deeper folders add to a release and do not name one."""
    try:
        yield from sorted(folder.glob("*/*.xml"))
    except OSError:
        return


def _read(file: Path) -> bytes | None:
    try:
        data = read_bytes(file, most=limits.OSINFO_BYTES)
    except OSError:
        return None
    return data if len(data) <= limits.OSINFO_BYTES else None


def _parse(content: bytes, id: str, origin: str) -> Release | None:
    """Return a file's data on a release; ``None`` where it is not XML, or has no such release."""
    from vmlint.findings.problem import Unreadable
    from vmlint.syntax.xml.tree import parse

    try:
        roots = parse(content.decode("utf-8"))
    except (UnicodeError, Unreadable):
        return None
    for system in (system for root in roots for system in root.all("os")):
        plain = [child for child in system.children if not child.get("lang")]
        ids = tuple(child.text.lower() for child in plain if child.name == "short-id")
        if id in ids:
            values = {child.name: child.text for child in reversed(plain)}  # the first of several counts
            family = values.get("family")
            return Release(
                ids,
                _one_line(values.get("name", "")) or id,
                FAMILIES.get(family, "other") if family else None,
                _day(values.get("release-date", "")),
                _day(values.get("eol-date", "")),
                origin,
            )
    return None


def _one_line(text: str) -> str:
    return "".join(letter for letter in " ".join(text.split())[:100] if letter.isprintable())


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def installed() -> Database:
    """Return the database of this machine, which all catalogues share."""
    return _shared(standard_folders())


def was_asked() -> bool:
    """Whether anything was looked for in the database of this machine."""
    return _shared.cache_info().currsize > 0


@functools.cache
def _shared(folders: tuple[Path, ...]) -> Database:
    return Database(folders)
