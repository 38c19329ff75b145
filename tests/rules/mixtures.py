"""Workloads put together at random from parts of others: for tests that look where no case was written."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from tests.rules.possible_values import BOUNDS, Values
from vmlint.model.paths import fields, locate, stated_at
from vmlint.model.workload import Workload, clone

LEAVES = tuple(path for path, field in fields().items() if field.group is None and field.in_spec)
WORDS = tuple(path for path in LEAVES if fields()[path].kind.name not in BOUNDS)
"""Those that are no amounts, of which the greatest and the least that could be are stated by nobody."""
LONG = 12
"""Lists with more entries are left out: nobody states all that could be stated."""


def mixtures(workloads: Sequence[Workload], values: Values, number: int, seed: int = 7) -> Iterator[Workload]:
    """Yield workloads that have some of the facts of two others, and a few that none of both has.

    The same arguments give the same workloads. What contradicts itself is left out, since rules of its own say so: a
    mode or an architecture that the platform does not have, a runtime class outside of a cluster, an unlisted id.
    """
    chance = random.Random(seed)
    for _ in range(number):
        mixture = clone(chance.choice(workloads))
        other = chance.choice(workloads)
        kept = chance.random()
        for path in LEAVES:
            value = stated_at(other if chance.random() < 0.3 else mixture, path)
            state(mixture, path, value if chance.random() < kept else None)
        for path in chance.sample(WORDS, chance.randrange(4)):
            possible = [each for each in values.of(mixture, path) if _is_short(each)]
            if possible:
                state(mixture, path, chance.choice(possible))
        for path in contradictory(mixture):
            state(mixture, path, None)
        yield mixture


def contradictory(workload: Workload) -> Iterator[str]:
    """Yield the fields whose value nothing else goes with."""
    catalog, deployment = workload.catalog, workload.deployment
    for path in ("guest.os.id", "host.os.id"):
        stated = stated_at(workload, path)
        if stated is not None and catalog.guest(stated) is None:
            yield path
    architecture, mode = (stated_at(workload, f"deployment.{name}") for name in ("architecture", "mode"))
    if architecture and mode and (architecture == "container") != catalog.modes[mode].is_container:
        yield "deployment.mode"
    if not deployment.platform.states("id"):
        return
    platform = catalog.platform(deployment.platform.id)
    if platform is None:
        yield "deployment.platform.id"
        return
    if architecture not in platform.architectures:
        yield "deployment.architecture"
    if mode not in platform.modes:
        yield "deployment.mode"
    if platform.placement != "orchestrator":
        yield "deployment.runtimeClass"


def _is_short(value: object) -> bool:
    return not isinstance(value, (tuple, frozenset)) or len(value) <= LONG


def state(workload: Workload, path: str, value: object) -> None:
    """Put a value into a field; ``None`` takes back what it states."""
    group, field = locate(workload, path)
    if value is not None:
        setattr(group, field.attribute, value)
    elif group.states(field.attribute):
        delattr(group, field.attribute)
