"""Selecting the candidates to show under a finding."""

from __future__ import annotations

import itertools
from collections.abc import Collection

from vmlint.advice.candidates import is_repair
from vmlint.advice.contest import Accepts, Contest
from vmlint.advice.rank import is_far_fetched, rank
from vmlint.findings.severity import Severity
from vmlint.findings.verdict import Candidate
from vmlint.lint.hit import Hit

_NOT_OF_THE_CHOICE = ("host.os.", "deployment.mounts", "deployment.hostNamespaces")
"""Fields whose faults another platform or mode does not repair."""


def suggestions(contest: Contest, hit: Hit, warned: Collection[str], limit: int = 3) -> tuple[Candidate, ...]:
    """Return the best candidates for a finding: those that do not trigger it themselves.

    - For a fault that is settled (`Finding.settled`), only a setting is suggested.
    - If a setting repairs the fault for certain, no other platform is suggested.
    - For less than an error, a candidate must not bring a warning that is not among the present ones (``warned``).
    - For less than an error, another platform or architecture must score at least as high as the present choice, and
      must not need another operating system on the host.
    - For less than an error about the host's operating system, or about what a container gets from its host on purpose
      (mounts, namespaces), no other platform or architecture is suggested.
    - Of several candidates of one class, only the best is taken, as long as there are other classes.
    """
    of_the_host = hit.finding.path.startswith(_NOT_OF_THE_CHOICE)
    question = (hit.rule.code, hit.severity, hit.finding.settled, of_the_host, frozenset(warned), limit)
    return contest.remembered(question, lambda: _best(contest, hit, _answers(contest, hit, warned), limit))


def _answers(contest: Contest, hit: Hit, warned: Collection[str]) -> Accepts:
    """Return whether a candidate may be suggested for a finding."""
    code = hit.rule.code
    if hit.finding.settled:
        return lambda candidate: code not in candidate.warnings and _is_setting(candidate)
    if hit.severity is Severity.ERROR:
        return lambda candidate: code not in candidate.warnings
    least = contest.present.score if contest.present else 0
    settled = hit.finding.path.startswith(_NOT_OF_THE_CHOICE)

    def answers(candidate: Candidate) -> bool:
        return (
            code not in candidate.warnings
            and all(warning in warned for warning in candidate.warnings)
            and (is_repair(candidate) or (candidate.score >= least and not settled and not is_far_fetched(candidate)))
        )

    return answers


def _best(contest: Contest, hit: Hit, answers: Accepts, limit: int) -> tuple[Candidate, ...]:
    """Return the best answers; if a setting is one for certain, only answers that keep the platform."""
    settings = contest.best(lambda candidate: _is_setting(candidate) and answers(candidate))
    if any(not candidate.needs and not candidate.risks for candidate in settings):
        chosen = _chosen(contest, lambda candidate: is_repair(candidate) and answers(candidate), hit, limit)
    else:
        chosen = _chosen(contest, answers, hit, limit)
    return tuple(sorted(chosen, key=lambda candidate: rank(contest.workload, candidate)))


def _chosen(contest: Contest, answers: Accepts, hit: Hit, limit: int) -> list[Candidate]:
    """Return the best answer of each class; if these are too few, then also the next best answers."""
    classes: dict[tuple[str, bool], Candidate] = {}
    asked = (hit.rule.code,)
    for candidate in contest.best(lambda each: _class(each) not in classes and answers(each), asked):
        classes.setdefault(_class(candidate), candidate)
        if len(classes) == limit:
            break
    chosen = [*classes.values()]
    seen = {(candidate.platform, candidate.mode) for candidate in chosen}
    others = contest.best(lambda each: (each.platform, each.mode) not in seen and answers(each), asked)
    return [*chosen, *itertools.islice(others, limit - len(chosen))]


def _class(candidate: Candidate) -> tuple[str, bool]:
    return candidate.way, is_repair(candidate)


def _is_setting(candidate: Candidate) -> bool:
    return is_repair(candidate) and "deployment.mode" not in candidate.changes
