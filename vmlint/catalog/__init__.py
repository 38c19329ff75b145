"""The catalogue: what is known of architectures, platforms, guests and lifecycles, each fact with its source.

This module is its interface. Each noun has a module with its records, how they are read, and how they are found.
Modules and data files are read when they are first needed: a run with one platform reads one file.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vmlint.catalog.files import BUILTIN, DATA, DataFile, DataFolder, data_folder, table
from vmlint.catalog.records import GuestOS, Mode, Platform, Record
from vmlint.words import nearest

if TYPE_CHECKING:
    from datetime import date

    from vmlint.catalog.boot_loaders import BootLoaders
    from vmlint.catalog.clouds import Cloud
    from vmlint.catalog.cpus import CpuFlags, CpuModel
    from vmlint.catalog.features import Feature, Features
    from vmlint.catalog.guests import Guests
    from vmlint.catalog.images import BaseImages, ImageGuest, ImageHost
    from vmlint.catalog.kernels import KernelVendor
    from vmlint.catalog.lifecycle import Cycle, Cycles
    from vmlint.catalog.machine_types import MachineTypes
    from vmlint.catalog.media import NamedFiles
    from vmlint.catalog.names import KnownName
    from vmlint.catalog.offers import Offers
    from vmlint.catalog.osinfo import Database
    from vmlint.catalog.platforms import Platforms
    from vmlint.catalog.software import Software
    from vmlint.catalog.sources import Source
    from vmlint.catalog.standing import Standing
    from vmlint.catalog.words import GuestWord

__all__ = [
    "BUILTIN",
    "DATA",
    "Catalog",
    "DataFile",
    "DataFolder",
    "GuestOS",
    "Mode",
    "Platform",
    "Record",
    "data_folder",
    "table",
]


class Catalog:
    """Catalogue data from one or more folders, vmlint's own first.

    Entries of a later folder add to those of an earlier one and never replace them. Entries in ``local``, which
    documents of a project or a plugin describe, do replace those of the folders. ``database`` is libosinfo's, for
    guests that have no entry.
    """

    def __init__(
        self,
        folders: Sequence[DataFolder] = (BUILTIN,),
        local: Sequence[Record] = (),
        database: Database | None = None,
    ) -> None:
        self.folders = folders
        self.local = local
        self._database = database

    def widened(self, folders: Sequence[DataFolder] | None = None, local: Sequence[Record] | None = None) -> Catalog:
        """Return a catalogue with other folders, or other local data, than this one."""
        return Catalog(
            self.folders if folders is None else folders, self.local if local is None else local, self._database
        )

    @functools.cached_property
    def pristine(self) -> Catalog:
        """The catalogue as it is without local data."""
        return self.widened(local=()) if self.local else self

    @functools.cached_property
    def platforms(self) -> Platforms:
        """All platforms, by id."""
        from vmlint.catalog.platforms import Platforms

        files = (file for folder in self.folders for file in folder.platforms)
        return Platforms(files, [entry for entry in self.local if isinstance(entry, Platform)])

    def platform(self, id: str) -> Platform | None:
        """Return a platform by its id."""
        return self.platforms.find(id)

    def platform_id(self, word: str) -> str | None:
        """Return the id that a word means: an id itself, or another spelling of one."""
        return self.platforms.id_of(word)

    def nearest_platform(self, word: str) -> str | None:
        """Return the platform that was most likely meant by an unknown word."""
        near = nearest(word, self.platforms.words)
        return self.platform_id(near) if near else None

    def known_name(self, word: str) -> KnownName | None:
        """Return what a word means that names a platform without an entry."""
        from vmlint.catalog.names import read_names  # imported only for a word that is no platform with an entry

        return read_names(table("platform_names").data).get(word.strip().lower())

    def service(self, provider: str) -> Platform | None:
        """Return the platform whose machines a cloud rents out, by what manifests call the cloud's provider."""
        return self.platforms.of_cloud(provider)

    def cloud(self, provider: str) -> Cloud | None:
        """Return what is known of the machines of a cloud, by what manifests call its provider."""
        return self._clouds.get(provider.strip().lower())

    @functools.cached_property
    def _clouds(self) -> Mapping[str, Cloud]:
        from vmlint.catalog.clouds import read_clouds

        return read_clouds(table("clouds").data)

    @functools.cached_property
    def guests(self) -> Guests:
        """All guest operating systems that have an entry, by id."""
        from vmlint.catalog.guests import Guests

        files = [file for folder in self.folders for file in folder.guests]
        return Guests(files, [entry for entry in self.local if isinstance(entry, GuestOS)], self._database)

    def guest(self, word: str) -> GuestOS | None:
        """Return a guest by its id or any other word for it; of an unknown release, what its family shares."""
        return self.guests.find(word)

    def guest_id(self, word: str) -> str | None:
        """Return the id of the release that a word means."""
        return self.guests.id_of(word)

    def nearest_guest(self, word: str) -> str | None:
        """Return the guest that was most likely meant by an unknown word."""
        near = nearest(word, self.guests.words)
        return self.guest_id(near) if near else None

    def guest_standing(self, word: str, today: date) -> Standing | None:
        """Return how a release that has no entry stands to those of its product, in ids.

        ``None`` where the word is understood, names no version, or names a product without known dates.
        """
        stem = self.guests.stem_of(word)
        dated = [guest for guest in self.guests.of_stem(stem) if guest.has("lifecycle")] if stem else []
        if not dated:
            return None
        from vmlint.catalog.standing import Known, numbers, same_branch, standing

        own: list[Known] = []
        cycles: list[Known] = []
        for guest in dated:
            product, name = guest.fact("lifecycle", "product"), str(guest.fact("lifecycle", "cycle"))
            cycle = self.cycle(product, name)
            own.append(Known(guest.id[len(stem) :], guest.released or (cycle and cycle.released)))
            counts = numbers(own[-1].version)
            if counts and same_branch(counts, numbers(name)):  # debian12 counts as Debian does, win2k22 does not
                cycles = cycles or [Known(each.cycle, each.released) for each in self.cycles(product)]
        version = word.strip().lower()[len(stem) :]
        among = standing(own, version, today)
        return standing([*own, *cycles], version, today)._replace(
            nearest=stem + among.nearest, newest=stem + among.newest
        )

    def guest_word(self, vocabulary: str, word: str) -> GuestWord | None:
        """Return what a word of another tool's vocabulary means, with the family of the release that it names.

        The vocabularies are ``vmware``, ``virtualbox``, ``cim``, ``proxmox``, ``kubevirt``, ``parallels`` and
        ``libosinfo``. ``None`` where the vocabulary does not have it.
        """
        from vmlint.catalog import words

        meant = words.meaning(vocabulary, word)
        release = self.guest(meant.id) if meant and meant.id else None
        return meant._replace(family=release.family) if meant and release else meant

    def releases_of_build(self, version: str) -> Sequence[GuestOS]:
        """Return the releases that a Windows build belongs to: ``10.0.26100`` is Server 2025 and Windows 11."""
        return self.guests.of_build(version)

    def image_guest(self, reference: str) -> ImageGuest | None:
        """Return the system of a base image, by the image's name; ``None`` for any other image."""
        return self._base_images.find(reference)

    @functools.cached_property
    def _base_images(self) -> BaseImages:
        from vmlint.catalog.images import BaseImages

        return BaseImages(table("guest_images").data, self.guest)

    def file_guest(self, name: str) -> ImageGuest | None:
        """Return the system that a medium or an image of a disk is named after; ``None`` for any other name."""
        return self._files.find(name)

    @functools.cached_property
    def _files(self) -> NamedFiles:
        from vmlint.catalog.media import NamedFiles

        return NamedFiles(table("guest_files").data, self.guest)

    @functools.cached_property
    def software(self) -> Software:
        """Programs, and what each needs."""
        from vmlint.catalog.software import Program, Software

        files = (file for folder in self.folders for file in folder.software)
        return Software(files, [entry for entry in self.local if isinstance(entry, Program)])

    @functools.cached_property
    def features(self) -> Features:
        """Features of the layers below a workload."""
        from vmlint.catalog.features import Feature, Features

        files = (file for folder in self.folders for file in folder.features)
        return Features(files, [entry for entry in self.local if isinstance(entry, Feature)])

    def feature(self, id: str) -> Feature | None:
        """Return a feature by its id, or else what all of its kind share."""
        return self.features.find(id)

    @functools.cached_property
    def offers(self) -> Offers:
        """What layers do with features."""
        from vmlint.catalog.offers import Offers

        return Offers((file for folder in self.folders for file in folder.offers), self.platform)

    @functools.cached_property
    def windows_images(self) -> Mapping[str, ImageHost]:
        """The releases of Windows that run Windows containers, each with the images it runs."""
        from vmlint.catalog.images import read_windows_hosts

        return read_windows_hosts(table("windows_images").data)

    @functools.cached_property
    def modes(self) -> Mapping[str, Mode]:
        """All modes, by name."""
        return {name: Mode(name, data) for name, data in table("architectures").data["modes"].items()}

    @functools.cached_property
    def architectures(self) -> Mapping[str, Record]:
        """The article's five architectures, by name."""
        return {name: Record(name, data) for name, data in table("architectures").data["architectures"].items()}

    def cycles(self, product: str) -> Sequence[Cycle]:
        """Return all known releases of a product, newest first."""
        return self._cycles.of_product(product)

    def cycle(self, product: str, version: str) -> Cycle | None:
        """Return the release that a version belongs to: ``8.0U2`` to ``8.0``; ``None`` where that is not certain."""
        from vmlint.catalog.lifecycle import cycle_of

        return cycle_of(self.cycles(product), version)

    def standing(self, product: str, version: str, today: date) -> Standing:
        """Return how a release of a product stands to those that are known; see :mod:`vmlint.catalog.standing`."""
        from vmlint.catalog.standing import Known, standing

        return standing([Known(each.cycle, each.released) for each in self.cycles(product)], version, today)

    def guest_cycle(self, guest: GuestOS, cycle: str = "") -> Cycle | None:
        """Return the support dates of a guest's release, or of another ``cycle`` of its product.

        ``None`` where they are not in the data; raises ``Unknown`` where the guest's entry says nothing of them.
        """
        lifecycle = guest.fact("lifecycle")
        if "until" in lifecycle:
            from vmlint.catalog.lifecycle import only_cycle

            return only_cycle(guest.id, guest.name, lifecycle["until"], guest.origin or guest.sources("lifecycle")[0])
        return self.cycle(lifecycle["product"], cycle or lifecycle["cycle"])

    @functools.cached_property
    def _cycles(self) -> Cycles:
        from vmlint.catalog.lifecycle import Cycles

        return Cycles(table("lifecycle").data["products"], (DATA / "lifecycle.csv").read_text("utf-8"))

    def cpu_model(self, name: str) -> CpuModel | None:
        """Return a CPU model by its name, in any version or variant."""
        from vmlint.catalog.cpus import find_model

        return find_model(self._cpu_models, name)

    def cpu_shows(self, model: str, flag: str) -> bool | None:
        """Whether a CPU model shows a flag, as /proc/cpuinfo spells it; ``None`` where that is not known."""
        return self._cpu_flags.shows(table("cpu_models").data["evc"].get(model, model), flag)

    @functools.cached_property
    def _cpu_flags(self) -> CpuFlags:
        from vmlint.catalog.cpus import CpuFlags

        return CpuFlags(table("cpu_flags").data)

    @functools.cached_property
    def _cpu_models(self) -> Mapping[str, CpuModel]:
        from vmlint.catalog.cpus import read_models

        return read_models(table("cpu_models").data)

    def kernel_vendor(self, version: str, system: str | None = None) -> KernelVendor | None:
        """Return the vendor that carries newer features into a kernel: by its version, or by the id of its system."""
        from vmlint.catalog.kernels import find_vendor

        return find_vendor(self._kernel_vendors, version, system and self.guests.entry_id(system))

    @functools.cached_property
    def _kernel_vendors(self) -> tuple[KernelVendor, ...]:
        from vmlint.catalog.kernels import read_vendors

        return read_vendors(table("kernels").data)

    @functools.cached_property
    def boot_loaders(self) -> BootLoaders:
        """Which guests have a boot loader that Secure Boot refuses."""
        from vmlint.catalog.boot_loaders import BootLoaders

        return BootLoaders(table("boot_loaders").data)

    @functools.cached_property
    def machine_types(self) -> MachineTypes:
        """Versions of virtual hardware, and which products have them."""
        from vmlint.catalog.machine_types import MachineTypes

        return MachineTypes(table("machine_types").data)

    @functools.cached_property
    def capabilities(self) -> Any:
        """The capability table, as ``capabilities.yaml`` holds it."""
        return table("capabilities").data

    @property
    def article(self) -> Any:
        """The article's statements, as ``article.yaml`` holds them."""
        return table("article").data

    @functools.cached_property
    def sources(self) -> Mapping[str, Source]:
        """The documents that facts rest on, by id."""
        from vmlint.catalog.sources import read_sources

        return read_sources(table("sources").data)
