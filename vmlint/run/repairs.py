"""Repairs as edits: the first suggestion of a finding, where it is one change that its file can state.

Each is tried: the file is changed in memory, read and linted again. So this takes several checks of a file, and is done
only where somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from vmlint import limits
from vmlint.findings.fix import Edit, Fix
from vmlint.findings.problem import Unreadable
from vmlint.reading.file import File
from vmlint.reading.restate import ways
from vmlint.record import NamedTuple
from vmlint.run.check import Checked, Memory, check
from vmlint.run.proof import Applied, faults
from vmlint.syntax.edit import Change, changed_bytes

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.reading.context import Annotation
    from vmlint.reading.reader import Reader
    from vmlint.reading.subject import Subject
    from vmlint.run.settings import Settings


def checks(file: File) -> int:
    """Return how often a file may be linted again: large ones less often, so that it ends."""
    return max(min(limits.PROOFS, limits.PROOF_BYTES // max(len(file.data), 1)), 8)


class _Try(NamedTuple):
    """A way to mend one of the findings."""

    number: int
    applied: Applied


def with_repairs(
    file: File, settings: Settings, overlays: Sequence[Annotation], checked: Checked, memory: Memory
) -> Checked:
    """Return the same with the repairs of its findings as unsafe fixes, each of which was tried.

    Repairs of different workloads are tried together: none of them may change another one. What is not tried within
    a limit is not offered.
    """
    left = checks(file)

    def again(edits: Sequence[Edit]) -> Checked | None:
        nonlocal left
        from vmlint.findings.diagnostic import merged

        left -= 1
        if left < 0:
            return None
        try:
            found = _checked_with(edits, file, settings, overlays, memory)
        except (ValueError, OSError):
            return None
        return found._replace(diagnostics=merged(found.diagnostics))

    waiting = _tries(checked, settings.context.readers)
    proven: dict[int, Fix] = {}
    while together := [tries[0] for tries in waiting.values() if tries]:
        for each, works in _tried(together, lambda tried, after: faults(checked, after, tried, settings.rules), again):
            if works:
                proven[each.number] = each.applied.fix
            waiting[each.applied.found.workload] = [
                other
                for other in waiting[each.applied.found.workload][1:]
                if not (works and other.number == each.number)
            ]
    if not proven:
        return checked
    return checked._replace(
        diagnostics=tuple(
            each._replace(fixes=(*each.fixes, proven[number])) if number in proven else each
            for number, each in enumerate(checked.diagnostics)
        )
    )


def _tries(checked: Checked, readers: Sequence[Reader]) -> dict[str, list[_Try]]:
    """Return the ways to mend the findings, by workload."""
    subjects: dict[str, Subject] = {}
    for subject in checked.subjects:
        subjects.setdefault(subject.workload.name, subject)
    found: dict[str, list[_Try]] = {}
    for number, each in enumerate(checked.diagnostics):
        change = only_change(each)
        if change and each.accepted is None and each.workload in subjects:
            found.setdefault(each.workload, []).extend(
                _Try(number, Applied(each, fix)) for fix in _fixes(subjects[each.workload], *change, readers)
            )
    return found


def only_change(found: Diagnostic) -> tuple[str, str] | None:
    """Return field and value of the first suggestion, if that is one setting of the deployment."""
    from vmlint.advice.candidates import is_repair

    best = found.suggestions[0] if found.suggestions else None
    if best is None or len(best.changes) != 1 or best.risks or not is_repair(best):
        return None
    path, value = next(iter(best.changes.items()))
    return (path, value) if value is not None else None


def _fixes(subject: Subject, path: str, value: str, readers: Sequence[Reader]) -> Iterator[Fix]:
    for edit in ways(subject, path, value, readers):
        yield Fix(f"set {path} to {value}", (edit,), safe=False, changes=((path, value),))


def _tried(
    together: Sequence[_Try],
    wrong: Callable[[Sequence[Applied], Checked], frozenset[str]],
    again: Callable[[Sequence[Edit]], Checked | None],
) -> Iterator[tuple[_Try, bool]]:
    """Try some ways at once, and those that work once more without the others."""
    all_applied = [each.applied for each in together]
    after = again([edit for applied in all_applied for edit in applied.fix.edits])
    where = wrong(all_applied, after) if after is not None else frozenset({""})
    bad = [each for each in together if each.applied.found.workload in where]
    if not where:
        yield from ((each, True) for each in together)
    elif bad or len(together) == 1:
        yield from ((each, False) for each in bad or together)
        rest = [each for each in together if each.applied.found.workload not in where]
        if bad and rest:
            yield from _tried(rest, wrong, again)
    else:
        middle = len(together) // 2
        for part in (together[:middle], together[middle:]):
            yield from _tried(part, wrong, again)


def _checked_with(
    edits: Sequence[Edit], file: File, settings: Settings, overlays: Iterable[Annotation], memory: Memory
) -> Checked:
    """Check a file after edits of it, or of the file that it annotates. Raises ``ValueError`` or ``OSError``."""
    by_file: dict[str, list[Change]] = {}
    for edit in edits:
        by_file.setdefault(edit.place.file, []).append(change_of(edit))
    context = settings.context

    def refer(name: str, reference: str) -> File:
        other = context.open_reference(name, reference)
        return edited(other, by_file[other.name]) if other.name in by_file else other

    here = edited(file, by_file.get(file.name, ()))
    return check(here, settings._replace(context=context._replace(open_reference=refer)), overlays, memory)


def edited(file: File, changes: Iterable[Change]) -> File:
    """Return a file after some changes. Raises ``ValueError`` where they do not fit it."""
    changes = list(changes)
    if not changes:
        return file
    try:
        return File(file.name, changed_bytes(file.data, file.text, changes))
    except Unreadable as error:
        raise ValueError(str(error)) from None


def change_of(edit: Edit) -> Change:
    """Return an edit without the name of its file."""
    return Change(*edit.place[1:], edit.text)
