"""Which version of a program the tag of an image names, and whether a need holds for it."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from vmlint.model.values import Version, VersionRange
from vmlint.patterns import lazy_pattern
from vmlint.record import NamedTuple


class Counts(NamedTuple):
    """How a need holds for a tag."""

    shown: str
    """The version to name in a message."""
    sure: bool


_NEWEST = lazy_pattern(r"(?:latest|stable|release|main|master|edge|nightly|develop|dev)(?:[-.].*)?|")
_NUMBERED = lazy_pattern(
    r"(?:version-|v|release-|RELEASE\.)?([0-9]+(?:\.[0-9]+)*)(?![0-9a-f]{6})(?:[-._+a-zA-Z](?s:.*))?"
)


@functools.lru_cache(maxsize=4096)
def tag_version(tag: str) -> Version | None:
    """Return the version that a tag begins with; ``None`` for words, days and commits."""
    match = _NUMBERED.fullmatch(tag)
    if match is None or len(match[1]) > 60 or re.fullmatch(r"[0-9]{6}.*|[0-9a-f]{7,40}", tag):
        return None  # the last are days and commits
    return Version(match[1])


def how_it_counts(row: Mapping[str, Any], tag: str | None) -> Counts | None:
    """Return how a need holds for a tag; ``None`` where it does not, or where that does not show."""
    if tag is None:
        return None if row.keys() & {"versions", "tags", "notTags"} else Counts("", sure=True)
    if ("tags" in row and not re.search(row["tags"], tag)) or ("notTags" in row and re.search(row["notTags"], tag)):
        return None
    version = tag_version(tag)
    newest = version is None and bool(_NEWEST.fullmatch(tag))
    shown = f"{version}" if version else ""
    if "versions" not in row:
        return Counts(shown, sure=True)
    wanted = VersionRange(row["versions"])
    if newest:
        bounded = any(operator not in (">=", ">", "!=") for operator, _ in wanted.bounds)
        return None if bounded else Counts("", sure=False)
    if version is None:
        return None
    decided = wanted.decides(version)
    if decided is None:  # a tag such as 8 or 8.0 means the newest of its series: above each bound inside of that
        decided = not any(
            version.is_coarser_than(bound) and operator not in (">=", ">", "!=") for operator, bound in wanted.bounds
        )
    return Counts(shown, sure=True) if decided else None
