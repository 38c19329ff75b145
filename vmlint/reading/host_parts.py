"""What is stated of one host in several places, put together: by files about it, and by the settings of its cluster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from vmlint.model.paths import is_stated, remove, state, value_at
from vmlint.model.workload import clone
from vmlint.reading.host import fill_gaps
from vmlint.reading.host_facts import OWN, HostFacts
from vmlint.reading.subject import TablePlaces

if TYPE_CHECKING:
    from vmlint.findings.place import Place
    from vmlint.model.groups.host import Host
    from vmlint.model.workload import Workload


def stated_paths(host: Host) -> list[str]:
    """Return the fields that are stated of a host."""
    return [field.path for field, _ in host.all_stated()]


def merged(parts: Sequence[HostFacts], name: str) -> HostFacts:
    """Return what several files state of one machine, of which the first one wins."""
    if len(parts) == 1:
        return parts[0]._replace(name=name, whole=clone(parts[0].whole))
    whole = clone(parts[0].whole)
    fields, entries = dict(parts[0].places.fields), dict(parts[0].places.entries)
    for part in parts[1:]:
        entries |= _add_up(part, whole)
        before = {*stated_paths(whole.host)}
        fill_gaps(part.host, whole.host)
        new = {*stated_paths(whole.host)} - before
        fields |= {path: place for path, place in part.places.fields.items() if path in new}
        entries |= {key: place for key, place in part.places.entries.items() if key[0] in new}
    return HostFacts(
        name,
        tuple(dict.fromkeys(each for part in parts for each in part.formats)),
        whole,
        TablePlaces(fields, entries, parts[0].places.workload),
        tuple(dict.fromkeys(file for part in parts for file in part.files)),
        tuple(dict.fromkeys(text for part in parts for text in part.texts)),
        {label: text for part in reversed(parts) for label, text in part.labels.items()},
        tuple(dict.fromkeys(taint for part in parts for taint in part.taints)),
    )


def _add_up(part: HostFacts, whole: Workload) -> dict[tuple[str, str], Place]:
    """Add the entries of lists that say nothing of what is not in them, and return their places.

    Of what two files name, the first counts. Where lists are said to be complete, nothing is added.
    """
    added: dict[tuple[str, str], Place] = {}
    if whole.host.features.get("complete", False):
        return added
    for paths in _OPEN_LISTS:
        known = {_name(each) for path in paths if is_stated(whole, path) for each in value_at(whole, path)}
        for path in paths:
            if not is_stated(whole, path) or not is_stated(part.whole, path):
                continue
            more = [each for each in value_at(part.whole, path) if _name(each) not in known]
            if more:
                state(whole, path, sorted({*value_at(whole, path), *more}))
                places = part.places.entries
                added |= {(path, each): places[path, each] for each in more if (path, each) in places}
    return added


def _name(entry: str) -> str:
    return entry.partition("=")[0]


_OPEN_LISTS = (
    ("host.features.present", "host.features.absent"),
    ("host.kernel.config",),
    ("host.kernel.sysctls",),
)
"""Lists in which what is missing is unknown; those that speak of the same things stand together."""


def of_two_machines(alike: Sequence[HostFacts]) -> Sequence[HostFacts]:
    """Return those of some files of one format that cannot be about one machine; none where all can.

    Files that tell all of one kind are each of another machine, and so are parts that tell one fact differently.
    """
    whole = [each for each in alike if not each.part]
    if len(whole) > 1:
        return whole
    first: dict[str, HostFacts] = {}
    added = {path for paths in _OPEN_LISTS for path in paths}
    for each in alike:
        for path in stated_paths(each.host):
            other = first.setdefault(path, each)
            if path not in added and value_at(other.whole, path) != value_at(each.whole, path):
                return (other, each)
    return ()


def refuse_contradictions(parts: Sequence[HostFacts]) -> None:
    """Raise ``ValueError`` where files that would be put together cannot be about one machine.

    A host document counts for neither side: it may be written to correct another file.
    """
    for what, of in _SAME:
        first: tuple[str, HostFacts] | None = None
        for each in parts:
            word = of(each.host)
            if not word or each.formats[0] == OWN:
                continue
            first = first or (word, each)
            if word != first[0]:
                raise ValueError(
                    f"by {first[1].files[0].name} {what} is {first[0]}, and by {each.files[0].name} it is {word}, so "
                    "they are about two machines; put each in a folder with the other files of its host, or name each "
                    "by itself"
                )


def _kind_of_cpu(host: Host) -> str:
    arch = host.arch if host.knows("arch") else ""
    return {"386": "amd64", "arm": "arm64"}.get(arch, arch)  # a 64-bit machine may run a 32-bit system


def _maker(host: Host) -> str:
    maker: str = host.cpu.get("vendor", "")
    return "" if maker == "other" else maker


_SAME: tuple[tuple[str, Callable[[Host], str]], ...] = (
    ("the CPU's architecture", _kind_of_cpu),
    ("the CPU's maker", _maker),
)
"""What is the same in all files about one machine, and how it is found."""
_NODE = "host-node"
_OF_NO_CLUSTER = frozenset({"host-docker-info", "host-podman-info", "host-incus", "host-proxmox"})
"""Formats of what runs containers or machines without a cluster of Kubernetes."""


def with_settings(found: Sequence[HostFacts], name: str) -> list[HostFacts]:
    """Return the hosts with what the settings of their cluster add. Where there is no host, the settings are one.

    A host that is known to run containers or machines in another way than as a node is in no cluster.
    """
    settings = [each for each in found if each.of_cluster]
    hosts = [each for each in found if not each.of_cluster]
    if not settings:
        return hosts
    common = _agreed(settings, name)
    return [merged([each, common], each.name) if _may_be_node(each) else each for each in hosts] or [common]


def _may_be_node(host: HostFacts) -> bool:
    return _NODE in host.formats or _OF_NO_CLUSTER.isdisjoint(host.formats)


def _agreed(settings: Sequence[HostFacts], name: str) -> HostFacts:
    """Return what several objects set for a cluster. Runtime classes add up; where else they differ, nothing is known.

    A cluster has one object of every other kind. Of two, each is of another cluster, and what only one sets is unknown.
    """
    whole = merged(settings, name)
    fields, entries = dict(whole.places.fields), dict(whole.places.entries)
    for path in stated_paths(whole.host):
        stating = [each for each in settings if is_stated(each.whole, path)]
        values = [value_at(each.whole, path) for each in stating]
        if path == _ADD_UP:
            state(whole.whole, path, sorted(set[str]().union(*values)))
            entries |= {key: at for each in settings for key, at in each.places.entries.items() if key[0] == path}
        elif any(value != values[0] for value in values) or _only_one_of_two(stating, settings):
            remove(whole.whole, path)
            fields.pop(path, None)
    return whole._replace(
        places=TablePlaces(fields, entries, whole.places.workload),
        of_cluster=tuple(dict.fromkeys(kind for each in settings for kind in each.of_cluster)),
    )


def _only_one_of_two(stating: Sequence[HostFacts], settings: Sequence[HostFacts]) -> bool:
    kinds = {kind for each in stating for kind in each.of_cluster}
    others = (each for each in settings if not any(each is one for one in stating))
    return any(kinds.intersection(each.of_cluster) for each in others)


_ADD_UP = "host.cluster.runtimeClasses"
