"""What layers offer: which features each passes on, hides, lacks, or grants on request."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.catalog.files import DataFile
    from vmlint.catalog.records import Platform


class Offer(NamedTuple):
    """What one layer does with a feature."""

    who: str
    """The layer: a platform, a mode, or the vendor of a kernel."""
    data: Mapping[str, Any]
    """The row of its file."""

    @property
    def does(self) -> str:
        """``provides``, ``passes``, ``hides``, ``absent`` or ``on-request``."""
        return str(self.data["is"])

    @property
    def features(self) -> tuple[str, ...]:
        """The features that the row is about."""
        named = self.data["feature"]
        return (named,) if isinstance(named, str) else tuple(named)


class Offers:
    """The offers of data files, by layer and feature.

    What the entry of a platform itself says of a feature, in its block ``offers``, counts instead of their rows.
    """

    def __init__(self, files: Iterable[DataFile], platform: Callable[[str], Platform | None]) -> None:
        self._files = tuple(files)
        self._platform = platform
        self._found: dict[str, Mapping[str, tuple[Offer, ...]]] = {}

    def about(self, who: str, feature: str) -> tuple[Offer, ...]:
        """Return what a layer does with a feature, a row for each range of its versions or each circumstance."""
        rows = self._of(who)
        found = rows.get(feature, ())
        head = feature
        while not found and "." in head:
            head = head.rpartition(".")[0]
            found = rows.get(f"{head}.*", ())
        return found

    def of(self, who: str) -> Mapping[str, tuple[Offer, ...]]:
        """Return all that a layer does, by feature."""
        return self._of(who)

    def kernel(self, version: str, system: str | None) -> tuple[str, ...]:
        """Return the vendors whose kernel has such a version, as ``uname -r`` prints it, or comes with a system."""
        if not version and system is None:
            return ()
        return tuple(
            who
            for who, entry in self._vendors.items()
            if ("kernel" in entry["matches"] and re.search(entry["matches"]["kernel"], version))
            or (system is not None and any(_names(each, system) for each in entry["matches"].get("os", ())))
        )

    def __iter__(self) -> Iterator[Offer]:
        for file in self._files:
            for who, entry in file.data["offers"].items():
                yield from (Offer(who, row) for row in _rows(entry))

    def _of(self, who: str) -> Mapping[str, tuple[Offer, ...]]:
        if who not in self._found:
            platform = self._platform(who)
            own = _by_feature(who, platform.data.get("offers", ())) if platform else {}
            self._found[who] = {**_of(self._files, who), **own} if own else _of(self._files, who)
        return self._found[who]

    @functools.cached_property
    def _vendors(self) -> Mapping[str, Any]:
        return {
            who: entry
            for file in self._files
            if file.may_hold("matches:")
            for who, entry in file.data["offers"].items()
            if isinstance(entry, Mapping) and "matches" in entry
        }


@functools.lru_cache(maxsize=512)
def _of(files: tuple[DataFile, ...], who: str) -> Mapping[str, tuple[Offer, ...]]:
    rows: list[Mapping[str, Any]] = []
    for file in files:
        if file.may_hold(f"{who}:"):
            rows += _rows(file.data["offers"].get(who, ()))
    return _by_feature(who, rows)


def _by_feature(who: str, rows: Iterable[Mapping[str, Any]]) -> Mapping[str, tuple[Offer, ...]]:
    found: dict[str, tuple[Offer, ...]] = {}
    for row in rows:
        offer = Offer(who, row)
        for feature in offer.features:
            found[feature] = (*found.get(feature, ()), offer)
    return found


def _rows(entry: Any) -> Iterable[Mapping[str, Any]]:
    """Return the rows of a layer; a vendor of kernels has what they are known by beside them."""
    rows: Iterable[Mapping[str, Any]] = entry["rows"] if isinstance(entry, Mapping) else entry
    return rows


def _names(pattern: str, id: str) -> bool:
    return id.startswith(pattern[:-1]) if pattern.endswith("*") else id == pattern
