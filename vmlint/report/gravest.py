"""The gravest findings of a run, where a report holds no more than so many: memory stays bounded."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Diagnostic

Item = TypeVar("Item")


class Gravest(Generic[Item]):
    """Keeps what is said of the gravest findings. Of two that are alike, the one that came first is graver."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: list[tuple[tuple[int, ...], int, Item]] = []  # a heap: the mildest is first
        self._taken = 0

    def admits(self, found: Diagnostic) -> bool:
        """Whether the next finding is among the gravest so far."""
        return len(self._kept) < self._most or _gravity(found) > self._kept[0][0]

    def add(self, found: Diagnostic, item: Item) -> None:
        """Take what is said of a finding that is admitted."""
        self._taken += 1
        entry = (_gravity(found), -self._taken, item)  # no two have the same number, so items are never compared
        if len(self._kept) < self._most:
            heapq.heappush(self._kept, entry)
        else:
            heapq.heapreplace(self._kept, entry)

    def in_order(self) -> Iterator[Item]:
        """Yield what was kept in the order in which it came."""
        for _, _, item in sorted(self._kept, key=lambda entry: -entry[1]):
            yield item

    def by_gravity(self) -> Iterator[Item]:
        """Yield what was kept, the gravest first."""
        for _, _, item in sorted(self._kept, key=lambda entry: entry[:2], reverse=True):
            yield item


def _gravity(found: Diagnostic) -> tuple[int, ...]:
    return (found.accepted is None, found.severity, found.confidence)
