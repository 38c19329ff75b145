"""Linting many files, each with what belongs to it, in the order in which they were named."""

from __future__ import annotations

import fnmatch
import functools
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from vmlint.run.discover import Wanted, is_yaml
from vmlint.run.discover import files as files_below
from vmlint.run.files import Files
from vmlint.run.jobs import Follow, Jobs
from vmlint.run.linter import Linter, Made
from vmlint.run.related import Related, related
from vmlint.run.result import Added, Result, Run, result_of
from vmlint.run.settings import Settings

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.reading.reader import Reader
    from vmlint.run.cache import Cache
    from vmlint.run.check import Checked

HINT = "VM916"


def run(
    paths: Iterable[str],
    settings: Settings,
    stdin_name: str | None = None,
    *,
    details: bool = False,
    follow: Follow = iter,
    jobs: Jobs | None = None,
    cache: Cache | None = None,
) -> Run:
    """Lint files, folders and ``-`` (standard input, shown under ``stdin_name``), while the results are asked for.

    Manifests that refer to these files are looked for in the projects around them. With ``details`` the results tell
    what was read in each file and what is undecided. With ``jobs`` several processes share the work of many files.
    Results in the ``cache`` are taken from there.
    """
    paths = list(paths)
    files, every, belongs = _found(paths, settings, stdin_name, search=True, cache=cache)
    lint = Linter(settings, files, belongs.overlays, details=details, keeps=cache is not None)
    results = (
        _results(every, _made(every, lint, jobs), follow)
        if cache is None
        else _with_cache(every, files, lint, jobs, cache, follow)
    )
    return Run(_hints_once(results), belongs.added, frozenset((*paths, files.stdin_name)))


def _made(names: Sequence[str], lint: Linter, jobs: Jobs | None) -> Iterator[Made]:
    if jobs is None or not jobs.pay(names):
        return map(lint, names)
    from vmlint.run.workers import shared  # takes as long to import as all the rest

    return shared(names, lint, jobs)


def _results(names: Sequence[str], made: Iterator[Made], follow: Follow) -> Iterator[Result]:
    for _ in follow(names):
        yield next(made).result


def _with_cache(
    names: Sequence[str], files: Files, lint: Linter, jobs: Jobs | None, cache: Cache, follow: Follow
) -> Iterator[Result]:
    """Yield the result of each file: the kept one, or a new one, which is kept."""
    kept = {name for name in names if _is_kept(name, files, lint, cache)}
    made = _made([name for name in names if name not in kept], lint, jobs)
    try:
        for name in follow(names):
            result = cache.result(name) if name in kept else None
            if result is None:
                result, entry = next(made) if name not in kept else lint(name)
                if entry is not None:
                    cache.keep(name, entry)
            yield result
    finally:
        cache.write()  # also where the run is interrupted


def _is_kept(name: str, files: Files, lint: Linter, cache: Cache) -> bool:
    content = files.digest(name)
    references = cache.find(name, lint.key(name, content)) if content else None
    return references is not None and all(map(lint.still_holds, references))


class Read(NamedTuple):
    """What was read in some files, with the workloads themselves."""

    files: tuple[Checked, ...]
    """In the order in which they were named."""
    added: tuple[Added, ...]
    named: frozenset[str]
    """The names as the user gave them."""

    def run(self) -> Run:
        """Return the same for reports."""
        return Run(_hints_once(result_of(each, details=True) for each in self.files), self.added, self.named)


def read(paths: Iterable[str], settings: Settings, stdin_name: str | None = None, *, search: bool = True) -> Read:
    """Read files, folders and ``-`` as :func:`run` does, and ask no rule."""
    paths = list(paths)
    files, every, belongs = _found(paths, settings, stdin_name, search=search)
    lint = Linter(settings.reading_only, files, belongs.overlays, details=True)
    return Read(tuple(map(lint.checked, every)), belongs.added, frozenset((*paths, files.stdin_name)))


def _found(
    paths: list[str], settings: Settings, stdin_name: str | None, *, search: bool, cache: Cache | None = None
) -> tuple[Files, list[str], Related]:
    files = Files(stdin_name)
    named = list(files_below(paths, wanted(settings.context.readers)))
    belongs = related(named, files, paths, search=search, cache=cache)
    return files, [*named, *(added.file for added in belongs.added)], belongs


def _hints_once(results: Iterable[Result]) -> Iterator[Result]:
    """Report what is wrong with a file's hints once: the manifest that annotates the file reports them too."""
    seen: set[tuple[str, int, int, str]] = set()
    for result in results:
        if any(each.code == HINT for each in result.diagnostics):
            kept = {_hint(each): each for each in result.diagnostics if each.code == HINT and _hint(each) not in seen}
            seen |= kept.keys()
            others = (each for each in result.diagnostics if each.code != HINT or each in kept.values())
            result = result._replace(diagnostics=tuple(others))
        yield result


def _hint(found: Diagnostic) -> tuple[str, int, int, str]:
    """Return what identifies a fault of a hint, however the name of its file was written."""
    place = found.place
    return os.path.realpath(place.file), place.line, place.column, found.message


def wanted(readers: Iterable[Reader]) -> Wanted:
    """Return a predicate on file names: whether a file may hold a manifest or be of a format that is read."""
    patterns = {pattern.lower() for reader in readers for pattern in reader.patterns}
    # Made of so many patterns when it is first asked for: where no folder is searched, it never is.
    known = functools.cache(lambda: re.compile("|".join(map(fnmatch.translate, sorted(patterns)))))
    return lambda name: is_yaml(name) or bool(patterns and known().match(name.lower()))
