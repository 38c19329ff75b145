"""Which waivers another revision has already: where the gate is that revision's, only those of the present one count.

A waiver is the same as one of that revision by what it covers, never by its line:

| it covers    | it is the same by                              |
|--------------|------------------------------------------------|
| a file       | file and rule                                  |
| a workload   | file, workload and rule                        |
| a line       | file, workload, field, entry of a list and rule |

A file that was renamed is found by its findings: what was waived in a file that is gone may be waived in a new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from vmlint.findings.waiver import FOREVER
from vmlint.run.accept import lasting_name, of_workloads
from vmlint.run.terms import Dictionary

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.findings.waiver import Waiver
    from vmlint.run.accept import Names
    from vmlint.run.check import Checked
    from vmlint.run.settings import Settings

_Key = TypeVar("_Key", "_Declared", "_Waived")


class _Declared(NamedTuple):
    """What a waiver of a file or a workload covers."""

    scope: str
    file: str
    workload: str
    code: str
    entry: str


class _Waived(NamedTuple):
    """A finding that a waiver accepts, and how wide that waiver is."""

    scope: str
    file: str
    workload: str
    path: str
    entry: str
    code: str


class Grants:
    """The waivers of a revision, each with the last day on which it counts there."""

    def __init__(
        self, revision: str, names: Names, exists: Callable[[str], bool], same: Set[str] = frozenset()
    ) -> None:
        """``names`` are those of the present files. ``exists`` tells whether the revision has a file of a name.

        The files that are the ``same`` in both have the same waivers.
        """
        self._same = same
        self.revision = revision
        """As its user wrote it."""
        self._names = names
        self._exists = exists
        self._declared: dict[_Declared, str] = {}
        self._waived: dict[_Waived, str] = {}

    def add(self, checked: Checked, settings: Settings, names: Names) -> None:
        """Add what a file of the revision waives; ``names`` are those of the revision's files."""
        dictionary = Dictionary(settings)
        for each, waiver in _of_workloads(checked):
            meaning = dictionary.meaning(waiver)
            until = str(meaning.until or FOREVER)
            if until >= str(settings.context.today):
                for term in meaning.terms:
                    self._grant(self._declared, _declared(waiver, term.code, term.entry, each, names), until)
        for found in checked.diagnostics:
            accepted = found.accepted
            if accepted is not None and accepted.place is not None:
                for waived in _waived(found, accepted.scope, names(accepted.place.file)):
                    self._grant(self._waived, waived, accepted.until or FOREVER)
                    if not self._names.exists(waived.file):
                        self._grant(self._waived, _moved(waived), accepted.until or FOREVER)

    def until(self, waiver: Waiver, code: str, entry: str, found: Diagnostic) -> str:
        """Return the last day on which a waiver of a rule, or of an entry, may accept a finding; empty for never."""
        scope, file = waiver.scope, self._names(waiver.place.file)
        if file in self._same:
            return waiver.until or FOREVER
        keys = [*_waived(found, scope, file)]
        if not self._exists(file):
            keys += [_moved(each) for each in keys]
        days = [self._waived.get(each, "") for each in keys]
        if scope != "line":
            declared = _declared(waiver, code, entry, found.workload, self._names)
            days += [self._declared.get(each, "") for each in (declared, declared._replace(entry=""))]
        return max(days)

    @staticmethod
    def _grant(where: dict[_Key, str], key: _Key, until: str) -> None:
        where[key] = max(until, where.get(key, ""))


def _moved(waived: _Waived) -> _Waived:
    """Return what is the same wherever a file is moved."""
    return waived._replace(file="", workload=lasting_name(waived.workload, waived.file))


def _of_workloads(checked: Checked) -> Iterator[tuple[str, Waiver]]:
    """Yield the waivers of files and workloads, each with the workload that it is found with."""
    for subject in checked.subjects:
        for waiver in (*subject.waivers, *(each for around in subject.around for each in around)):
            if waiver.scope != "line":
                yield subject.workload.name, waiver


def _declared(waiver: Waiver, code: str, entry: str, workload: str, names: Names) -> _Declared:
    about = workload if waiver.scope == "workload" else ""
    return _Declared(waiver.scope, names(waiver.place.file), about, code, entry)


def _waived(found: Diagnostic, scope: str, file: str) -> Iterator[_Waived]:
    for workload, _ in of_workloads(found):
        yield _Waived(scope, file, workload, found.path, found.entry, found.code)
