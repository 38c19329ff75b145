"""The files of a run, called by their paths from the root of the project: what machines compare across runs."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from vmlint.project.root import project_of, project_root
from vmlint.run.result import Added, Result, Run

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.findings.place import Place


def from_root(results: Iterable[Result], added: Iterable[Added]) -> Run:
    """Return a run whose files are called by their paths from the root of the project, with ``/`` between folders.

    A file outside the project around the current folder keeps its name, as does one that cannot be a path. What tells a
    finding from others is its path in its own project, whichever folder is the current one.
    """
    name = namer(Path.cwd())
    lasting = namer(Path.cwd(), project_of)
    return Run(_renamed(results, name, lasting), tuple(Added(name(each.file), name(each.because)) for each in added))


def namer(here: Path, root_of: Callable[[str], Path] | None = None) -> Callable[[str], str]:
    """Return a function from the name of a file, as its user wrote it in the folder ``here``, to its path.

    ``root_of`` returns the root for the files of a folder; by default it is that of the project around ``here``.
    """
    root = project_root(here)
    root_for = functools.cache(root_of or (lambda _: root))
    known: dict[str, str] = {}

    def name(written: str) -> str:
        if written not in known:
            known.clear()  # the places of one result name the same few files
            known[written] = _path(written, here, root_for)
        return known[written]

    return name


def _path(written: str, here: Path, root_for: Callable[[str], Path]) -> str:
    if not written or "\0" in written or (written[0] == "<" and written[-1] == ">"):  # standard input, this machine
        return written
    whole = os.path.normpath(here / written)
    root = root_for(os.path.dirname(whole))  # noqa: PTH120
    for place in (whole, os.path.join(os.path.realpath(os.path.dirname(whole)), os.path.basename(whole))):  # noqa: PTH118, PTH119, PTH120
        if Path(place).is_relative_to(root):
            return os.path.relpath(place, root).replace(os.sep, "/")
    return written.replace(os.sep, "/")


def _renamed(results: Iterable[Result], name: Callable[[str], str], lasting: Callable[[str], str]) -> Iterator[Result]:
    for result in results:
        file = name(result.file)
        if not result.diagnostics:
            yield result if file == result.file else result._replace(file=file)
            continue
        yield result._replace(
            file=file,
            lasting=lasting(result.file),
            diagnostics=tuple(_found(each, name) for each in result.diagnostics),
            lines={name(each): lines for each, lines in result.lines.items()},
        )


def _found(found: Diagnostic, name: Callable[[str], str]) -> Diagnostic:
    def place(of: Place) -> Place:
        return of._replace(file=name(of.file))

    accepted = found.accepted
    if accepted is not None and accepted.place is not None:
        accepted = accepted._replace(place=place(accepted.place))
    return found._replace(
        place=place(found.place),
        because=tuple(related._replace(place=place(related.place)) for related in found.because),
        accepted=accepted,
        fixes=tuple(
            fix._replace(edits=tuple(edit._replace(place=place(edit.place)) for edit in fix.edits))
            for fix in found.fixes
        ),
    )
