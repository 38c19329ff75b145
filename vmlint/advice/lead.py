"""Why the first answer stands before the best one on another platform."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from vmlint.advice.rank import BY, KEEPS, MENDS, rank
from vmlint.advice.score import costs, present_choice, scale, weights_in_force
from vmlint.advice.stated import stated_pairs
from vmlint.findings.verdict import Candidate, Reason, Verdict
from vmlint.model.workload import Workload
from vmlint.record import NamedTuple

LEAST = 0.005
"""The least share of the score that counts as a difference: less is not seen in two decimals."""


class Difference(NamedTuple):
    """What is better or worse about the first, as a share of the score."""

    column: str
    """Of the capability table; empty for what a change costs besides it."""
    label: str
    demands: tuple[tuple[str, str], ...]
    """What gives it weight: each field with its value."""
    share: float
    """By how much, above zero."""
    first: str
    """What is said of the first, and of the other; empty where nothing is."""
    other: str


class Lead(NamedTuple):
    """Why the first is first."""

    first: Candidate
    other: Candidate | None
    """The best answer on another platform; ``None`` where there is none."""
    by: str
    """``score``, or what decided, in words."""
    margin: float
    """The score of the first less that of the other."""
    better: tuple[Difference, ...] = ()
    """The weightiest first."""
    worse: tuple[Difference, ...] = ()


def lead(workload: Workload, verdict: Verdict) -> Lead | None:
    """Return why the first answer is first; ``None`` where nothing fits."""
    first = next(iter(verdict.fitting), None)
    if first is None:
        return None
    other = next((each for each in verdict.fitting if each.platform != first.platform), None)
    if other is None:
        return Lead(first, None, "", 0.0)
    keys = zip(rank(workload, first), rank(workload, other), BY, strict=True)
    by = next((words for mine, its, words in keys if mine != its), BY[-1])
    if by == MENDS and not _is_faulty(verdict.current):
        by = KEEPS
    margin = round(first.score - other.score, 4)
    return Lead(first, other, by, margin, *differences(workload, first, other))


def _is_faulty(current: Candidate | None) -> bool:
    """Whether something is wrong with what is chosen now."""
    return current is None or bool(current.errors or current.warnings)


def differences(
    workload: Workload, first: Candidate, other: Candidate
) -> tuple[tuple[Difference, ...], tuple[Difference, ...]]:
    """Return where the first of two is better and where it is worse, the weightiest of each first."""
    found = [*_in_columns(workload, first, other), *_in_costs(workload, first, other)]
    better = sorted((each for share, each in found if share > 0), key=_weight)
    worse = sorted((each for share, each in found if share < 0), key=_weight)
    return tuple(better), tuple(worse)


def _weight(each: Difference) -> tuple[float, str, str]:
    return -each.share, each.label, each.first + each.other


def _in_columns(workload: Workload, first: Candidate, other: Candidate) -> Iterator[tuple[float, Difference]]:
    """Yield the columns that differ, each with how much that is worth to the first."""
    theirs = {reason.column: reason for reason in _cells(other)}
    served = _demands(workload)
    for mine in _cells(first):
        its = theirs[mine.column]
        share = mine.contribution - its.contribution
        if abs(share) >= LEAST:
            demands = stated_pairs(workload, served.get(mine.column, ()))
            yield share, Difference(mine.column, mine.label, demands, round(abs(share), 4), mine.why, its.why)


def _in_costs(workload: Workload, first: Candidate, other: Candidate) -> Iterator[tuple[float, Difference]]:
    """Yield what only one of them costs besides the table."""
    by = scale(workload, present_choice(workload))
    mine, its = list(costs(first, by)), list(costs(other, by))
    for each in its:
        if each not in mine:
            yield each[1], Difference("", "costs", (), each[1], "", each[0])
    for each in mine:
        if each not in its:
            yield -each[1], Difference("", "costs", (), each[1], each[0], "")


def _cells(candidate: Candidate) -> Sequence[Reason]:
    return (*candidate.reasons, *candidate.weaknesses)


def _demands(workload: Workload) -> Mapping[str, Sequence[str]]:
    """Return the fields behind the weight of each column."""
    found: dict[str, dict[str, None]] = {}
    for entry in weights_in_force(workload):
        for column in entry["columns"]:
            found.setdefault(column, {})[entry["when"]["field"]] = None
    return {column: tuple(paths) for column, paths in found.items()}
