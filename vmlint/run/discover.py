"""Finding the files to lint: all named files; in folders, not what git ignores and no hidden or vendored folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.project.places import RealPaths
from vmlint.project.root import git_root
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.syntax.gitignore import Ignores

ENDINGS = (".yaml", ".yml", ".json")
SHOWN = frozenset({".devcontainer", ".devcontainer.json"})
"""Hidden by their name, but files that people write and commit."""
VENDORED = frozenset({"node_modules", "vendor", "third_party", "venv", "site-packages", "__pycache__"})


_OF_GIT = ".git"
"""What git keeps, in which no file of the project can stand. Folders of other systems could be tracked by git."""


def is_passed_over(name: str) -> bool:
    """Whether a file or folder is left out by its name: hidden, or other people's."""
    return (name.startswith(".") and name not in SHOWN) or name in VENDORED


def is_hidden(path: str) -> bool:
    """Whether a file or folder is hidden by its name."""
    return os.path.basename(path).startswith(".")  # noqa: PTH119 - a name of any bytes


Wanted = Callable[[str], bool]
"""Whether a file is read when its folder is searched, by its name."""
LeftOut = Callable[[str, str, bool], object]
"""Whether the settings leave out an entry of a folder: takes the folder, the name, and if it is a folder itself."""
Ignored = dict[Path, list[str]]
"""What git ignores in each repository, by its root: paths with a character for each byte, those of folders with a slash
at their end."""
IgnoreFile = Callable[[Path], Path]
"""Returns the ``.gitignore`` that counts in a folder."""


def is_yaml(name: str) -> bool:
    """Whether a file's name is that of YAML or JSON, as manifests are."""
    return name.lower().endswith(ENDINGS)


def _nothing(folder: str, name: str, is_folder: bool) -> bool:  # noqa: ARG001 - nothing is left out
    return False


def _own(folder: Path) -> Path:
    return folder / ".gitignore"


def files(
    paths: Iterable[str],
    wanted: Wanted = is_yaml,
    left_out: LeftOut = _nothing,
    ignores: IgnoreFile = _own,
    links: list[str] | None = None,
    ignored: Ignored | None = None,
    unseen: list[str] | None = None,
) -> Iterator[str]:
    """Yield the files under the paths, each once, folders in sorted order. Other paths are yielded unchanged.

    A file with two names, such as ``a.yaml`` and ``./a.yaml``, is yielded by the first. A link is a file of its own.
    Links in folders are not followed, since they could lead out of the tree: those to folders, and to files that would
    be yielded, are added to ``links``; what git ignores, to ``ignored``; to ``unseen``, what is passed over by its name
    although git does not ignore it: folders, and files that would be yielded.
    """
    paths = [*paths]
    key = _place(RealPaths().folder) if len(paths) > 1 else str
    seen: set[str] = set()
    search = _Search(wanted, left_out, ignores, links, ignored, unseen)
    for path in paths:
        is_folder = path != "-" and os.path.isdir(path)  # noqa: PTH112 - hot
        for file in _under(path, search) if is_folder else (path,):
            if (place := key(file)) not in seen:
                seen.add(place)
                yield file


class _Search(NamedTuple):
    """What a search looks for, and where it notes what it passes over."""

    wanted: Wanted
    left_out: LeftOut
    ignore_file: IgnoreFile
    links: list[str] | None
    ignored: Ignored | None
    unseen: list[str] | None

    def note_ignored(self, root: Path, path: str) -> None:
        """Note what git ignores in a repository."""
        if self.ignored is not None:
            self.ignored.setdefault(root, []).append(path)


class _Folder(NamedTuple):
    """A folder that is searched."""

    path: Path
    root: Path
    """That of its repository."""
    inside: str
    """Its path there, for patterns."""
    ignores: list[Ignores]
    """The patterns above it, innermost first."""


def _place(real: Callable[[str], str]) -> Callable[[str], str]:
    """Return a function from the name of a file to its place, whose folder is ``real``."""

    def place(file: str) -> str:
        folder, name = os.path.split(file)
        return file if file == "-" else os.path.join(real(folder), name)  # noqa: PTH118 - for each file

    return place


def _under(folder: str, search: _Search) -> Iterator[str]:
    from vmlint.syntax.gitignore import (
        excludes,
        ignores_of,
        is_ignored,
        octets,
    )  # imported only where a folder is named

    start = Path(folder).resolve()
    root = git_root(start) or start
    steps = start.relative_to(root).parts
    ignores = excludes(root, "")
    inside = ""
    for depth, step in enumerate(steps):
        ignores = [*ignores_of(search.ignore_file(root.joinpath(*steps[:depth])), inside), *ignores]
        if is_ignored(inside, octets(step), ignores, is_folder=True):
            search.note_ignored(root, f"{inside}{octets(step)}/")
            return
        inside += f"{octets(step)}/"
    yield from _walk(_Folder(Path(folder), root, inside, ignores), search)


def _walk(folder: _Folder, search: _Search) -> Iterator[str]:
    """Yield the files below a folder. Folders can lie in each other deeper than functions can call each other,
    and have a bound of their own.
    """
    open_folders = [_in_folder(folder, search)]
    while open_folders:
        for found in open_folders[-1]:
            if isinstance(found, str):
                yield found
            elif len(open_folders) == limits.FOLDER_DEPTH:
                yield str(found.path)  # reading it reports that it is not looked into
            else:
                open_folders.append(_in_folder(found, search))
                break
        else:
            open_folders.pop()


def _in_folder(folder: _Folder, search: _Search) -> Iterator[str | _Folder]:
    """Yield the files and the folders in a folder."""
    from vmlint.syntax.gitignore import excludes, ignores_of, is_ignored, octets

    path, inside = folder.path, folder.inside
    ignores = [*ignores_of(search.ignore_file(path), inside), *folder.ignores]
    if sum(len(each.patterns) for each in ignores) > limits.IGNORE_PATTERNS:
        ignores = []  # each entry would be compared with all of them; more is linted
    try:
        entries = sorted(_entries(path, search))
    except OSError:
        yield str(path)  # reading it reports why it cannot be read
        return
    before = "" if path == Path() else os.path.join(path, "")  # noqa: PTH118 - a path object for each file costs more
    for name, is_folder, is_link in entries:
        if ignores and is_ignored(inside, octets(name), ignores, is_folder=is_folder):
            search.note_ignored(folder.root, f"{inside}{octets(name)}{'/' * is_folder}")
            continue
        if search.left_out(str(path), name, is_folder):
            continue
        if is_passed_over(name):
            if search.unseen is not None:
                search.unseen.append(before + name)
            continue
        if is_link and search.links is not None:
            search.links.append(before + name)
            continue
        if not is_folder:
            yield before + name
            continue
        below = path / name
        if os.path.lexists(below / ".git"):  # a nested repository, which the outer one's patterns do not cover
            yield _Folder(below, below.resolve(), "", excludes(below, ""))
        else:
            yield _Folder(below, folder.root, f"{inside}{octets(name)}/", ignores)


def _entries(folder: Path, search: _Search) -> Iterator[tuple[str, bool, bool]]:
    """Yield what may be linted in a folder: names, whether they are folders, and whether links. Raises ``OSError``.

    A folder can have very many entries, and those of the system take four times as much memory as their names.
    """
    wanted, with_links = search.wanted, search.links is not None
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name == _OF_GIT or (search.unseen is None and is_passed_over(name)):
                continue
            is_folder = entry.is_dir(follow_symlinks=False)
            if is_folder or (wanted(name) and entry.is_file(follow_symlinks=False)):
                yield name, is_folder, False
            elif with_links and not is_passed_over(name) and entry.is_symlink() and _leads(entry, wanted):
                yield name, False, True


def _leads(link: os.DirEntry[str], wanted: Wanted) -> bool:
    """Whether a link leads to a folder, or to a file that would be read under its name."""
    try:
        return link.is_dir() or (wanted(link.name) and link.is_file())
    except OSError:
        return False
