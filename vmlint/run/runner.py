"""Linting many files, each with what belongs to it, in the order in which they were named."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from vmlint.advice.advisor import Advisor
from vmlint.findings.diagnostic import Diagnostic, merged, own
from vmlint.findings.place import START
from vmlint.run.check import Checked, Settings, advisor_for, check
from vmlint.run.discover import Wanted, is_yaml
from vmlint.run.discover import files as files_below
from vmlint.run.files import Files
from vmlint.run.related import Added, Related, related
from vmlint.words import reason

HINT = "VM916"
Follow = Callable[[Sequence[str]], Iterable[str]]
"""Yields the names of the files to lint unchanged, and may show the progress."""


class Run(NamedTuple):
    """The results of all files, in the order in which they were named."""

    results: tuple[Checked, ...]
    added: tuple[Added, ...] = ()
    """The manifests that were linted with them without being named."""

    @property
    def linted(self) -> int:
        """How many files held anything that is linted."""
        return sum(result.recognised for result in self.results)

    @property
    def skipped(self) -> int:
        """How many files were something else."""
        return sum(result.readable and not result.recognised for result in self.results)

    @property
    def unread(self) -> int:
        """How many files could not be read."""
        return sum(not result.readable for result in self.results)

    @property
    def workloads(self) -> int:
        """How many workloads were linted."""
        return sum(len(result.subjects) for result in self.results)

    @property
    def diagnostics(self) -> Iterator[Diagnostic]:
        """All findings."""
        for result in self.results:
            yield from result.diagnostics


def run(
    paths: Iterable[str],
    settings: Settings,
    stdin_name: str | None = None,
    *,
    search: bool = True,
    follow: Follow = iter,
) -> Run:
    """Lint files, folders and ``-`` (standard input, shown under ``stdin_name``).

    With ``search``, manifests that refer to these files are looked for in the projects around them.
    """
    files = Files(stdin_name)
    settings = settings._replace(context=settings.context._replace(open_reference=files.refer))
    paths = list(paths)
    named = list(files_below(paths, wanted(settings)))
    belongs = related(named, files, filter(os.path.isdir, paths), search=search)
    every = [*named, *(added.file for added in belongs.added)]
    advisor = advisor_for(settings)
    results = (_checked(name, files, settings, belongs, advisor) for name in follow(every))
    return Run(tuple(_hints_once(results)), belongs.added)


def _hints_once(results: Iterable[Checked]) -> Iterator[Checked]:
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


def wanted(settings: Settings) -> Wanted:
    """Return a predicate on file names: whether a file may hold a manifest or be of a format that is read."""
    patterns = {pattern.lower() for reader in settings.context.readers for pattern in reader.patterns}
    known = re.compile("|".join(map(fnmatch.translate, sorted(patterns)))) if patterns else None
    return lambda name: is_yaml(name) or bool(known and known.match(name.lower()))


def _checked(name: str, files: Files, settings: Settings, belongs: Related, advisor: Advisor) -> Checked:
    shown = files.stdin_name if name == "-" else name
    try:
        file = files.take(name)
    except OSError as error:
        fault = own("VM901", f"cannot be read: {reason(error)}", START.of(shown))
        return Checked(shown, recognised=False, diagnostics=(fault,), readable=False)
    overlays = belongs.overlays.get(files.place(name), ()) if belongs.overlays else ()
    found = check(file, settings, overlays, advisor)
    return found._replace(diagnostics=merged(found.diagnostics))
