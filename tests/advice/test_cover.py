"""The fewest platforms for many workloads, compared with trying every set."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import examples
from vmlint.advice import cover
from vmlint.advice.cover import smallest_cover

rows = st.lists(
    st.dictionaries(st.sampled_from("abcdef"), st.sampled_from([0.5, 0.75, 1.0]), min_size=1), min_size=1, max_size=7
)


def by_trying_all(served: Sequence[Mapping[str, float]], weights: Sequence[int]) -> tuple[str, ...]:
    platforms = sorted({platform for each in served for platform in each})
    for size in range(1, len(platforms) + 1):
        covers = [
            chosen
            for chosen in itertools.combinations(platforms, size)
            if all(any(platform in each for platform in chosen) for each in served)
        ]
        if covers:
            return min(covers, key=lambda chosen: (-worth(chosen, served, weights), chosen))
    raise AssertionError("every workload is served by something")


def worth(chosen: Sequence[str], served: Sequence[Mapping[str, float]], weights: Sequence[int]) -> float:
    best = [max(each[platform] for platform in chosen if platform in each) for each in served]
    return round(sum(weight * value for weight, value in zip(weights, best, strict=True)), 9)


@examples(300)
@given(rows, st.data())
def test_no_set_is_smaller_or_better(served: Sequence[Mapping[str, float]], data: st.DataObject) -> None:
    weights = data.draw(st.lists(st.integers(1, 3), min_size=len(served), max_size=len(served)))
    assert smallest_cover(served, weights) == (by_trying_all(served, weights), True)


def test_of_equal_sets_the_alphabet_decides() -> None:
    assert smallest_cover([{"b": 1.0, "a": 1.0}], [1]) == (("a",), True)
    assert smallest_cover([], []) == ((), True)


def test_the_search_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cover, "LONGEST_SEARCH", 3)
    served = [{"a": 1.0, "b": 0.5}, {"b": 1.0, "c": 0.5}, {"c": 1.0, "d": 0.5}]
    chosen, certain = smallest_cover(served, [1, 1, 1])
    assert not certain
    assert all(any(platform in each for platform in chosen) for each in served)
