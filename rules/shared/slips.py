"""Slips of the pen in names of which there are many more than anybody lists."""

from __future__ import annotations

import re

LEAST = 5
"""Letters of a part in which a letter more or less is surely a slip."""

LEAST_TO_SWAP = 4
"""Letters of a part in which two that changed places are surely one."""


def slip_of(written: str, known: str) -> bool:
    """Whether a name is another one with a slip in one of its parts: ``io_urng_setup`` of ``io_uring_setup``.

    A slip is two letters that changed places, a letter that is doubled or left out, or, behind a dot, a part without
    its vowels. A letter in place of another is none, and neither are digits: xfs is not zfs, and ip6_tables exists.
    """
    ours, theirs = (re.split(r"[._-]", each) for each in (written, known))
    if len(ours) != len(theirs) or re.sub(r"\w", "", written) != re.sub(r"\w", "", known):
        return False
    apart = [(one, other) for one, other in zip(ours, theirs, strict=True) if one != other]
    return len(apart) == 1 and all(_slip(*pair, dotted="." in known) for pair in apart)


def _slip(one: str, other: str, *, dotted: bool) -> bool:
    if not (one.isalpha() and other.isalpha()) or one[0] != other[0]:
        return False
    return _swapped(one, other) or _left_out(one, other) or (dotted and _shortened(one, other))


def _swapped(one: str, other: str) -> bool:
    pairs = (other[:place] + other[place : place + 2][::-1] + other[place + 2 :] for place in range(len(other)))
    return len(one) >= LEAST_TO_SWAP and one in pairs


def _left_out(one: str, other: str) -> bool:
    """Whether one of the two has a letter less, which is not the last: that of a plural is none."""
    short, long = sorted((one, other), key=len)
    return len(long) >= LEAST and any(long[:place] + long[place + 1 :] == short for place in range(len(long) - 1))


def _shortened(one: str, other: str) -> bool:
    """Whether one has the consonants of the other alone: ``cnt`` of ``count``."""
    return len(other) >= LEAST and one == other[0] + re.sub("[aeiou]", "", other[1:])
