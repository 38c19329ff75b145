"""The results of earlier runs, so that a file that did not change is not linted again.

A result is found again only where all that it depends on is the same: the file's name and bytes, the manifests that
annotate it, the files that it refers to, and what :mod:`vmlint.run.fingerprint` knows of the run. Everything is
compared by content, so nothing has to be invalidated. What is broken or not trusted counts as not there.

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
from typing import Any, NamedTuple

from vmlint import limits
from vmlint.run.entry import Entry, Reference
from vmlint.run.record import packed, unpacked
from vmlint.run.result import Result

SHARDS = 256
"""Files of a run."""
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
        self._trusted = _is_own(self._folder)

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
        return isinstance(kept, list) and len(kept) == _PARTS and kept[0] == content and kept[3] is True

    def result(self, name: str) -> Result | None:
        """Return the kept result of a file that was found; ``None`` where it is broken."""
        try:
            found = unpacked(self._shard(name)[name][2])
        except (ValueError, TypeError, LookupError, RecursionError):
            return None
        return found if isinstance(found, Result) and found.file == name else None

    def keep(self, name: str, entry: Entry) -> None:
        """Keep the result of a file."""
        shard = self._shard(name)
        shard[name] = [entry.key, [[*each] for each in entry.references], packed(entry.result), entry.only_workloads]
        self._changed.add(_number(name))

    def write(self) -> None:
        """Write what is new. Another process may do the same at the same time: what it wrote may be lost, not mixed."""
        if not self._changed:
            return
        try:
            new = not self._folder.is_dir()
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _is_own(self._folder):
                return
            for number in sorted(self._changed):
                self._write_shard(number)
            if new:
                prune(self._root, limits.CACHE_BYTES, keep=self._folder)
        except OSError:
            return  # no space, no permission: the next run lints again

    def _write_shard(self, number: int) -> None:
        file = self._folder / f"{number:02x}.json"
        entries = {**_read(file), **self._shards[number]}
        if len(entries) > limits.CACHE_ENTRIES:
            entries = self._shards[number]
        beside = file.with_name(f"{number:02x}.{os.getpid()}.tmp")
        beside.write_text(json.dumps(entries, separators=(",", ":")), "ascii")
        beside.replace(file)

    def _shard(self, name: str) -> dict[str, Any]:
        number = _number(name)
        if number not in self._shards:
            self._shards[number] = _read(self._folder / f"{number:02x}.json") if self._trusted else {}
        return self._shards[number]


def _number(name: str) -> int:
    return zlib.crc32(name.encode("utf-8", "surrogatepass")) % SHARDS


def _read(file: Path) -> dict[str, Any]:
    try:
        with open(file, "rb") as stream:  # noqa: PTH123 - hundreds of them in a large run
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                return {}
            found = json.loads(stream.read(limits.CACHE_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_own(folder: Path) -> bool:
    """Whether only this user can have written what a folder holds; also where it is not there yet."""
    try:
        about = folder.stat()
    except OSError:
        return True
    return os.name == "nt" or (about.st_uid == os.getuid() and not about.st_mode & (stat.S_IWGRP | stat.S_IWOTH))


class Kept(NamedTuple):
    """The results of one kind of run on disk."""

    folder: Path
    files: int
    size: int
    """In bytes."""
    used: float
    """When it was last written, in seconds since 1970."""


def kept(root: Path) -> list[Kept]:
    """Return what the cache holds, the latest first."""
    found = []
    for folder in _entries(root):
        if folder.is_dir(follow_symlinks=False):
            sizes = [entry.stat(follow_symlinks=False).st_size for entry in _entries(Path(folder.path))]
            found.append(Kept(Path(folder.path), len(sizes), sum(sizes), folder.stat().st_mtime))
    return sorted(found, key=lambda each: (-each.used, each.folder))


def prune(root: Path, most: int, keep: Path | None = None) -> int:
    """Remove what was not used for longest until the cache has at most some bytes; return how many were removed."""
    total = removed = 0
    for each in kept(root):
        total += each.size
        if total > most and each.folder != keep:
            removed += each.size
            remove(each.folder)
    return removed


def remove(folder: Path) -> None:
    """Remove the results of one kind of run. Raises ``OSError`` where that is not allowed."""
    for entry in _entries(folder):
        Path(entry.path).unlink(missing_ok=True)
    folder.rmdir()


def _entries(folder: Path) -> Iterable[os.DirEntry[str]]:
    try:
        return list(os.scandir(folder))
    except OSError:
        return ()
