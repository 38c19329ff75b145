"""What a reader of another tool's format states: one workload, fact by fact.

A reader is a table in code: this element gives that fact. It knows no rule and no catalogue; it returns what the file
states, where, and what the file leaves open::

    def read(file: File) -> Iterator[Spec]:
        for line in file.lines:
            ...
            spec = Spec("web", at)
            spec.fact("deployment.platform", "xen", at)
            spec.default("deployment.mode", "pv", "without `type` a guest is PV", at)
            spec.unknown("guest.os.id", "the format does not name the guest's system")
            yield spec
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from vmlint.findings.problem import Problem
from vmlint.record import NamedTuple

if TYPE_CHECKING:
    from vmlint.findings.place import Span
    from vmlint.reading.placement import NodeChoice, Taint

Value = str | bool | int | Sequence[str]
"""What a fact can be: the text that a manifest would write, a flag, a count, or a list of texts."""


class Fact(NamedTuple):
    """One fact, as the file states it or as its format guarantees it."""

    value: Value
    at: Span
    why: str = ""
    """Set where the file does not state it: the format's default, in one clause."""
    on: tuple[str, ...] = ()
    """Families or CPU architectures of hosts on which a default holds; empty where the host does not matter."""
    entries: Mapping[str, Span] = {}
    """The place of each entry, if it is a list."""


IMAGE = "image"
"""The vocabulary of references to base images: ``debian:12-slim``."""


class Named(NamedTuple):
    """How the file names the guest's operating system, in the vocabulary of its tool."""

    vocabulary: str
    """One of the catalogue's ``guest_words``: vmware, virtualbox, cim, proxmox, kubevirt, parallels, libosinfo …"""
    word: str
    at: Span
    why: str = ""
    """Set where the file names it only as a default, in one clause."""


class Clue(NamedTuple):
    """What points to the guest's system without stating it: an installation medium, the name of another builder."""

    word: str
    """An id or another spelling of one; of a file, its path or address."""
    at: Span
    vocabulary: str = ""
    """One of the catalogue's ``guest_words``; ``file`` for a file; empty for a word that a manifest may use."""


class Environment(NamedTuple):
    """The environment variables of a container, as far as a file shows them."""

    variables: tuple[tuple[str, str | None, Span], ...]
    """Name, value and place of each; ``None`` for a value that is filled in elsewhere."""
    more: str = ""
    """Why there may be others that the file does not show, in one clause; empty where these are all."""


FILE = "file"
"""The vocabulary of names of installation media and images of disks: ``debian-12-generic-amd64.qcow2``."""


class Spec:
    """One workload of a file: a domain, a service, a pod, a virtual machine."""

    def __init__(self, name: str, at: Span) -> None:
        self.name = name
        """As the file names it. It is shown as it is, and turned into a label where a manifest needs one."""
        self.document = ""
        """What tells it from others of the same name in the file, where its format has that: ``Deployment/shop``."""
        self.at = at
        """The place of the workload; findings about what the file does not state are shown there."""
        self.facts: dict[str, Fact] = {}
        self.guests: list[Named] = []
        """Words for the guest's system, the most specific first."""
        self.clues: list[Clue] = []
        """What points to the guest's system: it completes the words, and takes their certainty where it differs."""
        self.variables: Environment | None = None
        """Environment variables, of which the ones are stated that the catalogue asks about; ``None`` for none read."""
        self.labels: dict[str, tuple[str, Span]] = {}
        """Labels that follow from what the file is, each with its text and its place. A hint to vmlint wins."""
        self.unknowns: dict[str, str] = {}
        """Field -> why the file leaves it open: computed, in another file, or not part of the format."""
        self.hints: list[tuple[str, str, Span]] = []
        """Fields and texts of hints to vmlint that the format carries in its own way (annotations, metadata)."""
        self.waivers: list[tuple[str, Span]] = []
        """Waivers that the format carries in its own way: the text of each, ``ignore[VM407] reason``, and its place."""
        self.nodes: NodeChoice | None = None
        """Which nodes it may run on, where the format says that; ``None`` where it may run on any."""
        self.taints: list[Taint] = []
        """Of a node: what keeps workloads away from it."""
        self.of_cluster = ""
        """Of what a reader of hosts found: the kind of the object, where it holds for every host and is none itself."""
        self.part = False
        """Of what a reader of hosts found: whether it is only a part, such as what one command prints, which others of
        its kind beside it add to."""
        self.by_cluster: dict[str, tuple[str, str, tuple[str, ...]]] = {}
        """Field -> the field of ``host.cluster`` that settles it where the file is silent, why, in one clause, and for
        machines of which CPU architectures; none stands for any."""
        self.asked: dict[str, Callable[[frozenset[str]], Iterable[tuple[str, Span]]]] = {}
        """Field of a host -> what yields its entries of some names: those that needs are known to ask for."""
        self.faults: list[Problem] = []
        """What is wrong with texts that are meant as hints."""

    def fact(self, path: str, value: Value | None, at: Span | None = None) -> None:
        """State a fact by the path that a manifest would write. ``None`` states nothing; the last statement counts."""
        if value is not None:
            self.facts[path] = Fact(value, at or self.at)

    def entries(self, path: str, entries: Iterable[tuple[str, Span]], at: Span | None = None) -> None:
        """State a list by its entries, each with its place, so that a finding about one of them is shown there.

        The place of the list itself is ``at``, or else its first entry. An empty list states nothing.
        """
        given = tuple(entries)
        if given:
            places = dict(reversed(given))  # of an entry that comes twice, the first counts
            self.facts[path] = Fact(tuple(entry for entry, _ in given), at or given[0][1], entries=places)

    def ask(self, path: str, found: Callable[[frozenset[str]], Iterable[tuple[str, Span]]]) -> None:
        """State a list of a host by what yields the entries of some names, each with its place.

        The names are those that needs are known to ask for; a kernel has thousands of others.
        """
        self.asked[path] = found

    def need(self, feature: str, at: Span | None = None) -> None:
        """State that the file itself demands a feature of what it runs on, beside those that were stated before.

        ``feature`` is an id, with a bound where it has a value: ``capacity.cpus>=8``.
        """
        before = self.facts.get("requirements.features")
        others = [(each, before.entries[each]) for each in before.entries] if before else []
        self.entries("requirements.features", [*reversed(others), (feature, at or self.at)])

    def default(self, path: str, value: Value, why: str, at: Span | None = None, *, on: Sequence[str] = ()) -> None:
        """State what the format guarantees where the file is silent. A stated fact wins.

        ``on`` names families or CPU architectures of hosts, where it does not hold on all. It is taken back where the
        host is known to be of another family, and the guest to be of another than the host.
        """
        self.facts.setdefault(path, Fact(value, at or self.at, why, tuple(on)))

    def left_to_cluster(self, path: str, setting: str, why: str, *, on: Sequence[str] = ()) -> None:
        """Leave a field to a setting of ``host.cluster``: it is as that says, where that is known of the host.

        ``on`` names the CPU architectures of guests that the setting is for, where it is not for all.
        """
        self.by_cluster[path] = (setting, why, tuple(on))

    def guest(self, vocabulary: str, word: str, at: Span | None = None) -> None:
        """State the guest's system in the vocabulary of the file's tool; the catalogue knows what it means."""
        self.guests.append(Named(vocabulary, word, at or self.at))

    def base_image(self, reference: str, at: Span | None = None, why: str = "") -> None:
        """State the image that the guest's system comes from, where that is not the image that is deployed.

        The catalogue knows the distributions' own images. ``why`` is given where the file names it only as a default.
        """
        self.guests.append(Named(IMAGE, reference, at or self.at, why))

    def clue(self, word: str, at: Span | None = None, vocabulary: str = FILE) -> None:
        """Name what points to the guest's system: a medium or an image by its path or address, unless said otherwise.

        Vendors' names tell the release; other names tell nothing. A medium of drivers is named by their release.
        """
        if word:
            self.clues.append(Clue(word, at or self.at, vocabulary))
        if "virtio-win" in word and (named := re.search(r"virtio-win[-_](\d+\.\d+\.\d+)(-\d+)?\.iso$", word)):
            self.fact("guest.driverRelease", named[1], at)

    def environment(self, variables: Iterable[tuple[str, str | None, Span]], more: str = "") -> None:
        """State the environment variables of a container, each by name, value and place; of two, the last counts.

        Secrets may be among them: only those that needs of programs depend on become facts. ``None`` stands for a value
        that is filled in elsewhere; ``more`` says why there may be others that the file does not show.
        """
        self.variables = Environment(tuple(variables), more)

    def unknown(self, path: str, why: str) -> None:
        """Record why an expected field is left open."""
        self.unknowns[path] = why

    def text(self, path: str, default: str = "") -> str:
        """Return the text of a fact that was stated so far, as the file states it or by default."""
        fact = self.facts.get(path)
        return fact.value if fact is not None and isinstance(fact.value, str) else default

    def hint(self, path: str, text: str, at: Span | None = None) -> None:
        """Record a hint to vmlint: a field below ``spec``, and its text."""
        self.hints.append((path, text, at or self.at))

    def label(self, name: str, text: str, at: Span | None = None) -> None:
        """State a label that follows from the file itself, rather than from words to vmlint in it."""
        self.labels[name] = (text, at or self.at)

    def waiver(self, text: str, at: Span | None = None) -> None:
        """Record waivers of this workload, each in a line, as a comment gives them: ``ignore[VM407] the reason``."""
        for line in text.splitlines():
            if line.strip():
                self.waivers.append((line.strip(), at or self.at))

    def hint_text(self, text: str, at: Span, beside: Iterable[tuple[str, str, Span]] = ()) -> None:
        """Record the hint behind ``vmlint:`` in a place that the format has for remarks: ``path=value``.

        The first hint of a field counts, and those ``beside`` come before all others. A text that accepts findings is
        recorded as a waiver of this workload.
        """
        from vmlint.reading import hint_forms, waiver_forms

        if waiver_forms.is_meant(text):
            self.waiver(text, at)
            return
        parsed = hint_forms.read(text)
        if isinstance(parsed, hint_forms.Stated):
            first = next((hint for hint in (*beside, *self.hints) if hint[0] == parsed.path), None)
            if first is None:
                self.hint(parsed.path, parsed.text, at)
            if first is None or hint_forms.alike(first[1], parsed.text):
                return
            parsed = hint_forms.differs(parsed.path, parsed.text, first[1], first[2].line)
        if parsed is not None:
            self.faults.append(Problem("VM916", parsed.message, at, parsed.help))
