"""The catalogue: what is known of architectures, platforms, guests and lifecycles, each fact with its source.

Data files are read when they are first asked for: a run that meets one platform reads one file.
"""

from __future__ import annotations

import csv
import difflib
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml

from vmlint.catalog.records import Cycle, GuestOS, Mode, Platform, Record, Source

__all__ = ["BUILTIN", "Catalog", "Cycle", "GuestOS", "Mode", "Platform", "Record", "Source", "nearest"]

BUILTIN = Path(__file__).parent
T = TypeVar("T")


def read_data(file: Path) -> Any:
    """Read one data file of the catalogue (trusted: vmlint's own or an installed plugin's)."""
    return yaml.load(file.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Return the word that was most likely meant, or ``None`` where nothing is near."""
    found = difflib.get_close_matches(word.lower(), list(words), n=1, cutoff=0.7)
    return found[0] if found else None


class Catalog:
    """Catalogue data from one or more folders, vmlint's own first.

    A folder holds ``platforms/<id>.yaml``, ``guests/<family>.yaml`` and, in vmlint's own, the tables beside them.
    Entries of a later folder add to those of an earlier one and never replace them.
    """

    def __init__(self, folders: Sequence[tuple[Path, str]] = ((BUILTIN, ""),)) -> None:
        self.folders = folders
        self._platforms: dict[str, Platform | None] = {}
        self._guest_files: dict[Path, Any] = {}
        self._guests_asked: dict[str, GuestOS | None] = {}
        self._words_asked: dict[str, str | None] = {}

    def platform(self, id: str) -> Platform | None:
        """Return a platform by its id; ``None`` where the catalogue has none of that name."""
        if id not in self._platforms:
            self._platforms[id] = self._read_platform(id)
        return self._platforms[id]

    def _read_platform(self, id: str) -> Platform | None:
        if id not in self.platform_ids:
            return None
        folder, origin = self.platform_ids[id]
        return Platform(id, read_data(folder / "platforms" / f"{id}.yaml"), origin)

    @functools.cached_property
    def platform_ids(self) -> Mapping[str, tuple[Path, str]]:
        """The ids of all platforms, each with the folder that holds it and that folder's origin."""
        ids: dict[str, tuple[Path, str]] = {}
        for folder, origin in self.folders:
            for file in sorted((folder / "platforms").glob("*.yaml")):
                ids.setdefault(file.stem, (folder, origin))
        return dict(sorted(ids.items()))

    @property
    def platforms(self) -> Iterator[Platform]:
        """All platforms, by id."""
        for id in self.platform_ids:
            platform = self.platform(id)
            assert platform is not None  # noqa: S101 - listed a line above
            yield platform

    def platform_id(self, word: str) -> str | None:
        """Return the id that a word means: an id itself, or another spelling of one."""
        if word not in self._words_asked:
            self._words_asked[word] = self._find_platform_id(word.strip().lower())
        return self._words_asked[word]

    def _find_platform_id(self, word: str) -> str | None:
        if not word or word in self.platform_ids:
            return word or None
        for id in self._own_first:  # most files need not be parsed to see that they lack it
            folder, _ = self.platform_ids[id]
            if word in (folder / "platforms" / f"{id}.yaml").read_text("utf-8") and word in self._aliases_of(id):
                return id
        return None

    def _aliases_of(self, id: str) -> Sequence[str]:
        platform = self.platform(id)
        return platform.data.get("aliases", ()) if platform else ()

    @functools.cached_property
    def _platform_aliases(self) -> Mapping[str, str]:
        return _first((alias, id) for id in self._own_first for alias in self._aliases_of(id))

    @functools.cached_property
    def _own_first(self) -> Sequence[str]:
        folders = [folder for folder, _ in self.folders]
        return sorted(self.platform_ids, key=lambda id: folders.index(self.platform_ids[id][0]))

    def nearest_platform(self, word: str) -> str | None:
        """Return the platform that was most likely meant by an unknown word."""
        near = nearest(word, [*self.platform_ids, *self._platform_aliases])
        return self.platform_id(near) if near else None

    @property
    def platform_words(self) -> Mapping[str, str]:
        """Every word that means a platform, each with the id it means."""
        return {**self._platform_aliases, **{id: id for id in self.platform_ids}}

    @property
    def guest_words(self) -> Mapping[str, str]:
        """Every word that means a guest, each with the id it means."""
        return {**self._guest_aliases, **{id: id for id in self.guests}}

    @property
    def stems(self) -> Mapping[str, str]:
        """Every beginning of ids that tells a family, with that family."""
        return {stem: family["family"] for stem, (family, _) in self._stems.items()}

    @functools.cached_property
    def modes(self) -> Mapping[str, Mode]:
        """All modes, by name."""
        return {name: Mode(name, data) for name, data in self._architecture_file["modes"].items()}

    @functools.cached_property
    def architectures(self) -> Mapping[str, Record]:
        """The article's five architectures, by name."""
        return {name: Record(name, data) for name, data in self._architecture_file["architectures"].items()}

    @functools.cached_property
    def _architecture_file(self) -> Any:
        return read_data(BUILTIN / "architectures.yaml")

    @functools.cached_property
    def guests(self) -> Mapping[str, GuestOS]:
        """All guest operating systems that have an entry, by id."""
        return _first((guest.id, guest) for family, origin in self._families for guest in _members(family, origin))

    def guest(self, id: str) -> GuestOS | None:
        """Return a guest by its id or another spelling of it.

        An id that only begins like those of a family yields what the family shares.
        """
        if id not in self._guests_asked:
            self._guests_asked[id] = self._find_guest(id.strip().lower())
        return self._guests_asked[id]

    def _find_guest(self, id: str) -> GuestOS | None:
        found = self._guest_of_one_family(id)
        if found:
            return found
        for stem, (family, origin) in self._stems.items():
            rest = id[len(stem) :]
            if id.startswith(stem) and (not rest or rest[0].isdigit()):
                common = {"family": family["family"], "name": f"{family['stems'][stem]} {rest}".strip()}
                return GuestOS(id, common, origin, known=False)
        return None

    def _guest_of_one_family(self, word: str) -> GuestOS | None:
        """Find a guest by any spelling, parsing no more files than have the word in them."""
        for folder, origin in self.folders:
            for file in sorted((folder / "guests").glob("*.yaml")):
                if word and word in file.read_text("utf-8"):
                    for guest in _members(self._family(file), origin):
                        if word == guest.id or word in guest.data.get("aliases", ()):
                            return guest
        return None

    def _family(self, file: Path) -> Any:
        if file not in self._guest_files:
            self._guest_files[file] = read_data(file)
        return self._guest_files[file]

    def guest_id(self, word: str) -> str | None:
        """Return the id that a word means: an id itself, or another spelling of one."""
        word = word.strip().lower()
        return word if word in self.guests else self._guest_aliases.get(word)

    def nearest_guest(self, word: str) -> str | None:
        """Return the guest that was most likely meant by an unknown word."""
        near = nearest(word, [*self.guests, *self._guest_aliases])
        return self.guest_id(near) if near else None

    @functools.cached_property
    def _guest_aliases(self) -> Mapping[str, str]:
        return _first((alias, guest.id) for guest in self.guests.values() for alias in guest.data.get("aliases", ()))

    @functools.cached_property
    def _families(self) -> Sequence[tuple[Any, str]]:
        return [
            (self._family(file), origin)
            for folder, origin in self.folders
            for file in sorted((folder / "guests").glob("*.yaml"))
        ]

    @functools.cached_property
    def _stems(self) -> Mapping[str, tuple[Any, str]]:
        stems = _first((stem, (family, origin)) for family, origin in self._families for stem in family["stems"])
        return dict(sorted(stems.items(), key=lambda item: -len(item[0])))  # "win2k" before "win"

    @functools.cached_property
    def _cycles(self) -> Mapping[str, Sequence[Cycle]]:
        about = read_data(BUILTIN / "lifecycle.yaml")["products"]
        cycles: dict[str, list[Cycle]] = {}
        with (BUILTIN / "lifecycle.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                product = about[row["product"]]
                cycles.setdefault(row["product"], []).append(
                    Cycle(
                        row["product"],
                        row["cycle"],
                        _day(row["active_until"]),
                        _day(row["security_until"]),
                        _day(row["paid_until"]),
                        row["source"],
                        product.get("phases", {}),
                        product["name"],
                    )
                )
        return cycles

    def cycles(self, product: str) -> Sequence[Cycle]:
        """Return all known releases of a product, newest first."""
        return self._cycles.get(product, ())

    def cycle(self, product: str, version: str) -> Cycle | None:
        """Return the release that a version belongs to: ``8.0U2`` to ``8.0``; ``None`` where that is not certain."""
        cycles = self.cycles(product)
        inside = [cycle for cycle in cycles if _within(version, cycle.cycle)]
        if inside:
            return max(inside, key=lambda cycle: len(cycle.cycle))
        wider = [cycle for cycle in cycles if _within(cycle.cycle, version)]
        return wider[0] if len(wider) == 1 else None

    @functools.cached_property
    def capabilities(self) -> Any:
        """The capability table, as ``capabilities.yaml`` holds it."""
        return read_data(BUILTIN / "capabilities.yaml")

    @functools.cached_property
    def article(self) -> Any:
        """The article's statements, as ``article.yaml`` holds them."""
        return read_data(BUILTIN / "article.yaml")

    @functools.cached_property
    def sources(self) -> Mapping[str, Source]:
        """The documents that facts rest on, by id."""
        return {
            id: Source(id, data["title"], _lines(data["where"]), str(data.get("read", "")))
            for id, data in read_data(BUILTIN / "sources.yaml").items()
        }


def _first(pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    """Make a table in which the first of several values for a key stays: that of an earlier folder."""
    table: dict[str, T] = {}
    for key, value in pairs:
        table.setdefault(key, value)
    return table


def _members(family: Any, origin: str) -> Iterator[GuestOS]:
    common = {"family": family["family"], **family.get("defaults", {})}
    for id, data in family["guests"].items():
        yield GuestOS(id, _merge(common, data), origin)


def _within(version: str, cycle: str) -> bool:
    rest = version[len(cycle) :]
    return version.startswith(cycle) and (not rest or not rest[0].isalnum() or rest[0] in "uU")


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _lines(where: str | Sequence[str]) -> str:
    return where if isinstance(where, str) else "\n".join(where)


def _merge(common: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(common)
    for key, value in own.items():
        known = merged.get(key)
        merged[key] = {**known, **value} if isinstance(known, Mapping) and isinstance(value, Mapping) else value
    return merged
