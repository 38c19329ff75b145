"""Whether fixes do what they announce: the file is read and linted again, and compared with what it was."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vmlint.advice.candidates import apply
from vmlint.findings.codes import CODES
from vmlint.findings.fingerprint import identity
from vmlint.findings.fix import Fix
from vmlint.lint.rule import STAGES
from vmlint.model.as_manifest import stated_fields
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.lint.rule import Rule
    from vmlint.reading.subject import Subject
    from vmlint.run.check import Checked

Changes = tuple[tuple[str, str], ...]
UNREADABLE = frozenset({"VM901", "VM902", "VM903", "VM904", "VM905"})


class Applied(NamedTuple):
    """A fix that was applied, and the finding that it mends."""

    found: Diagnostic
    fix: Fix
    by: str = ""
    """The file with which it was found: a manifest may find something in the file that it annotates."""

    @property
    def workloads(self) -> tuple[str, ...]:
        """The names of the workloads that it is about."""
        return (self.found.workload, *self.found.also)

    @property
    def uncovers(self) -> bool:
        """Whether more may be read after it, so that more may be found: what it mends was not understood before."""
        return self.fix.safe or self.found.code in CODES


def faults(before: Checked, after: Checked, applied: Sequence[Applied], rules: Sequence[Rule]) -> frozenset[str]:
    """Return the workloads where fixes did not do what they announce; an empty name stands for the file itself.

    Each finding that was to be mended must be gone. Every fact must be what it was, but for those that a fix announces.
    There must be no other finding than before, unless what was mended had kept a part of the file from being read.
    What ``rules`` of later stages say is no such finding: which facts are missing, and that something fits better.
    """
    aside = frozenset(rule.code for rule in rules if rule.stage != STAGES[0])
    if after.crashes or not after.readable or (before.recognised and not after.recognised):
        return frozenset({""})
    parts = (
        _still_there(before, after, applied),
        _changed(before, after, applied),
        _new(before, after, applied, aside),
    )
    return frozenset(itertools.chain.from_iterable(parts))


def _still_there(before: Checked, after: Checked, applied: Iterable[Applied]) -> Iterator[str]:
    was, now = (Counter(map(identity, each.diagnostics)) for each in (before, after))
    mended = Counter(identity(each.found) for each in applied)
    return (each.workload for each, number in mended.items() if now[each] > was[each] - number)


def _changed(before: Checked, after: Checked, applied: Sequence[Applied]) -> Iterator[str]:
    """Yield the workloads that are gone, or that have other facts than they had and than were announced."""
    more = any(each.uncovers for each in applied)
    announced: dict[str, list[Changes]] = {}
    for each in applied:
        for name in each.workloads if each.fix.changes else ():
            announced.setdefault(name, []).append(each.fix.changes)
    nameless = dict.fromkeys(announced.get("", ()))  # a fault of the file itself does not say which workload it is in
    left: dict[str, list[dict[str, Any]]] = {}
    for subject in after.subjects:
        left.setdefault(subject.workload.name, []).append(facts(subject))
    for subject in before.subjects:
        name = subject.workload.name
        known = announced.get(name, ())
        wanted = (_with(subject, [*known, *other]) for other in itertools.chain([()], ((each,) for each in nameless)))
        match = next((each for one in wanted for each in left.get(name, ()) if _fits(one, each, more=more)), None)
        if match is None:
            yield name
        else:
            left[name].remove(match)
    if not more:
        yield from (name for name, others in left.items() if others)


def _fits(wanted: Mapping[str, Any], now: Mapping[str, Any], *, more: bool) -> bool:
    return wanted.items() <= now.items() if more else wanted == now


_LISTS = frozenset({"deployment.devices.drives", "deployment.devices.disks", "deployment.devices.nics"})
"""Lists of all drives, disks and cards, in which the one that a fix may change is one of several."""


def facts(subject: Subject) -> dict[str, Any]:
    """Return what a file states of a workload, by path. A default of its format follows from that."""
    taken = tuple(f"{path}." for path in subject.defaults)
    return {
        path: _comparable(value)
        for path, value in stated_fields(subject.workload)
        if path not in subject.defaults and path not in _LISTS and not path.startswith(taken)
    }


def _with(subject: Subject, changes: Iterable[Changes]) -> dict[str, Any]:
    """Return the same after some changes."""
    found = subject
    changed: dict[str, str | None] = dict(itertools.chain.from_iterable(changes))
    if changed:
        defaults = {path: why for path, why in subject.defaults.items() if path not in changed}
        found = subject._replace(workload=apply(subject.workload, changed), defaults=defaults)
    return facts(found)


def _comparable(value: Any) -> Any:
    """Return what decides whether two values are the same as written: 8.10 and 8.1 are two versions."""
    return (type(value).__name__, sorted(map(str, value)) if isinstance(value, frozenset) else str(value))


def _new(before: Checked, after: Checked, applied: Iterable[Applied], aside: frozenset[str]) -> Iterator[str]:
    was, now = (Counter(map(_kind, each.diagnostics)) for each in (before, after))
    more = any(each.uncovers for each in applied)
    return (workload for code, workload, *_ in now - was if (not more and code not in aside) or code in UNREADABLE)


def _kind(found: Diagnostic) -> tuple[str, str, str, str]:
    """Return what a finding is the same kind by, whatever value it is about."""
    return found.code, found.workload, found.path, found.entry
