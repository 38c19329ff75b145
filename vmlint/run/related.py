"""What else of a project belongs to the files that are to be linted.

A manifest may lie over another tool's file, and refer to a host document. Who lints one of them alone must get the
verdict that a run over the whole project gives, so the manifests that speak of it are found and linted with it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from vmlint.findings.problem import Unreadable
from vmlint.project.root import marked_root
from vmlint.reading.file import File
from vmlint.reading.host import word_at
from vmlint.reading.manifest import documents, may_be_manifest
from vmlint.reading.overlay import Source, source_of
from vmlint.run.discover import files as files_below
from vmlint.run.discover import is_yaml
from vmlint.run.files import STDIN, Files, inside_project
from vmlint.syntax.yaml.nodes import Node, Scalar, find

_MENTIONS = (b"source", b"hostRef")
"""What every manifest holds that refers to another file."""


class Added(NamedTuple):
    """A manifest that was not named, and is linted because of a file that was."""

    file: str
    because: str
    """The file that was named."""


class Related(NamedTuple):
    """What belongs to the files of a run."""

    overlays: Mapping[Path, Sequence[Source]]
    """File -> what manifests say that lie over it."""
    added: tuple[Added, ...]


class _Reference(NamedTuple):
    target: Path
    source: Source | None
    """Set where the manifest lies over the target; ``None`` where it is a host document."""


def related(named: Sequence[str], files: Files, searched: Iterable[str] = (), *, search: bool = True) -> Related:
    """Find the manifests that lie over some files, or refer to them, among these and (``search``) in their projects.

    ``searched`` are folders of which every file is among them already.
    """
    overlays: dict[Path, list[Source]] = {}
    places = {files.resolved(name): name for name in named if name != "-" or files.stdin_name != STDIN}
    if "-" in named and files.stdin_name != STDIN:
        places[files.resolved(files.stdin_name)] = files.stdin_name
    for name in named:
        for reference in _references(name, files):
            if reference.source is not None:
                overlays.setdefault(reference.target, []).append(reference.source)
    added = [*_elsewhere(places, files, [files.resolved(folder) for folder in searched])] if search else []
    for manifest, _ in added:
        for reference in _references(manifest, files):
            if reference.source is not None:
                overlays.setdefault(reference.target, []).append(reference.source)
    return Related(overlays, tuple(added))


def _elsewhere(places: Mapping[Path, str], files: Files, searched: Sequence[Path]) -> Iterator[Added]:
    """Yield the manifests of the projects around some files that refer to one of them."""
    for place in _candidates(places, searched):
        if place in places:
            continue
        name = _shown(place)
        target = next((each.target for each in _references(name, files) if each.target in places), None)
        if target is not None:
            yield Added(name, places[target])
        else:
            files.forget(name)


def _candidates(places: Iterable[Path], searched: Sequence[Path]) -> Iterator[Path]:
    """Yield the files of the projects around some files that may be manifests by their names."""
    roots: list[Path] = []
    for folder in sorted({place.parent for place in places}):
        root = marked_root(folder)
        within = [*searched, *roots]
        if any((root or folder).is_relative_to(each) for each in within):
            continue
        if root is not None:
            roots.append(root)
            yield from map(Path, files_below([str(root)], is_yaml))
        else:  # no project, but a folder of somebody's, which may hold anything
            yield from (each for each in sorted(folder.glob("*")) if is_yaml(each.name) and each.is_file())


def _references(name: str, files: Files) -> Iterator[_Reference]:
    """Yield what the manifests of a file refer to; nothing for a file that cannot be read: linting it says why."""
    try:
        if name != "-" and not os.path.isfile(name):  # noqa: PTH113 - a pipe can be read once only
            return
        file = files.open(name)
    except OSError:
        return
    data = file.data.replace(b"\0", b"")
    if not may_be_manifest(file.name, data) or not any(word in data for word in _MENTIONS):
        return
    try:
        roots = list(documents(file))
    except Unreadable:
        return
    for root in roots:
        yield from _of_document(file, root)


def _of_document(file: File, root: Node) -> Iterator[_Reference]:
    if word_at(root, "kind") != "Workload":
        return
    source = source_of(root)
    host, _, matched = find(root, ["spec", "hostRef"])
    for node, over in ((source and source.file, source), (host if matched == 2 else None, None)):
        if isinstance(node, Scalar):
            try:
                yield _Reference(inside_project(file.name, node.text), over)
            except (OSError, ValueError):
                continue  # linting the manifest says what is wrong with it


def _shown(place: Path) -> str:
    """Return a path as its user would write it."""
    try:
        relative = os.path.relpath(place)
    except ValueError:  # another drive
        return str(place)
    return str(place) if relative.startswith(os.pardir) else relative
