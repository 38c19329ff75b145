"""Files that git tracks although it ignores their names: they were added by force, and are part of the project."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.door import read_bytes
from vmlint.project.git_index import IndexUnknownError
from vmlint.project.git_index import names as index_names
from vmlint.project.root import as_written
from vmlint.record import NamedTuple
from vmlint.run.discover import is_passed_over
from vmlint.words import reason

if TYPE_CHECKING:
    from vmlint.run.discover import LeftOut, Wanted


class UntoldError(Exception):
    """Nothing tells which files git tracks; the text says why."""


class Tracked(NamedTuple):
    """What git tracks although it ignores it, each as its user would write it."""

    files: list[str]
    links: list[str]
    unseen: list[str]
    """Files and folders that no search looks at, by their names."""
    modules: list[str]
    """Other repositories within."""


def tracked_in_spite(
    ignored: Mapping[Path, Sequence[str]], paths: Iterable[str], named: Iterable[str], wanted: Wanted, left_out: LeftOut
) -> Tracked:
    """Return what is tracked among what git ignores, by repository and in order, as far as it would be linted.

    Git itself is asked only where its index is of a kind that is not read here: it may not be there, or refuse a folder
    of another user. Raises :class:`UntoldError`.

    ``paths`` are what the run looks into, ``named`` the files that it looks at already.
    """
    known = {os.path.realpath(name) for name in named}
    found = Tracked([], [], [], [])
    for root, below in ignored.items():
        for name in _tracked(root, below):
            place = root / name
            is_folder = place.is_dir()
            if not (is_folder or wanted(place.name)) or str(place) in known:
                continue
            steps = name.split("/")
            hidden = next((depth for depth, step in enumerate(steps, 1) if is_passed_over(step)), 0)
            seen = root.joinpath(*steps[:hidden]) if hidden else place
            shown = next((shown for path in paths if (shown := _below(seen, path))), "")
            if not shown or left_out(str(place.parent), place.name, is_folder):
                continue
            if hidden:
                found.unseen.append(shown)
            elif place.is_symlink():
                found.links.append(shown)
            elif is_folder:
                found.modules.append(shown)
            elif place.is_file() and os.path.realpath(place) == str(place):
                found.files.append(shown)
    return found._replace(unseen=[*dict.fromkeys(found.unseen)])


def _below(place: Path, path: str) -> str:
    """Return a file as its user would write it, where a path that they named leads to it; otherwise nothing."""
    real = Path(os.path.realpath(path))
    if path == "-" or not place.is_relative_to(real):
        return ""
    return os.path.join("" if path == os.curdir else path, as_written(place, real))  # noqa: PTH118 - a name of any bytes


def _tracked(root: Path, below: Sequence[str]) -> list[str]:
    """Return the tracked files below paths. Raises :class:`UntoldError` where nothing tells which those are."""
    paths = [path.encode("latin-1") for path in below]
    if not os.path.lexists(root / ".git"):
        if any(not _is_left_out_anyway(root, path) for path in below):
            raise UntoldError("there is no repository")
        return []
    try:
        names = _names(root)
    except FileNotFoundError:
        return []  # nothing was ever added
    except (OSError, IndexUnknownError) as unread:
        names = _names_by_git(root, reason(unread) if isinstance(unread, OSError) else str(unread))
    files = {path.removesuffix(b"/") for path in paths}  # a folder is tracked itself where it is another repository
    folders = tuple(path for path in paths if path.endswith(b"/"))
    return [os.fsdecode(name) for name in names if name in files or (folders and name.startswith(folders))]


def _is_left_out_anyway(root: Path, path: str) -> bool:
    """Whether a search would not look at an ignored path, or it is in the folder of a cache."""
    steps = path.strip("/").split("/")
    folder = root.joinpath(*steps[:-1])
    return any(map(is_passed_over, steps)) or os.path.lexists(folder / "CACHEDIR.TAG")


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
