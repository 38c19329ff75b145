"""What else of a project belongs to the files that are to be linted.

A manifest may annotate another tool's file, and refer to a host document. Linting one of them alone must give the same
verdict as linting the whole project, so the manifests that refer to it are found and linted with it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.door import read_bytes
from vmlint.findings.problem import Unreadable
from vmlint.project.root import as_written, marked_root
from vmlint.reading.claim import claims_to_be_manifest, may_be_manifest
from vmlint.reading.file import File
from vmlint.record import NamedTuple
from vmlint.run.discover import LeftOut, is_yaml
from vmlint.run.discover import files as files_below
from vmlint.run.files import STDIN, Files
from vmlint.run.result import Added

if TYPE_CHECKING:
    from vmlint.reading.context import Annotation
    from vmlint.run.cache import Cache
    from vmlint.run.references import Target


Overlays = Mapping[str, Sequence["Annotation"]]


class Related(NamedTuple):
    """What belongs to the files of a run: plain values, so that every worker can be told."""

    overlays: Overlays
    """Absolute path of a file -> what manifests say of it."""
    added: tuple[Added, ...]
    referrers: Mapping[str, Sequence[str]]
    """Absolute path of a file -> the manifests that annotate it, as their user names them."""


def related(
    named: Sequence[str],
    files: Files,
    paths: Sequence[str],
    *,
    search: bool = True,
    cache: Cache | None = None,
    left_out: LeftOut | None = None,
) -> Related:
    """Find the manifests that annotate or refer to some files, among these and (``search``) in their projects.

    ``paths`` are what the user named: some of the files, and folders of which all other files come. What the ``cache``
    knows of a file need not be read in it. What the settings leave out is not looked at.
    """
    overlays: dict[str, list[Annotation]] = {}
    referrers: dict[str, list[str]] = {}
    for name in named:
        _note(_references(name, files), name, overlays, referrers)
    added: list[Added] = []
    for root, names in _to_search(named, files, paths) if search else ():
        targets = {files.place(name): name for name in names if _may_be_referred_to(name, files, cache)}
        known = {files.place(name) for name in named} if targets else set()
        for place in candidates(root, left_out) if targets else ():
            references = () if place in known else _references_of(place, targets)
            target = next((str(each.path) for each in references if str(each.path) in targets), None)
            if target is not None:
                shown = targets[target]
                _note(references, as_written(place), overlays, referrers)
                added.append(Added(as_written(place), files.stdin_name if shown == "-" else shown))
    files.keep(overlays)
    return Related(overlays, tuple(added), referrers)


def _note(
    references: Iterable[Target],
    name: str,
    overlays: dict[str, list[Annotation]],
    referrers: dict[str, list[str]],
) -> None:
    """Add what a manifest says of the files that it annotates."""
    for reference in references:
        if reference.annotation is not None:
            overlays.setdefault(str(reference.path), []).append(reference.annotation)
            referrers.setdefault(str(reference.path), []).append(name)


def _to_search(named: Sequence[str], files: Files, paths: Sequence[str]) -> Iterator[tuple[Path, list[str]]]:
    """Yield the projects that hold some files and were not searched as a whole, each with these files."""
    done = [Path(files.place(path)) for path in paths if os.path.isdir(path)]  # noqa: PTH112
    around = marked_root(Path.cwd())  # a project may hold others, whose files its manifests refer to
    projects: dict[Path, list[str]] = {}
    for folder, names in _by_folder(named, files, frozenset(paths)).items():
        place = Path(files.place(folder))
        inner = marked_root(place) or place
        root = around if around is not None and inner.is_relative_to(around) else inner
        if not any(root.is_relative_to(each) for each in done):
            projects.setdefault(root, []).extend(names)
    yield from sorted(projects.items())


def _by_folder(named: Sequence[str], files: Files, paths: frozenset[str]) -> dict[str, list[str]]:
    folders: dict[str, list[str]] = {}
    for name in named:
        if name != "-" or files.stdin_name != STDIN:
            shown = files.stdin_name if name == "-" else name
            # A link to a file elsewhere belongs to the project in which that file lies; a walk follows no links.
            linked = name in paths and os.path.islink(shown)  # noqa: PTH114
            folder = os.path.dirname(files.place(shown) if linked else shown)  # noqa: PTH120
            folders.setdefault(folder or os.curdir, []).append(name)
    return folders


def _may_be_referred_to(name: str, files: Files, cache: Cache | None) -> bool:
    """Whether a manifest may refer to a file: not to one that holds only workload manifests."""
    if name != "-" and not is_yaml(name):
        return True
    if name != "-" and cache and cache.knows_only_workloads(name, files.digest(name)):
        return False
    file = _opened(name, files)
    if file is None or not may_be_manifest(file.name, file.data):
        return True
    from vmlint.run.references import holds_only_workloads

    return not holds_only_workloads(file)


def candidates(root: Path, left_out: LeftOut | None) -> Iterator[str]:
    """Yield the files of a project that may be manifests by their names, as absolute paths."""
    if marked_root(root) is not None:
        yield from files_below([str(root)], is_yaml, *([left_out] if left_out else ()))
    else:  # not in a project: the folder may hold anything
        yield from (str(each) for each in sorted(root.glob("*")) if is_yaml(each.name) and os.path.isfile(each))  # noqa: PTH113


def _opened(name: str, files: Files) -> File | None:
    try:
        if name != "-" and not os.path.isfile(name):  # noqa: PTH113 - a pipe can be read once only
            return None
        return files.open(name)
    except OSError:
        return None  # linting it reports why


def _references(name: str, files: Files) -> Sequence[Target]:
    """Return what the manifests of a file annotate; nothing for a file that cannot be read: linting it says why."""
    try:
        if name != "-" and not (is_yaml(name) and _may_annotate(files.glance(name))):
            return ()
        file = files.open(name)
        return references_in(file) if _may_annotate(file.data) else ()
    except (OSError, Unreadable):
        return ()


def _may_annotate(data: bytes) -> bool:
    """Whether a file may hold a manifest that annotates another; quick, since every file is asked.

    An escape in a key may hide the word ``source``. Most manifests have ``resources``, which holds it as well.
    """
    plain = data.replace(b"\0", b"") if b"\0" in data else data  # UTF-16
    return plain.count(b"source") > plain.count(b"resource") or b"\\" in plain


def _may_refer(data: bytes) -> bool:
    """Whether a file may hold a manifest that annotates another file or names a host document."""
    return b"hostRef" in data or _may_annotate(data)


def _references_of(place: str, targets: Iterable[str]) -> Sequence[Target]:
    """Return the same for a file of the project, of which there may be very many.

    A manifest that is broken may refer to any of ``targets`` whose name stands in it: linting it says what is wrong.
    """
    try:
        data = read_bytes(place)
    except OSError:
        return ()
    if b"mlint" not in data and b"\0" not in data:
        return ()
    file = File(as_written(place), data)
    try:
        return references_in(file)
    except Unreadable:
        if not claims_to_be_manifest(file.name, data):
            return ()
        from vmlint.run.references import Target

        return [Target(Path(each), None) for each in targets if os.path.basename(each).encode() in data]  # noqa: PTH119


def references_in(file: File) -> Sequence[Target]:
    """Return what the manifests of a file refer to. Raises ``Unreadable``."""
    data = file.data.replace(b"\0", b"")  # UTF-16
    if not _may_refer(data) or not may_be_manifest(file.name, file.data):
        return ()
    from vmlint.run.references import references  # imported only where a file has to be parsed

    return [*references(file)]
