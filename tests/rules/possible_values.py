"""The values that a fact can have, where they can be listed: for tests that try what a missing fact would change."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from vmlint.model.derive import DERIVATIONS
from vmlint.model.paths import fields, knows
from vmlint.model.values import ARCHES, OSES, Version

if TYPE_CHECKING:
    from vmlint.catalog import Catalog
    from vmlint.model.fields import Field
    from vmlint.model.workload import Workload

RELEASES = ("guest.os.id", "host.os.id")
_MODULES = ("host.kernel.modules", "host.kernel.builtin")
BOUNDS = {
    "Count": ("0", "1", "2", "3", "1000000"),
    "Cpus": ("0.1", "1", "2", "100000"),
    "Size": ("0Mi", "1Mi", "99999Pi"),
    "Duration": ("1ns", "1000h"),
    "Version": ("0.1", "9999"),
}
"""The least and the greatest values of kinds that have an order, by kind."""


class Values:
    """The values of each field: words of its list, entries of the catalogue, and what ``stated`` workloads have in it.

    They come in an order that is mixed and always the same, so that unlike ones come early.
    """

    def __init__(self, catalog: Catalog, stated: Iterable[Workload]) -> None:
        self._catalog = catalog
        self._stated: dict[str, dict[Any, None]] = defaultdict(dict)
        for workload in stated:
            for field, value in workload.all_stated():
                if field.in_spec:
                    self._stated[field.path][value] = None
        self._listed = cache(self._values)
        self._versions = cache(self._versions_of)

    def of(self, workload: Workload, path: str) -> tuple[Any, ...]:
        """Return the values that a workload can have in a field; none where they cannot be listed."""
        field = fields().get(path)
        if field is None or field.group or not field.in_spec:
            return ()
        if path == "deployment.platform.version" and workload.deployment.platform.knows("id"):
            return self._versions(workload.deployment.platform.id)
        if path == "host.cluster.devices":
            return (frozenset(workload.deployment.get("cluster_devices", ())), *self._listed(path))
        return self._listed(path)

    def _values(self, path: str) -> tuple[Any, ...]:
        field = fields()[path]
        texts = {*field.kind.words, *BOUNDS.get(field.kind.name, ()), *_examples(field)}
        if field.kind.name == "bool":
            texts |= {"true", "false"}
        if field.kind.name == "OciPlatform":
            texts |= {f"{os}/{arch}" for os in OSES for arch in ARCHES}
        if path in RELEASES:
            texts |= {*self._catalog.guests}
        if path == "deployment.platform.id":
            texts |= {*self._catalog.platforms}
        if path.startswith("deployment.devices."):
            texts |= {*self._devices(field.name)}
        single = {field.kind.read(text): None for text in sorted(texts)}
        if not field.many:
            return _mixed([*single, *self._stated[path]])
        wanted = path.replace("host.kernel.builtin", "guest.kernel.modules").replace("host.kernel", "guest.kernel")
        entries = {entry: None for each in (path, wanted) for value in self._stated[each] for entry in value} | single
        entries |= dict.fromkeys(self._needed(path))
        every = [*entries]
        lists = [(), *([entry] for entry in every), *_one_of_each_name(every)]
        return _mixed([*(field.many(each) for each in lists), *self._stated[path]])

    def _needed(self, path: str) -> Iterator[str]:
        """Yield what a list has to hold so that the host has, or lacks, what workloads name as needed or handed in."""
        if path == "host.devices":
            yield from (node.partition(":")[0] for handed in self._stated["deployment.hostDevices"] for node in handed)
        if path == "host.cluster.devices":
            yield from (name for asked in self._stated["deployment.clusterDevices"] for name in asked)
        if path == "host.cpu.features":
            yield from (flag for promised in self._stated["deployment.cpuFlags"] for flag in promised)
        for needs in self._stated["requirements.features"]:
            for each in needs:
                if path == "host.cpu.features" and each.id.startswith("cpu."):
                    yield each.id.removeprefix("cpu.")
                elif path in _MODULES and each.id.startswith("kernel.module."):
                    yield each.id.removeprefix("kernel.module.").replace("-", "_")
                elif path == "host.kernel.sysctls" and each.id.startswith("kernel.sysctl."):
                    beyond = [int(each.value) + 1] if each.value.isdecimal() else []
                    name = each.id.removeprefix("kernel.sysctl.")
                    yield from (f"{name}={value}" for value in (each.value, 0, *beyond))
                elif path == "host.kernel.config" and each.id.startswith("kernel.config."):
                    yield from (
                        f"{each.id.removeprefix('kernel.config.')}={value}" for value in (each.value or "y", "n")
                    )

    def _devices(self, kind: str) -> Iterator[str]:
        """Yield the devices of a kind that any platform has."""
        for platform in self._catalog.platforms.values():
            devices = platform.data.get("devices", {})
            for word in ("paravirtual", "emulated"):
                yield from devices.get(word, {}).get(kind, ())

    def _versions_of(self, id: str) -> tuple[Version, ...]:
        """Return the versions of a platform at the bounds that its data name, and between them."""
        platform = self._catalog.platform(id)
        if platform is None:
            return ()
        bounds = {*_versions(platform.data), *_versions(self._catalog.machine_types.releases(id))}
        if platform.has("lifecycle"):
            cycles = self._catalog.cycles(platform.fact("lifecycle", "product"))
            bounds |= {found for each in cycles for found in _versions(each.cycle)}
        for offer in (each for rows in self._catalog.offers.of(id).values() for each in rows):
            bounds |= {*map(Version, re.findall(r"\d[\d.]*\d|\d", str(offer.data.get("versions", ""))))}
        stated = self._stated["deployment.platform.version"]
        return _mixed([*map(Version, BOUNDS["Version"]), *sorted(bounds, key=str), *stated])


def settling(workload: Workload, path: str) -> Iterator[str]:
    """Yield a missing fact, and those from which the same would follow: any of them would do."""
    yield path
    for derivation in DERIVATIONS.values():
        alike = (derivation.path, *derivation.sources)
        if path in alike:
            yield from (other for other in alike if other != path and not knows(workload, other))


def _examples(field: Field) -> Iterator[str]:
    """Yield the values of a field's documentation, as texts."""
    for example in field.declared.examples:
        for each in example if isinstance(example, (list, tuple)) else (example,):
            if not isinstance(each, (bool, Mapping)):
                yield str(each)


def _one_of_each_name(entries: list[Any]) -> Iterator[list[Any]]:
    """Yield lists of all entries; of those that give one name different values, the least in one, the greatest in one.

    In both orders, since some entries say two things of one name.
    """
    named: dict[Any, list[Any]] = defaultdict(list)
    for entry in entries:
        named[entry.partition("=")[0] if isinstance(entry, str) else entry].append(entry)
    if len(named) == len(entries):
        yield from (entries, entries[::-1])
        return
    for choose in (min, max):
        yield [choose(several, key=_rank) for several in named.values()]


def _rank(entry: Any) -> tuple[int, str]:
    value = str(entry).partition("=")[2]
    return (int(value), "") if value.isdecimal() else (-1, value)


def _versions(data: Any) -> Iterator[Version]:
    """Yield what reads as a version anywhere in the data of a platform."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _versions(key)
            yield from _versions(value)
    elif isinstance(data, (list, tuple)):
        for each in data:
            yield from _versions(each)
    elif isinstance(data, (str, int, float)) and not isinstance(data, bool):
        try:
            yield Version(str(data))
        except ValueError:
            return


def _mixed(values: Iterable[Any]) -> tuple[Any, ...]:
    found = list(dict.fromkeys(values))
    random.Random(1).shuffle(found)
    return tuple(found)
