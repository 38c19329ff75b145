"""Files that git tracks although it ignores their names: they were added by force, and are part of the project."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.door import read_bytes
from vmlint.project.git_index import IndexUnknownError
from vmlint.project.git_index import names as index_names
from vmlint.project.root import as_written
from vmlint.run.discover import is_passed_over
from vmlint.words import reason

if TYPE_CHECKING:
    from vmlint.run.discover import LeftOut, Wanted


class UntoldError(Exception):
    """Nothing tells which files git tracks; the text says why."""


def tracked_in_spite(
    ignored: Mapping[Path, Sequence[str]], paths: Iterable[str], named: Iterable[str], wanted: Wanted, left_out: LeftOut
) -> Iterator[str]:
    """Yield the tracked files among what git ignores, by repository and in order, as far as they would be linted.

    Git itself is asked only where its index is of a kind that is not read here: it may not be there, or refuse a folder
    of another user. Raises :class:`UntoldError`.

    ``paths`` are what the run looks into, ``named`` the files that it looks at already.
    """
    known = {os.path.realpath(name) for name in named}
    for root, below in ignored.items():
        for name in _tracked(root, below):
            place = root / name
            *folders, base = name.split("/")
            if not wanted(base) or any(map(is_passed_over, (*folders, base))) or str(place) in known:
                continue
            shown = next((shown for path in paths if (shown := _below(place, path))), "")
            regular = place.is_file() and os.path.realpath(place) == str(place)
            if shown and regular and not left_out(str(place.parent), base, False):
                yield shown


def _below(place: Path, path: str) -> str:
    """Return a file as its user would write it, where a path that they named leads to it; otherwise nothing."""
    real = Path(os.path.realpath(path))
    if path == "-" or not place.is_relative_to(real):
        return ""
    return os.path.join("" if path == os.curdir else path, as_written(place, real))  # noqa: PTH118 - a name of any bytes


def _tracked(root: Path, below: Sequence[str]) -> list[str]:
    """Return the tracked files below paths. Raises :class:`UntoldError` where nothing tells which those are."""
    paths = [path.encode("latin-1") for path in below]
    try:
        names = _names(root)
    except FileNotFoundError:
        return []  # nothing was ever added
    except (OSError, IndexUnknownError) as unread:
        names = _names_by_git(root, reason(unread) if isinstance(unread, OSError) else str(unread))
    files = {path for path in paths if not path.endswith(b"/")}
    folders = tuple(path for path in paths if path.endswith(b"/"))
    return [os.fsdecode(name) for name in names if name in files or (folders and name.startswith(folders))]


def _names(root: Path) -> list[bytes]:
    """Return what the index of a repository names. Raises ``OSError`` or ``IndexUnknownError``."""
    folder = root / ".git"
    if folder.is_file():  # of a worktree, or of a module within another repository
        link = read_bytes(folder, most=limits.NAME_BYTES).decode("utf-8", "surrogateescape")
        folder = root / link.removeprefix("gitdir:").strip()
    data = read_bytes(folder / "index", most=limits.REVISION_LISTING)
    if len(data) > limits.REVISION_LISTING:
        raise IndexUnknownError(f"the index is larger than {limits.REVISION_LISTING // 2**20} MiB")
    return index_names(data)


def _names_by_git(root: Path, unread: str) -> list[bytes]:
    from vmlint.project.git import GitError, Repository

    try:
        return [os.fsencode(name) for name in Repository(root).tracked()]
    except GitError as error:
        raise UntoldError(f"{unread}, and git cannot be asked: {error}") from None
