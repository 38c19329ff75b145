"""What accepts old findings: entries of a baseline, or what another revision had. A stage of a run.

A finding is matched by file, workload, field, rule, entry and value: never by its line, and never by its words. The
entries of a file that is gone accept the same findings in one new file, so that a file can be renamed.
"""

from __future__ import annotations

import functools
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from typing import TYPE_CHECKING

from vmlint.findings.codes import CODES, REMARKS, can_be_accepted
from vmlint.findings.diagnostic import Accepted
from vmlint.findings.fingerprint import Identity, identity
from vmlint.findings.severity import Severity
from vmlint.findings.tombstones import TOMBSTONES
from vmlint.project.baseline import Entry, note_of
from vmlint.project.places import RealPaths
from vmlint.project.root import project_of

if TYPE_CHECKING:
    from pathlib import Path

    from vmlint.findings.diagnostic import Diagnostic
    from vmlint.run.result import Result


class Names:
    """The names of files as a baseline writes them: relative to the root of their project, with forward slashes."""

    def __init__(self, root: Path | None = None) -> None:
        """``root`` is that of all files; by default, each has that of the project in which it is."""
        self._root = root
        self._folder = functools.cache(self._folder_of)
        self._places = RealPaths()

    def __call__(self, file: str) -> str:
        """Return the name of a file that a run gave by its path from the current folder."""
        folder, name = os.path.split(file)
        return f"{self._folder(folder)}{name}"

    def _folder_of(self, folder: str) -> str:
        real = self._places.folder(folder)
        try:
            inside = os.path.relpath(real, self._root or project_of(folder)).replace(os.sep, "/")
        except ValueError:  # another drive
            inside = real.replace(os.sep, "/")
        return "" if inside == "." else f"{inside}/"


class Known:
    """Entries that accept findings, each as often as it counts. ``by`` is the word for them in reports.

    ``root`` is the project whose files they name. ``renames`` are the names that some present files have in the
    entries, where that is known; else a new file is taken for one that is gone if it has all findings of its entries.
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        by: str,
        names: Names,
        root: Path,
        *,
        renames: Mapping[str, str] | None = None,
        rules: Collection[str] = (),
        same: Set[str] = frozenset(),
    ) -> None:
        """``rules`` are the codes of all rules that are installed, where what others found is to be left alone.

        In the files that are the ``same`` as then, by their names, everything was found before.
        """
        self._same = same
        self.root = root
        self.renamed: dict[str, str] = {}
        """The new files in which entries of files that are gone accepted anything, each with the old name."""
        self._by = by
        self._names = names
        self._renames = renames
        self._rules = rules
        self._left: dict[str, Counter[Identity]] = {}
        self._notes: dict[tuple[str, Identity], str] = {}
        for each in entries:
            self._left.setdefault(each.file, Counter())[each.found] += each.times
            self._notes[each.file, each.found] = each.note
        self._judged: set[str] = set()
        self._became: dict[str, str] = {}  # of a file that is gone: the new file

    def stage(self, results: Iterable[Result]) -> Iterator[Result]:
        """Accept the findings that are known, in the order of the run."""
        return map(self.judged, results)

    def judged(self, result: Result) -> Result:
        """Return the result for a file, in which the findings that are known are accepted."""
        file = self._names(result.file)
        if file in self._left and could_be_checked(result):
            self._judged.add(file)
        return result._replace(diagnostics=tuple(self._of(result, file))) if result.diagnostics else result

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
        code = entry.found.code
        if self._rules and code not in self._rules and code not in TOMBSTONES:
            return False  # the rule of a plugin that is not installed here was not asked
        return entry.file in self._judged or (whole and not self._exists(entry.file))

    def _of(self, result: Result, file: str) -> list[Diagnostic]:
        """Return the findings of a file. Those that are waived come last to the entries: they need none."""
        every = result.diagnostics
        if file in self._same:
            known = Accepted(self._by)
            return [
                each if each.accepted or not can_be_accepted(each.code) else each._replace(accepted=known)
                for each in every
            ]
        old = self._name_before(result, file)
        marked = [part for found in every for part in ((found,) if found.accepted else self._parts(found, file, old))]
        for found in every:
            if found.accepted and can_be_accepted(found.code):
                for _, each in of_workloads(found):
                    _ = self._took_renamed(each, file, old) if old else self._took(each, (file,))
        return marked

    def _parts(self, found: Diagnostic, file: str, old: str) -> Iterator[Diagnostic]:
        """Yield a finding, or two where it is about several workloads and only some of them are known to have it."""
        if not can_be_accepted(found.code):
            yield found
            return
        at = self._names(found.place.file)
        known: list[str] = []
        new: list[str] = []
        for workload, each in of_workloads(found):
            is_known = self._took(each, (file, at))
            if not is_known and old and self._took_renamed(each, file, old):
                is_known = True
                self.renamed[file] = old
            (known if is_known else new).append(workload)
        for workloads, accepted in ((new, None), (known, Accepted(self._by))):
            if workloads:
                first, *also = workloads
                yield found._replace(workload=first, also=tuple(also), accepted=accepted)

    def _took(self, found: Identity, files: Iterable[str]) -> bool:
        """Use up an entry of one of some files for a finding."""
        for file in files:
            if self._left.get(file, Counter())[found] > 0:
                self._left[file][found] -= 1
                return True
        return False

    def _took_renamed(self, found: Identity, file: str, old: str) -> bool:
        """Use up an entry of the ``old`` name of a file for a finding in it."""
        named = _lasting(found, file)
        return any(self._took(each, (old,)) for each in self._left.get(old, ()) if _lasting(each, old) == named)

    def _name_before(self, result: Result, file: str) -> str:
        """Return the name that a file has in the entries if that is another one: it was renamed; empty otherwise.

        Each file that is gone becomes one new file at most. Otherwise its entries would be credits for any others.
        """
        if file in self._left:
            return ""
        if self._renames is not None:
            return self._renames.get(file, "")
        every = (each for each in result.diagnostics if can_be_accepted(each.code))
        found = Counter(_lasting(same, file) for each in every for _, same in of_workloads(each))
        asked = {old for same in found for old in self._gone.get(same, ()) if old not in self._became}
        whole = [old for old in asked if self._entries_of(old) <= found]
        if not whole:
            return ""
        old = max(sorted(whole), key=lambda each: self._left[each].total())
        self._became[old] = file
        return old

    @functools.cached_property
    def _gone(self) -> dict[Identity, list[str]]:
        """The files of the project that are no more, by what their entries are the same by wherever a file is moved."""
        gone: dict[Identity, list[str]] = {}
        for file, identities in self._left.items():
            if not file.startswith("../") and not self._exists(file):
                for found in identities:
                    gone.setdefault(_lasting(found, file), []).append(file)
        return gone

    def _entries_of(self, file: str) -> Counter[Identity]:
        found: Counter[Identity] = Counter()
        for each, count in self._left[file].items():
            found[_lasting(each, file)] += count
        return found

    def _exists(self, name: str) -> bool:
        return os.path.lexists(os.path.join(self.root, name))  # noqa: PTH118 - a name of the baseline may be anything


def _lasting(found: Identity, file: str) -> Identity:
    """Return what a finding in a file is the same by wherever that file is moved."""
    return found._replace(workload=lasting_name(found.workload, file))


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
