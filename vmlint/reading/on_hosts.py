"""A workload on several hosts: on which it may run, and what it is on each. Hosts that are alike are read once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from vmlint.findings.problem import Unreadable
from vmlint.model.as_manifest import stated_fields
from vmlint.model.outline import as_written
from vmlint.reading.host_parts import with_settings
from vmlint.reading.hosts import hosts_in
from vmlint.reading.native import recognised
from vmlint.reading.subject import Placed
from vmlint.record import NamedTuple
from vmlint.words import listed

if TYPE_CHECKING:
    from vmlint.reading.context import Context
    from vmlint.reading.file import File
    from vmlint.reading.host_facts import HostFacts
    from vmlint.reading.placement import NodeChoice
    from vmlint.reading.subject import Subject

_NODE = "host-node"
_IN_CLUSTERS = (_NODE, "host-cluster")
_NAMED = 5
"""Nodes that are named."""
_ARCH, _OS = "kubernetes.io/arch", "kubernetes.io/os"


class Hosts(NamedTuple):
    """The hosts of the workloads of one file, each with what makes it like others."""

    every: tuple[tuple[HostFacts, Hashable], ...]
    given: bool = False
    """Whether any of them is given, and not in the file itself, which may hold some of the nodes alone."""

    def __len__(self) -> int:
        return len(self.every)

    def allowed(self, choice: NodeChoice | None) -> Iterator[tuple[HostFacts, Hashable]]:
        """Yield the hosts that a workload may run on."""
        for facts, likeness in self.every:
            if facts.of_cluster or choice is None or choice.allows(facts.name, _labels(facts), facts.taints):
                yield facts, likeness

    def none_fits(self, choice: NodeChoice | None) -> str:
        """Return which nodes are known, and why a workload fits none. Empty where one fits, or that is usual."""
        nodes = [facts for facts, _ in self.every if _NODE in facts.formats]
        if choice is None or choice.may_fit_none or len(nodes) < len(self.every):
            return ""
        if any(True for _ in self.allowed(choice)):
            return ""
        first, *others = (choice.unmet(each.name, _labels(each), each.taints) for each in nodes)
        if not first or not all(others):
            return ""
        common = [reason for reason in first if all(reason in other for other in others)]
        why = listed(common) if common else "none meets all that it asks of labels, affinity and taints"
        names = [each.name for each in nodes]
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        return f"{', '.join(names[:_NAMED])}{more}: {why}"

    def placed(
        self, choice: NodeChoice | None, read: Callable[[HostFacts], Subject | None], most: int
    ) -> tuple[tuple[Placed, ...], int]:
        """Return a workload on each of the hosts that it may run on, and how many hosts were left out.

        ``read`` reads it on one host. Hosts that are alike are one, and no more than ``most`` are tried.
        """
        alike: dict[Hashable, list[HostFacts]] = {}
        for facts, likeness in self.allowed(choice):
            alike.setdefault(likeness, []).append(facts)
        names = Counter(facts.name for facts, _ in self.every)
        groups = [*alike.values()]
        found = ((tuple(_called(facts, names) for facts in group), read(group[0])) for group in groups[: max(most, 0)])
        placed = tuple(Placed(names, subject) for names, subject in found if subject is not None)
        return placed, sum(map(len, groups[max(most, 0) :]))


def _called(facts: HostFacts, names: Mapping[str, int]) -> str:
    """Return the name of a host, with its file where a node beside the workload and a given host have one name."""
    return f"{facts.name} ({facts.files[0].name})" if names[facts.name] > 1 and facts.files else facts.name


def _labels(facts: HostFacts) -> dict[str, str]:
    """Return the labels of a host. Those of its processor and its system follow from its platform."""
    known: dict[str, str] = {}
    if facts.host.knows("platform"):
        known = {_ARCH: facts.host.platform.arch, _OS: facts.host.platform.os}
    return {**known, **facts.labels}


def hosts_for(file: File, context: Context) -> Hosts | None:
    """Return the hosts of a file's workloads: those that are given, and the nodes that the file holds itself.

    What sets up a cluster, given or in the file, holds for each of them.

    ``None`` where neither is there, so that there is nothing to choose.
    """
    beside = _beside(file, context)
    if not beside and len(context.hosts) < 2 and not any(each.labels for each in context.hosts):
        return None
    every = with_settings((*context.hosts, *beside), "cluster")
    return Hosts(tuple((each, _likeness(each)) for each in every), any(not each.of_cluster for each in context.hosts))


def _beside(file: File, context: Context) -> Sequence[HostFacts]:
    readers = [each for each in context.host_readers if each.name in _IN_CLUSTERS]
    try:
        if any(True for _ in recognised(file, readers)):
            return hosts_in(file, context)
    except (Unreadable, ValueError):
        return ()  # what is wrong with the file is said where its workloads are read
    return ()


def described(file: File, context: Context) -> str:
    """Return what a file without workloads describes, for whoever gives it with ``--host``: ``hosts``, ``a cluster``.

    Empty for a file that describes neither, and for one whose content is given already.
    """
    if any(each.data == file.data for each in context.host_files):
        return ""
    kinds = {bool(each.of_cluster) for each in _beside(file, context)}
    return " and ".join(word for of_cluster, word in ((False, "hosts"), (True, "a cluster")) if of_cluster in kinds)


def _likeness(facts: HostFacts) -> Hashable:
    return tuple((path, as_written(value)) for path, value in stated_fields(facts.whole))
