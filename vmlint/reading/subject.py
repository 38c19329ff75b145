"""A subject: one workload, wherever it was described, and the place of each of its facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import TYPE_CHECKING, Protocol

from vmlint.model.paths import stated_sources
from vmlint.record import NamedTuple
from vmlint.syntax.yaml.nodes import ListNode, Node, Scalar, find, span_of

if TYPE_CHECKING:
    from vmlint.findings.diagnostic import Crash, Diagnostic
    from vmlint.findings.place import Place, Text
    from vmlint.findings.problem import Problem
    from vmlint.findings.waiver import Waiver
    from vmlint.model.workload import Workload


class Places(Protocol):
    """A way to find the places of a workload's fields."""

    def exact(self, path: str) -> Place | None:
        """Return where a field itself is stated, if it is."""

    def entry(self, path: str, entry: str) -> Place | None:
        """Return the place of an entry of a list, if it is stated."""

    def around(self, path: str) -> Place:
        """Return the place to show for a field that is not stated."""


class Subject(NamedTuple):
    """One workload that was read: from a manifest, from another tool's file, or from both together."""

    workload: Workload
    places: Places
    texts: tuple[Text, ...]
    """The files of the places, for code frames."""
    format: str = ""
    """Name of the reader of the other tool's file; empty for a manifest alone."""
    defaults: Mapping[str, str] = {}
    """Field -> why the format guarantees its value, where the file does not state it."""
    unknowns: Mapping[str, str] = {}
    """Field -> why the file leaves it open."""
    waivers: tuple[Waiver, ...] = ()
    """The waivers of the workload itself, wherever they stand."""
    around: tuple[tuple[Waiver, ...], ...] = ()
    """For each of its files, the waivers there that cover a line or the whole file."""
    given: Mapping[str, Place] = {}
    """Field or ``labels.NAME`` -> where the settings of the project state it, since the file does not."""
    document: str = ""
    """What tells it from others of the same name in its file: ``Deployment/shop``, or ``#2`` for the second one."""
    then: tuple[Then, ...] = ()
    """What it would be by what other revisions say to vmlint, where that is another thing."""
    placed: tuple[Placed, ...] = ()
    """It on each of several hosts that it may run on; empty where it has one host, or none is known."""

    @property
    def origin(self) -> str:
        """The file that describes what is deployed: the other tool's where a manifest annotates one."""
        return self.places.around("deployment.platform").file

    def place(self, path: str, entry: str = "") -> Place:
        """Return the place of a field or an entry of it; else of what it follows from; else the nearest around it."""
        if entry and (at := self.places.entry(path, entry)):
            return at
        for step in (*stated_sources(self.workload, path), path):
            if at := self.places.exact(step):
                return at
        return self.places.around(path)


class Placed(NamedTuple):
    """A workload on hosts that are alike."""

    hosts: tuple[str, ...]
    """Their names."""
    subject: Subject


class Then(NamedTuple):
    """A workload by what another revision says to vmlint."""

    revision: str
    """As its user wrote it; empty where nothing counts that is said to vmlint."""
    subject: Subject
    new: tuple[tuple[str, Place], ...]
    """What is said now and was not then, ``environment=dev``, each with its place."""


class Document(NamedTuple):
    """The result for one document of a file: a subject, the faults that prevent one, or both."""

    subject: Subject | None
    faults: tuple[Diagnostic, ...] = ()
    """What is wrong with the document itself."""
    texts: tuple[Text, ...] = ()
    """The files of the faults."""
    crashes: tuple[Crash, ...] = ()
    stands: tuple[Waiver, ...] = ()
    """The waivers that stand in it, or in the other tool's workload that it annotates: whether they were needed shows
    in this document."""

    @classmethod
    def of(
        cls,
        subject: Subject | None,
        problems: Iterable[Problem],
        texts: tuple[Text, ...],
        stands: tuple[Waiver, ...] = (),
    ) -> Document:
        """Build it from problems of the first of some files."""
        problems = tuple(problems)
        if not problems:
            return cls(subject, (), texts, stands=stands)
        from vmlint.findings.diagnostic import of_file  # imported only where something is wrong

        return cls(subject, tuple(of_file(problem, texts[0].name) for problem in problems), texts, stands=stands)


class TablePlaces(NamedTuple):
    """Places from a table, as the readers of other tools' files fill it."""

    fields: Mapping[str, Place]
    entries: Mapping[tuple[str, str], Place]
    workload: Place
    """The place of the workload itself."""

    def exact(self, path: str) -> Place | None:
        """Return the place of a field, or else of the nearest stated field around it."""
        while path:
            if path in self.fields:
                return self.fields[path]
            path = path.rpartition(".")[0]
        return None

    def entry(self, path: str, entry: str) -> Place | None:
        """Return the place of an entry of a list, if it is stated."""
        if at := self.entries.get((path, entry)):
            return at
        if path != "requirements.features":
            return None
        # A feature is named without the bound that it was stated with.
        bounded = ((name, at) for (field, name), at in self.entries.items() if field == path)
        return next((at for name, at in bounded if name.startswith((f"{entry}<", f"{entry}>", f"{entry}="))), None)

    def around(self, path: str) -> Place:  # noqa: ARG002 - what is not stated has no other place
        """Return the place of the workload."""
        return self.workload


class TreePlaces(NamedTuple):
    """Places in the tree of a manifest."""

    file: str
    root: Node

    def exact(self, path: str) -> Place | None:
        """Return where a field itself is stated, if it is."""
        node, key, whole = self._node(path)
        return span_of(node, key).of(self.file) if whole else None

    def entry(self, path: str, entry: str) -> Place | None:
        """Return the place of an entry of a list, if it is stated."""
        node, _, whole = self._node(path)
        for item in node.items if whole and isinstance(node, ListNode) else ():
            if isinstance(item, Scalar) and item.text == entry:
                return span_of(item).of(self.file)
        return None

    def around(self, path: str) -> Place:
        """Return the nearest field around one that is not stated."""
        node, key, _ = self._node(path)
        return span_of(node, key).of(self.file)

    def _node(self, path: str) -> tuple[Node, Scalar | None, bool]:
        """Return the node nearest to a field, its key, and whether it is the field itself."""
        steps = [step for step in path.strip(".").split(".") if step]
        if steps and steps[0] not in ("metadata", "spec"):
            steps = ["metadata" if steps[0] in ("name", "labels") else "spec", *steps]
        node, key, matched = find(self.root, steps)
        return node, key, matched == len(steps) or isinstance(node, Scalar)


class HostedPlaces(NamedTuple):
    """Places of a workload whose host is described elsewhere. What the workload states itself is shown there."""

    own: Places
    host: Places

    def exact(self, path: str) -> Place | None:
        """Return where a field is stated, if it is."""
        return self.own.exact(path) or self.host.exact(path)

    def entry(self, path: str, entry: str) -> Place | None:
        """Return the place of an entry of a list, if it is stated."""
        return self.own.entry(path, entry) or self.host.entry(path, entry)

    def around(self, path: str) -> Place:
        """Return the place of the workload to show for a field that is not stated."""
        return self.own.around(path)


_OF_THE_FILE = ("deployment.", "guest.", "resources.")
"""Prefixes of fields that, where neither states them, are missing from the other tool's file, not the manifest."""


class OverlaidPlaces(NamedTuple):
    """Places of a manifest and the file it annotates: each field is shown in the one whose value counts."""

    manifest: Places
    native: Places
    ours: Set[str]
    """Fields that both state, and whose value in the manifest counts."""

    def exact(self, path: str) -> Place | None:
        """Return where a field is stated, if it is."""
        theirs = None if path in self.ours else self.native.exact(path)
        return theirs or self.manifest.exact(path)

    def entry(self, path: str, entry: str) -> Place | None:
        """Return the place of an entry of a list, if it is stated."""
        theirs = None if path in self.ours else self.native.entry(path, entry)
        return theirs or self.manifest.entry(path, entry)

    def around(self, path: str) -> Place:
        """Return the other tool's workload for what its file leaves out, else the nearest field of the manifest."""
        return self.native.around(path) if path.startswith(_OF_THE_FILE) else self.manifest.around(path)
