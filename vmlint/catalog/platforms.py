"""Finding platforms: by id, by another spelling, by the cloud that rents them out."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from vmlint.catalog.layers import first
from vmlint.catalog.records import Platform

if TYPE_CHECKING:
    from vmlint.catalog.files import DataFile


class Platforms(Mapping[str, Platform]):
    """The platforms of data files by id, sorted. The first file of an id counts; an entry in ``local`` replaces it."""

    def __init__(self, files: Iterable[DataFile], local: Iterable[Platform] = ()) -> None:
        known = first((file.path.stem, file) for file in files)
        self._entries: Mapping[str, DataFile | Platform] = {**known, **{platform.id: platform for platform in local}}
        self._read: dict[str, Platform] = {}
        self._meant: dict[str, str | None] = {}

    def __getitem__(self, id: str) -> Platform:
        if id not in self._read:
            entry = self._entries[id]
            self._read[id] = entry if isinstance(entry, Platform) else Platform(id, entry.data, entry.origin)
        return self._read[id]

    def find(self, id: str) -> Platform | None:
        """Return a platform by its id, if there is one: what ``get`` does, several times faster."""
        found = self._read.get(id)
        return found if found is not None else self[id] if id in self._entries else None

    def __contains__(self, id: object) -> bool:
        return id in self._entries  # without parsing it

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def id_of(self, word: str) -> str | None:
        """Return the id that a word means: an id itself, or another spelling of one."""
        if word not in self._meant:
            self._meant[word] = self._meaning(word.strip().lower())
        return self._meant[word]

    def _meaning(self, word: str) -> str | None:
        if word in self:
            return word
        return next((platform.id for platform in self._holding(word) if word in platform.aliases), None)

    def _holding(self, text: str) -> Iterator[Platform]:
        """Yield the platforms whose entries may hold a text."""
        for id, entry in self._entries.items():
            if isinstance(entry, Platform) or entry.may_hold(text):
                yield self[id]

    @property
    def words(self) -> Mapping[str, str]:
        """Every word that means a platform, each with the id it means."""
        return {**self._aliases, **{id: id for id in self}}

    @functools.cached_property
    def _aliases(self) -> Mapping[str, str]:
        return first((alias, id) for id in self._entries for alias in self[id].aliases)

    def of_cloud(self, provider: str) -> Platform | None:
        """Return the platform whose machines a cloud rents out, by what manifests call the cloud's provider."""
        return self._rented.get(provider.strip().lower())

    @functools.cached_property
    def _rented(self) -> Mapping[str, Platform]:
        return first(
            (provider, platform)
            for platform in sorted(self._holding("cloud:"), key=lambda platform: platform.id)
            for provider in platform.data.get("cloud", {}).get("providers", ())
        )
