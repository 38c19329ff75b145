"""Judge the candidates with the ordinary rules, rank those that fit, and select suggestions for a finding."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence

from vmlint.advice.candidates import apply, candidates, is_repair
from vmlint.advice.score import cell, score, weights
from vmlint.findings.finding import Repair
from vmlint.findings.severity import Severity
from vmlint.findings.unknown import Undecided
from vmlint.findings.verdict import Candidate, Objection, Verdict
from vmlint.lint.engine import Hit, lint
from vmlint.lint.local import risks
from vmlint.lint.rule import Rule
from vmlint.model.paths import locate
from vmlint.model.values import foreign
from vmlint.model.workload import Workload

_CHOSEN = ("deployment.mode", "deployment.architecture", "deployment.platform.id")
"""Fields that a candidate sets."""
_NOT_OF_THE_CHOICE = ("host.os.", "deployment.mounts", "deployment.hostNamespaces")
"""Fields whose faults another platform or mode does not repair."""
LARGEST_CONTRADICTION = 3


def advise(workload: Workload, rules: Sequence[Rule], repairs: Sequence[Sequence[Repair]]) -> Verdict:
    """Judge every candidate for a workload.

    ``rules`` are the rules of the workload stage, plugins included. ``repairs`` are the repairs of each finding.
    """
    present, weighed = _present(workload), weights(workload)
    judged = [_judge(workload, candidate, rules) for candidate in candidates(workload, repairs)]
    open_anyway = {(missing.code, missing.path) for missing in lint(workload, rules).undecided}
    judged = [_news(candidate, open_anyway) for candidate in judged]
    judged = [score(workload, candidate, present, weighed) for candidate in judged if candidate.mode]
    fitting = _without_twins(sorted((c for c in judged if c.fits), key=lambda c: _rank(workload, c)))
    eliminated = tuple(candidate for candidate in judged if not candidate.fits)
    current = score(workload, present, None, weighed) if present else None
    if current:
        # The score ignores its warnings: they must not lower the score that a suggestion has to reach.
        judged_now = _judge(workload, current, rules)
        current = judged_now._replace(score=current.score)
    contradiction = () if fitting else _contradiction(workload, eliminated, rules)
    return Verdict(fitting, eliminated, current, contradiction)


def _news(candidate: Candidate, open_anyway: Collection[tuple[str, str]]) -> Candidate:
    """Drop the conditions of a repair that apply to the present choice too."""
    if not is_repair(candidate):
        return candidate
    return candidate._replace(
        needs=tuple(need for need in candidate.needs if (need.code, need.path) not in open_anyway)
    )


def something_fits(workload: Workload, rules: Sequence[Rule]) -> bool:
    """Whether any candidate fits, perhaps under conditions; stops at the first."""
    return any(_judge(workload, candidate, rules).fits for candidate in candidates(workload, ()))


def _present(workload: Workload) -> Candidate | None:
    deployment = workload.deployment
    if not (deployment.knows("architecture") and deployment.knows("mode") and deployment.platform.knows("id")):
        return None
    return Candidate(deployment.architecture, deployment.mode, deployment.platform.id, {})


def _judge(workload: Workload, candidate: Candidate, rules: Sequence[Rule]) -> Candidate:
    changed = apply(workload, candidate.changes)
    outcome = lint(changed, rules)
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
    platform = workload.catalog.platform(candidate.platform)
    guards = [rule for rule in rules if rule.security and not objections]
    return candidate._replace(
        errors=tuple(objections),
        risks=risks(changed, guards),
        local=tuple(dict.fromkeys(platform.local.values())) if platform else (),
        warnings=tuple(hit.rule.code for hit in outcome.hits if hit.severity is Severity.WARNING),
        needs=_needs(outcome.undecided),
    )


def _needs(undecided: Iterable[Undecided]) -> tuple[Undecided, ...]:
    """Return the conditions: undecided rules that could still report an error, one for each fact and condition."""
    needs: dict[tuple[str, str], Undecided] = {}
    for missing in undecided:
        if missing.severity == Severity.ERROR:
            needs.setdefault((missing.path, missing.condition), missing)
    return tuple(needs.values())


def _rank(workload: Workload, candidate: Candidate) -> tuple[object, ...]:
    platform = workload.catalog.platform(candidate.platform)
    return (
        bool(candidate.risks),
        _is_last_resort(workload, candidate),
        _is_far_fetched(candidate),
        not is_repair(candidate),
        not candidate.repair,  # the rule that found the fault knows the usual repair
        -round(candidate.score, 2),
        any(need.in_catalog for need in candidate.needs),
        len(candidate.changes),
        platform is None or platform.hosted,  # without a requirement, prefer what is not hosted on a desktop
        -cell(workload.catalog, "management", candidate)["value"],
        platform is None or not platform.data.get("article"),  # among equals, prefer the well-known systems
        candidate.platform,
        platform is None or platform.architectures.get(candidate.architecture) != candidate.mode,
        candidate.mode,
    )


def _is_last_resort(workload: Workload, candidate: Candidate) -> bool:
    """Whether a guest is emulated although neither its CPU nor its age requires it."""
    guest, host = workload.guest, workload.host
    if candidate.mode != "emulation" or candidate.repair or (guest.os.knows("id") and _is_of_old(workload)):
        return False
    return not (guest.knows("arch") and host.knows("arch") and foreign(guest.arch, host.arch))


def _is_of_old(workload: Workload) -> bool:
    system = workload.catalog.guest(workload.guest.os.id)
    return system is not None and system.has("legacyHardware")


def _is_far_fetched(candidate: Candidate) -> bool:
    """Whether a candidate needs another operating system on the host than the stated one."""
    return any(path.startswith("host.") and value is not None for path, value in candidate.changes.items())


def _without_twins(ranked: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Drop candidates that change the same fields to the same values as a better one."""
    seen: dict[tuple[tuple[str, str | None], ...], Candidate] = {}
    for candidate in ranked:
        seen.setdefault(tuple(sorted(candidate.changes.items(), key=lambda item: item[0])), candidate)
    return tuple(seen.values())


def _contradiction(workload: Workload, eliminated: Sequence[Candidate], rules: Sequence[Rule]) -> tuple[str, ...]:
    """Return the smallest set of stated demands to drop so that some candidate fits.

    For each error of a candidate, the set must contain a demand that the error rests on. This is cheap to check. Only
    such sets are tried with the rules.
    """
    rested = [[frozenset(_demands(workload, each.paths)) for each in candidate.errors] for candidate in eliminated]
    demands = sorted(set().union(*itertools.chain.from_iterable(rested)))
    for size in range(1, LARGEST_CONTRADICTION + 1):
        for dropped in itertools.combinations(demands, size):
            for candidate, errors in zip(eliminated, rested, strict=True):
                if all(error & set(dropped) for error in errors) and _revived(workload, candidate, dropped, rules):
                    return dropped
    return ()


def _revived(workload: Workload, candidate: Candidate, dropped: Iterable[str], rules: Sequence[Rule]) -> bool:
    without = apply(apply(workload, candidate.changes), dict.fromkeys(dropped))
    return not lint(without, rules).errors


def _demands(workload: Workload, paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        try:
            group, field = locate(workload, path)
        except KeyError:
            continue
        if field.is_demand and group.states(field.attribute):
            yield path


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
            and (is_repair(candidate) or (candidate.score >= least and not _is_far_fetched(candidate) and not settled))
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
