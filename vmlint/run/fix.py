"""Mending files, in memory: fixes are applied and proven, again and again, until nothing is left to mend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from vmlint.run.files import Files
from vmlint.run.linter import Linter
from vmlint.run.proof import Applied, faults
from vmlint.run.repairs import change_of, edited
from vmlint.run.runner import found
from vmlint.syntax.edit import overlap

if TYPE_CHECKING:
    from vmlint.lint.rule import Rule
    from vmlint.reading.file import File
    from vmlint.run.check import Checked
    from vmlint.run.result import Result
    from vmlint.run.settings import Settings

ROUNDS = 100
"""How often a file is mended at most. Each time, all fixes that do not touch each other are applied."""


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
    paths: Sequence[str], settings: Settings, files: Files, only: frozenset[str], *, unsafe: bool
) -> Iterator[Fixed]:
    """Mend files that were named, in memory. ``only`` are those with something to mend, as reports call them.

    A file is proven together with the manifests that annotate it. What one file becomes counts for the next one.
    """
    _, every, belongs = found(list(paths), settings, files)
    lint = Linter(settings, files, belongs.overlays, details=unsafe)
    bench = _Bench(files, lint, Linter(settings, files, belongs.overlays), settings.rules)
    added = {each.file for each in belongs.added}
    places = {files.place(name) for name in only}
    for name in dict.fromkeys(every):
        if name in added or files.place(name) not in places:
            continue
        try:
            file = files.open(name)
        except OSError:
            continue  # linting it says why
        names = tuple(dict.fromkeys((name, *belongs.referrers.get(files.place(name), ()))))
        mended = _mended(file, names, bench, unsafe=unsafe)
        files.replace(name, mended.after)
        if mended.fault or mended.after != mended.before:
            yield mended._replace(file=name)


class _Bench(NamedTuple):
    """What files are mended with."""

    files: Files
    lint: Linter
    """Finds what is to be mended."""
    prove: Linter
    """Lints what was mended, and does not look for repairs."""
    rules: Sequence[Rule]


def _mended(file: File, names: Sequence[str], bench: _Bench, *, unsafe: bool) -> Fixed:
    """Mend a file. ``names`` are its own, and those of the manifests that annotate it."""
    before, seen = file.data, {file.data}
    codes: list[str] = []
    refused: list[Applied] = []
    kept: list[Applied] = []
    for _ in range(ROUNDS):
        checked = {name: bench.lint.checked(name) for name in names}
        possible = _possible(checked, bench.files.place(names[0]), bench.files, unsafe=unsafe)
        chosen = _apart([each for each in possible if each not in refused])
        kept = _kept([], chosen, file, checked, bench)
        refused += [each for each in chosen if each not in kept]
        if not chosen:
            return Fixed(file.name, before, file.data, tuple(codes))
        if not kept:
            continue  # there may be others, which overlapped with those
        file = edited(file, [change_of(edit) for each in kept for edit in each.fix.edits])
        bench.files.replace(names[0], file.data)
        codes += [each.found.code for each in kept]
        if file.data in seen:
            break
        seen.add(file.data)
    undoing = ", ".join(sorted({*codes[-len(kept) - 1 :]}))
    return Fixed(file.name, before, before, (), f"the fixes of {undoing} undo each other")


def _possible(checked: Mapping[str, Checked], place: str, files: Files, *, unsafe: bool) -> Iterator[Applied]:
    """Yield the fixes that edit nothing but the file at a place."""
    for every in checked.values():
        for each in every.diagnostics:
            for fix in each.fixes if each.accepted is None else ():
                if (fix.safe or unsafe) and all(files.place(edit.place.file) == place for edit in fix.edits):
                    yield Applied(each, fix)


def _apart(possible: Sequence[Applied]) -> list[Applied]:
    """Return fixes that do not touch each other, the first first; unsafe ones only where there is no safe one."""
    safest = any(each.fix.safe for each in possible)
    taken: list[Applied] = []
    for each in possible:
        if each.fix.safe == safest and not any(_touch(each, other) for other in taken):
            taken.append(each)
    return taken


def _touch(one: Applied, other: Applied) -> bool:
    return one.found == other.found or any(
        overlap(change_of(edit), change_of(another)) for edit in one.fix.edits for another in other.fix.edits
    )


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
    name = next(iter(before))
    try:
        after = edited(file, [change_of(edit) for each in applied for edit in each.fix.edits])
    except ValueError:
        return False
    bench.files.replace(name, after.data)
    try:
        return not any(
            faults(
                checked,
                bench.prove.checked(each),
                [one for one in applied if one.found in checked.diagnostics],
                bench.rules,
            )
            for each, checked in before.items()
        )
    finally:
        bench.files.replace(name, file.data)
