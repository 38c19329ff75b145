"""The catalogue: what is known of architectures, platforms, guests and lifecycles, each fact with its source.

Data files are read when they are first asked for: a run that meets one platform reads one file.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from vmlint.catalog import guest_words, lifecycle, osinfo
from vmlint.catalog.files import BUILTIN, read_data
from vmlint.catalog.guest_words import GuestWord
from vmlint.catalog.images import ImageGuest, Images
from vmlint.catalog.records import CpuModel, Cycle, GuestOS, ImageHost, Mode, Platform, Record, Source
from vmlint.words import nearest

__all__ = [
    "BUILTIN",
    "Catalog",
    "CpuModel",
    "Cycle",
    "GuestOS",
    "GuestWord",
    "ImageHost",
    "Mode",
    "Platform",
    "Record",
    "Source",
    "read_data",
]

BUILD = re.compile(r"([0-9]+\.[0-9]+\.[0-9]+)(?:\.[0-9]+)?")
"""A Windows build as in 10.0.20348, with or without the revision behind it."""
_CPU_VARIANT = re.compile(r"(-notsx)?(-ibrs|-ibpb)?(-v[0-9]+)?$")
"""What QEMU puts behind a CPU model's name for a version or a variant of it."""
T = TypeVar("T")


class Catalog:
    """Catalogue data from one or more folders, vmlint's own first.

    A folder holds ``platforms/<id>.yaml``, ``guests/<family>.yaml`` and, in vmlint's own, the tables beside them.
    Entries of a later folder add to those of an earlier one and never replace them. Entries in ``local``, which
    documents of a project or a plugin describe, do replace those of the folders (:mod:`vmlint.local_data`).
    ``osinfo_folders`` are those of libosinfo's database, where it is not to be looked for in the usual ones.
    """

    def __init__(
        self,
        folders: Sequence[tuple[Path, str]] = ((BUILTIN, ""),),
        local: Sequence[Platform | GuestOS] = (),
        osinfo_folders: Sequence[Path] | None = None,
    ) -> None:
        self.folders = folders
        self.local = local
        self.osinfo = osinfo.Database(osinfo_folders)
        self._local_platforms = {entry.id: entry for entry in local if isinstance(entry, Platform)}
        self._local_guests = {entry.id: entry for entry in local if isinstance(entry, GuestOS)}
        self._platforms: dict[str, Platform | None] = {}
        self._guest_files: dict[Path, Any] = {}
        self._guests_asked: dict[str, GuestOS | None] = {}
        self._words_asked: dict[str, str | None] = {}
        self._images_asked: dict[str, ImageGuest | None] = {}

    @functools.cached_property
    def pristine(self) -> Catalog:
        """The catalogue as it is without local data."""
        return self.widened(local=()) if self.local else self

    def widened(
        self,
        folders: Sequence[tuple[Path, str]] | None = None,
        local: Sequence[Platform | GuestOS] | None = None,
    ) -> Catalog:
        """Return a catalogue with other folders, or other local data, than this one."""
        return Catalog(
            self.folders if folders is None else folders,
            self.local if local is None else local,
            self.osinfo.folders,
        )

    def platform(self, id: str) -> Platform | None:
        """Return a platform by its id; ``None`` where the catalogue has none of that name."""
        if id not in self._platforms:
            self._platforms[id] = self._read_platform(id)
        return self._platforms[id]

    def _read_platform(self, id: str) -> Platform | None:
        if id in self._local_platforms:
            return self._local_platforms[id]
        if self.local:
            return self.pristine.platform(id)
        if id not in self._platform_files:
            return None
        folder, origin = self._platform_files[id]
        return Platform(id, read_data(folder / "platforms" / f"{id}.yaml"), origin)

    @functools.cached_property
    def platform_ids(self) -> Sequence[str]:
        """The ids of all platforms."""
        return sorted({*self._platform_files, *self._local_platforms})

    @functools.cached_property
    def _platform_files(self) -> Mapping[str, tuple[Path, str]]:
        """The ids of the platforms in folders, each with the folder that holds it and that folder's origin."""
        ids: dict[str, tuple[Path, str]] = {}
        for folder, origin in self.folders:
            for file in sorted((folder / "platforms").glob("*.yaml")):
                ids.setdefault(file.stem, (folder, origin))
        return ids

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
        if self.local:
            other = (entry.id for entry in self._local_platforms.values() if word in entry.data.get("aliases", ()))
            return next(other, None) or self.pristine.platform_id(word)
        for id in self._own_first:  # most files need not be parsed to see that they lack it
            folder, _ = self._platform_files[id]
            if word in (folder / "platforms" / f"{id}.yaml").read_text("utf-8") and word in self._aliases_of(id):
                return id
        return None

    def service(self, provider: str) -> Platform | None:
        """Return the platform whose machines a cloud rents out, by what manifests call the cloud's provider."""
        return self._services.get(provider.strip().lower())

    @functools.cached_property
    def _services(self) -> Mapping[str, Platform]:
        return _first(
            (word, platform)
            for id in self.platform_ids
            if self._mentions(id, "cloud:") and (platform := self.platform(id))
            for word in platform.data.get("cloud", {}).get("providers", ())
        )

    def _mentions(self, id: str, text: str) -> bool:
        """Tell whether a platform's entry may have a text in it, without parsing its file."""
        if id in self._local_platforms:
            return True
        folder, _ = self._platform_files[id]
        return text in (folder / "platforms" / f"{id}.yaml").read_text("utf-8")

    def _aliases_of(self, id: str) -> Sequence[str]:
        platform = self.platform(id)
        return platform.data.get("aliases", ()) if platform else ()

    @functools.cached_property
    def _platform_aliases(self) -> Mapping[str, str]:
        return _first((alias, id) for id in self._own_first for alias in self._aliases_of(id))

    @functools.cached_property
    def _own_first(self) -> Sequence[str]:
        folders = [folder for folder, _ in self.folders]
        files = self._platform_files
        return sorted(self.platform_ids, key=lambda id: folders.index(files[id][0]) if id in files else len(folders))

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
        if self.local:
            return self.pristine.modes
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
        if self.local:
            return {**self.pristine.guests, **self._local_guests}
        return _first((guest.id, guest) for family, origin in self._families for guest in _members(family, origin))

    def guest(self, id: str) -> GuestOS | None:
        """Return a guest by its id or another spelling of it.

        An id that only begins like those of a family yields what the family shares.
        """
        if id not in self._guests_asked:
            self._guests_asked[id] = self._find_guest(id.strip().lower())
        return self._guests_asked[id]

    def own_guest(self, word: str) -> GuestOS | None:
        """Return a guest that has an entry here, whatever libosinfo's database on this machine knows."""
        found = self.guest(word)
        return found if found and found.known and found.id in self.guests else None

    def _find_guest(self, id: str) -> GuestOS | None:
        if self.local:
            own = (each for each in self._local_guests.values() if id in (each.id, *each.data.get("aliases", ())))
            if found := next(own, None):
                return found
            other = self.pristine.guest(id)  # by a spelling that only other tools use, of a release changed here
            return self._local_guests.get(other.id, other) if other else None
        return (
            self._guest_of_one_family(id)
            or self._release_of_word(id)
            or self._guest_of_name(id)
            or self._guest_by_osinfo(id)
            or self._family_of_word(id)
            or self._guest_of_known_stem(id)
        )

    def _guest_of_name(self, word: str) -> GuestOS | None:
        """Find a guest by its name as it is shown: ``Windows Server 2022``, ``Debian 12`` for Debian 12 (Bookworm)."""
        return self.guests.get(self._guest_names.get(word, "")) if " " in word else None

    def _release_of_word(self, word: str) -> GuestOS | None:
        """Find the release that a word of another tool tells."""
        found = guest_words.understood(word)
        return self._guest_of_one_family(found.id) if found and found.id else None

    def _family_of_word(self, word: str) -> GuestOS | None:
        """Find what a word of another tool tells that names no release."""
        found = guest_words.understood(word)
        if found is None or word in self._stems:
            return None
        product = next((family["stems"][stem] for stem, (family, _) in self._stems.items() if stem == found.stem), word)
        return GuestOS(word, {"family": found.family, "name": product}, known=False)

    def _guest_by_osinfo(self, id: str) -> GuestOS | None:
        """Find a release that only libosinfo's database has; what vmlint knows of its family still holds."""
        found = self.osinfo.find(id)
        if found is None:
            return None
        for other in found.ids:
            if own := self._guest_of_one_family(other):
                return own
        _, family, _ = self._stem(id) or ("", {"family": found.family}, "")
        if family["family"] is None:
            return None
        said = {"name": found.name, "source": ["S-07"], **({"released": found.released} if found.released else {})}
        return GuestOS(id, {"family": family["family"], **family.get("defaults", {}), **said}, found.origin)

    def _guest_of_known_stem(self, id: str) -> GuestOS | None:
        if not (known := self._stem(id)):
            return None
        stem, family, origin = known
        common = {"family": family["family"], "name": f"{family['stems'][stem]} {id[len(stem) :]}".strip()}
        return GuestOS(id, common, origin, known=False)

    def _stem(self, id: str) -> tuple[str, Any, str] | None:
        """Return the beginning that tells an id's family, the family's file and that one's origin."""
        for stem, (family, origin) in self._stems.items():
            rest = id[len(stem) :]
            if id.startswith(stem) and (not rest or rest[0].isdigit()):
                return stem, family, origin
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
        if word in self.guests or word in self._guest_aliases:
            return self._guest_aliases.get(word, word)
        found = guest_words.understood(word)
        return (found.id if found else None) or (self._guest_names.get(word) if " " in word else None)

    def guest_word(self, vocabulary: str, word: str) -> GuestWord | None:
        """Return what a word of another tool's vocabulary says, with the family of the release that it tells.

        The vocabularies are ``vmware``, ``virtualbox``, ``cim``, ``proxmox``, ``kubevirt``, ``parallels`` and
        ``libosinfo``. ``None`` where the vocabulary has no such word.
        """
        found = guest_words.meaning(vocabulary, word)
        release = self.guest(found.id) if found and found.id else None
        return found._replace(family=release.family) if found and release else found

    def nearest_guest(self, word: str) -> str | None:
        """Return the guest that was most likely meant by an unknown word."""
        near = nearest(word, [*self.guests, *self._guest_aliases])
        return self.guest_id(near) if near else None

    @functools.cached_property
    def _guest_aliases(self) -> Mapping[str, str]:
        return _first((alias, guest.id) for guest in self.guests.values() for alias in guest.data.get("aliases", ()))

    @functools.cached_property
    def _guest_names(self) -> Mapping[str, str]:
        full = [(guest.data["name"].lower(), guest.id) for guest in self.guests.values()]
        short = ((re.sub(r" \(.*\)$| lts$", "", name), id) for name, id in full)
        return _first((*full, *short))

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

    def image_guest(self, reference: str) -> ImageGuest | None:
        """Return the system that a base image's name tells; ``None`` for any other image."""
        if reference not in self._images_asked:
            self._images_asked[reference] = self._images.find(reference)
        return self._images_asked[reference]

    @functools.cached_property
    def _images(self) -> Images:
        return Images(read_data(BUILTIN / "guest_images.yaml"), self.guest)

    @functools.cached_property
    def _cycles(self) -> Mapping[str, Sequence[Cycle]]:
        return lifecycle.read_cycles()

    def cycles(self, product: str) -> Sequence[Cycle]:
        """Return all known releases of a product, newest first."""
        return self._cycles.get(product, ())

    def cycle(self, product: str, version: str) -> Cycle | None:
        """Return the release that a version belongs to: ``8.0U2`` to ``8.0``; ``None`` where that is not certain."""
        return lifecycle.cycle_of(self.cycles(product), version)

    def releases_of_build(self, version: str) -> Sequence[GuestOS]:
        """Return the releases that a Windows build belongs to: ``10.0.26100`` is Server 2025 and Windows 11."""
        match = BUILD.fullmatch(version.strip())
        if not match:
            return ()
        if self.local:
            return [guest for guest in self.guests.values() if match[1] in guest.data.get("builds", ())]
        return [
            guest
            for folder, origin in self.folders
            for file in sorted((folder / "guests").glob("*.yaml"))
            if match[1] in file.read_text("utf-8")
            for guest in _members(self._family(file), origin)
            if match[1] in guest.data.get("builds", ())
        ]

    @functools.cached_property
    def windows_images(self) -> Mapping[str, ImageHost]:
        """The releases of Windows that run Windows containers, each with the images it runs."""
        hosts = read_data(BUILTIN / "windows_images.yaml")["hosts"]
        return {
            id: ImageHost(
                id,
                frozenset(host["process"]),
                frozenset(host["hyperv"]),
                host.get("since", {}),
                host.get("sameBuild", False),
                host.get("sameRevision", False),
            )
            for id, host in hosts.items()
        }

    def cpu_model(self, name: str) -> CpuModel | None:
        """Return a CPU model by its name, of whatever version or variant; ``None`` for one that is not known."""
        word = name.strip().lower()
        return self._cpu_models.get(word) or self._cpu_models.get(_CPU_VARIANT.sub("", word))

    @functools.cached_property
    def _cpu_models(self) -> Mapping[str, CpuModel]:
        data = read_data(BUILTIN / "cpu_models.yaml")
        named = [
            (name, level) for part in ("levels", "ownNames") for level, names in data[part].items() for name in names
        ]
        own = [(name, kind) for kind, names in data["host"].items() for name in names]
        return {
            **{name.lower(): CpuModel(name, level, "") for name, level in named},
            **{name.lower(): CpuModel(name, "", kind) for name, kind in own},
        }

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


def _lines(where: str | Sequence[str]) -> str:
    return where if isinstance(where, str) else "\n".join(where)


def _merge(common: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(common)
    for key, value in own.items():
        known = merged.get(key)
        merged[key] = {**known, **value} if isinstance(known, Mapping) and isinstance(value, Mapping) else value
    return merged
