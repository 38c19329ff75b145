"""What accepts old findings: entries of a baseline, or what another revision had. A stage of a run.

A finding is matched by file, workload, field, rule, entry and value: never by its line, and never by its words. An
entry whose file is gone accepts the same finding in any other file, so that a file can be renamed.
"""

from __future__ import annotations

import functools
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Set
from typing import TYPE_CHECKING

from vmlint.findings.codes import CODES, can_be_accepted
from vmlint.findings.diagnostic import Accepted
from vmlint.findings.fingerprint import Identity, identity
from vmlint.findings.severity import Severity
from vmlint.project.baseline import Entry, note_of
from vmlint.run.runner import REMARKS

if TYPE_CHECKING:
    from pathlib import Path

    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.run.result import Result


class Names:
    """The names of files as a baseline writes them: relative to the root of a project, with forward slashes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folder = functools.cache(self._folder_of)

    def __call__(self, file: str) -> str:
        """Return the name of a file that a run gave by its path from the current folder."""
        folder, name = os.path.split(file)
        return f"{self._folder(folder)}{name}"

    def exists(self, name: str) -> bool:
        """Whether there is a file of this name."""
        return os.path.lexists(os.path.join(self.root, name))  # noqa: PTH118 - a name of the baseline may be anything

    def _folder_of(self, folder: str) -> str:
        try:
            inside = os.path.relpath(os.path.realpath(folder), self.root).replace(os.sep, "/")
        except ValueError:  # another drive
            inside = os.path.realpath(folder).replace(os.sep, "/")
        return "" if inside == "." else f"{inside}/"


class Known:
    """Entries that accept findings, each as often as it counts. ``by`` is the word for them in reports.

    In the files that are the ``same`` as then, by their names, everything was found before.
    """

    def __init__(self, entries: Iterable[Entry], by: str, names: Names, same: Set[str] = frozenset()) -> None:
        self._same = same
        self._by = by
        self._names = names
        self._left: dict[str, Counter[Identity]] = {}
        self._notes: dict[tuple[str, Identity], str] = {}
        for each in entries:
            self._left.setdefault(each.file, Counter())[each.found] += each.times
            self._notes[each.file, each.found] = each.note
        self._judged: set[str] = set()

    def stage(self, results: Iterable[Result]) -> Iterator[Result]:
        """Accept the findings that are known, in the order of the run."""
        for result in results:
            file = self._names(result.file)
            if file in self._left and could_be_checked(result):
                self._judged.add(file)
            yield result._replace(diagnostics=tuple(self._of(result, file))) if result.diagnostics else result

    def left(self) -> Iterator[Entry]:
        """Yield the entries that no finding used so far, with what is left of their counts."""
        for file, identities in self._left.items():
            for found, count in identities.items():
                if count > 0:
                    yield Entry(file, found, count, self._notes[file, found])

    def mended(self, entry: Entry, *, whole: bool) -> bool:
        """Whether an entry that is left is known to be needed no more: its file was checked without its finding.

        Where the run was over the ``whole`` project, also one whose file is gone: it may have been renamed otherwise.
        """
        return entry.file in self._judged or (whole and not self._names.exists(entry.file))

    def _of(self, result: Result, file: str) -> list[Diagnostic]:
        """Return the findings of a file. Those that are waived come last to the entries: they need none."""
        every = result.diagnostics
        if file in self._same:
            known = Accepted(self._by)
            return [
                each if each.accepted or not can_be_accepted(each.code) else each._replace(accepted=known)
                for each in every
            ]
        marked = [part for found in every for part in ((found,) if found.accepted else self._parts(found, file))]
        for found in every:
            if found.accepted and can_be_accepted(found.code):
                for _, each in of_workloads(found):
                    self._took(each, (file,))
        return marked

    def _parts(self, found: Diagnostic, file: str) -> Iterator[Diagnostic]:
        """Yield a finding, or two where it is about several workloads and only some of them are known to have it."""
        if not can_be_accepted(found.code):
            yield found
            return
        at = self._names(found.place.file)
        known: list[str] = []
        new: list[str] = []
        for workload, each in of_workloads(found):
            (known if self._took(each, (file, at)) else new).append(workload)
        for workloads, accepted in ((new, None), (known, Accepted(self._by))):
            if workloads:
                first, *also = workloads
                yield found._replace(workload=first, also=tuple(also), accepted=accepted)

    def _took(self, found: Identity, files: Iterable[str]) -> bool:
        """Use up an entry for a finding: of the file that was linted or has the place, or else of one that is gone."""
        given = [*files]
        named = found._replace(workload=lasting_name(found.workload, given[0]))
        for file, same in (*((file, found) for file in given), *self._gone.get(named, ())):
            if self._left.get(file, Counter())[same] > 0:
                self._left[file][same] -= 1
                return True
        return False

    @functools.cached_property
    def _gone(self) -> dict[Identity, list[tuple[str, Identity]]]:
        """The files that are no more with their entries, by what these are the same by wherever a file is moved."""
        gone: dict[Identity, list[tuple[str, Identity]]] = {}
        for file, identities in self._left.items():
            if not self._names.exists(file):
                for found in identities:
                    moved = found._replace(workload=lasting_name(found.workload, file))
                    gone.setdefault(moved, []).append((file, found))
        return gone


def lasting_name(workload: str, file: str) -> str:
    """Return what a workload is called wherever its file is moved.

    Formats without names for their machines call them by the file, or by the folder that holds it: of such a name, the
    ending of the file is left.
    """
    folder, _, base = file.rpartition("/")
    names = {base, base.partition(".")[0], base.rpartition(".")[0], folder.rpartition("/")[2]} - {""}
    return f"\0{base.rpartition('.')[2]}" if workload in names else workload


def entries(result: Result, wanted: Callable[[Diagnostic], bool], names: Names) -> Iterator[Entry]:
    """Yield an entry for each workload of the findings of a file that are wanted and can be accepted."""
    for found in result.diagnostics:
        if can_be_accepted(found.code) and wanted(found):
            for _, each in of_workloads(found):
                yield Entry(names(result.file), each, note=note_of(found.message))


def of_workloads(found: Diagnostic) -> Iterator[tuple[str, Identity]]:
    """Yield the workloads of a finding, each with what its finding is the same by."""
    same = identity(found)
    for workload in (found.workload, *found.also):
        yield workload, same._replace(workload=workload)


def could_be_checked(result: Result) -> bool:
    """Whether all that a file holds was checked, so that what was not found is not there.

    What is wrong with hints and waivers does not keep the rest from being checked.
    """
    own = (CODES[each.code] for each in result.diagnostics if each.code in CODES and each.code not in REMARKS)
    broken = any(each.severity is Severity.ERROR for each in own)
    return result.readable and not result.skipped and not result.crashes and not broken
