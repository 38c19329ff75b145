"""Workloads put together at random from parts of others: for tests that look where no case was written."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from tests.rules.possible_values import Values
from vmlint.model.paths import fields, locate, stated_at
from vmlint.model.workload import Workload, clone

LEAVES = tuple(path for path, field in fields().items() if field.group is None and field.in_spec)


def mixtures(workloads: Sequence[Workload], values: Values, number: int, seed: int = 7) -> Iterator[Workload]:
    """Yield workloads that have about half of the facts of two others, and a few that none of both has.

    The same arguments give the same workloads.
    """
    chance = random.Random(seed)
    for _ in range(number):
        mixture = clone(chance.choice(workloads))
        other = chance.choice(workloads)
        kept = chance.random()
        for path in LEAVES:
            value = stated_at(other if chance.random() < 0.3 else mixture, path)
            state(mixture, path, value if chance.random() < kept else None)
        for path in chance.sample(LEAVES, chance.randrange(4)):
            if possible := values.of(mixture, path):
                state(mixture, path, chance.choice(possible))
        yield mixture


def state(workload: Workload, path: str, value: object) -> None:
    """Put a value into a field; ``None`` takes back what it states."""
    group, field = locate(workload, path)
    if value is not None:
        setattr(group, field.attribute, value)
    elif group.states(field.attribute):
        delattr(group, field.attribute)
