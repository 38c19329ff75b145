"""Selecting the candidates to show under a finding."""

from __future__ import annotations

from collections.abc import Collection

from vmlint.advice.candidates import is_repair
from vmlint.advice.rank import is_far_fetched
from vmlint.findings.severity import Severity
from vmlint.findings.verdict import Candidate, Verdict
from vmlint.lint.hit import Hit

_NOT_OF_THE_CHOICE = ("host.os.", "deployment.mounts", "deployment.hostNamespaces")
"""Fields whose faults another platform or mode does not repair."""


def suggestions(verdict: Verdict, hit: Hit, warned: Collection[str], limit: int = 3) -> tuple[Candidate, ...]:
    """Return the best candidates for a finding: those that do not trigger it themselves.

    - If a setting repairs the fault for certain, no other platform is suggested.
    - For less than an error, a candidate must not bring a warning that is not among the present ones (``warned``).
    - For less than an error, another platform or architecture must score at least as high as the present choice, and
      must not need another operating system on the host.
    - For less than an error about the host's operating system, or about what a container gets from its host on purpose
      (mounts, namespaces), no other platform or architecture is suggested.
    - Of several candidates of one class, only the best is taken, as long as there are other classes.
    """
    answers = [candidate for candidate in verdict.fitting if hit.rule.code not in candidate.warnings]
    if hit.severity is not Severity.ERROR:
        least = verdict.current.score if verdict.current else 0
        settled = hit.finding.path.startswith(_NOT_OF_THE_CHOICE)
        answers = [
            candidate
            for candidate in answers
            if set(candidate.warnings) <= set(warned)
            and (is_repair(candidate) or (candidate.score >= least and not is_far_fetched(candidate) and not settled))
        ]
    if any(_is_setting(candidate) and not candidate.needs and not candidate.risks for candidate in answers):
        answers = [candidate for candidate in answers if is_repair(candidate)]
    ways = {(candidate.way, is_repair(candidate)): candidate for candidate in reversed(answers)}
    chosen = sorted(ways.values(), key=answers.index)[:limit]
    seen = {(candidate.platform, candidate.mode) for candidate in chosen}
    others = [candidate for candidate in answers if (candidate.platform, candidate.mode) not in seen]
    chosen += others[: limit - len(chosen)]
    return tuple(sorted(chosen, key=answers.index))


def _is_setting(candidate: Candidate) -> bool:
    return is_repair(candidate) and "deployment.mode" not in candidate.changes
