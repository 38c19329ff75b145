"""Linting many files, each with what belongs to it, in the order in which they were named."""

from __future__ import annotations

import fnmatch
import functools
import itertools
import os
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import TYPE_CHECKING

from vmlint.findings.codes import REMARKS
from vmlint.project.root import BASELINE
from vmlint.record import NamedTuple
from vmlint.run.discover import Ignored, LeftOut, Wanted, is_hidden, is_yaml
from vmlint.run.discover import files as files_below
from vmlint.run.files import Files
from vmlint.run.jobs import Follow, Jobs
from vmlint.run.linter import Linter, Made
from vmlint.run.related import Related, related
from vmlint.run.result import Added, FailOn, Result, Run, result_of
from vmlint.run.settings import Settings, SettingsOf

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.reading.reader import Reader
    from vmlint.run.cache import Cache
    from vmlint.run.check import Checked


def run(
    paths: Iterable[str],
    settings: SettingsOf,
    stdin_name: str | None = None,
    *,
    details: bool = False,
    repairs: bool = False,
    follow: Follow = iter,
    jobs: Jobs | None = None,
    cache: Cache | None = None,
    stdin: bytes | None = None,
) -> Run:
    """Lint files, folders and ``-`` (standard input, shown under ``stdin_name``), while the results are asked for.

    Manifests that refer to these files are looked for in the projects around them. With ``details`` the results tell
    what was read in each file and what is undecided, with ``repairs`` they have unsafe fixes too. With ``jobs`` several
    processes share the work of many files. Results in the ``cache`` are taken from there. ``stdin`` is what was read of
    standard input, where somebody did.
    Raises ``ConfigError`` for a fault of the settings of any file, before the first result.
    """
    paths = list(paths)
    files = Files(stdin_name, stdin, follows_links=settings.follows_links)
    every, belongs, passed_over = found(paths, settings, files, search=True, cache=cache)
    lint = Linter(settings, files, belongs.overlays, details=details, repairs=repairs, keeps=cache is not None)
    kept = {name for name in every if _is_kept(name, files, lint, cache)} if cache is not None else set()
    lint.prepare(name for name in every if name not in kept)
    results = (
        _results(every, _made(every, lint, jobs), follow)
        if cache is None
        else _with_cache(every, kept, lint, jobs, cache, follow)
    )
    named = frozenset((*paths, files.stdin_name))
    shown = [files.stdin_name if name == "-" else name for name in every]
    told = _without_baselines(itertools.chain(passed_over, results), named)
    return Run(_hints_once(told), belongs.added, named, lint.fail_on, shown)


def _without_baselines(results: Iterable[Result], named: Set[str]) -> Iterator[Result]:
    """Leave out the files that vmlint wrote itself. Other files of that name may be of any format, and are read."""
    for result in results:
        is_own = os.path.basename(result.file) == BASELINE  # noqa: PTH119 - a name of any bytes
        if not is_own or result.recognised or result.formats or result.skipped or result.file in named:
            yield result


def _made(names: Sequence[str], lint: Linter, jobs: Jobs | None) -> Iterator[Made]:
    if jobs is None or not jobs.pay(names):
        return map(lint, names)
    from vmlint.run.workers import shared  # takes as long to import as all the rest

    return shared(names, lint, jobs)


def _results(names: Sequence[str], made: Iterator[Made], follow: Follow) -> Iterator[Result]:
    for _ in follow(names):
        yield next(made).result


def _with_cache(
    names: Sequence[str], kept: Set[str], lint: Linter, jobs: Jobs | None, cache: Cache, follow: Follow
) -> Iterator[Result]:
    """Yield the result of each file: the kept one, or a new one, which is kept."""
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
    content = files.take_digest(name)
    references = cache.find(name, lint.key(name, content)) if content else None
    return references is not None and all(map(lint.still_holds, references))


class Read(NamedTuple):
    """What was read in some files, with the workloads themselves."""

    files: tuple[Checked, ...]
    """In the order in which they were named."""
    added: tuple[Added, ...]
    named: frozenset[str]
    """The names as the user gave them."""
    fail_on: FailOn
    """The least severity that fails the run, for each file."""

    def run(self) -> Run:
        """Return the same for reports."""
        return Run(
            _hints_once(result_of(each, details=True) for each in self.files), self.added, self.named, self.fail_on
        )


def read(paths: Iterable[str], settings: SettingsOf, stdin_name: str | None = None, *, search: bool = True) -> Read:
    """Read files, folders and ``-`` as :func:`run` does, and ask no rule. Raises ``ConfigError``."""
    paths = list(paths)
    files = Files(stdin_name, follows_links=settings.follows_links)
    every, belongs, _ = found(paths, settings, files, search=search)
    lint = Linter(settings, files, belongs.overlays, details=True, reads=True)
    lint.prepare(every)
    return Read(tuple(map(lint.checked, every)), belongs.added, frozenset((*paths, files.stdin_name)), lint.fail_on)


def checked(paths: Iterable[str], settings: SettingsOf) -> Iterator[tuple[Checked, Settings]]:
    """Yield what was found in files and folders, with the workloads themselves and the settings of each file.

    Raises ``ConfigError``.
    """
    files = Files(follows_links=settings.follows_links)
    every, belongs, _ = found([*paths], settings, files)
    lint = Linter(settings, files, belongs.overlays)
    for name in every:
        yield lint.checked(name), settings(name)


def found(
    paths: list[str], settings: SettingsOf, files: Files, *, search: bool = True, cache: Cache | None = None
) -> tuple[list[str], Related, Iterable[Result]]:
    """Return the files to lint and what belongs to them, and results for what is left out.

    That is named files that the settings exclude, links, and what is passed over by its name.

    First come those that were named, then those that refer to them.
    """

    def left_out(folder: str, name: str, is_folder: bool) -> str:
        return settings.left_out(folder, name, is_folder=is_folder)

    passed_over = [found for path in paths if (found := _passed_over(path, files, left_out)) is not None]
    gone = {each.file for each in passed_over}
    paths = [path for path in paths if (files.stdin_name if path == "-" else path) not in gone]
    links: list[str] = []
    unseen: list[str] = []
    ignored: Ignored = {}
    named = list(files_below(paths, wanted(settings.readers), left_out, settings.ignores, links, ignored, unseen))
    if ignored:
        from vmlint.run.tracked import UntoldError, tracked_in_spite  # imported only where git ignores something

        try:
            tracked = tracked_in_spite(ignored, paths, named, wanted(settings.readers), left_out)
            named, links, unseen = [*named, *tracked.files], [*links, *tracked.links], [*unseen, *tracked.unseen]
            why = "git ignores its name, but tracks it as a repository of its own: lint it by its name, too"
            passed_over += [Result(path, recognised=False, skipped=why) for path in tracked.modules]
        except UntoldError as error:
            why = f"which of the files that it names git tracks cannot be told: {error}"
            passed_over.append(Result(".gitignore", recognised=False, skipped=why))
    if links:
        from vmlint.run.out_of_sight import not_followed  # imported only where there are links

        passed_over += not_followed(links, named)
    belongs = related(named, files, paths, search=search, cache=cache, left_out=left_out)
    every = [*named, *(added.file for added in belongs.added)]
    return every, belongs, itertools.chain(passed_over, map(_unseen, unseen))


def _unseen(path: str) -> Result:
    """Return a result for what a search passes over by its name: it is counted, and JSON lists it."""
    what = "folder" if os.path.isdir(path) else "file"  # noqa: PTH112 - a name of any bytes
    why = f"a hidden {what}" if is_hidden(path) else f"a {what} of other people's code, by its name"
    return Result(path, recognised=False, skipped=why, beside=True, is_excluded=True)


def _passed_over(path: str, files: Files, left_out: LeftOut) -> Result | None:
    """Return a result for a path that the settings leave out, although it is named: a hook names every file."""
    shown = files.stdin_name if path == "-" else path
    folder, name = (path, "") if os.path.isdir(path) else os.path.split(shown)  # noqa: PTH112
    place = left_out(folder, name, not name)
    if not place:
        return None
    return Result(shown, recognised=False, skipped=f"it is excluded by {place}", is_excluded=True)


def _hints_once(results: Iterable[Result]) -> Iterator[Result]:
    """Report what is wrong with a file's hints and waivers once: a manifest that annotates the file finds it too."""
    seen: set[tuple[str, int, int, str]] = set()
    for result in results:
        if any(each.code in REMARKS for each in result.diagnostics):
            kept = {_hint(each): each for each in result.diagnostics if each.code in REMARKS}
            new = {key: each for key, each in kept.items() if key not in seen}
            seen |= new.keys()
            others = (each for each in result.diagnostics if each.code not in REMARKS or each in new.values())
            result = result._replace(diagnostics=tuple(others))
        yield result


def _hint(found: Diagnostic) -> tuple[str, int, int, str]:
    """Return what identifies a fault of a hint or a waiver, however the name of its file was written."""
    place = found.place
    return os.path.realpath(place.file), place.line, place.column, found.message


def wanted(readers: Iterable[Reader]) -> Wanted:
    """Return a predicate on file names: whether a file may hold a manifest or be of a format that is read."""
    patterns = {pattern.lower() for reader in readers for pattern in reader.patterns}
    # Made of so many patterns when it is first asked for: where no folder is searched, it never is.
    known = functools.cache(lambda: re.compile("|".join(map(fnmatch.translate, sorted(patterns)))))
    return lambda name: is_yaml(name) or bool(patterns and known().match(name.lower()))
