"""Whether a release exists: among those that are known, newer than these by little, or none that there can be.

The known releases are read as numbers, so what is written behind them (``-r2``, ``u3e``) never decides. How far a
release may be ahead follows from the data: from the pace of the product, and from how old its newest known release is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from vmlint.record import NamedTuple

AHEAD = 2
"""How many steps beyond what should be out by now may be a release that vmlint has not heard of."""

_PACE = 6
"""How many of the newest steps tell the pace of a product."""

_YEAR = timedelta(days=365)
_Numbers = tuple[int, ...]


class Known(NamedTuple):
    """A known release of a product."""

    version: str
    released: date | None


class Standing(NamedTuple):
    """How a release stands to those that are known."""

    kind: Literal["known", "newer", "older", "none"]
    """``older`` than all that are known; ``none``: there is no such release, as far as anybody can know."""
    nearest: str = ""
    """The known release that was probably meant."""
    newest: str = ""
    """The newest release that is known, of the branch in question."""


def standing(known: Sequence[Known], version: str, today: date) -> Standing:
    """Return how a release stands to the known ones of its product, which may be in any order."""
    asked = numbers(version)
    all_of_them = [(numbers(each.version), each) for each in known]
    # Where a branch is listed beside its releases, the releases say more.
    releases = [
        (own, each)
        for own, each in all_of_them
        if own and not any(len(other) > len(own) and other[: len(own)] == own for other, _ in all_of_them)
    ]
    if not asked or not releases:
        return Standing("known")
    if inside := [each.version for own, each in releases if same_branch(asked, own)]:
        return Standing("known", inside[0])
    depth = max(_shared(asked, own) for own, _ in releases)
    branch = [(own[depth], each) for own, each in releases if own[:depth] == asked[:depth]]
    steps = sorted(_first(branch).items(), key=_day)
    newest_number = steps[-1][0]
    newest = max((each for number, each in branch if number == newest_number), key=lambda each: numbers(each.version))
    near = _nearest(version, [each for _, each in sorted(releases, key=lambda pair: pair[0], reverse=True)])
    if asked[depth] < min(number for number, _ in steps):
        return Standing("older", near, newest.version)
    ahead = asked[depth] - newest_number
    if 0 < ahead <= _allowed(steps, today) * _step(sorted(number for number, _ in steps)):
        return Standing("newer", near, newest.version)
    return Standing("none", near, newest.version)


def numbers(version: str) -> _Numbers:
    """Return the leading numbers of a version: (8, 0) of ``8.0U2``, (15, 7) of ``15sp7``."""
    match = re.match(r"v?([0-9]{1,12}(?:(?:\.|sp)[0-9]{1,12})*)", version.lower())
    return tuple(map(int, re.findall(r"[0-9]+", match[1]))) if match else ()


def same_branch(one: _Numbers, other: _Numbers) -> bool:
    """Whether one of two releases lies in the other, or is it."""
    return one[: len(other)] == other[: len(one)]


def _shared(one: _Numbers, other: _Numbers) -> int:
    """Return how many numbers two versions share from the beginning on."""
    return next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)


def _first(branch: Sequence[tuple[int, Known]]) -> dict[int, Known]:
    """Return the first release of each number; one without a date only where there is no other."""
    dated = [step for step in branch if step[1].released]
    return dict([*branch, *sorted(dated, key=_day, reverse=True)])


def _day(step: tuple[int, Known]) -> tuple[date, int]:
    return step[1].released or date.min, step[0]


def _step(known: Sequence[int]) -> int:
    """Return by how much the number usually grows: 1, or 3 for Windows Server."""
    grown = sorted(later - earlier for earlier, later in pairwise(known))
    return grown[len(grown) // 2] if grown else 1


def _allowed(steps: Sequence[tuple[int, Known]], today: date) -> int:
    """Return how many steps beyond the newest a release can be out by now."""
    days = [each.released for _, each in steps[-_PACE:] if each.released]
    if not days:
        return AHEAD
    pace = (days[-1] - days[0]) / (len(days) - 1) if len(days) > 1 and days[-1] > days[0] else _YEAR
    return AHEAD + max(today - days[-1], timedelta(0)) // pace


def _nearest(version: str, known: Sequence[Known]) -> str:
    """Return the known release that was probably meant. ``known`` begins with the newest."""
    return next(_near(version, [each.version for each in known]), "")


def _near(version: str, known: Sequence[str]) -> Iterator[str]:
    digits = re.sub(r"[^0-9]", "", version)
    yield from (each for each in known if re.sub(r"[^0-9]", "", each) == digits)  # 70 for 7.0
    yield from (each for each in known if sorted(each) == sorted(version))  # 22.40 for 22.04
    shorter = {version[:at] + version[at + 1 :] for at in range(len(version))}
    yield from (each for each in known if each in shorter)  # 290 for 29
    asked = numbers(version)
    yield from (each for each in known if numbers(each) < asked)
    yield from known[-1:]
