"""The advisor as one would write it without haste: every candidate is copied, judged, scored and sorted.

The tests compare what the advisor answers with what this one does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from vmlint.advice.candidates import apply, candidates, is_repair
from vmlint.advice.contradiction import contradiction
from vmlint.advice.judge import judge
from vmlint.advice.rank import is_far_fetched, rank
from vmlint.advice.score import scale, score, with_score
from vmlint.advice.trial import Trial
from vmlint.findings.finding import Repair
from vmlint.findings.severity import Severity
from vmlint.findings.verdict import Candidate, Verdict
from vmlint.lint.engine import lint
from vmlint.lint.hit import Hit
from vmlint.lint.rule import Rule
from vmlint.model.workload import Workload

_NOT_OF_THE_CHOICE = ("host.os.", "deployment.mounts", "deployment.hostNamespaces")


def advise(workload: Workload, rules: Sequence[Rule], repairs: Sequence[Sequence[Repair]]) -> Verdict:
    """Judge every candidate for a workload."""
    present = _present(workload)
    by = scale(workload, present)
    open_anyway = {(missing.code, missing.path) for missing in lint(workload, rules).undecided}
    judged = [
        score(_news(_judged(workload, candidate, rules), open_anyway), by)
        for candidate in candidates(workload, repairs, Trial(workload))
        if candidate.mode
    ]
    fitting = sorted((each for each in judged if each.fits), key=lambda each: rank(workload, each))
    once: dict[tuple[tuple[str, str | None], ...], Candidate] = {}
    for each in fitting:
        once.setdefault(tuple(sorted(each.changes.items(), key=lambda change: change[0])), each)
    eliminated = tuple(each for each in judged if not each.fits)
    current = None
    if present:
        alone = by._replace(present=None)
        current = _judged(workload, score(present, alone), rules)
        current = with_score(current, alone) if current.fits else current._replace(score=0.0)
    nothing = () if fitting else contradiction(workload, eliminated, rules, Trial(workload))
    return Verdict(tuple(once.values()), eliminated, current, nothing)


def suggestions(verdict: Verdict, hit: Hit, warned: Collection[str], limit: int = 3) -> tuple[Candidate, ...]:
    """Select the candidates to show under a finding."""
    answers = [each for each in verdict.fitting if hit.rule.code not in each.warnings]
    if hit.severity is not Severity.ERROR:
        least = _without_faults(verdict.current) if verdict.current else 0
        settled = hit.finding.path.startswith(_NOT_OF_THE_CHOICE)
        answers = [
            each
            for each in answers
            if set(each.warnings) <= set(warned)
            and (is_repair(each) or (each.score >= least and not is_far_fetched(each) and not settled))
        ]
    if any(is_setting(each) and not each.needs and not each.risks for each in answers):
        answers = [each for each in answers if is_repair(each)]
    ways = {(each.way, is_repair(each)): each for each in reversed(answers)}
    chosen = sorted(ways.values(), key=answers.index)[:limit]
    seen = {(each.platform, each.mode) for each in chosen}
    others = [each for each in answers if (each.platform, each.mode) not in seen]
    chosen += others[: limit - len(chosen)]
    return tuple(sorted(chosen, key=answers.index))


def _without_faults(current: Candidate) -> float:
    """Return what the present choice would score if no rule found anything in it."""
    cells = (*current.reasons, *current.weaknesses)
    return round(sum(each.contribution for each in cells), 4) if cells else 1.0


def is_incurable(verdict: Verdict, codes: Collection[str]) -> bool:
    """Whether one and the same error eliminates every candidate."""
    everywhere = [{(each.code, each.message) for each in candidate.errors} for candidate in verdict.eliminated]
    return bool(everywhere) and any(code in codes for code, _ in set.intersection(*everywhere))


def is_setting(candidate: Candidate) -> bool:
    return is_repair(candidate) and "deployment.mode" not in candidate.changes


def _judged(workload: Workload, candidate: Candidate, rules: Sequence[Rule]) -> Candidate:
    changed = apply(workload, candidate.changes)
    return judge(changed, candidate, rules, lint(changed, rules))


def _news(candidate: Candidate, open_anyway: Iterable[tuple[str, str]]) -> Candidate:
    if not is_repair(candidate):
        return candidate
    return candidate._replace(
        needs=tuple(need for need in candidate.needs if (need.code, need.path) not in open_anyway)
    )


def _present(workload: Workload) -> Candidate | None:
    deployment = workload.deployment
    if not (deployment.knows("architecture") and deployment.knows("mode") and deployment.platform.knows("id")):
        return None
    return Candidate(deployment.architecture, deployment.mode, deployment.platform.id, {})
