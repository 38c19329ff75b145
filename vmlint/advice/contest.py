"""The contest of the candidates for a workload, of which only those are judged that an answer depends on."""

from __future__ import annotations

import functools
import heapq
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence

from vmlint.advice.candidates import candidates, is_repair
from vmlint.advice.contradiction import contradiction
from vmlint.advice.judge import judge
from vmlint.advice.rank import Rank, rank
from vmlint.advice.score import Scale, present_choice, scale, score, with_score
from vmlint.advice.sieve import Sieve
from vmlint.advice.trial import Trial
from vmlint.findings.finding import Repair
from vmlint.findings.verdict import Candidate, OnDemand, Verdict
from vmlint.lint.engine import lint
from vmlint.lint.outcome import Outcome
from vmlint.lint.rule import Rule
from vmlint.model.workload import Workload
from vmlint.record import NamedTuple

Accepts = Callable[[Candidate], bool]


class Hopeful(NamedTuple):
    """A candidate that is not judged yet."""

    best: Rank
    """Its rank if the rules find nothing against it."""
    number: int
    """Its place in the order in which candidates are made up; of equal ranks, the first one counts."""
    candidate: Candidate


class Notes(NamedTuple):
    """What was found so far."""

    judged: dict[int, Candidate]
    """By the number of a candidate."""
    partly: dict[int, Candidate]
    """By the number of a candidate: what the rules that were asked first found."""
    answers: dict[Hashable, tuple[Candidate, ...]]
    """By question; see :meth:`Contest.remembered`."""


class Slate(NamedTuple):
    """What is known about the candidates for all workloads that state the same, whatever their names."""

    hopefuls: Sequence[Hopeful]
    """The candidates, the best possible rank first."""
    scale: Scale
    notes: Notes


def slate(workload: Workload, repairs: Sequence[Sequence[Repair]]) -> Slate:
    """Make up the candidates for a workload. ``repairs`` are the repairs of each finding, the gravest first."""
    by = scale(workload, present_choice(workload))
    hopefuls = []
    for number, candidate in enumerate(candidates(workload, repairs, Trial(workload))):
        if candidate.mode:
            scored = with_score(candidate, by)
            hopefuls.append(Hopeful(rank(workload, scored), number, scored))
    return Slate(sorted(hopefuls), by, Notes({}, {}, {}))


def _errors(candidate: Candidate, codes: Collection[str]) -> set[tuple[str, str]]:
    return {(each.code, each.message) for each in candidate.errors if each.code in codes}


class Contest:
    """The candidates for one workload, best first, each judged no sooner than its turn comes.

    The rank of a candidate that is not judged yet is the best that it can have. So once a judged one ranks before all
    of those, none of them can come before it, and it is yielded without judging them.
    """

    def __init__(self, workload: Workload, rules: Sequence[Rule], known: Slate, sieve: Sieve) -> None:
        self.workload = workload
        self._rules = rules
        self._slate = known
        self._notes = known.notes
        self._sieve = sieve

    @functools.cached_property
    def present(self) -> Candidate | None:
        """What is chosen today, with its score. It is not judged: its warnings must not lower this score."""
        by = self._slate.scale
        return score(by.present, by._replace(present=None)) if by.present else None

    def best(self, accepts: Accepts = lambda _: True, asked: Sequence[str] = ()) -> Iterator[Candidate]:
        """Yield the candidates that fit and are accepted, best first, each way of running the workload once.

        ``accepts`` is asked before a candidate is judged, when a few rules have judged it, and when all have. So it
        must not refuse one for what is found later. ``asked`` are the codes of rules whose findings it looks at.
        """
        seen = set()
        for candidate in self._in_order(accepts, asked):
            changes = frozenset(candidate.changes.items())
            if changes not in seen:
                seen.add(changes)
                yield candidate

    def _in_order(self, accepts: Accepts, asked: Sequence[str]) -> Iterator[Candidate]:
        waiting: list[tuple[Rank, int, Candidate]] = []
        for hopeful in self._slate.hopefuls:
            while waiting and waiting[0] < hopeful[:2]:
                yield heapq.heappop(waiting)[-1]
            if judged := self._accepted(hopeful, accepts, asked):
                heapq.heappush(waiting, (rank(self.workload, judged), hopeful.number, judged))
        yield from (candidate for _, _, candidate in sorted(waiting))

    def remembered(self, question: Hashable, find: Callable[[], tuple[Candidate, ...]]) -> tuple[Candidate, ...]:
        """Return the answer to a question, which is found once for all workloads that state the same."""
        if question not in self._notes.answers:
            answer = find()
            self._noted.answers[question] = answer
        return self._notes.answers[question]

    def _any(self, accepts: Accepts) -> bool:
        return any(self._accepted(hopeful, accepts) for hopeful in self._slate.hopefuls)

    @functools.cached_property
    def something_fits(self) -> bool:
        """Whether any candidate fits, perhaps under conditions."""
        return self._any(lambda _: True)

    @functools.cached_property
    def something_surely_fits(self) -> bool:
        """Whether any candidate fits without conditions."""
        return self._any(lambda candidate: not candidate.needs)

    def is_incurable(self, codes: Collection[str]) -> bool:
        """Whether the rules with these codes find one and the same error in every candidate."""
        common: set[tuple[str, str]] | None = None
        for _, number, candidate in self._slate.hopefuls:
            known = self._notes.judged.get(number) or self._notes.partly.get(number)
            found = _errors(known, codes) if known else set()
            if common is None or not common <= found:  # what is known already may not be all
                changed = self._trial.of(candidate.changes)
                found = _errors(judge(changed, candidate, (), lint(changed, self._sieve.rules(codes))), codes)
            common = found if common is None else common & found
            if not common:
                return False
        return bool(common)

    @functools.cached_property
    def verdict(self) -> Verdict:
        """Everything about all candidates, each part as soon as it is asked for."""
        fitting = OnDemand(self.best())
        eliminated = OnDemand(self._eliminated())
        contradicting = OnDemand(self._contradiction(fitting, eliminated))
        return Verdict(fitting, eliminated, self._current(), contradicting)

    def _current(self) -> Candidate | None:
        """Return what is chosen today, scored with its faults: one with an error does not work."""
        if not self.present:
            return None
        judged = judge(self.workload, self.present, self._rules, self._today)
        if not judged.fits:
            return judged._replace(score=0.0)
        return with_score(judged, self._slate.scale._replace(present=None))

    def _eliminated(self) -> Iterator[Candidate]:
        for _, number, candidate in sorted(self._slate.hopefuls, key=lambda hopeful: hopeful.number):
            judged = self._judged(number, candidate)
            if not judged.fits:
                yield judged

    def _contradiction(self, fitting: Sequence[Candidate], eliminated: Sequence[Candidate]) -> Iterator[str]:
        if not fitting:
            yield from contradiction(self.workload, eliminated, self._rules, self._trial)

    def _accepted(self, hopeful: Hopeful, accepts: Accepts, asked: Sequence[str] = ()) -> Candidate | None:
        """Return a candidate as it was judged, if it fits and is accepted."""
        _, number, candidate = hopeful
        if not accepts(candidate) or not (number in self._notes.judged or self._is_possible(hopeful, accepts, asked)):
            return None
        judged = self._judged(number, candidate)
        if judged.fits and accepts(judged):
            return judged
        self._sieve.learn(judged)
        return None

    def _is_possible(self, hopeful: Hopeful, accepts: Accepts, asked: Sequence[str]) -> bool:
        """Whether a candidate may still fit and be accepted, after the rules that are asked first."""
        _, number, candidate = hopeful
        partly = self._notes.partly.get(number)
        if partly and (partly.errors or not accepts(partly)):
            return False
        changed = self._trial.of(candidate.changes)
        for rules in self._sieve.first(asked):
            partly = judge(changed, candidate, (), lint(changed, rules))
            if is_repair(candidate):
                partly = partly._replace(needs=())  # some of its conditions may not count
            self._noted.partly[number] = partly
            if partly.errors or not accepts(partly):
                return False
        return True

    def _judged(self, number: int, candidate: Candidate) -> Candidate:
        """Return a candidate with everything that the rules find in it."""
        if number not in self._notes.judged:
            changed = self._trial.of(candidate.changes)
            judged = judge(changed, candidate, self._rules, lint(changed, self._rules))
            self._noted.judged[number] = score(self._news(judged), self._slate.scale)
        return self._notes.judged[number]

    def _news(self, candidate: Candidate) -> Candidate:
        """Drop the conditions of a repair that apply to the present choice too."""
        if not candidate.needs or not is_repair(candidate):
            return candidate
        open_anyway = {(missing.code, missing.path) for missing in self._today.undecided}
        return candidate._replace(
            needs=tuple(need for need in candidate.needs if (need.code, need.path) not in open_anyway)
        )

    @functools.cached_property
    def _trial(self) -> Trial:
        return Trial(self.workload)

    @functools.cached_property
    def _today(self) -> Outcome:
        """What the rules find in the present choice."""
        return lint(self._trial.of({}), self._rules)

    @property
    def _noted(self) -> Notes:
        """Where to note what was just found: apart for this workload, as soon as a rule has read its name."""
        if self._trial.named and self._notes is self._slate.notes:
            self._notes = Notes(self._notes.judged.copy(), self._notes.partly.copy(), self._notes.answers.copy())
        return self._notes
