"""Which few platforms serve many workloads, and which workloads force another one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from vmlint.advice.candidates import candidates
from vmlint.advice.cover import smallest_cover
from vmlint.advice.lead import differences
from vmlint.advice.rank import is_far_fetched, is_last_resort
from vmlint.advice.stated import stated_pairs
from vmlint.advice.trial import Trial
from vmlint.findings.verdict import Candidate, Objection, Verdict
from vmlint.model.paths import is_stated, remove
from vmlint.model.workload import Workload, clone
from vmlint.record import NamedTuple

_ELIGIBLE_BY = ("requirements.performance.realtime", "guest.kernel.source", "guest.os", "guest.platform", "kind")
"""What decides whether anybody would think of a platform, see :mod:`vmlint.advice.eligible`."""
MARGIN = 0.15
"""By how much less than this a platform may score below the best answer and still serve a workload.

It is what another artefact costs: nobody makes a machine of an image only to have one platform less.
"""


class Judged(NamedTuple):
    """A workload and what the advisor found for it."""

    workload: Workload
    verdict: Verdict


class Serving(NamedTuple):
    """A workload that runs on a platform, by its number."""

    number: int
    candidate: Candidate


class Chosen(NamedTuple):
    """One of the few platforms."""

    platform: str
    serving: tuple[Serving, ...]
    """The workloads for which it is the best of the few."""


class Obstacle(NamedTuple):
    """What keeps a workload from a platform, or from all of them."""

    number: int
    code: str
    """The rule that objects; empty where none does."""
    message: str
    demands: tuple[tuple[str, str], ...]
    """The stated fields that it rests on, each path with its value: demands, or else facts."""


class Whole(NamedTuple):
    """The answer for many workloads."""

    chosen: tuple[Chosen, ...]
    """Together they serve every workload that anything serves; the one that could serve the most comes first."""
    smallest: bool
    """Whether there is no smaller set: it was not looked for any longer where there are very many."""
    alone: int
    """How many workloads the first of them could serve alone."""
    forced: tuple[Obstacle, ...]
    """The workloads that the first does not serve, and why."""
    unserved: tuple[Obstacle, ...]
    """The workloads that nothing serves."""


def whole(every: Sequence[Judged], alike: Sequence[int]) -> Whole:
    """Return the answer for many workloads.

    ``alike`` says of each workload which one in ``every`` was judged for it: equal ones are judged once. The numbers in
    the answer are those of ``alike``.
    """
    served = [serving(each) for each in every]
    weights = [0] * len(every)
    for number in alike:
        weights[number] += 1
    open_ones = [number for number, found in enumerate(served) if found]
    cover, smallest = smallest_cover([_worth(served[number]) for number in open_ones], [weights[n] for n in open_ones])
    order = sorted(cover, key=lambda platform: (-_reach(platform, served, weights), platform))
    first = order[0] if order else ""
    return Whole(
        tuple(_chosen(order, served, alike)),
        smallest,
        _reach(first, served, weights),
        tuple(
            _why_not(every[which], first)._replace(number=number)
            for number, which in enumerate(alike)
            if served[which] and first not in served[which]
        ),
        tuple(
            _why_nothing(every[which])._replace(number=number)
            for number, which in enumerate(alike)
            if not served[which]
        ),
    )


def serving(judged: Judged) -> Mapping[str, Candidate]:
    """Return the platforms that serve a workload, each with its best candidate, as they rank.

    It must fit, perhaps under conditions, without an accepted risk, emulation without need, or another operating system
    on the host, and score nearly as well as the best. What is chosen today counts as well.
    """
    found: dict[str, Candidate] = {}
    for candidate in _sound(judged):
        known = found.get(candidate.platform)
        if known is None or candidate.score > known.score:
            found[candidate.platform] = candidate
    best = max((candidate.score for candidate in found.values()), default=0.0)
    return {platform: each for platform, each in found.items() if round(best - each.score, 4) < MARGIN}


def _sound(judged: Judged) -> Iterator[Candidate]:
    workload, verdict = judged
    today = (verdict.current,) if verdict.current and verdict.current.fits else ()
    for candidate in (*today, *verdict.fitting):
        if not (candidate.risks or is_far_fetched(candidate) or is_last_resort(workload, candidate)):
            yield candidate


def _worth(served: Mapping[str, Candidate]) -> Mapping[str, float]:
    """Return the score of each platform; of equal ones, what fits for certain and what ranks higher is worth more."""
    return {
        platform: each.score - (0.001 if each.needs else 0) - place / 1e6
        for place, (platform, each) in enumerate(served.items())
    }


def _reach(platform: str, served: Sequence[Mapping[str, Candidate]], weights: Sequence[int]) -> int:
    return sum(weight for found, weight in zip(served, weights, strict=True) if platform in found)


def _chosen(order: Sequence[str], served: Sequence[Mapping[str, Candidate]], alike: Sequence[int]) -> Iterator[Chosen]:
    """Yield the few platforms, each with the workloads for which it is the best of them."""
    homes = [
        max((each for each in order if each in found), key=lambda p: found[p].score, default="") for found in served
    ]
    for platform in order:
        mine = [number for number, which in enumerate(alike) if homes[which] == platform]
        yield Chosen(platform, tuple(Serving(number, served[alike[number]][platform]) for number in mine))


def _why_not(judged: Judged, platform: str) -> Obstacle:
    """Return why a platform does not serve a workload."""
    workload, verdict = judged
    fitting = [each for each in verdict.fitting if each.platform == platform]
    refused = [each for each in verdict.eliminated if each.platform == platform]
    if fitting:
        sound = [each for each in _sound(judged) if each.platform == platform]
        return _too_weak(judged, max(sound or fitting, key=lambda each: each.score))
    if refused:
        return _objected(workload, min(refused, key=lambda each: len(each.errors)).errors[0])
    unasked = [*_unasked_by(workload, platform)] or ["guest.os.id", "guest.platform"]
    return Obstacle(0, "", "is not considered for it", stated_pairs(workload, unasked))


def _too_weak(judged: Judged, candidate: Candidate) -> Obstacle:
    """Return why a platform on which a workload fits is still no good place for it."""
    workload, platforms = judged.workload, serving(judged)
    if is_last_resort(workload, candidate):
        return Obstacle(0, "", "would emulate every instruction", stated_pairs(workload, ("guest.arch",)))
    if is_far_fetched(candidate):
        return Obstacle(
            0, "", "needs another operating system on the host", stated_pairs(workload, ("host.os.family",))
        )
    if candidate.risks:
        return Obstacle(0, candidate.risks[0].code, candidate.risks[0].message, ())
    best = max(platforms.values(), key=lambda each: each.score)
    scores = f"scores {candidate.score:.2f} where {best.platform} scores {best.score:.2f}"
    better, _ = differences(workload, best, candidate)
    if not better:
        return Obstacle(0, "", scores, ())
    lost = next((each for each in better if each.demands), better[0])  # a demand tells more than a cost
    return Obstacle(0, "", f"{scores}; {lost.label}: {lost.other}", lost.demands)


def _unasked_by(workload: Workload, platform: str) -> Iterator[str]:
    """Yield what makes a platform no candidate for a workload: without it, it is one."""
    for path in _ELIGIBLE_BY:
        if is_stated(workload, path):
            copy = clone(workload)
            remove(copy, path)
            if any(each.platform == platform for each in candidates(copy, (), Trial(copy))):
                yield path


def _why_nothing(judged: Judged) -> Obstacle:
    """Return what rules out the most candidates of a workload that nothing serves."""
    workload, verdict = judged
    if verdict.contradiction:
        return Obstacle(0, "", "what is demanded contradicts itself", stated_pairs(workload, verdict.contradiction))
    count = Counter(code for each in verdict.eliminated for code in {error.code for error in each.errors})
    if not count:
        return Obstacle(0, "", "what fits would emulate every instruction, or takes a risk", ())
    most = min(count, key=lambda code: (-count[code], code))
    errors = (error for each in verdict.eliminated for error in each.errors)
    return _objected(workload, next(error for error in errors if error.code == most))


def _objected(workload: Workload, error: Objection) -> Obstacle:
    demands = [path for path in error.paths if path.startswith("requirements.")]
    found = stated_pairs(workload, demands) or stated_pairs(workload, error.paths)
    facts = tuple(pair for pair in found if not pair[0].startswith("deployment."))  # which is about to change
    return Obstacle(0, error.code, error.message, facts)
