"""What changed against another revision, so that what did not need not be judged twice.

A file that is the same, in a project of which nothing else that counts for it changed, was judged the same then. What
counts for others is kept together here, on the safe side: where any of it changed, everything may have.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.door import read_bytes
from vmlint.project.git import Blob, Repository, blob_id
from vmlint.project.root import BASELINE
from vmlint.record import NamedTuple
from vmlint.run.before import SETTINGS, hosts_of, is_below, targets, texts_of
from vmlint.run.discover import is_passed_over, is_yaml

if TYPE_CHECKING:
    from collections.abc import Set


class Changes(NamedTuple):
    """The files of a project, by their names from its root."""

    same: Set[str]
    """They hold what they held then, and refer to nothing."""
    other: Set[str]
    """They changed, came or went."""
    referring: Set[str]
    """They are the same, and refer to others."""
    everywhere: bool
    """Whether something changed that may count for any file: settings, host documents, manifests over files."""


def changes(revision: str, root: Path, wanted: Callable[[str], bool], named: Iterable[str]) -> Changes:
    """Compare a repository with a revision of it. ``named`` are files and folders that options name.

    Raises :class:`~vmlint.project.git.GitError`.
    """
    repository = Repository(root)
    then = {each.name: each for each in repository.files(repository.commit(revision))}
    folders = {_inside(name, root) for name in named}
    shared = {*folders}
    same: set[str] = set()
    other: set[str] = set()
    referring: set[str] = set()
    moved = [each.name for each in then.values() if each.is_link and not _is(each, _bytes(root, each.name))]
    every = sorted({*then, *_names(root)})
    for name in every:
        if not _counts(name, wanted):
            continue
        data = _bytes(root, name)
        if data is None or name not in then or not _is(then[name], data):
            other.add(name)
            continue
        found = {_inside(str(each), root) for each in _referred(root, name, data)}
        shared |= found
        if name.endswith(SETTINGS):
            folders |= {*hosts_of(name, data.decode("utf-8", "replace"))}
        (referring if found else same).add(name)
    beside = {*(shared & then.keys()), *(name for name in every if is_below(name, folders))}
    for name in beside:  # they may be called anything
        if not _counts(name, wanted) and (name not in then or not _is(then[name], _bytes(root, name))):
            other.add(name)
    everywhere = bool(moved) or any(_is_shared(name, shared) for name in other)
    other.update(moved)
    return Changes(same, other, referring, everywhere or _says_more(repository, root, then, other))


def _names(root: Path) -> Iterator[str]:
    """Yield the names of the files of a project that may be new: settings count also where git ignores them."""
    start = len(os.path.join(root, ""))  # noqa: PTH118
    for folder, folders, files in os.walk(root):
        folders[:] = [each for each in folders if not is_passed_over(each)]
        for file in files:
            yield os.path.join(folder, file)[start:].replace(os.sep, "/")  # noqa: PTH118


def _counts(name: str, wanted: Callable[[str], bool]) -> bool:
    base = name.rpartition("/")[2]
    return wanted(base) or base.endswith(SETTINGS) or base in (".gitignore", BASELINE)


def _bytes(root: Path, name: str) -> bytes | None:
    place = os.path.join(root, name)  # noqa: PTH118
    try:
        if os.path.islink(place):  # noqa: PTH114
            return os.fsencode(os.readlink(place))  # noqa: PTH115
        return read_bytes(place)
    except OSError:
        return None


def _is(blob: Blob, data: bytes | None) -> bool:
    return data is not None and blob.size == len(data) and blob.id == blob_id(data, len(blob.id))


def _referred(root: Path, name: str, data: bytes) -> Iterator[Path]:
    """Yield the files to which a file refers: settings, host documents, files that a manifest is about."""
    if os.path.islink(root / name):  # noqa: PTH114
        yield root / name
    elif name.endswith(SETTINGS):
        yield from (root / each for each in texts_of(name, data.decode("utf-8", "replace")))
    elif is_yaml(name):
        yield from targets(root / name, data)


def _inside(name: str, root: Path) -> str:
    """Return the name of a file from the root; outside of it, a name that no file has."""
    try:
        return os.path.relpath(os.path.realpath(name), root).replace(os.sep, "/")
    except ValueError:  # another drive
        return ".."


def _is_shared(name: str, shared: Set[str]) -> bool:
    """Whether a file may count for others, by its name: settings, and what options, settings or manifests name."""
    base = name.rpartition("/")[2]
    return base.endswith(SETTINGS) or base == ".gitignore" or name in shared or is_below(name, shared)


def _says_more(repository: Repository, root: Path, then: Mapping[str, Blob], other: Iterable[str]) -> bool:
    """Whether a file that changed holds or held a document of vmlint, which may be about other files."""
    asked = [name for name in other if is_yaml(name)]
    if any(_may_say_more(_bytes(root, name) or b"") for name in asked):
        return True
    blobs = [then[name] for name in asked if name in then and then[name].size <= limits.FILE_BYTES]
    return any(_may_say_more(data) for _, data in repository.contents(blobs))


def _may_say_more(data: bytes) -> bool:
    return b"mlint" in data or b"\0" in data or b"\\" in data  # an escape may hide the word
