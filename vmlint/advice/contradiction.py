"""Which demands of a workload contradict each other, where nothing fits."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from vmlint.advice.trial import Trial
from vmlint.findings.verdict import Candidate
from vmlint.lint.engine import lint
from vmlint.lint.rule import Rule
from vmlint.model.paths import locate
from vmlint.model.workload import Workload

LARGEST_CONTRADICTION = 3


def contradiction(
    workload: Workload, eliminated: Sequence[Candidate], rules: Sequence[Rule], trial: Trial
) -> tuple[str, ...]:
    """Return the smallest set of stated demands to drop so that some candidate fits. ``trial`` is a copy of it.

    For each error of a candidate, the set must contain a demand that the error rests on. This is cheap to check. Only
    such sets are tried with the rules.
    """
    proofs = [candidate for candidate in eliminated if not _emulates(workload, candidate)]
    rested = [[frozenset(_demands(workload, each.paths)) for each in candidate.errors] for candidate in proofs]
    demands = sorted(set().union(*itertools.chain.from_iterable(rested)))
    for size in range(1, LARGEST_CONTRADICTION + 1):
        for dropped in itertools.combinations(demands, size):
            for candidate, errors in zip(proofs, rested, strict=True):
                if all(error & set(dropped) for error in errors) and _revived(trial, candidate, dropped, rules):
                    return dropped
    return ()


def _emulates(workload: Workload, candidate: Candidate) -> bool:
    """Whether a candidate translates each instruction although today's choice does not.

    It fits nearly everything once speed is not demanded. That proves nothing against the demand: what is at fault is
    whatever keeps the host's own CPU from running the guest.
    """
    return candidate.mode == "emulation" and workload.deployment.get("mode") != "emulation"


def _revived(trial: Trial, candidate: Candidate, dropped: Iterable[str], rules: Sequence[Rule]) -> bool:
    return not lint(trial.of({**candidate.changes, **dict.fromkeys(dropped)}), rules).errors


def _demands(workload: Workload, paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        try:
            group, field = locate(workload, path)
        except KeyError:
            continue
        if field.is_demand and group.states(field.attribute):
            yield path
