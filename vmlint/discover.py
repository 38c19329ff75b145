"""Finding the files to lint: named files as they are, folders without what git ignores, hidden or vendored folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

ENDINGS = (".yaml", ".yml", ".json")
VENDORED = frozenset({"node_modules", "vendor", "third_party", "venv", "site-packages", "__pycache__"})


def files(paths: Iterable[str]) -> Iterator[str]:
    """Yield the files under the paths, each once, folders in sorted order. A path that is no folder comes as it is."""
    seen: set[str] = set()
    for path in paths:
        for file in _under(path) if path != "-" and os.path.isdir(path) else (path,):  # noqa: PTH112 - hot
            if file not in seen:
                seen.add(file)
                yield file


def _under(folder: str) -> Iterator[str]:
    yield from _walk(Path(folder), _outer_ignores(Path(folder)))


def _outer_ignores(folder: Path) -> list[tuple[Path, GitIgnoreSpec]]:
    """Return the .gitignore files between the repository's root and a folder."""
    start = folder.resolve()
    parents = []
    for parent in start.parents:
        parents.append(parent)
        if (parent / ".git").exists():
            break
    else:
        return []
    if (start / ".git").exists():
        return []
    return [(parent, spec) for parent in reversed(parents) if (spec := _ignores(parent))]


def _ignores(folder: Path) -> GitIgnoreSpec | None:
    try:
        lines = (folder / ".gitignore").read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)


def _walk(folder: Path, outer: list[tuple[Path, GitIgnoreSpec]]) -> Iterator[str]:
    own = _ignores(folder)
    ignores = [*outer, (folder.resolve(), own)] if own else outer
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield str(folder)  # the reader says why it cannot be read
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name in VENDORED:
            continue
        is_folder = entry.is_dir(follow_symlinks=False)
        if not is_folder and not (entry.name.endswith(ENDINGS) and entry.is_file(follow_symlinks=False)):
            continue  # a link could lead out of the tree
        path = folder / entry.name
        if ignores and _ignored(path, ignores, is_folder=is_folder):
            continue
        if is_folder:
            yield from _walk(path, ignores)
        else:
            yield str(path)


def _ignored(path: Path, ignores: list[tuple[Path, GitIgnoreSpec]], *, is_folder: bool) -> bool:
    absolute = path.parent.resolve() / path.name
    verdict = False
    for folder, spec in ignores:  # the innermost file that says anything wins
        found = spec.check_file(absolute.relative_to(folder).as_posix() + ("/" if is_folder else ""))
        if found.include is not None:
            verdict = found.include
    return verdict
