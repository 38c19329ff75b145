"""Accepting findings by waivers: the last stage of a check. What is accepted stays in the result and does not count."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from vmlint.findings.codes import can_be_accepted
from vmlint.findings.diagnostic import Accepted, Diagnostic
from vmlint.findings.waiver import FOREVER, Use
from vmlint.run.terms import Dictionary, Meaning, Term, last_line, sorted_by_width
from vmlint.run.waiver_remarks import new_waiver, remarks_on

if TYPE_CHECKING:
    from vmlint.findings.waiver import Waiver
    from vmlint.reading.documents import Reading
    from vmlint.reading.subject import Subject
    from vmlint.run.settings import Settings


class Waiving:
    """Accepts the findings of one file, and remembers which waivers were needed."""

    def __init__(self, read: Reading, settings: Settings) -> None:
        self._read = read
        self._settings = settings
        self._dictionary = Dictionary(settings)
        self._meanings: dict[Waiver, Meaning] = {}
        self._indexes: dict[int, _Index] = {}  # by the identity of the waivers, which many workloads share
        self._used: set[Term] = set()
        self._missed: set[Term] = set()  # they have run out, and would have accepted something
        self._beaten: dict[Term, Term] = {}  # by a narrower one that accepts the same
        self._new: dict[Term, str] = {}  # they are not in the revision whose waivers count: their last day there

    def accept(self, found: Iterable[Diagnostic], subject: Subject | None = None) -> Iterator[Diagnostic]:
        """Yield findings, about a workload or about the file itself, with those that are accepted marked so."""
        if not self._settings.waive:
            yield from found
            return
        given = (self._read.around,) if subject is None else (*subject.around, subject.waivers)
        indexes = [self._index(waivers) for waivers in given if waivers]
        settings = self._index(self._settings.waivers)
        for each in found:
            near = [term for index in indexes for term in index.covering(each) if self._is_near(term, each)]
            covering = [*dict.fromkeys((*sorted_by_width(near), *sorted_by_width(settings.covering(each))))]
            yield self._accepted(each, covering) if covering and can_be_accepted(each.code) else each

    def faults(self) -> Iterator[Diagnostic]:
        """Yield what is wrong with the file and its documents, with what is accepted marked so."""
        subjects = self._read.subjects
        for fault in self._read.faults:
            about = [each for each in subjects if each.workload.name == fault.workload] if fault.workload else subjects
            yield from self.accept((fault,), about[0] if len(about) == 1 else None)

    def remarks(self, judged: Container[str]) -> Iterator[Diagnostic]:
        """Yield what is to be said of the waivers in the file, once all its findings have passed.

        ``judged`` are the codes of the rules that found in it all that they can find: where another finds nothing, a
        waiver of it may be needed all the same.
        """
        for waiver in self._read.waivers:
            meaning = self._meaning(waiver)
            yield from meaning.faults
            states = {term: self._state(term, judged) for term in meaning.terms if self._settings.waive}
            for term in meaning.terms:
                if term in self._new:
                    yield new_waiver(term, self._new[term], self._settings)
            yield from remarks_on(waiver, states, meaning.until, self._settings, self._beaten)

    def uses(self, judged: Container[str]) -> Iterator[Use]:
        """Yield what the waivers of the settings did in the file."""
        for waiver in self._settings.waivers if self._settings.waive else ():
            terms = {term.number: term for term in self._meaning(waiver).terms}
            for number in range(len(waiver.rules)):
                state = self._state(terms[number], judged) if number in terms else "unknown"
                yield Use(waiver.place, number, state)

    def _is_near(self, term: Term, found: Diagnostic) -> bool:
        """Whether a waiver in a file covers a finding that is shown there, or belongs to the linted file."""
        of = term.waiver.place.file
        return term.waiver.scope != "file" or of in (found.place.file, self._read.file.name)

    def _accepted(self, found: Diagnostic, covering: Sequence[Term]) -> Diagnostic:
        """Mark a finding as accepted by the first waiver that has not run out."""
        counting = [term for term in covering if not self._is_over(term)]
        if not counting:
            self._missed.update(covering)
            return found
        counting = [term for term in counting if self._is_granted(term, found)]
        if not counting:
            return found
        first, *others = counting
        self._used.add(first)
        for each in others:
            self._beaten.setdefault(each, first)
        waiver = first.waiver
        return found._replace(accepted=Accepted("waiver", waiver.reason, waiver.until, waiver.place, waiver.scope))

    def _is_granted(self, term: Term, found: Diagnostic) -> bool:
        """Whether the revision whose waivers count has this one. One that counts longer there than here is as good."""
        grants = self._settings.grants
        if grants is None or term.waiver in self._settings.waivers:  # the settings are that revision's
            return True
        until = grants.until(term.waiver, term.code, term.entry, found)
        if until < (term.waiver.until or FOREVER):
            self._new[term] = until
        return bool(until)

    def _is_over(self, term: Term) -> bool:
        until = self._meaning(term.waiver).until
        return until is not None and until < self._settings.context.today

    def _state(self, term: Term, judged: Container[str]) -> str:
        if term in self._used:
            return "used"
        if term in self._missed:
            return "missed"
        if term in self._new:
            return "new"
        return "unused" if term.code in judged or term in self._beaten else "unknown"

    def _index(self, waivers: tuple[Waiver, ...]) -> _Index:
        if id(waivers) not in self._indexes:
            self._indexes[id(waivers)] = _Index(term for each in waivers for term in self._meaning(each).terms)
        return self._indexes[id(waivers)]

    def _meaning(self, waiver: Waiver) -> Meaning:
        if waiver not in self._meanings:
            self._meanings[waiver] = self._dictionary.meaning(waiver)
        return self._meanings[waiver]


class _Index:
    """What some waivers accept, by code, and by line where they cover one."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._lines: dict[str, dict[int, list[Term]]] = {}
        self._others: dict[str, list[Term]] = {}
        for term in terms:
            for line in term.waiver.lines:
                self._lines.setdefault(term.code, {}).setdefault(line, []).append(term)
            if not term.waiver.lines:
                self._others.setdefault(term.code, []).append(term)

    def covering(self, found: Diagnostic) -> Iterator[Term]:
        """Yield what covers a finding."""
        yield from (term for term in self._others.get(found.code, ()) if term.covers(found))
        by_line = self._lines.get(found.code, {})
        lines = range(found.place.line, last_line(found.place) + 1)
        for line in lines if len(lines) < len(by_line) else [each for each in by_line if each in lines]:
            yield from (term for term in by_line.get(line, ()) if term.covers(found))
