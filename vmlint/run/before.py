"""What of another revision has to be there to lint it: what a run would read, and what that refers to."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.findings.problem import Unreadable
from vmlint.patterns import lazy_pattern
from vmlint.project.revision import Revision, revision_of
from vmlint.project.root import BASELINE
from vmlint.reading.file import File
from vmlint.run.discover import is_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

_TEXT = lazy_pattern(r"""\"[^"\n]{1,1000}"|'[^'\n]{1,1000}'""")
"""A text of TOML on one line."""
_HOST = lazy_pattern(rf"""^[ \t]*host[ \t]*=[ \t]*({_TEXT.pattern})""", re.M)
"""What describes hosts, in a settings file."""
SETTINGS = ".toml"
"""The ending of settings files: any of them may be one that another extends."""


@contextmanager
def lintable(name: str, start: Path, wanted: Callable[[str], bool], named: Iterable[str]) -> Iterator[Revision]:
    """Give a revision with all that a run over it may read. ``named`` are files that options name.

    Raises :class:`~vmlint.project.git.GitError`.
    """

    def needed(file: str) -> bool:
        return wanted(file) or file.endswith(SETTINGS) or file in (".gitignore", BASELINE)

    with revision_of(name, start, needed) as found:
        folder = str(found.folder)
        asked = [os.path.relpath(place, folder) for each in named if (place := found.named(each))]
        found.write(_with_files_below(found, {each.replace(os.sep, "/") for each in asked}))
        found.write(sorted(_in_settings(found)))
        found.write(sorted(_referred(found)))
        yield found


def gone(revision: Revision, wanted: Callable[[str], bool]) -> list[str]:
    """Return the files of a revision that a run would read and that are no more: they were renamed, perhaps."""
    inside = (each for each in revision if wanted(each.rpartition("/")[2]))
    return [each for each in inside if not os.path.lexists(revision.root / each)]


def with_waivers(revision: Revision, paths: Sequence[str]) -> list[str]:
    """Return the files of a revision below some paths in it that may hold waivers, of which most hold none.

    Where a host document may, those of all workloads count: it need not be said which of them run there.
    """
    marked: list[str] = []
    for name in revision:
        place = revision.folder / name
        if place.is_file():
            data = place.read_bytes().replace(b"\0", b"")  # UTF-16
            if b"vmlint:" in data or b"waivers" in data or b"\\" in data:  # an escape may hide either word
                if b"Host" in data:
                    return [*paths]
                marked.append(str(place))
    return [each for each in marked if any(each == path or each.startswith(f"{path}{os.sep}") for path in paths)]


def _in_settings(revision: Revision) -> Iterator[str]:
    """Yield the names of the files that settings may name: host documents may be called anything."""
    for name in revision:
        file = revision.folder / name
        if name.endswith(SETTINGS) and file.is_file():
            text = file.read_text("utf-8", "replace")
            yield from texts_of(name, text)
            yield from _with_files_below(revision, {*hosts_of(name, text)})


def _with_files_below(revision: Revision, names: Set[str]) -> Iterator[str]:
    """Yield some names, and the files of a revision in the folders that they name: hosts may be a folder."""
    yield from names
    if names:
        yield from (each for each in revision if is_below(each, names))


def is_below(name: str, folders: Set[str]) -> bool:
    """Whether a file is in one of some folders, or in a folder there. All are names from the root."""
    return any(sign == "/" and name[:end] in folders for end, sign in enumerate(name))


def texts_of(name: str, text: str) -> Iterator[str]:
    """Yield the names from the root that the texts of a settings file would be, if they are names of files."""
    folder = os.path.dirname(name)  # noqa: PTH120 - a path object would keep `..`
    for word in _TEXT.findall(text):
        yield os.path.normpath(os.path.join(folder, word[1:-1])).replace(os.sep, "/")  # noqa: PTH118


def hosts_of(name: str, text: str) -> Iterator[str]:
    """Yield the names from the root of the files and folders that a settings file names for hosts."""
    return texts_of(name, "\n".join(_HOST.findall(text)))


def _referred(revision: Revision) -> set[str]:
    """Return the names of the files to which manifests refer: they may be called anything."""
    found = set()
    for name in revision:
        file = revision.folder / name
        if is_yaml(name) and file.is_file():
            for path in targets(file, file.read_bytes()):
                if path.is_relative_to(revision.folder):
                    found.add(path.relative_to(revision.folder).as_posix())
    return found


def targets(file: Path, data: bytes) -> Iterator[Path]:
    """Yield the files to which the manifests of a file refer."""
    if b"mlint" not in data and b"\0" not in data:
        return
    from vmlint.run.references import references

    try:
        yield from (each.path for each in references(File(str(file), data)))
    except Unreadable:
        return  # linting it says what is wrong with it
