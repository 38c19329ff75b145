"""The results of earlier runs, so that a file that did not change is not linted again.

A result is found again only where all that it depends on is the same: the file's name and bytes, what manifests say of
it, the files that it refers to, and what :mod:`vmlint.run.fingerprint` knows of the run. What is broken or not trusted
counts as not there.

The folder holds a folder for each such run, with many small files, so that a run over one file reads one of them.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from vmlint import limits
from vmlint.record import NamedTuple
from vmlint.run.entry import Entry, Reference, digest
from vmlint.run.record import packed, unpacked
from vmlint.run.result import Result

SHARDS = 256
"""Files of a run."""
_DIGEST = 32
"""Characters before what a file holds: their digest tells that it is whole."""
_MARKS = {
    ".gitignore": "*\n",
    "CACHEDIR.TAG": "Signature: 8a477f597d28d172789f06886806bc55\n# The results of vmlint check; https://bford.info/cachedir/\n",
}
"""By which git and backups pass the folder over, and vmlint itself where it lies in a project."""
_PARTS = len(Entry._fields)


def cache_folder() -> Path:
    """Return the user's folder for results: below the one that ``VMLINT_CACHE_DIR`` names, if that is set."""
    if named := os.environ.get("VMLINT_CACHE_DIR"):
        return Path(named).absolute() / "results"
    system: str = sys.platform
    if system == "linux":  # as platformdirs does it, whose import takes 2 ms of every start
        home = os.environ.get("XDG_CACHE_HOME", "").strip() or os.path.expanduser("~/.cache")  # noqa: PTH111
        return Path(home, "vmlint", "results")
    from platformdirs import user_cache_path

    return user_cache_path("vmlint", appauthor=False) / "results"


class Cache:
    """The results that are kept for one kind of run: ``fingerprint`` names all that it depends on but the files."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self._root = folder
        self._folder = folder / fingerprint
        self._shards: dict[int, dict[str, Any]] = {}
        self._changed: set[int] = set()
        self._new = 0  # results that are not written yet

    def find(self, name: str, key: str) -> tuple[Reference, ...] | None:
        """Return what the kept result of a file refers to; ``None`` where none is kept for these bytes."""
        kept = self._shard(name).get(name)
        try:
            if kept is None or kept[0] != key:
                return None
            return tuple(Reference(*map(str, each)) for each in kept[1])
        except (TypeError, LookupError):
            return None

    def knows_only_workloads(self, name: str, content: str) -> bool:
        """Whether the bytes with this digest were seen to hold nothing but manifests of workloads."""
        kept = self._shard(name).get(name)
        return isinstance(kept, list) and len(kept) == _PARTS and bool(content) and kept[3] == content

    def result(self, name: str) -> Result | None:
        """Return the kept result of a file that was found; ``None`` where it is broken."""
        try:
            found = unpacked(self._shard(name)[name][2])
        except (ValueError, TypeError, LookupError, RecursionError):
            return None
        return found if isinstance(found, Result) and found.file == name else None

    def keep(self, name: str, entry: Entry) -> None:
        """Keep the result of a file; of very many, write those that came so far."""
        references = [[*each] for each in entry.references]
        try:
            self._shard(name)[name] = [entry.key, references, packed(entry.result), entry.only_workloads]
        except TypeError:  # a rule's finding holds something else than plain texts
            return
        self._changed.add(_number(name))
        self._new += 1
        if self._new >= limits.CACHE_WAITING:
            self.write()

    def write(self) -> None:
        """Write what is new. Another process may do the same at the same time: what it wrote may be lost, not mixed."""
        try:
            if not self._changed:
                if self._shards:
                    os.utime(self._folder)  # it was used
                return
            new = not self._folder.is_dir()
            _make(self._root, self._folder)
            if _is_own(self._root, self._folder):
                for number in sorted(self._changed):
                    self._write_shard(number)
                if new:
                    prune(self._root, limits.CACHE_BYTES, keep=self._folder)
        except OSError:
            pass  # no space, no permission: the next run lints again
        self._shards.clear()
        self._changed.clear()
        self._new = 0

    def _write_shard(self, number: int) -> None:
        file = self._folder / f"{number:02x}.json"
        entries = {**_read(file), **self._shards[number]}
        if len(entries) > limits.CACHE_ENTRIES:
            entries = self._shards[number]
        content = json.dumps(entries, separators=(",", ":")).encode("ascii")
        beside = file.with_name(f"{number:02x}.{os.getpid()}.{os.urandom(4).hex()}.tmp")
        beside.write_bytes(digest(content).encode() + content)
        beside.replace(file)

    def _shard(self, name: str) -> dict[str, Any]:
        number = _number(name)
        if number not in self._shards:
            file = self._folder / f"{number:02x}.json"
            self._shards[number] = _read(file) if _is_own(self._root, self._folder) else {}
        return self._shards[number]


def _number(name: str) -> int:
    return zlib.crc32(name.encode("utf-8", "surrogatepass")) % SHARDS


def _read(file: Path) -> dict[str, Any]:
    """Return the entries of a file; none where it is not there, or not as it was written."""
    try:
        with open(file, "rb") as stream:  # noqa: PTH123 - hundreds of them in a large run
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return {}
            data = stream.read(limits.CACHE_BYTES)
        if digest(data[_DIGEST:]).encode() != data[:_DIGEST]:
            return {}
        found = json.loads(data[_DIGEST:])
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _make(root: Path, folder: Path) -> None:
    """Make the folders of the cache, for this user alone, and tell other tools what they are."""
    root.parent.parent.mkdir(parents=True, exist_ok=True)
    for each in (root.parent, root, folder):
        each.mkdir(mode=0o700, exist_ok=True)
    for name, text in _MARKS.items():
        if not (root / name).exists():
            (root / name).write_text(text, "ascii")


def _is_own(root: Path, folder: Path) -> bool:
    """Whether only this user can have written what a folder of the cache holds; also where it is not there yet."""
    if os.name == "nt":
        return True
    for each in (root.parent, root, folder):
        try:
            about = os.lstat(each)
        except OSError:
            return True
        own = about.st_uid == os.getuid() and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if not own or not stat.S_ISDIR(about.st_mode):
            return False
    return True


class Stored(NamedTuple):
    """The results of one kind of run on disk."""

    folder: Path
    files: int
    size: int
    """In bytes."""
    used: float
    """When it was last used, in seconds since 1970."""


def stored(root: Path) -> list[Stored]:
    """Return what the cache holds, the latest first."""
    found = []
    for folder in _entries(root):
        if folder.is_dir(follow_symlinks=False):
            sizes = [entry.stat(follow_symlinks=False).st_size for entry in _entries(Path(folder.path))]
            found.append(Stored(Path(folder.path), len(sizes), sum(sizes), folder.stat().st_mtime))
    return sorted(found, key=lambda each: (-each.used, each.folder))


def prune(root: Path, most: int, keep: Path | None = None) -> int:
    """Remove what was not used for longest until the cache has at most some bytes; return how many were removed."""
    total = removed = 0
    for each in stored(root):
        total += each.size
        if total > most and each.folder != keep:
            try:
                remove(each.folder)
            except OSError:
                continue
            removed += each.size
    return removed


def remove(folder: Path) -> None:
    """Remove the results of one kind of run. Raises ``OSError`` where that is not allowed."""
    from shutil import rmtree

    rmtree(folder)


def _entries(folder: Path) -> Iterable[os.DirEntry[str]]:
    try:
        return list(os.scandir(folder))
    except OSError:
        return ()
