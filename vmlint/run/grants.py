"""Which waivers another revision has already: where the gate is that revision's, only those of the present one count.

A waiver is the same as one of that revision by what it covers, never by its line:

| it covers    | it is the same by                               |
|--------------|-------------------------------------------------|
| a file       | file, field and rule                            |
| a workload   | file, workload, field and rule                  |
| a line       | file, workload, field, entry of a list and rule |

One that covers less than the revision's is as good. A workload is its name and its document: pods of one name in two
namespaces are two. What settings accept grants nothing to files: a branch that removes them would keep it otherwise.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Set
from typing import TYPE_CHECKING, TypeVar

from vmlint.findings.waiver import FOREVER
from vmlint.record import NamedTuple
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
    document: str
    code: str
    field: str
    entry: str


class _Waived(NamedTuple):
    """A finding that a waiver of a line accepts."""

    file: str
    workload: str
    document: str
    path: str
    entry: str
    code: str


class Grants:
    """The waivers of a revision, each with the last day on which it counts there."""

    def __init__(self, revision: str, names: Names, renames: Mapping[str, str], same: Set[str] = frozenset()) -> None:
        """``names`` are those of the present files, ``renames`` the names that some of them have in the revision.

        The files that are the ``same`` in both have the same waivers.
        """
        self._same = same
        self.revision = revision
        """As its user wrote it."""
        self.renames = renames
        self.files: set[str] = set()
        """The files of the revision that have waivers."""
        self._names = names
        self._declared: dict[_Declared, str] = {}
        self._waived: dict[_Waived, str] = {}

    def add(self, checked: Checked, settings: Settings, names: Names) -> None:
        """Add what a file of the revision waives; ``names`` are those of the revision's files."""
        dictionary = Dictionary(settings)
        for workload, document, waiver in _in_files(checked):
            meaning = dictionary.meaning(waiver)
            until = str(meaning.until or FOREVER)
            if until >= str(settings.context.today):
                for term in meaning.terms:
                    key = _declared(waiver, term.code, names(waiver.place.file), workload, document)
                    self._grant(self._declared, key._replace(entry=term.entry), until)
        of_settings = {waiver.place for waiver in settings.waivers}
        for found in checked.diagnostics:
            accepted = found.accepted
            if accepted is None or accepted.place is None or accepted.place in of_settings:
                continue
            if accepted.scope == "line":
                for waived in _waived(found, names(accepted.place.file)):
                    self._grant(self._waived, waived, accepted.until or FOREVER)

    def until(self, waiver: Waiver, code: str, entry: str, found: Diagnostic) -> str:
        """Return the last day on which a waiver of a rule, or of an entry, may accept a finding; empty for never."""
        name = self._names(waiver.place.file)
        if name in self._same:
            return waiver.until or FOREVER
        file = self.renames.get(name, name)
        if waiver.scope == "line":
            asked_for = _waived(found, name)
            moved = (each if file == name else _lasting(each)._replace(file=file) for each in asked_for)
            return max(self._waived.get(each, "") for each in moved)
        workload = found.workload if file == name else lasting_name(found.workload, name)
        asked = _declared(waiver, code, file, workload, found.document)
        wider = itertools.product(_around(waiver.field), {entry, ""})
        return max(self._declared.get(asked._replace(field=field, entry=each), "") for field, each in wider)

    def _grant(self, where: dict[_Key, str], key: _Key, until: str) -> None:
        for each in (key, _lasting(key)):
            where[each] = max(until, where.get(each, ""))
        self.files.add(key.file)


def _lasting(key: _Key) -> _Key:
    """Return the same with the name of its workload that lasts where the file is renamed."""
    return key._replace(workload=lasting_name(key.workload, key.file))


def _in_files(checked: Checked) -> Iterator[tuple[str, str, Waiver]]:
    """Yield the waivers of files and workloads, each with name and document of a workload that it is found with."""
    for waiver in checked.around:
        if waiver.scope == "file":
            yield "", "", waiver
    for subject in checked.subjects:
        for waiver in (*subject.waivers, *(each for around in subject.around for each in around)):
            if waiver.scope != "line":
                yield subject.workload.name, subject.document, waiver


def _declared(waiver: Waiver, code: str, file: str, workload: str, document: str) -> _Declared:
    about = (workload, document) if waiver.scope == "workload" else ("", "")
    return _Declared(waiver.scope, file, *about, code, waiver.field, "")


def _around(field: str) -> Iterator[str]:
    """Yield a field, the blocks around it, and at last the whole workload."""
    while field:
        yield field
        field = field.rpartition(".")[0]
    yield ""


def _waived(found: Diagnostic, file: str) -> Iterator[_Waived]:
    for workload, _ in of_workloads(found):
        yield _Waived(file, workload, found.document, found.path, found.entry, found.code)
