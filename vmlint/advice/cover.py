"""The fewest platforms that serve every workload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

LONGEST_SEARCH = 50_000
"""After how many steps the search for the smallest set ends."""

Worth = Mapping[str, float]
"""The platforms that serve a workload, each with how well."""


def smallest_cover(served: Sequence[Worth], weights: Sequence[int]) -> tuple[tuple[str, ...], bool]:
    """Return the fewest platforms that serve every workload, and whether it is certain that they are the fewest.

    Of several such sets, the one that serves best is chosen, each workload counted as often as its weight says, and of
    equal ones the first in the alphabet. Every workload is served by some platform.
    """
    if not served:
        return (), True
    search = _Search(served)
    for size in range(1, len(served) + 1):
        found = search.covers(size)
        if search.steps > LONGEST_SEARCH:
            break
        if found:
            return min(found, key=lambda each: (-_quality(each, served, weights), each)), True
    return _greedy(served, weights), False


class _Search:
    """The search for all sets of a size. A set of workloads is a number with a bit for each."""

    def __init__(self, served: Sequence[Worth]) -> None:
        different = {frozenset(each) for each in served}
        self._rows = [sorted(each) for each in sorted(different, key=lambda each: (len(each), sorted(each)))]
        """The platforms of each workload, those with the fewest first: of these, one must be taken anyway."""
        self._covered: dict[str, int] = {}
        for number, row in enumerate(self._rows):
            for platform in row:
                self._covered[platform] = self._covered.get(platform, 0) | 1 << number
        self.steps = 0

    def covers(self, size: int) -> set[tuple[str, ...]]:
        """Return the sets of this size that cover all; not all of them where there are too many."""
        found: set[tuple[str, ...]] = set()
        self._extend((), (1 << len(self._rows)) - 1, size, found)
        return found

    def _extend(self, taken: tuple[str, ...], rest: int, left: int, found: set[tuple[str, ...]]) -> None:
        self.steps += 1
        if not rest:
            found.add(tuple(sorted(taken)))
        elif left and self.steps <= LONGEST_SEARCH:
            first = (rest & -rest).bit_length() - 1
            for platform in self._rows[first]:
                self._extend((*taken, platform), rest & ~self._covered[platform], left - 1, found)


def _quality(chosen: Sequence[str], served: Sequence[Worth], weights: Sequence[int]) -> float:
    best = (max(each[platform] for platform in chosen if platform in each) for each in served)
    return round(sum(weight * worth for weight, worth in zip(weights, best, strict=True)), 9)


def _greedy(served: Sequence[Worth], weights: Sequence[int]) -> tuple[str, ...]:
    """Return a small set: always the platform that serves the most of the rest."""
    rest = [*zip(served, weights, strict=True)]
    chosen: list[str] = []
    while rest:
        reach: dict[str, float] = {}
        for each, weight in rest:
            for platform, worth in each.items():
                reach[platform] = reach.get(platform, 0) + weight * (1 + worth / 1000)
        chosen.append(min(reach, key=lambda platform: (-round(reach[platform], 6), platform)))
        rest = [(each, weight) for each, weight in rest if chosen[-1] not in each]
    return tuple(sorted(chosen))
