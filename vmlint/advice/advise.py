"""The advisor: every candidate for a workload is judged by the rules, scored and ranked."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from vmlint.advice.candidates import candidates, is_repair
from vmlint.advice.contradiction import contradiction
from vmlint.advice.judge import judge
from vmlint.advice.rank import ranked
from vmlint.advice.score import score, weights
from vmlint.findings.finding import Repair
from vmlint.findings.verdict import Candidate, Verdict
from vmlint.lint.engine import lint
from vmlint.lint.rule import Rule
from vmlint.model.workload import Workload


def advise(workload: Workload, rules: Sequence[Rule], repairs: Sequence[Sequence[Repair]]) -> Verdict:
    """Judge every candidate for a workload.

    ``rules`` are the rules of the workload stage, plugins included. ``repairs`` are the repairs of each finding.
    """
    present, weighed = _present(workload), weights(workload)
    judged = [judge(workload, candidate, rules) for candidate in candidates(workload, repairs)]
    open_anyway = {(missing.code, missing.path) for missing in lint(workload, rules).undecided}
    judged = [_news(candidate, open_anyway) for candidate in judged]
    judged = [score(workload, candidate, present, weighed) for candidate in judged if candidate.mode]
    fitting = ranked(workload, (candidate for candidate in judged if candidate.fits))
    eliminated = tuple(candidate for candidate in judged if not candidate.fits)
    current = score(workload, present, None, weighed) if present else None
    if current:
        # The score ignores its warnings: they must not lower the score that a suggestion has to reach.
        judged_now = judge(workload, current, rules)
        current = judged_now._replace(score=current.score)
    return Verdict(fitting, eliminated, current, () if fitting else contradiction(workload, eliminated, rules))


def _news(candidate: Candidate, open_anyway: Collection[tuple[str, str]]) -> Candidate:
    """Drop the conditions of a repair that apply to the present choice too."""
    if not is_repair(candidate):
        return candidate
    return candidate._replace(
        needs=tuple(need for need in candidate.needs if (need.code, need.path) not in open_anyway)
    )


def something_fits(workload: Workload, rules: Sequence[Rule]) -> bool:
    """Whether any candidate fits, perhaps under conditions; stops at the first."""
    return any(judge(workload, candidate, rules).fits for candidate in candidates(workload, ()))


def _present(workload: Workload) -> Candidate | None:
    deployment = workload.deployment
    if not (deployment.knows("architecture") and deployment.knows("mode") and deployment.platform.knows("id")):
        return None
    return Candidate(deployment.architecture, deployment.mode, deployment.platform.id, {})
