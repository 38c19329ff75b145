"""What is known of one host, wherever it was described."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.findings.place import Text
    from vmlint.model.groups.host import Host
    from vmlint.model.workload import Workload
    from vmlint.reading.file import File
    from vmlint.reading.placement import Taint
    from vmlint.reading.subject import TablePlaces

OWN = ""
"""The format of vmlint's own host documents, which win over all others."""


class HostFacts(NamedTuple):
    """What is known of one host, each fact with its place."""

    name: str
    """As its files name it; empty where they do not."""
    formats: tuple[str, ...]
    """The formats of its files, by the names of their readers."""
    whole: Workload
    """A workload that states nothing but its host."""
    places: TablePlaces
    files: tuple[File, ...]
    texts: tuple[Text, ...]
    """The texts of its files, for code frames."""
    labels: Mapping[str, str] = {}
    """Labels of a node, by which pods choose it."""
    taints: tuple[Taint, ...] = ()
    """What keeps pods away from a node."""
    of_cluster: tuple[str, ...] = ()
    """The kinds of objects that it is the settings of, which hold for every host of a cluster; none for a host."""

    part: bool = False
    """Whether the file tells only a part, such as what one command prints: others of its kind are no other machine."""

    @property
    def host(self) -> Host:
        """The facts."""
        return self.whole.host
