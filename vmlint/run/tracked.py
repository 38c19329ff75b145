"""Files that git tracks although it ignores their names: they were added by force, and are part of the project."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.door import read_bytes
from vmlint.project.root import as_written
from vmlint.run.discover import is_passed_over

if TYPE_CHECKING:
    from vmlint.run.discover import LeftOut, Wanted

_PLAIN = (b"DIRC\x00\x00\x00\x02", b"DIRC\x00\x00\x00\x03")
"""How an index begins in which names are written out."""


def tracked_in_spite(
    ignored: Mapping[Path, Sequence[str]], paths: Iterable[str], named: Iterable[str], wanted: Wanted, left_out: LeftOut
) -> Iterator[str]:
    """Yield the tracked files among what git ignores, by repository and in order, as far as they would be linted.

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
    """Return the tracked files below paths. Git is asked only where its index holds one of them."""
    paths = [path.encode("latin-1") for path in below]
    index = _index(root)
    if index is None or (index.startswith(_PLAIN) and not any(path in index for path in paths)):
        return []
    from vmlint.project.git import GitError, Repository

    try:
        names = Repository(root).tracked()
    except GitError:
        return []
    files = {path for path in paths if not path.endswith(b"/")}
    folders = tuple(path for path in paths if path.endswith(b"/"))
    found = ((name, os.fsencode(name)) for name in names)
    return [name for name, octets in found if octets in files or (folders and octets.startswith(folders))]


def _index(root: Path) -> bytes | None:
    """Return the index of a repository; nothing where there is none, and no bytes where it cannot be looked into."""
    try:
        data = read_bytes(root / ".git" / "index", pipes=False)
    except FileNotFoundError:
        return None
    except OSError:
        return b""  # of a work tree that is kept elsewhere
    return data if len(data) <= limits.FILE_BYTES else b""
