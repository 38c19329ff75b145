"""Noticing that something changed on which the result of a run depends: by name, size and time of the files."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from vmlint.project.root import OWN, SHARED, marked_root
from vmlint.run.discover import Wanted, is_yaml
from vmlint.run.discover import files as files_below

SHORTEST, LONGEST = 0.3, 5.0
"""Seconds between two looks."""
SHARE = 25
"""How many times longer it waits than a look took, so that looking takes a twenty-fifth of a core at most."""

Snapshot = Mapping[str, tuple[int, int]]
"""Absolute path of a file -> its size and time; those that cannot be read are left out."""


def snapshot(paths: Sequence[str], others: Iterable[str], wanted: Wanted) -> Snapshot:
    """Look at the files under ``paths``, at what belongs to them in their projects, and at ``others``.

    Every manifest, host document, document of the catalogue and file of settings of a project may belong to them.
    """
    found: dict[str, tuple[int, int]] = {}
    for name in (*files_below(paths, lambda name: wanted(name) or _belongs(name)), *_around(paths), *others):
        place = os.path.abspath(name)  # noqa: PTH100 - for each file, at every look
        if place not in found:
            try:
                about = os.stat(place)  # noqa: PTH116
            except OSError:
                continue
            found[place] = (about.st_size, about.st_mtime_ns)
    return found


def _belongs(name: str) -> bool:
    return is_yaml(name) or name.endswith(".toml")


def _around(paths: Iterable[str]) -> Iterator[str]:
    """Yield the settings that count for some files, and what of the projects around them may belong to them."""
    around = marked_root(Path.cwd())
    folders = {path: Path(path).resolve() for path in paths}
    done = {folder for folder in folders.values() if folder.is_dir()}
    for folder in dict.fromkeys(place if place in done else place.parent for place in folders.values()):
        yield from (str(above / name) for above in (folder, *folder.parents) for name in (OWN, SHARED))
        root = marked_root(folder)
        if root is not None and around is not None and root.is_relative_to(around):
            root = around  # a project may hold others, whose files its manifests refer to
        if root is None:  # not in a project: the folder may hold anything
            yield from (str(each) for each in sorted(folder.glob("*")) if _belongs(each.name))
        elif root not in done:
            done.add(root)
            yield from files_below([str(root)], _belongs)


def changed(before: Snapshot, after: Snapshot) -> list[str]:
    """Return the files that are new, gone or different, in order."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def wait(before: Snapshot, look: Callable[[], Snapshot], sleep: Callable[[float], None] = time.sleep) -> list[str]:
    """Wait until files changed and rest: until two looks in a row are alike. Return the files."""
    last = before
    while True:
        begun = time.perf_counter()
        now = look()
        took = time.perf_counter() - begun
        if now == last and (names := changed(before, now)):
            return names
        last = now
        sleep(min(max(SHORTEST, took * SHARE), LONGEST))
