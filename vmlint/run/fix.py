"""Mending files, in memory: fixes are applied and proven, again and again, until nothing is left to mend."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from vmlint.record import NamedTuple
from vmlint.run.files import Files
from vmlint.run.linter import Linter
from vmlint.run.proof import Applied, faults
from vmlint.run.repairs import change_of, checks, edited
from vmlint.run.runner import found
from vmlint.syntax.edit import Change, overlap

if TYPE_CHECKING:
    from vmlint.lint.rule import Rule
    from vmlint.reading.file import File
    from vmlint.run.check import Checked
    from vmlint.run.result import Result
    from vmlint.run.settings import SettingsOf


class Fixed(NamedTuple):
    """A file that can be mended."""

    file: str
    """As its user named it; ``-`` for standard input."""
    before: bytes
    after: bytes
    mended: tuple[str, ...]
    """The code of each finding that is gone."""
    fault: str = ""
    """Why it was given up: fixes that undo each other."""


def wanted(results: Iterable[Result], *, unsafe: bool) -> frozenset[str]:
    """Return the files that hold what some fixes edit."""
    return frozenset(
        edit.place.file
        for result in results
        for each in result.diagnostics
        if each.accepted is None
        for fix in each.fixes
        if fix.safe or unsafe
        for edit in fix.edits
    )


def fix(
    paths: Sequence[str], settings: SettingsOf, files: Files, only: frozenset[str], *, unsafe: bool
) -> Iterator[Fixed]:
    """Mend files that were named, in memory. ``only`` are those with something to mend, as reports call them.

    A file is proven together with the manifests that annotate it. What one file becomes counts for the next one.
    """
    every, belongs, _ = found(list(paths), settings, files)
    lint, repair = (Linter(settings, files, belongs.overlays, repairs=repairs) for repairs in (False, True))
    added = {each.file for each in belongs.added}
    places = {files.place(name) for name in only}
    for name in dict.fromkeys(every):
        if name in added or files.place(name) not in places:
            continue
        try:
            file = files.open(name)
        except OSError:
            continue  # linting it says why
        names = (name, *belongs.referrers.get(files.place(name), ()))
        mended = _mended(file, _Bench(names, files, lint, repair, lint.settings(name).rules), unsafe=unsafe)
        files.replace(name, mended.after)
        if mended.fault or mended.after != mended.before:
            yield mended._replace(file=name)


class _Bench:
    """What one file is mended with: it, and the manifests that annotate it."""

    def __init__(self, names: Sequence[str], files: Files, lint: Linter, repair: Linter, rules: Sequence[Rule]) -> None:
        self.names = tuple(dict.fromkeys(names))
        """The file itself is the first."""
        self.files = files
        self.lint, self.repair = lint, repair
        """The second also looks for repairs, which takes longer."""
        self.rules = rules
        self.left = 0
        """How many proofs may still be made."""

    def checked(self, lint: Linter) -> dict[str, Checked]:
        """Lint all of them as they are now."""
        return {name: lint.checked(name) for name in self.names}


def _mended(file: File, bench: _Bench, *, unsafe: bool) -> Fixed:
    """Mend a file round by round. In each, all fixes that do not touch each other are applied."""
    before, seen = file.data, {file.data}
    codes: list[str] = []
    refused: list[Applied] = []
    bench.left = checks(file)
    while bench.left > 0:
        checked, chosen = _next(bench, refused, unsafe=unsafe)
        if not chosen:
            break
        kept = _kept([], chosen, file, checked, bench)
        works = set(map(id, kept))
        refused += [each for each in chosen if id(each) not in works]
        if not kept:
            continue  # there may be others, which touched those
        file = edited(file, [change_of(edit) for each in kept for edit in each.fix.edits])
        bench.files.replace(bench.names[0], file.data)
        codes += [each.found.code for each in kept]
        if file.data in seen:
            undoing = ", ".join(sorted({*codes[-len(kept) - 1 :]}))
            return Fixed(file.name, before, before, (), f"the fixes of {undoing} undo each other")
        seen.add(file.data)
    return Fixed(file.name, before, file.data, tuple(codes))


def _next(bench: _Bench, refused: Sequence[Applied], *, unsafe: bool) -> tuple[dict[str, Checked], list[Applied]]:
    """Return what is found now, and the fixes to apply next: unsafe ones only where there is no safe one."""
    for lint in (bench.lint, bench.repair) if unsafe else (bench.lint,):
        found = bench.checked(lint)
        possible = _possible(found, bench, unsafe=unsafe and lint is bench.repair)
        chosen = _apart(each for each in possible if each not in refused)
        if chosen:
            break
    return found, chosen


def _possible(checked: Mapping[str, Checked], bench: _Bench, *, unsafe: bool) -> Iterator[Applied]:
    """Yield the fixes that edit nothing but the file that is mended."""
    files = bench.files
    place = files.place(bench.names[0])
    for name, every in checked.items():
        for each in every.diagnostics:
            for fix in each.fixes if each.accepted is None else ():
                if (fix.safe or unsafe) and all(files.place(edit.place.file) == place for edit in fix.edits):
                    yield Applied(each, fix, name)


def _apart(possible: Iterable[Applied]) -> list[Applied]:
    """Return fixes that do not touch each other, one for each finding; of two that touch, the first."""
    taken: list[Applied] = []
    places: list[Change] = []
    """The edits of those that are taken, in the order of the file."""
    mended: set[int] = set()
    for each in possible:
        changes = [change_of(edit) for edit in each.fix.edits]
        if id(each.found) not in mended and not any(_touches(change, places) for change in changes):
            taken.append(each)
            mended.add(id(each.found))
            for change in changes:
                bisect.insort(places, change)
    return taken


def _touches(change: Change, places: Sequence[Change]) -> bool:
    """Whether a change touches one of several, which do not touch each other: then it touches a neighbour."""
    index = bisect.bisect(places, change)
    return any(overlap(change, other) for other in places[max(index - 1, 0) : index + 1])


def _kept(
    kept: list[Applied], more: Sequence[Applied], file: File, before: Mapping[str, Checked], bench: _Bench
) -> list[Applied]:
    """Return the fixes that do what they announce: all at once, or else half of them, and half of that."""
    if not more:
        return kept
    together = [*kept, *more]
    if _hold(together, file, before, bench):
        return together
    if len(more) == 1:
        return kept
    middle = len(more) // 2
    kept = _kept(kept, more[:middle], file, before, bench)
    return _kept(kept, more[middle:], file, before, bench)


def _hold(applied: Sequence[Applied], file: File, before: Mapping[str, Checked], bench: _Bench) -> bool:
    """Whether fixes do what they announce. Where no proof may be made any more, none counts."""
    bench.left -= 1
    try:
        after = edited(file, [change_of(edit) for each in applied for edit in each.fix.edits])
    except ValueError:
        return False
    if bench.left < 0:
        return False
    bench.files.replace(bench.names[0], after.data)
    now = bench.checked(bench.lint)
    bench.files.replace(bench.names[0], file.data)
    return not any(
        faults(checked, now[name], [each for each in applied if each.by == name], bench.rules)
        for name, checked in before.items()
    )
