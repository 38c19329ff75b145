"""Judging a candidate: the ordinary rules lint the workload with its changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vmlint.findings.severity import Severity
from vmlint.findings.unknown import Undecided
from vmlint.findings.verdict import Candidate, Objection
from vmlint.lint.local import risks
from vmlint.lint.outcome import Outcome
from vmlint.lint.rule import Rule
from vmlint.model.workload import Workload

_CHOSEN = ("deployment.mode", "deployment.architecture", "deployment.platform.id")
"""Fields that a candidate sets."""


def judge(changed: Workload, candidate: Candidate, rules: Sequence[Rule], outcome: Outcome) -> Candidate:
    """Return a candidate with what the rules find in it.

    ``changed`` is the workload with its changes, and ``outcome`` what the rules found in that. Those of ``rules`` that
    guard security also find its risks.
    """
    objections = _objections(outcome, candidate)
    platform = changed.catalog.platform(candidate.platform)
    guards = [rule for rule in rules if rule.security and not objections]
    return candidate._replace(
        errors=tuple(objections),
        risks=risks(changed, guards),
        local=tuple(dict.fromkeys(platform.local.values())) if platform else (),
        warnings=tuple(hit.rule.code for hit in outcome.hits if hit.severity is Severity.WARNING),
        needs=_needs(outcome.undecided),
    )


def _objections(outcome: Outcome, candidate: Candidate) -> list[Objection]:
    """Return what eliminates a candidate."""
    objections = [
        Objection(hit.rule.code, hit.finding.message, (hit.finding.path, *hit.finding.because))
        for hit in outcome.errors
    ]
    # A rule that crashed might have reported an error, so the candidate is not suggested.
    objections += [Objection(crash.code, f"the rule failed: {crash.error}", ()) for crash in outcome.crashes]
    # A condition on what the candidate itself sets can never be met, so this is an error too.
    own = [need for need in _needs(outcome.undecided) if need.path in _CHOSEN and candidate.mode]
    objections += [
        Objection(need.code, f"the mode {candidate.mode} does not go with this guest or host", ()) for need in own
    ]
    return objections


def _needs(undecided: Iterable[Undecided]) -> tuple[Undecided, ...]:
    """Return the conditions: undecided rules that could still report an error, one for each fact and condition."""
    needs: dict[tuple[str, str], Undecided] = {}
    for missing in undecided:
        if missing.severity == Severity.ERROR:
            needs.setdefault((missing.path, missing.condition), missing)
    return tuple(needs.values())
