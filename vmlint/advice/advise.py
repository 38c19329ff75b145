"""Judging the candidates: lint each with the ordinary rules, rank what remains."""

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
"""What a candidate settles."""
_NOT_OF_THE_CHOICE = ("host.os.", "deployment.mounts", "deployment.hostNamespaces")
"""Where a fault lies that another platform or mode does not mend."""
LARGEST_CONTRADICTION = 3


def advise(workload: Workload, rules: Sequence[Rule], repairs: Sequence[Sequence[Repair]]) -> Verdict:
    """Judge every candidate for a workload.

    ``rules`` are the rules of the workload stage, plugins included; ``repairs`` what each
    finding proposed.
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
        # Its warnings are left out of the score: a margin that a suggestion has to beat must not shrink by them.
        judged_now = _judge(workload, current, rules)
        current = judged_now._replace(score=current.score)
    contradiction = () if fitting else _contradiction(workload, eliminated, rules)
    return Verdict(fitting, eliminated, current, contradiction)


def _news(candidate: Candidate, open_anyway: Collection[tuple[str, str]]) -> Candidate:
    """Drop the conditions of a repair that hold for the present choice just as well."""
    if not is_repair(candidate):
        return candidate
    return candidate._replace(
        needs=tuple(need for need in candidate.needs if (need.code, need.path) not in open_anyway)
    )


def something_fits(workload: Workload, rules: Sequence[Rule]) -> bool:
    """Tell whether any candidate fits, be it on conditions; stops at the first."""
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
    # A rule that crashed might have objected, so what it could not judge is not suggested.
    objections += [Objection(crash.code, f"the rule failed: {crash.error}", ()) for crash in outcome.crashes]
    # Nor is what its own choice leaves open: nobody can make a condition on it come true.
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
    """Return what must turn out true: the undecided rules that could still object, one for each fact and condition."""
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
        not candidate.repair,  # a rule that found the fault knows the usual way out
        -round(candidate.score, 2),
        any(need.in_catalog for need in candidate.needs),
        len(candidate.changes),
        platform is None or platform.hosted,  # nothing but a stated requirement speaks for somebody's desktop
        -cell(workload.catalog, "management", candidate)["value"],
        platform is None or not platform.data.get("article"),  # among equals, the systems that everybody knows
        candidate.platform,
        platform is None or platform.architectures.get(candidate.architecture) != candidate.mode,
        candidate.mode,
    )


def _is_last_resort(workload: Workload, candidate: Candidate) -> bool:
    """Tell whether a guest is emulated although neither its CPU nor its age asks for that."""
    guest, host = workload.guest, workload.host
    if candidate.mode != "emulation" or candidate.repair or (guest.os.knows("id") and _is_of_old(workload)):
        return False
    return not (guest.knows("arch") and host.knows("arch") and foreign(guest.arch, host.arch))


def _is_of_old(workload: Workload) -> bool:
    system = workload.catalog.guest(workload.guest.os.id)
    return system is not None and system.has("legacyHardware")


def _is_far_fetched(candidate: Candidate) -> bool:
    """Tell whether a candidate wants another system on the host than the stated one."""
    return any(path.startswith("host.") and value is not None for path, value in candidate.changes.items())


def _without_twins(ranked: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Drop candidates that change the same fields to the same values as a better one."""
    seen: dict[tuple[tuple[str, str | None], ...], Candidate] = {}
    for candidate in ranked:
        seen.setdefault(tuple(sorted(candidate.changes.items(), key=lambda item: item[0])), candidate)
    return tuple(seen.values())


def _contradiction(workload: Workload, eliminated: Sequence[Candidate], rules: Sequence[Rule]) -> tuple[str, ...]:
    """Return the smallest set of stated demands without which some candidate would fit.

    A candidate can only be revived by taking back, for each of its errors, some demand that the error rests on. Which
    sets pass that sieve is cheap to see; whether one really revives the candidate is tried.
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
    """Return the best candidates that answer a finding: those that do not trigger it themselves.

    Nobody trades one warning for another, so what answers less than an error brings no warning that is not among the
    present ones (``warned``) already, and serves no worse than the present choice. Nor does anybody move house over a
    setting: where one that can be changed on the spot mends the fault for certain, no other platform is named. And what
    is no error neither puts another system on the host, nor is a fault of that system, or of what a container is given
    of it on purpose, mended by another platform, which would only keep it away.

    Of several platforms that offer the same way of running only the best is taken, as long as there are other ways.
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
